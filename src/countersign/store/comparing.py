"""Compares lists of sign-ins: what several tell of one sign-in is counted once, and where they disagree is told."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from countersign.activity import Session
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import address, is_private, neighbourhood
from countersign.text import counted, listed, utc

NEAR: Final = timedelta(minutes=1)
"""Two lists write one sign-in with their own clocks: one when it was asked for, the other when it was let in."""
MAIL: Final = timedelta(minutes=10)
"""How long after a sign-in a platform's mail of it may be sent."""
MOST_NEAR: Final = 50
"""Sign-ins before one that are compared with it: so many in ten minutes are no people's."""
AROUND: Final = timedelta(hours=12)
"""How long a sign-in may be in use: as long as a working day, so that it hides what was done before the next."""
SPANS: Final = frozenset({"sign-in", "session"})
"""Kinds of trace that tell of one sign-in each."""
_TELLING: Final = frozenset({"sessions", "legal-return", "login-alert"})
"""Kinds of file that tell of sign-ins to the platform; a machine's timeline tells of the machine."""
BY_DAY: Final = "ip use"
"""The kind that tells of a day and an address only."""

Span = tuple[datetime, datetime]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence as it is joined: what people call it (`name`), and what it told."""

    name: str
    told: Told


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """That two lists cannot both be right: from when to when nobody can know, and a sentence on it.

    `void` is the span of which no list can count as whole any more; it holds `start` to `end`.
    """

    start: datetime
    end: datetime
    because: str
    names: tuple[str, ...] = ()
    """Of which pieces it is said."""
    void: Span


Found = tuple[Piece, Trace]


def once(traces: Sequence[Found], refuted: Container[str]) -> tuple[list[Found], int]:
    """Return each sign-in once, without those whose names are `refuted`, and how many were told again."""
    kept: list[Found] = []
    exact: dict[tuple[str, ...], int] = {}
    again = 0
    for found in sorted((one for one in traces if one[1].native_id not in refuted), key=lambda one: order(one[1])):
        place = exact.get(_same(found[1]))
        place = _near(found, kept) if place is None else place
        again += place is not None
        if place is None:
            place = len(kept)
            kept.append(found)
        kept[place] = max(kept[place], found, key=_worth)
        exact[_same(found[1])] = place
    return sorted(kept, key=lambda one: order(one[1])), again


def contradicted(traces: Sequence[Found]) -> tuple[frozenset[str], list[Disagreement]]:
    """Return the names of sign-ins of which different things are said, and what cannot be known for that."""
    named: dict[str, list[Found]] = {}
    for piece, trace in traces:
        if trace.native_id:
            named.setdefault(trace.native_id, []).append((piece, trace))
    refuted, found = set(), []
    for native_id, same in named.items():
        if not any(_contradict(same[0][1].session, other.session) for _, other in same[1:]):
            continue
        refuted.add(native_id)
        places = listed(sorted({piece.name for piece, _ in same}))
        at = [time for _, trace in same for time in times(trace)]
        said = _differing([trace.session for _, trace in same])
        start, end = min(at) - AROUND, max(at) + AROUND
        found.append(Disagreement(
            start=start, end=end, void=(start, end), names=tuple(sorted({piece.name for piece, _ in same})),
            because=f"different things are said of sign-in {native_id[:60]} in {places} ({said}): it is not used",
        ))  # fmt: skip
    return frozenset(refuted), found


def lacking(pieces: Sequence[Piece], refuted: Container[str]) -> Iterator[Disagreement]:
    """Yield where something tells of sign-ins that a list, which covers their time, does not have."""
    comparable = [piece for piece in pieces if piece.told.kind in _TELLING]
    for held in comparable:
        if held.told.covers_from is None or held.told.covers_until is None:
            continue
        index = _Index(held.told.traces)
        for other in comparable:
            asked = [] if other is held else [one for one in other.told.traces if one.native_id not in refuted]
            missing = [trace for trace in asked if _lacks(held.told, index, trace)]
            if missing:
                yield _disagreement(held, other, missing)


def order(trace: Trace) -> tuple[float, str, str]:
    """Return where a trace stands in time."""
    at = times(trace)
    return (at[0].timestamp() if at else float("-inf"), trace.session.kind, trace.session.ip or "")


def times(trace: Trace) -> list[datetime]:
    """Return the times that a trace has: when it was opened, and when last seen."""
    return [time for time in (trace.session.opened, trace.session.last_seen) if time is not None]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def without(spans: Iterable[Span], gaps: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans without gaps; both in order, and apart from each other."""
    left: list[Span] = []
    for start, end in spans:
        for gone, back in gaps:
            if gone < end and back > start:
                left += [(start, gone)] if gone > start else []
                start = back
        left += [(start, end)] if start < end else []
    return tuple(left)


def _near(found: Found, kept: Sequence[Found]) -> int | None:
    """Return which of those kept last, in order of time, another list has of the same sign-in."""
    opened = found[1].session.opened
    for place in range(len(kept) - 1, max(-1, len(kept) - 1 - MOST_NEAR), -1):
        piece, trace = kept[place]
        before = times(trace)
        if opened is None or not before or opened - before[0] > MAIL:
            return None
        if piece.name != found[0].name and _is_one(trace, found[1]):
            return place
    return None


