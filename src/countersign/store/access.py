"""Joins all that is known of how an account was reached: archives and added evidence, each address looked up."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from countersign.activity import Activity, Identity, Session
from countersign.investigate.facts import Duty, SignIn, Travel
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import Networks
from countersign.text import counted, listed, utc

Span = tuple[datetime, datetime]

_LISTED_DAYS = "ip use"
"""The kind of session of which an archive has all of the last 60 days (formats, F5)."""
_ARCHIVE = "x-archive"
_NO_SIGN_INS = frozenset({"device", "presence", "key"})
"""Traces that tell something without an address."""
_AROUND = timedelta(hours=12)
"""How long a sign-in may be in use: as long as a working day, so that it hides what was done before the next."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How an account was reached, as far as lists and mails tell; all in order of time.

    `covers` are the spans of which some list has every sign-in; `covers_from` and `covers_until` bound the latest of
    them, None where there is none. Outside of them a missing sign-in says nothing. `sign_ins` hold each trace once.
    Left out, and told of in `remarks`, are those of which two lists say different things, and sign-ins from private
    addresses: nobody knows from where they were, so that no list covers the hours around them either. `tables` are the
    tables of networks in use, with their dates.
    """

    sign_ins: tuple[SignIn, ...] = ()
    duties: tuple[Duty, ...] = ()
    travels: tuple[Travel, ...] = ()
    grants: tuple[Session, ...] = ()
    changes: tuple[Activity, ...] = ()
    covers: tuple[Span, ...] = ()
    covers_from: datetime | None = None
    covers_until: datetime | None = None
    remarks: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence as it is joined: what people call it (`name`), and what it told."""

    name: str
    told: Told


def joined(
    pieces: Sequence[Piece], sessions: Sequence[Session], identities: Sequence[Identity], networks: Networks
) -> Access:
    """Return all that archives (`sessions`, `identities`) and added pieces tell together."""
    archived = Piece(name="the archive", told=_archive(sessions, identities))
    every = (archived, *pieces)
    traces, remarks = _once([(piece, trace) for piece in every for trace in piece.told.traces])
    found = [_sign_in(piece, trace, networks) for piece, trace in traces]
    hidden = [one for one in found if _is_hidden(one)]
    covers = _without(_merged(_spans(every)), _merged(_around(hidden)))
    return Access(
        sign_ins=tuple(one for one in found if not _is_hidden(one)),
        duties=tuple(sorted(_duties(every), key=lambda duty: (duty.start, duty.end, duty.who))),
        travels=tuple(sorted(_travels(every), key=lambda travel: (travel.start, travel.end, travel.who))),
        grants=_distinct(grant for piece in every for grant in piece.told.grants),
        changes=tuple(sorted(
            {change.id: change for piece in every for change in piece.told.changes}.values(), key=_change_order
        )),
        covers=covers,
        covers_from=covers[-1][0] if covers else None,
        covers_until=covers[-1][1] if covers else None,
        remarks=(*remarks, *_hidden(hidden), *_missing(pieces), *_overlaps(every), *(
            f"{piece.name}: {remark}" for piece in pieces for remark in piece.told.remarks
        ), *networks.remarks),
        tables=tuple(f"{one.name}, {one.date or 'without a date'}, {one.path}" for one in networks.tables),
    )  # fmt: skip


def _archive(sessions: Sequence[Session], identities: Sequence[Identity]) -> Told:
    days = [one.last_seen for one in sessions if one.kind == _LISTED_DAYS and one.source == _ARCHIVE and one.last_seen]
    as_of = [who.as_of for who in identities if who.as_of is not None]
    known = bool(days and as_of)
    return Told(
        kind="sessions",
        traces=tuple(_trace(one) for one in sessions if one.kind != "application"),
        grants=tuple(one for one in sessions if one.kind == "application"),
        covers_from=max(min(days), max(as_of) - timedelta(days=60)) if known else None,
        covers_until=max(as_of) if known else None,
    )


def _trace(session: Session) -> Trace:
    agent = f"{session.device or ''} {session.client or ''}"
    return Trace(session=session, operating_system=operating_system(agent), browser=browser(agent))


def _once(traces: Sequence[tuple[Piece, Trace]]) -> tuple[list[tuple[Piece, Trace]], list[str]]:
    """Return each trace once, without those of which two lists say different things, and what was done."""
    refuted, remarks = _contradicted(traces)
    kept: dict[tuple[str, ...], tuple[Piece, Trace]] = {}
    again = 0
    for piece, trace in traces:
        if trace.native_id in refuted:
            continue
        again += _same(trace) in kept
        before = kept.get(_same(trace), (piece, trace))
        kept[_same(trace)] = max(before, (piece, trace), key=lambda one: (one[1].signed, one[1].notice))
    if again:
        remarks.append(f"{counted(again, 'sign-in is', 'sign-ins are')} told more than once, and counted once")
    return sorted(kept.values(), key=lambda one: _order(one[1])), remarks


def _contradicted(traces: Sequence[tuple[Piece, Trace]]) -> tuple[frozenset[str], list[str]]:
    """Return the names of sign-ins of which different things are said, and sentences about them."""
    named: dict[str, list[tuple[Piece, Trace]]] = {}
    for piece, trace in traces:
        if trace.native_id:
            named.setdefault(trace.native_id, []).append((piece, trace))
    refuted, remarks = set(), []
    for native_id, found in named.items():
        if any(_contradict(found[0][1].session, other.session) for _, other in found[1:]):
            refuted.add(native_id)
            places = listed(sorted({piece.name for piece, _ in found}))
            remarks.append(f"different things are said of sign-in {native_id[:60]} in {places}: it is not used")
    return frozenset(refuted), remarks


