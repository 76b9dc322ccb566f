"""How a text is laid out, read from its first and last characters: a habit of the hand, whatever the subject."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.profile.compiling import inner, walking

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
    out = np.full(len(text), -1, dtype=np.int16)
    _layouts(np.frombuffer(data, dtype=np.uint8), bounds, known, out)
    return out


def _classes(marks: dict[str, int], *, other: int, capital: int, small: int, digit: int) -> npt.NDArray[np.int16]:
    """Return the class of each byte: a letter, a digit, another ASCII character, or part of any other (0)."""
    found = np.zeros(256, dtype=np.int16)
    found[:128] = other
    found[ord("A") : ord("Z") + 1] = capital
    found[ord("a") : ord("z") + 1] = small
    found[ord("0") : ord("9") + 1] = digit
    for mark, code in marks.items():
        found[ord(mark)] = code
    return found


_FIRST = _classes({"@": 1, "#": 2}, other=4, capital=5, small=6, digit=7)
_LAST = _classes({".": 1, "!": 2, "?": 3}, other=5, capital=7, small=6, digit=7)
_FIRST_ADDRESS, _LAST_ADDRESS = FIRST.index("an address"), LAST.index("an address")


@walking
def _layouts(
    data: npt.NDArray[np.uint8],
    bounds: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    out: npt.NDArray[np.int16],
) -> None:
    for row in range(len(known)):
        start, stop = bounds[row], bounds[row + 1]
        while start < stop and data[start] <= 32:
            start += 1
        while stop > start and data[stop - 1] <= 32:
            stop -= 1
        if not known[row] or start == stop:
            continue
        word = stop
        while word > start and data[word - 1] > 32:
            word -= 1
        begins = stop - start > 6 and _address(data, start)
        ends = stop - word > 7 and _address(data, word)
        first = _FIRST_ADDRESS if begins else _FIRST[data[start]]
        last = _LAST_ADDRESS if ends else _LAST[data[stop - 1]]
        out[row] = 8 * first + last


@inner
def _address(data: npt.NDArray[np.uint8], at: int) -> bool:
    return bool(data[at] == 104 and data[at + 1] == 116 and data[at + 3] == 112)
