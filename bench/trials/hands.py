"""Which hand (T6): the real account that two hands share, ours beside three peers on the same rows, and their costs."""

import html
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench.protocol.data import Row, read
from bench.protocol.metrics import Figure, auc
from countersign.activity import Activity
from countersign.investigate.hands.calibration import Calibration, calibrated
from countersign.investigate.hands.learning import learned
from countersign.investigate.hands.manner import QUOTATION_MARKS
from countersign.investigate.hands.ratios import cllr, cllr_min, misleading

Values = NDArray[np.float64]

SHARED = "trump_open_2009_2016H1.jsonl.gz"
SINCE = datetime(2015, 6, 1, tzinfo=UTC)
HOME = "America/New_York"
HANDS: Mapping[str | None, int] = {"Twitter for Android": 0, "Twitter for iPhone": 1}
"""The label, and never a feature: the owner's telephone, and the staff's."""
LEARNED_FROM, CALIBRATED_TO = 0.5, 0.7
CONTEXT = timedelta(days=7)
"""How long before the first row the account's other actions are read, as what stands around it."""
INVERSE_PENALTY = 1.0
MOST_ROUNDS = 3_000
SITTING = 20
"""Cases that are resampled together: neighbours in time depend on each other."""


class Shared(msgspec.Struct, frozen=True):
    """The account's actions in order, and the places and hands of those that are learned from, calibrated, tested."""

    actions: tuple[Activity, ...]
    places: NDArray[np.int64]
    hands: NDArray[np.int64]

    def part(self, first: float, last: float) -> slice:
        """Return which of `places` lie between two shares of them."""
        return slice(int(len(self.places) * first), int(len(self.places) * last))


class Costs(msgspec.Struct, frozen=True):
    """What a method's ratios cost on the test part: by group size the ratios of either hand (log10, owner : staff)."""

    owner: Mapping[int, Values]
    staff: Mapping[int, Values]

    def figures(self, resamples: int) -> dict[str, Figure]:
        """Return every figure with the 95 % interval of a bootstrap over runs of cases."""
        found: dict[str, Figure] = {}
        for size in self.owner:
            for name, measure in MEASURES.items():
                found[f"{name}_{size}"] = _resampled(self.owner[size], self.staff[size], measure, (size, resamples))
        return found


Measure = Callable[[Values, Values], float]


def _accuracy(owner: Values, staff: Values) -> float:
    return float(((owner > 0).sum() + (staff < 0).sum()) / (len(owner) + len(staff)))


MEASURES: Mapping[str, Measure] = {
    "cllr": cllr, "accuracy": _accuracy, "cllr_min": cllr_min, "auc": auc, "misleading": misleading,
}  # fmt: skip
Scorer = Callable[[Shared], Values]
"""Gives every one of `Shared.places` a score for the owner against the staff, learned from the first half of them."""


def shared(data: Path) -> Shared:
    """Return the account that two hands share, with whose hand its rows are; time order, reposts as they come."""
    rows = sorted((row for row in read(data / SHARED) if row.at >= SINCE - CONTEXT), key=lambda row: row.at)
    places = [place for place, row in enumerate(rows) if _counts(row)]
    hands = [HANDS[rows[place].client] for place in places]
    return Shared(tuple(map(_action, rows)), np.array(places), np.array(hands))


def _counts(row: Row) -> bool:
    quoted = (row.text or "").lstrip().startswith(tuple(QUOTATION_MARKS))
    return row.at >= SINCE and row.client in HANDS and not quoted


def _action(row: Row) -> Activity:
    """Return a row as an action without its client: no method can see the label."""
    return Activity(
        id=row.id, native_id=row.id, platform="x", verb=row.verb, actor=row.account, published=row.at,  # type: ignore[arg-type]
        content=html.unescape(row.text or ""), links=row.links, mentions=row.mentions, hashtags=row.hashtags,
        media=row.media,
    )  # fmt: skip


def measured(given: Shared) -> dict[str, Costs]:
    """Return the costs of ours and of the peers, all calibrated in the same way on the same middle part."""
    return {name: _costs(given, scorer(given)) for name, scorer in SCORERS.items()}


