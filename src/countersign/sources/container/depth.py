"""Keeps JSON that is nested too deep away from parsers, which recurse."""

import numpy as np
import numpy.typing as npt

from countersign.sources.container.limits import MAX_DEPTH, broken

_PIECE = 1 << 20
_QUOTE, _BACKSLASH, _OPEN, _CLOSE = ord('"'), ord("\\"), ord("{"), ord("}")
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_COUNTS = _STEPS != 0
_COUNTS[_QUOTE] = True


def check_depth(text: bytes, where: str = "", limit: int = MAX_DEPTH) -> None:
    """Raise HostileArchive if JSON is nested deeper than `limit` levels; brackets in strings do not count.

    Takes any bytes: what is not JSON, or has something before it, is measured all the same.

    >>> check_depth(b'window.YTD.like.part0 = [{"like": {"tweetId": "1"}}]')
    """
    depth = Depth(where, limit)
    for start in range(0, len(text), _PIECE):
        depth.feed(text[start : start + _PIECE])


class Depth:
    """Measures the nesting of JSON that comes in pieces."""

    def __init__(self, where: str = "", limit: int = MAX_DEPTH) -> None:
        self._where = where
        self._limit = limit
        self._level = 0
        self._inside = False
        self._escapes = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise HostileArchive once they go deeper than the limit.

        Looks only at quotes and brackets: five times as quick as `levels`.
        """
        signs = np.frombuffer(piece, dtype=np.uint8)
        places = np.flatnonzero(_COUNTS[signs])
        if len(places):
            found = signs[places]
            quotes = self._quotes_at(piece, signs, places, found == _QUOTE)
            inside = (np.cumsum(quotes) + int(self._inside)) & 1
            levels = np.cumsum(_STEPS[found] * (1 - inside)) + self._level
            self._check(int(levels.max()))
            self._level, self._inside = int(levels[-1]), bool(inside[-1])
        self._end(piece)

    def levels(self, piece: bytes) -> npt.NDArray[np.int64]:
        """Take the next bytes and return the level after each of them, -1 inside strings.

        >>> Depth().levels(b'[7,",",{}]').tolist()
        [1, 1, 1, -1, -1, 1, 1, 2, 1, 0]
        """
        if not piece:
            return np.empty(0, np.int64)
        signs = np.frombuffer(piece, dtype=np.uint8)
        quotes = self._quotes(piece, signs)
        inside = (np.cumsum(quotes) + int(self._inside)) & 1
        # '[' and '{' differ in one bit, as do ']' and '}'.
        folded = signs | 0x20
        steps = ((folded == _OPEN).astype(np.int32) - (folded == _CLOSE).astype(np.int32)) * (1 - inside)
        levels = np.cumsum(steps) + self._level
        self._check(int(levels.max()))
        self._level, self._inside = int(levels[-1]), bool(inside[-1])
        self._end(piece)
        return np.where(inside == 1, np.int64(-1), levels)

    def _check(self, deepest: int) -> None:
        if deepest > self._limit:
            raise broken("depth", f"JSON is nested deeper than {self._limit} levels", self._where)

    def _end(self, piece: bytes) -> None:
        run = _run(piece, len(piece))
        self._escapes = run + (self._escapes if run == len(piece) else 0)

    def _quotes_at(
        self,
        piece: bytes,
        signs: npt.NDArray[np.uint8],
        places: npt.NDArray[np.int64],
        quotes: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.bool_]:
        """Return at which places a string begins or ends: at the quotes that no backslash escapes."""
        after = (signs[np.maximum(places - 1, 0)] == _BACKSLASH) | (places == 0)
        for number in np.flatnonzero(quotes & after).tolist():
            quotes[number] = self._is_free(piece, int(places[number]))
        return quotes

    def _is_free(self, piece: bytes, place: int) -> bool:
        run = _run(piece, place)
        return (run + (self._escapes if run == place else 0)) % 2 == 0

    def _quotes(self, piece: bytes, signs: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """Return 1 where a string begins or ends: at the quotes that no backslash escapes."""
        quotes: npt.NDArray[np.int32] = (signs == _QUOTE).astype(np.int32)
        doubtful = np.flatnonzero(quotes[1:] * (signs[:-1] == _BACKSLASH)) + 1
        for place in doubtful.tolist():
            run = _run(piece, place)
            quotes[place] = (run + (self._escapes if run == place else 0) + 1) & 1
        if quotes[0]:
            quotes[0] = (self._escapes + 1) & 1
        return quotes


def _run(piece: bytes, place: int) -> int:
    """Return how many backslashes stand right before `place`."""
    start = place
    while start and piece[start - 1] == _BACKSLASH:
        start -= 1
    return place - start
