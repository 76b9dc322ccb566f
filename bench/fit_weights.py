"""Learns the fusion weights on takeovers of development accounts, in one command: `./run bench fit_weights [--write]`.

The development accounts are dealt into two halves. Each half's takeovers (real actions of the half's other accounts)
are weighed against a background made of the other half alone, with actions held back and incidents quarantined as in
real use; one logistic regression with weights that cannot be negative learns what every signal should count, every
account and mode with the same say. Nothing of a test account is read.
"""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

if not __package__:  # started as a file, as `./run bench` does
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.protocol import data
from bench.protocol.takeovers import MODES, Takeover, cases
from countersign.profile.layout import Preset
from countersign.score import tables
from countersign.score.background import assemble, even, from_table, tally
from countersign.score.kernel import UNITS
from countersign.score.observe import observe
from countersign.score.scorer import Scorer, score, scorer

PER_ACCOUNT, SEED, ROUNDS = 6, 29, 1
FIXED: Mapping[Preset, Mapping[str, float]] = {
    "rich": {"sensitive": 0.40, "language": 0.30, "client": 0.80},
    "compact": {"sensitive": 0.40, "language": 0.30},
}
"""Set by hand: signals that the open archives give too seldom to learn from, near what like signals count; and the
application, of which a regression over all ten actions learns what the tenth says, not what the first use of a strange
one does: chosen on the development accounts for the alarm at the first action."""
LEAST = 0.02
RIDGE = 1e-4
Floats = npt.NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the weights; with --write, put them into the table that ships. Returns 0."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write them into score/tables")
    options.add_argument("--preset", choices=["rich", "compact"], default="rich")
    chosen = options.parse_args(arguments)
    weights = learn(chosen.preset)
    for name, weight in weights.items():
        print(f"{name} = {weight:.2f}")
    if chosen.write:
        write(weights, chosen.preset)
    return 0


def learn(preset: Preset) -> dict[str, float]:
    """Return the weights by signal, the mean of both halves."""
    found = data.folder()
    if found is None:
        raise FileNotFoundError("the open data is not here: name its folder in COUNTERSIGN_DATA")
    accounts = [a for a in data.split(data.load(found / data.ARCHIVES))["development"] if len(a.rows) > 400]
    halves = [accounts[0::2], accounts[1::2]]
    fitted = []
    for own, other in ((halves[0], halves[1]), (halves[1], halves[0])):
        with_ = _without(scorer(preset, {}, {"": "UTC"}), other)
        for _ in range(ROUNDS):
            with_ = _counting(with_, fit(*_samples(own, with_)))
        fitted.append(with_.weights)
    mean = np.maximum(LEAST, np.mean(fitted, axis=0))
    return {s.name: FIXED[preset].get(s.name, float(w)) for s, w in zip(with_.signals, mean, strict=True)}


def _without(with_: Scorer, others: Sequence[data.Account]) -> Scorer:
    """Return the scorer with a background of these accounts alone."""
    flat = even(with_.plan)
    tallies = [tally(with_.plan, observe(data.to_actions(a.rows), with_.signals, with_.zones), flat) for a in others]
    table = assemble(with_.plan, tallies, [1.0] * len(tallies))
    published = tables.weights(with_.plan.preset)
    limits = {
        name: (published.imitation.get(name, published.imitation[""]), published.slack.get(name, published.slack[""]))
        for name in with_.plan.names
    }
    return _replaced(with_, back=from_table(with_.plan, table, limits))


def _counting(with_: Scorer, weights: Floats) -> Scorer:
    return _replaced(with_, weights=np.ascontiguousarray(weights))


def _replaced(with_: Scorer, **fields: object) -> Scorer:
    values = {name: getattr(with_, name) for name in with_.__struct_fields__}
    return Scorer(**{**values, **fields})


def _samples(accounts: Sequence[data.Account], with_: Scorer) -> tuple[Floats, Floats, Floats]:
    """Return raw bits [action, signal], whether foreign, and each one's say."""
    bits, foreign, say = [], [], []
    for host in accounts:
        rows = host.rows
        own = _raw([rows], with_)[0][host.test_start :]
        bits.append(own)
        foreign.append(np.zeros(len(own)))
        say.append(np.full(len(own), 1.0 / len(own)))
        for mode in MODES:
            mine = [
                case for case in cases(accounts, mode, seed=SEED, per_account=PER_ACCOUNT) if case.host == host.name
            ]
            if not mine:
                continue
            there = np.concatenate([_attack(host, case, with_) for case in mine])
            bits.append(there)
            foreign.append(np.ones(len(there)))
            say.append(np.full(len(there), 1.0 / len(there) / len(MODES)))
    return np.concatenate(bits), np.concatenate(foreign), np.concatenate(say)


def _attack(host: data.Account, case: Takeover, with_: Scorer) -> Floats:
    tail = case.tail(host.rows)
    stream = [*host.rows[: case.place + 1], *(row for row, _ in tail)]
    raw = _raw([stream], with_)[0][case.place + 1 :]
    return raw[[at for at, (_, ordinal) in enumerate(tail) if ordinal >= 0]]


def _raw(streams: Sequence[Sequence[data.Row]], with_: Scorer) -> list[Floats]:
    out = []
    for rows in streams:
        outcome = score(data.to_actions(rows), [0, len(rows)], with_)
        out.append(outcome.raw.astype(np.float64) / UNITS)
    return out


def fit(bits: Floats, foreign: Floats, say: Floats) -> Floats:
    """Return weights >= 0 that tell foreign actions best: logistic regression with a small ridge."""
    x, share, signals = bits * np.log(2.0), say / say.sum(), bits.shape[1]

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w[:signals] + w[signals]
        slope = (1.0 / (1.0 + np.exp(-z)) - foreign) * share
        value = float(share @ (np.logaddexp(0.0, z) - foreign * z)) + RIDGE * float(w[:signals] @ w[:signals])
        return value, np.append(x.T @ slope + 2.0 * RIDGE * w[:signals], slope.sum())

    start = np.append(np.full(signals, 0.3), 0.0)
    bounds = [(0.0, 2.0)] * signals + [(-5.0, 5.0)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[:signals])


def write(weights: dict[str, float], preset: Preset) -> None:
    """Put the weights into the published table, in place of those of the same preset."""
    path = Path(tables.__file__).parent / f"weights-{tables.VERSION}.toml"
    weights = {**dict.fromkeys(tables.weights(preset).signals, 0.0), **weights}
    lines = "\n".join(f"{name} = {weight:.2f}" for name, weight in sorted(weights.items()))
    section = re.compile(rf"(\[{preset}\.signals\]\n).*?(\n\n)", flags=re.DOTALL)
    path.write_text(section.sub(lambda m: m.group(1) + lines + m.group(2), path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