def _worth(found: Found) -> tuple[bool, bool, timedelta, bool]:
    """Say which of two that tell of one sign-in speaks: the signed one, if it has an address; then the fuller one."""
    session, at = found[1].session, times(found[1])
    return (
        found[1].signed and session.ip is not None, session.ip is not None,
        at[-1] - at[0] if at else timedelta(), found[1].signed,
    )  # fmt: skip


def _is_one(one: Trace, other: Trace) -> bool:
    """Say whether two traces of different lists can be of one sign-in: at one time, and nothing in them differs."""
    if one.session.kind not in SPANS or other.session.kind not in SPANS:
        return False
    if one.session.opened is None or other.session.opened is None:
        return False
    apart = MAIL if one.notice != other.notice else NEAR
    if abs(one.session.opened - other.session.opened) > apart:
        return False
    pairs = (
        (_home(one), _home(other)), (one.operating_system, other.operating_system), (one.browser, other.browser),
    )  # fmt: skip
    return all(not left or not right or left == right for left, right in pairs)


def _home(trace: Trace) -> str:
    return neighbourhood(trace.session.ip) if trace.session.ip else ""


def _same(trace: Trace) -> tuple[str, ...]:
    one = trace.session
    at = (str(one.opened or one.last_seen), str(one.last_seen or one.opened))
    return (one.kind, *at, one.ip or "", one.device or "", one.client or "")


def _contradict(one: Session, other: Session) -> bool:
    """Say whether two records of one sign-in cannot both be true; a later last use of it is no contradiction."""
    if one.opened is not None and other.opened is not None and one.opened != other.opened:
        return True
    pairs = ((one.ip, other.ip), (one.device, other.device), (one.client, other.client))
    return one.last_seen == other.last_seen and any(left and right and left != right for left, right in pairs)


def _differing(sessions: Sequence[Session]) -> str:
    said: Mapping[str, set[object]] = {
        "time": {one.opened for one in sessions if one.opened}, "address": {one.ip for one in sessions if one.ip},
        "device": {one.device for one in sessions if one.device},
        "application": {one.client for one in sessions if one.client},
    }  # fmt: skip
    return listed([name for name, values in said.items() if len(values) > 1])


class _Index:
    """Finds in one list what tells of a sign-in, without comparing each with each."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self.kinds = {trace.session.kind for trace in traces}
        self.days = {_day(trace) for trace in traces if trace.session.kind == BY_DAY}
        self._minutes: dict[int, list[Trace]] = {}
        for trace in traces:
            if trace.session.kind in SPANS and trace.session.opened is not None:
                self._minutes.setdefault(_minute(trace.session.opened), []).append(trace)

    def has(self, trace: Trace) -> bool:
        """Say whether this list tells of the same sign-in."""
        assert trace.session.opened is not None  # only those with a beginning are asked for
        reach = int(MAIL / NEAR) + 1
        middle = _minute(trace.session.opened)
        near = (one for at in range(middle - reach, middle + reach + 1) for one in self._minutes.get(at, ()))
        return any(_same(one) == _same(trace) or _is_one(one, trace) for one in near)


def _lacks(told: Told, index: _Index, trace: Trace) -> bool:
    """Say whether a list should have this sign-in and does not; a list by days is asked for the day and the address."""
    at, kind = times(trace), trace.session.kind
    if _is_private(trace.session.ip):
        return False  # a server behind another one notes that one's address, for sign-ins that the other notes too
    if not at or told.covers_from is None or told.covers_until is None:
        return False
    if not told.covers_from < at[0] < told.covers_until:
        return False
    if index.kinds & SPANS:
        return kind in SPANS and trace.session.opened is not None and not index.has(trace)
    by_day = BY_DAY in index.kinds and trace.session.ip is not None and kind in {*SPANS, BY_DAY}
    whole = told.covers_from.date() < at[0].date() < told.covers_until.date()
    return by_day and whole and _day(trace) not in index.days


def _is_private(ip: str | None) -> bool:
    try:
        return ip is not None and is_private(address(ip))
    except ValueError:
        return False


def _disagreement(held: Piece, other: Piece, missing: Sequence[Trace]) -> Disagreement:
    at = [time for trace in missing for time in times(trace)]
    said = counted(len(missing), "sign-in")
    begun, ended = held.told.covers_from, held.told.covers_until
    assert begun is not None  # only lists that cover a span are asked
    assert ended is not None
    start, end = min(at) - AROUND, max(at) + AROUND
    void = _overlap((begun, ended), other.told)
    return Disagreement(
        start=start, end=end, void=(min(void[0], start), max(void[1], end)),
        names=(held.name, other.name),
        because=f"{other.name} has {said} that {held.name} covers and does not have, the first at "
        f"{utc(min(at))} UTC: one of them is not whole, or not true",
    )  # fmt: skip


def _overlap(span: Span, told: Told) -> Span:
    """Return the part of a span that another list covers too; all of it where that one covers none."""
    if told.covers_from is None or told.covers_until is None:
        return span
    return max(span[0], told.covers_from), min(span[1], told.covers_until)


def _day(trace: Trace) -> tuple[object, str]:
    at = times(trace)
    return (at[-1].date() if at else None, _home(trace))


def _minute(time: datetime) -> int:
    return int(time.timestamp() // NEAR.total_seconds())