def _costs(given: Shared, scores: Values) -> Costs:
    both = np.stack([scores / 2, -scores / 2], axis=1)
    middle, last = given.part(LEARNED_FROM, CALIBRATED_TO), given.part(CALIBRATED_TO, 1)
    by_size = calibrated(both[middle], given.hands[middle], len(set(HANDS.values())))
    tested = [both[last][given.hands[last] == hand] for hand in (0, 1)]
    owner, staff = ({one.size: _ratios(one, part) for one in by_size} for part in tested)
    return Costs(owner, staff)


def _ratios(calibration: Calibration, scores: Values) -> Values:
    size = calibration.size
    groups = scores[: len(scores) // size * size].reshape(-1, size, scores.shape[1]).sum(axis=1)
    said = calibration.log10(groups)
    return np.asarray(said[:, 0] - said[:, 1], dtype=np.float64)


def ours(given: Shared) -> Values:
    """Return Countersign's scores; what stands around an action are all the account's actions, without their client."""
    first = given.part(0, LEARNED_FROM)
    known = given.places[first]
    model = learned(given.actions[: known[-1] + 1], known, given.hands[first], len(set(HANDS.values())), HOME)
    scores = model.scores(given.actions)[given.places]
    return np.asarray(scores[:, 0] - scores[:, 1], dtype=np.float64)


def metadata(given: Shared) -> Values:
    """Return the scores of the peer that sees hour, weekday, link, tag, mention, quotation, !, capitals, length.

    Hours are UTC's: the peer does a little better with them than with local ones.
    """
    return _regression(csr_matrix(_numbers(_chosen(given))), given)


def characters(given: Shared) -> Values:
    """Return the scores of the peer that sees runs of two to four characters (tf-idf)."""
    return _regression(_grams(given), given)


def both(given: Shared) -> Values:
    """Return the scores of the peer that sees metadata and characters."""
    return _regression(hstack([_grams(given), csr_matrix(_numbers(_chosen(given)))], format="csr"), given)


SCORERS: Mapping[str, Scorer] = {"ours": ours, "metadata": metadata, "characters": characters, "both": both}


def _chosen(given: Shared) -> list[Activity]:
    return [given.actions[place] for place in given.places]


def _regression(rows: csr_matrix, given: Shared) -> Values:
    first = given.part(0, LEARNED_FROM)
    regression = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_ROUNDS)
    regression.fit(rows[first], given.hands[first] == 0)
    return np.asarray(regression.decision_function(rows), dtype=np.float64)


def _grams(given: Shared) -> csr_matrix:
    texts = [action.content or "" for action in _chosen(given)]
    counter = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), sublinear_tf=True, min_df=2, lowercase=False)
    return counter.fit(texts[given.part(0, LEARNED_FROM)]).transform(texts)


def _numbers(actions: Sequence[Activity]) -> Values:
    return np.array([_metadata(action) for action in actions], dtype=np.float64)


def _metadata(action: Activity) -> list[float]:
    text, when = action.content or "", action.published
    at = when or SINCE
    signs = (bool(action.media or action.links), "#" in text, "@" in text, '"' in text)
    capitals = sum(sign.isupper() for sign in text) / max(1, len(text))
    clock = [*(at.hour == hour for hour in range(24)), *(at.weekday() == day for day in range(7))]
    return [float(value) for value in (*clock, *signs, text.count("!"), capitals, len(text) / 140)]


def _resampled(owner: Values, staff: Values, measure: Measure, drawing: tuple[int, int]) -> Figure:
    size, resamples = drawing
    rng = np.random.default_rng(1)
    sitting = max(1, SITTING // size)
    drawn = [measure(_drawn(owner, sitting, rng), _drawn(staff, sitting, rng)) for _ in range(resamples)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(measure(owner, staff), float(low), float(high), 1)


def _drawn(values: Values, sitting: int, rng: np.random.Generator) -> Values:
    starts = rng.integers(0, max(1, len(values) - sitting + 1), -(-len(values) // sitting))
    places = (starts[:, None] + np.arange(min(sitting, len(values)))).ravel()[: len(values)]
    return np.asarray(values[places], dtype=np.float64)
