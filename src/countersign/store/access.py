"""Joins all that is known of how an account was reached: archives and added evidence, each address looked up."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from countersign.activity import Activity, Identity, Session
from countersign.investigate.facts import Duty, SignIn, Travel
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.countries import zones
from countersign.sources.access.told import Journey, Told, Trace
from countersign.sources.networks import Networks, address
from countersign.store.comparing import AROUND, Disagreement, Piece, Span, contradicted, lacking, merged, once, without
from countersign.text import counted, utc

_LISTED_DAYS = "ip use"
"""The kind of session of which an archive has all of the last 60 days (formats, F5)."""
_ARCHIVE = "x-archive"
_NO_SIGN_INS = frozenset({"device", "presence", "key"})
"""Traces that tell something without an address."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How an account was reached, as far as lists and mails tell; all in order of time.

    `covers` are the spans of which some list has every sign-in; `covers_from` and `covers_until` bound the latest of
    them, None where there is none. Outside of them a missing sign-in says nothing. `sign_ins` hold each trace once.
    Left out, and told of in `remarks`, are those of which two lists say different things, and sign-ins from private
    addresses: nobody knows from where they were, so that no list covers the hours around them either; nor those around
    records that nobody could read, nor what two lists that disagree both cover. `disagreements` tell where lists cannot
    both be right, `again` how many sign-ins were told once more. `tables` are the tables of networks in use, with their
    dates.
    """

    sign_ins: tuple[SignIn, ...] = ()
    duties: tuple[Duty, ...] = ()
    travels: tuple[Travel, ...] = ()
    grants: tuple[Session, ...] = ()
    changes: tuple[Activity, ...] = ()
    covers: tuple[Span, ...] = ()
    covers_from: datetime | None = None
    covers_until: datetime | None = None
    disagreements: tuple[Disagreement, ...] = ()
    again: int = 0
    remarks: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


def joined(
    pieces: Sequence[Piece], sessions: Sequence[Session], identities: Sequence[Identity], networks: Networks
) -> Access:
    """Return all that archives (`sessions`, `identities`) and added pieces tell together."""
    archived = Piece(name="the archive", told=_archive(sessions, identities))
    every = (archived, *pieces)
    told = [(piece, trace) for piece in every for trace in piece.told.traces]
    refuted, differing = contradicted(told)
    traces, again = once(told, refuted)
    disagreements = (*differing, *lacking(every, refuted))
    found = [_sign_in(piece, trace, networks) for piece, trace in traces]
    hidden = [one for one in found if _is_hidden(one)]
    gone = (*_around(hidden), *_unread(every), *(one.void for one in disagreements))
    covers = without(merged(_spans(every)), merged(gone))
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
        disagreements=disagreements,
        again=again,
        remarks=(*_told_again(again), *(one.because for one in disagreements), *_hidden(hidden), *_overlaps(every), *(
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
        trace.session,
        ip=_plain(trace.session.ip),
        asn=trace.session.asn or fact.asn,
        network=trace.session.network or fact.organisation or None,
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


def _plain(ip: str | None) -> str | None:
    """Return an address in the one way in which it is compared; as it is, where it is none."""
    try:
        return str(address(ip)) if ip else None
    except ValueError:
        return ip


def _duties(pieces: Iterable[Piece]) -> set[Duty]:
    return {
        Duty(who=one.who, start=one.start, end=one.end, source=piece.name)
        for piece in pieces for one in piece.told.shifts
    }  # fmt: skip


def _travels(pieces: Iterable[Piece]) -> set[Travel]:
    return {_travel(one, piece.name) for piece in pieces for one in piece.told.journeys}


def _travel(journey: Journey, source: str) -> Travel:
    where = journey.country
    return Travel(
        who=journey.who, start=journey.start, end=journey.end, country=where, zones=zones(where), source=source
    )


def _distinct(grants: Iterable[Session]) -> tuple[Session, ...]:
    found = {(one.client, one.opened, one.last_seen, one.permissions): one for one in grants}
    return tuple(sorted(found.values(), key=lambda one: (str(one.opened or one.last_seen or ""), one.client or "")))


def _spans(pieces: Iterable[Piece]) -> Iterator[Span]:
    for told in (piece.told for piece in pieces):
        if told.covers_from is not None and told.covers_until is not None:
            yield told.covers_from, told.covers_until


def _is_hidden(one: SignIn) -> bool:
    """Say whether nobody can know from where a sign-in was."""
    return one.network == "private" and one.session.kind not in _NO_SIGN_INS


def _around(hidden: Iterable[SignIn]) -> Iterator[Span]:
    for one in hidden:
        begun, ended = one.session.opened or one.session.last_seen, one.session.last_seen or one.session.opened
        if begun is not None and ended is not None:
            yield begun - AROUND, ended + AROUND


def _unread(pieces: Iterable[Piece]) -> Iterator[Span]:
    for at in (at for piece in pieces for at in piece.told.unread_at):
        yield at - AROUND, at + AROUND


def _told_again(again: int) -> Iterator[str]:
    if again:
        yield f"{counted(again, 'sign-in is', 'sign-ins are')} told more than once, and counted once"


def _hidden(hidden: Sequence[SignIn]) -> Iterator[str]:
    if hidden:
        yield f"{counted(len(hidden), 'sign-in')} from private addresses: they tell nothing, and are not used"


def _change_order(change: Activity) -> tuple[float, str]:
    at = change.published or change.start_time
    return (at.timestamp() if at else float("-inf"), change.id)
