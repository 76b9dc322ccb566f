"""How well "somebody unknown" explains an action against the known operators, tried by leaving each operator out."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.hands.calibration import Calibration, calibrated, for_size
from countersign.investigate.hands.traits import CLIENT, TRAITS, Codes, Traits, traits_of

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

PRIOR: Final = 0.5
ANYTHING: Final = 0.5
"""A stranger is taken to do anything that can be told apart as likely as not, and else what the account does."""
SEEN: Final = tuple(name for name in TRAITS if name != CLIENT)
"""Without the client: which application was used is weighed elsewhere, and must not count twice."""


class Stranger(msgspec.Struct, frozen=True, eq=False):
    """What the known operators do, trait by trait, and how much a stranger's ratio is worth."""

    traits: Traits
    tables: tuple[Matrix, ...]
    calibrations: tuple[Calibration, ...]

    def log10(self, actions: Sequence[Activity]) -> Matrix:
        """Return log10 of P(action | unknown) over the mean of the known operators, one value an action."""
        return self._weighed(_strange(self.traits.codes(actions), self.tables), 1)

    def together(self, actions: Sequence[Activity]) -> float:
        """Return the same for all of the actions, taken to be one hand's."""
        size = for_size(self.calibrations, len(actions)).size
        mean = _strange(self.traits.codes(actions), self.tables).mean(keepdims=True)
        return float(self._weighed(mean * size, size)[0])

    def _weighed(self, strange: Matrix, size: int) -> Matrix:
        said = for_size(self.calibrations, size).log10(_two(strange))
        return np.asarray(said[:, 1] - said[:, 0], dtype=np.float64)


def strangers(
    actions: Sequence[Activity], labels: Labels, hands: int, *, learned_from: int, zone: str
) -> Stranger | None:
    """Return what tells a stranger: learned from the first actions, tried on the rest; None if too few to try.

    Each operator in turn is taken for a stranger to the others. A colleague is nearer than any outsider, so what
    comes of it says rather too little than too much.
    """
    traits = traits_of(actions[:learned_from], zone, SEEN)
    codes = traits.codes(actions)
    tables = _tables(codes[:learned_from], labels[:learned_from], hands, traits)
    later, whose = codes[learned_from:], labels[learned_from:]
    tried = [_without(later, whose, tables, hand) for hand in range(hands)]
    scores, strange = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    found = calibrated(_two(scores), strange, 2)
    if not found:
        return None
    fair = tuple(msgspec.structs.replace(one, cases=len(later) // one.size) for one in found)
    return Stranger(traits, tables, fair)


def _without(codes: Codes, labels: Labels, tables: Sequence[Matrix], hand: int) -> tuple[Matrix, Labels]:
    known = tuple(np.delete(table, hand, axis=1) for table in tables)
    return _strange(codes, known), (labels == hand).astype(np.int64)


def _tables(codes: Codes, labels: Labels, hands: int, traits: Traits) -> tuple[Matrix, ...]:
    own = np.eye(hands)[labels]
    counts = [np.eye(len(values))[codes[:, place]].T @ own + PRIOR for place, values in enumerate(traits.values)]
    return tuple(count / count.sum(axis=0) for count in counts)


def _strange(codes: Codes, tables: Sequence[Matrix]) -> Matrix:
    """Return log P(action | anybody) less the log of the mean over the known operators, one value an action."""
    known = sum(np.log(table)[codes[:, place]] for place, table in enumerate(tables))
    anybody = sum(np.log(_anybody(table))[codes[:, place]] for place, table in enumerate(tables))
    mean = np.logaddexp.reduce(known, axis=1) - np.log(tables[0].shape[1])
    return np.asarray(anybody - mean, dtype=np.float64)


def _anybody(table: Matrix) -> Matrix:
    return np.asarray(ANYTHING / len(table) + (1 - ANYTHING) * table.mean(axis=1), dtype=np.float64)


def _two(strange: Matrix) -> Matrix:
    """Return scores for "known" and "unknown", as calibrations take them."""
    return np.stack([-strange / 2, strange / 2], axis=1)
