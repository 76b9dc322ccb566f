"""Says in sentences why an action got its bits: every signal's share, and what was not looked at and why."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.profile.habit import Gap
from countersign.score.kernel import UNITS, pause_code
from countersign.score.observe import with_local_time
from countersign.score.scorer import Scorer
from countersign.score.signals.signal import Seen, Signal
from countersign.score.surprise import STATES, Share, Surprise
from countersign.score.walk import Outcome

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 4096
"""Rows whose observed values are looked up together."""


def explain(
    actions: pa.Table,
    out: Outcome,
    with_: Scorer,
    rows: Iterable[int],
    incident_of: npt.NDArray[np.int32],
    usual: npt.NDArray[np.float64],
) -> Iterator[Surprise]:
    """Yield the surprise of each row, in the order given."""
    wanted = np.fromiter(rows, dtype=np.int64)
    for at in range(0, len(wanted), BATCH):
        batch = wanted[at : at + BATCH]
        values = observed(actions, batch, with_)
        for index, row in enumerate(batch):
            shares = tuple(_shares(int(row), index, values, actions, out, with_))
            yield _surprise(actions, out, int(row), int(incident_of[row]) or None, float(usual[row]), shares)


def surprise(actions: pa.Table, out: Outcome, with_: Scorer, row: int, incident: int, usual: float) -> Surprise:
    """Return the surprise of one row of an incident."""
    values = observed(actions, np.array([row]), with_)
    return _surprise(actions, out, row, incident, usual, tuple(_shares(row, 0, values, actions, out, with_)))


def observed(actions: pa.Table, rows: npt.NDArray[np.int64], with_: Scorer) -> dict[str, list[Any]]:
    """Return by signal the values that it saw in these rows; for pauses, their codes."""
    local = with_local_time(actions.take(pa.array(rows)).combine_chunks(), with_.zones)
    earlier = actions.select(["time"]).take(pa.array(np.maximum(rows - 1, 0)))["time"]
    values = {}
    for signal in with_.signals:
        seen = signal.observe(local)
        values[signal.name] = _pauses(earlier, seen) if isinstance(signal.habit, Gap) else seen.to_pylist()
    return values


def _pauses(earlier: pa.ChunkedArray, times: pa.ChunkedArray) -> list[Any]:
    pairs = zip(earlier.to_pylist(), times.to_pylist(), strict=True)
    return [
        None if before is None or now is None else int(pause_code(_micros(now), _micros(before)))
        for before, now in pairs
    ]


def _micros(when: datetime) -> int:
    return (when - EPOCH) // timedelta(microseconds=1)


def _surprise(
    actions: pa.Table, out: Outcome, row: int, incident: int | None, usual: float, shares: tuple[Share, ...]
) -> Surprise:
    return Surprise(
        row=row,
        id=actions["id"][row].as_py(),
        native_id=actions["native_id"][row].as_py(),
        account=actions["account"][row].as_py(),
        bits=float(out.units[row]) / UNITS,
        usual=usual,
        learned=int(out.known[row]),
        incident=incident,
        shares=shares,
    )


def _shares(
    row: int, index: int, values: dict[str, list[Any]], actions: pa.Table, out: Outcome, with_: Scorer
) -> Iterator[Share]:
    verb = actions["verb"][row].as_py()
    for number, signal in enumerate(with_.signals):
        raw = int(out.raw[row, number])
        weight = float(with_.weights[number])
        state = STATES[out.state[row, number]]
        yield Share(
            signal=signal.name,
            state=state,
            bits=float(np.round(weight * raw)) / UNITS,
            raw_bits=raw / UNITS,
            weight=weight,
            because=_because(signal, state, values[signal.name][index], row, number, verb, out),
        )


def _because(signal: Signal, state: str, value: Any, row: int, number: int, verb: str, out: Outcome) -> str:
    if state == "not observed":
        return "not observed: the source does not give it for this action"
    chance = float(out.chance[row, number])
    others = chance * 2.0 ** (float(out.raw[row, number]) / UNITS)
    known = int(out.known[row])
    seen = Seen(value=value, habit=min(1.0, chance), others=min(1.0, others), known=known, verb=verb)
    said = signal.say(seen)
    return said if state == "scored" else f"{said}; too little history of this"
