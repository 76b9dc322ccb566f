"""How an action is worded: runs of two to four characters, counted in so many classes and weighed by rarity."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from countersign.investigate.hands.manner import ADDRESS

Runs = NDArray[np.float32]

CLASSES = 4096
"""Classes that runs of characters are dealt into: enough for some thousand short texts, and small."""
LENGTHS = (2, 3, 4)
_START, _END, _ADDRESS = "\x02", "\x03", "~"


def runs(texts: Sequence[str | None]) -> Runs:
    """Return a row of `CLASSES` a text: 1 + log of how often each class of runs is in it, 0 where it is not.

    An address counts as one sign: where it leads is not wording.
    """
    counted = np.zeros((len(texts), CLASSES), dtype=np.float32)
    for row, text in zip(counted, texts, strict=True):
        if text:
            np.add.at(row, _classes(_START + ADDRESS.sub(_ADDRESS, text) + _END), 1.0)
    return np.where(counted > 0, 1 + np.log(np.maximum(counted, 1)), 0).astype(np.float32)


def _classes(text: str) -> list[int]:
    return [
        crc32(text[start : start + length].encode("utf-8", "surrogatepass")) % CLASSES
        for length in LENGTHS
        for start in range(len(text) - length + 1)
    ]


def rarity(counted: Runs) -> Runs:
    """Return how much each class of runs weighs: the more texts have it, the less (smoothed idf)."""
    having = (counted > 0).sum(axis=0)
    return np.asarray(np.log((len(counted) + 1) / (having + 1)) + 1, dtype=np.float32)


def weighed(counted: Runs, weight: Runs) -> Runs:
    """Return rows of length one, each class by its weight; an empty text stays zero."""
    rows = counted * weight
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(size, 1e-9), dtype=np.float32)
