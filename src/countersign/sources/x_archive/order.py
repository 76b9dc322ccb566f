"""Tests whether the order of an archive's likes tells more about their times than the liked posts do, and uses it.

X writes `like.js` as a few streams, each with the newest like first, dealt out in pages (25 and 250, some of about
50). Two measurements of it disagree, so an archive's own order must pass a test before anything is taken from it.
Source: shared notes, formats 1.4; Greene, "An extension of Schensted's theorem", Adv. Math. 14 (1974).
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

PAGE: Final = 25
"""The smallest page that X deals out; the others are multiples of it, or longer."""
FEWEST_PAGES: Final = 16
"""Sixteen pages in chance order fit three streams three times in a thousand (permutations without an increasing run of
four: 56.9e9 of 16!); shorter files cannot be told."""
MOST_STREAMS: Final = 3
MOST_VIOLATIONS: Final = 0.01
"""Share of pages that fit no stream, below which the order is believed."""
LATE_MS: Final = 7 * 86_400_000
MOST_LATE: Final = 0.05
"""Share of likes, of those that anything is said of, that would be of posts more than a week old; measured 2 to 3 %
where the order holds. Above it nothing is used."""
TAIL: Final = 200
"""Places after a jump to a newer stream (and after the file's beginning) within which a short rest of an older stream
may stand; there an old post may as well be an old like, so nothing is said of it."""
CERTAIN: Final = 20
"""Places right after such a jump that still belong to the newer stream: a page has 25."""
_JUMP: Final = 16
_NEAR: Final = 12
"""Neighbours that are looked at before and after a like: two such windows fit into the smallest page."""
_DAY_MS: Final = 86_400_000
_BLOCK: Final = 20_000

Ms = npt.NDArray[np.int64]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Lower bounds of the likes' times in milliseconds since 1970, one a like (0: only the liked post bounds it).

    `bounds` is empty where the order is not used; `said` tells a reader which method was used, and why.
    """

    bounds: tuple[int, ...] = ()
    said: str = ""
    streams: int = 0
    violations: float = 1.0
    late: float = 1.0


def narrowed(made: Sequence[int]) -> Order:
    """Return what the order of an archive's likes tells of their times.

    `made`: when each liked post was made, in milliseconds since 1970, 0 where its id does not tell, in file order.
    """
    times = np.array(made, dtype=np.int64)
    envelopes = _envelopes(times)
    if len(envelopes) < FEWEST_PAGES:
        return Order(said=_hard("there are too few of them to test their order"))
    streams, violations = _streams(envelopes)
    if violations >= MOST_VIOLATIONS:
        return Order(
            said=_hard(f"{violations:.1%} of the file's pages are out of order"), streams=streams, violations=violations
        )
    silent = _silent(times)
    bounds = _bounds(times)
    late = float(np.mean((bounds - times > LATE_MS)[~silent])) if not silent.all() else 0.0
    if late > MOST_LATE:
        return Order(
            said=_hard(f"in file order {late:.1%} of them would be of posts more than a week old"),
            streams=streams,
            violations=violations,
            late=late,
        )
    told = np.where(silent | (bounds <= times), 0, bounds)
    return Order(
        bounds=tuple(told.tolist()),
        said=_soft(int(np.count_nonzero(told)), len(made), streams, violations, late),
        streams=streams,
        violations=violations,
        late=late,
    )


def _hard(why: str) -> str:
    return f"times of likes: each lies between the liked post and the making of the archive; not narrowed, {why}"


def _soft(told: int, count: int, streams: int, violations: float, late: float) -> str:
    return (
        f"times of likes: each lies between the liked post and the making of the archive; for {told:,} of {count:,} "
        f"the lower bound is later, from the page order of the file ({streams} newest-first "
        f"{'stream' if streams == 1 else 'streams'}, {violations:.1%} of pages out of order, {late:.1%} of likes of "
        "posts more than a week old)"
    )


def _envelopes(times: Ms) -> list[int]:
    """The second-newest post of each page, to the day: one wrong id must not move a page."""
    pages = [times[start : start + PAGE] for start in range(0, len(times), PAGE)]
    return [int(np.partition(page, -2)[-2]) // _DAY_MS for page in pages if np.count_nonzero(page) > 1]


def _streams(envelopes: Sequence[int]) -> tuple[int, float]:
    """Return the fewest newest-first streams that hold all but a few pages, and the share that they do not hold.

    The most pages that k non-increasing streams can hold is the sum of the first k rows of the Schensted tableau
    (Greene 1974), so no guess about which page belongs to which stream is needed.

    >>> _streams([9, 8, 3, 7, 2, 6, 1])
    (2, 0.0)
    """
    tableau: list[list[int]] = [[] for _ in range(MOST_STREAMS)]
    for envelope in envelopes:
        _insert(tableau, -envelope)
    left = 1.0
    held = 0
    for streams, row in enumerate(tableau, start=1):
        held += len(row)
        left = 1 - held / len(envelopes)
        if left < MOST_VIOLATIONS:
            return streams, left
    return MOST_STREAMS, left


def _insert(tableau: list[list[int]], value: int) -> None:
    for row in tableau:
        place = bisect_right(row, value)
        if place == len(row):
            row.append(value)
            return
        row[place], value = value, row[place]


def _bounds(times: Ms) -> Ms:
    """Return the lower bound of each like, given that the file is newest-first streams dealt out in pages.

    A like is not older than the posts liked before it, which follow it in the file. Of the dozen that follow, the
    third-newest post counts, up to the first that is newer than the second-newest of the dozen before: there a newer
    stream may begin. Third-newest, for one or two old posts may open that stream's page.
    """
    found = times.copy()
    padded = np.concatenate([np.zeros(_NEAR, np.int64), times, np.zeros(_NEAR, np.int64)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEAR)
    for start in range(0, len(times), _BLOCK):
        end = min(start + _BLOCK, len(times))
        before, after = windows[start:end], windows[start + _NEAR + 1 : end + _NEAR + 1]
        cap = np.partition(before, -2, axis=1)[:, -2]
        foreign = np.logical_or.accumulate(after > cap[:, None], axis=1)
        told = np.partition(np.where(foreign, 0, after), -3, axis=1)[:, -3]
        found[start:end] = np.maximum(found[start:end], told)
    return found


def _silent(times: Ms) -> npt.NDArray[np.bool_]:
    silent = np.zeros(len(times), dtype=np.bool_)
    for jump in (0, *_jumps(times)):
        silent[jump + CERTAIN : jump + TAIL] = True
    return silent


def _jumps(times: Ms) -> list[int]:
    """Return where the file goes on with newer posts than it had: a newer stream's page begins."""
    if len(times) < 2 * _JUMP:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(times, _JUMP)
    before = np.partition(windows[:-_JUMP], -2, axis=1)[:, -2]
    after = np.median(windows[_JUMP:], axis=1)
    return (np.flatnonzero(after > before) + _JUMP).tolist()