def _contradict(one: Session, other: Session) -> bool:
    """Say whether two records of one sign-in cannot both be true; a later last use of it is no contradiction."""
    if one.opened is not None and other.opened is not None and one.opened != other.opened:
        return True
    pairs = ((one.ip, other.ip), (one.device, other.device), (one.client, other.client))
    return one.last_seen == other.last_seen and any(left and right and left != right for left, right in pairs)


def _same(trace: Trace) -> tuple[str, ...]:
    one = trace.session
    times = (str(one.opened or one.last_seen), str(one.last_seen or one.opened))
    return (one.kind, *times, one.ip or "", one.device or "", one.client or "")


def _missing(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield where one list has sign-ins of which another, that covers their time, knows nothing."""
    lists = [piece for piece in pieces if piece.told.kind == "sessions" and piece.told.covers_from is not None]
    known = [frozenset(map(_same, piece.told.traces)) for piece in lists]
    for one, held in zip(lists, known, strict=True):
        for other in lists:
            lacking = [trace for trace in other.told.traces if _lacks(one.told, held, trace)]
            if lacking:
                first = min(_times(trace)[0] for trace in lacking)
                yield (
                    f"{other.name} has {counted(len(lacking), 'sign-in')} that {one.name} covers and does not have, "
                    f"the first at {utc(first)} UTC: one of them is not whole"
                )


def _lacks(told: Told, held: frozenset[tuple[str, ...]], trace: Trace) -> bool:
    if not _times(trace) or told.covers_from is None or told.covers_until is None:
        return False
    alike = trace.session.kind == told.traces[0].session.kind if told.traces else False
    return alike and told.covers_from < _times(trace)[0] < told.covers_until and _same(trace) not in held


def _overlaps(pieces: Iterable[Piece]) -> Iterator[str]:
    shifts = sorted(
        ((piece.name, shift) for piece in pieces for shift in piece.told.shifts),
        key=lambda one: (one[1].who, one[1].start, one[1].end),
    )
    for (name, before), (other, after) in pairwise(shifts):
        if name != other and before.who == after.who and after.start < before.end:
            yield f"{before.who} is on duty twice at {utc(after.start)} UTC, in {name} and in {other}"


def _sign_in(piece: Piece, trace: Trace, networks: Networks) -> SignIn:
    fact = networks.of(trace.session.ip)
    session = msgspec.structs.replace(
        trace.session, asn=trace.session.asn or fact.asn, network=trace.session.network or fact.organisation or None
    )
    return SignIn(
        session=session,
        country=trace.country or fact.country,
        asn=session.asn,
        network=fact.kind,
        operating_system=trace.operating_system,
        browser=trace.browser,
        vouched="platform-signed" if trace.signed else "as told",
        ref=piece.name,
        notice=trace.notice,
    )


def _duties(pieces: Iterable[Piece]) -> set[Duty]:
    return {
        Duty(who=one.who, start=one.start, end=one.end, source=piece.name)
        for piece in pieces for one in piece.told.shifts
    }  # fmt: skip


def _travels(pieces: Iterable[Piece]) -> set[Travel]:
    return {
        Travel(who=one.who, start=one.start, end=one.end, country=one.country, source=piece.name)
        for piece in pieces for one in piece.told.journeys
    }  # fmt: skip


def _distinct(grants: Iterable[Session]) -> tuple[Session, ...]:
    found = {(one.client, one.opened, one.last_seen, one.permissions): one for one in grants}
    return tuple(sorted(found.values(), key=lambda one: (str(one.opened or one.last_seen or ""), one.client or "")))


def _spans(pieces: Iterable[Piece]) -> Iterator[Span]:
    for told in (piece.told for piece in pieces):
        if told.covers_from is not None and told.covers_until is not None:
            yield told.covers_from, told.covers_until


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _is_hidden(one: SignIn) -> bool:
    """Say whether nobody can know from where a sign-in was."""
    return one.network == "private" and one.session.kind not in _NO_SIGN_INS


def _around(hidden: Iterable[SignIn]) -> Iterator[Span]:
    for one in hidden:
        begun, ended = one.session.opened or one.session.last_seen, one.session.last_seen or one.session.opened
        if begun is not None and ended is not None:
            yield begun - _AROUND, ended + _AROUND


def _without(spans: Iterable[Span], gaps: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans without gaps; both in order, and apart from each other."""
    left: list[Span] = []
    for start, end in spans:
        for gone, back in gaps:
            if gone < end and back > start:
                left += [(start, gone)] if gone > start else []
                start = back
        left += [(start, end)] if start < end else []
    return tuple(left)


def _hidden(hidden: Sequence[SignIn]) -> Iterator[str]:
    if hidden:
        yield f"{counted(len(hidden), 'sign-in')} from private addresses: they tell nothing, and are not used"


def _times(trace: Trace) -> list[datetime]:
    return [time for time in (trace.session.opened, trace.session.last_seen) if time is not None]


def _order(trace: Trace) -> tuple[float, str, str]:
    times = _times(trace)
    return (times[0].timestamp() if times else float("-inf"), trace.session.kind, trace.session.ip or "")


def _change_order(change: Activity) -> tuple[float, str]:
    at = change.published or change.start_time
    return (at.timestamp() if at else float("-inf"), change.id)
