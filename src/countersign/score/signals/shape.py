"""How a text is laid out, read from its first and last characters: a habit of the hand, whatever the subject."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

FIRST = ("a special or non-Latin character", "a name", "a hashtag", "an address", "a mark", "a capital",
         "a small letter", "a digit")  # fmt: skip
LAST = ("a special or non-Latin character", "a full stop", "an exclamation mark", "a question mark", "an address",
        "a mark", "a small letter", "a capital or digit")  # fmt: skip
LAYOUTS = len(FIRST) * len(LAST)


def layouts(text: pa.Array) -> npt.NDArray[np.int16]:
    """Return the class of layout of each text (8 x first + last), -1 where there is none.

    >>> [int(code) for code in layouts(pa.array(["Hello there!", "see https://a.example", None], pa.large_string()))]
    [42, 52, -1]
    """
    _, offsets, data = text.buffers()
    if len(text) == 0 or data is None:
        return np.full(len(text), -1, dtype=np.int16)
    bounds = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    known = np.asarray(text.is_valid())
    return _layouts(np.frombuffer(data, dtype=np.uint8), bounds, known)


@njit(cache=True)
def _layouts(
    data: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int16]:
    out = np.full(len(known), -1, dtype=np.int16)
    for row in range(len(known)):
        start, stop = bounds[row], bounds[row + 1]
        while start < stop and data[start] <= 32:
            start += 1
        while stop > start and data[stop - 1] <= 32:
            stop -= 1
        if known[row] and start < stop:
            out[row] = 8 * _first(data, start, stop) + _last(data, start, stop)
    return out


@njit(cache=True)
def _first(data: npt.NDArray[np.uint8], start: int, stop: int) -> int:
    byte = data[start]
    if byte == 64:
        return 1
    if byte == 35:
        return 2
    if byte == 104 and stop - start > 6 and data[start + 1] == 116 and data[start + 3] == 112:
        return 3
    if byte < 128 and not _letter(byte) and not 48 <= byte <= 57:
        return 4
    if 65 <= byte <= 90:
        return 5
    if 97 <= byte <= 122:
        return 6
    return 7 if 48 <= byte <= 57 else 0


@njit(cache=True)
def _last(data: npt.NDArray[np.uint8], start: int, stop: int) -> int:
    byte = data[stop - 1]
    if _ends_in_address(data, start, stop):
        return 4
    if byte == 46:
        return 1
    if byte == 33:
        return 2
    if byte == 63:
        return 3
    if byte < 128 and not _letter(byte) and not 48 <= byte <= 57:
        return 5
    if 97 <= byte <= 122:
        return 6
    return 7 if byte < 128 else 0


@njit(cache=True)
def _letter(byte: int) -> bool:
    return (65 <= byte <= 90) or (97 <= byte <= 122)


@njit(cache=True)
def _ends_in_address(data: npt.NDArray[np.uint8], start: int, stop: int) -> bool:
    at = stop
    while at > start and data[at - 1] > 32:
        at -= 1
    return stop - at > 7 and data[at] == 104 and data[at + 1] == 116 and data[at + 3] == 112
