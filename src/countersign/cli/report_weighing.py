"""Weighs the explanations of an incident for its report, and checks what was said in public against the record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from countersign.activity import Activity, Session
from countersign.cli.claims_kept import claims_of
from countersign.cli.console import Console
from countersign.cli.own_ratios import owns_of, with_owns
from countersign.cli.report_case import BEYOND, UNNAMED, access_words, person, place_words
from countersign.cli.report_state import State
from countersign.engine.investigating import Beside, beside_of, facts_of
from countersign.engine.verdict import Verdict
from countersign.incident.incident import Incident
from countersign.investigate.claims import check_claim
from countersign.investigate.examining import investigate
from countersign.investigate.facts import Facts, SignIn
from countersign.investigate.reach import reach
from countersign.report import Case
from countersign.report.case import Access, Looked, Reply
from countersign.report.words import Held, Kind, Words, plain, told
from countersign.store import Store
from countersign.text import listed

NEAR = timedelta(days=2)
"""How far from the incident a trace of access is told of."""


MOST_REMARKS = 30
"""Sentences on access that a reader will read."""


def weighed(
    console: Console, verdict: Verdict, incident: Incident, case: Case, store: Store | None,
    state: State | None = None, *, hands: bool = False,
) -> Case:  # fmt: skip
    """Return the case with the weighing, the claims and the replies that there are; `hands` also learns whose hand."""
    facts = facts_for(console, verdict, incident, case.home_zone, store)
    if hands:
        from countersign.engine.handedness import with_hands  # its numerics take a second to load

        facts = with_hands(facts, verdict)
    claims = claims_of(state, case.number) if state else ()
    case = msgspec.structs.replace(case, known={**case.known, **_known(facts)})
    ours = investigate(facts)
    owns = owns_of(state, case.number, ours) if state else ()
    return msgspec.structs.replace(
        case,
        evaluation=ours,
        own_ratios=owns,
        theirs=with_owns(ours, owns),
        run_by_us=facts.run_by_us,
        access=_access(facts),
        looked=tuple(one for one in case.looked if not _is_of_access(one)),
        access_told=tuple(told(one, case.known, own=case.own) for one in _on_access(facts)),
        grants=tuple(_granted(one) for one in facts.grants),
        changes=tuple(_changed(one) for one in facts.changes),
        claims=tuple(check_claim(facts, one) for one in claims),
        replies=tuple(
            Reply(who=(person(one.who),), at=one.at, said=one.said, leaf=one.leaf) for one in facts.statements
        ),
    )


def _is_of_access(looked: Looked) -> bool:
    """Say whether it is that the bits do not look at access: the investigation did, and says how far it reaches."""
    return looked.what == BEYOND and plain(looked.because).startswith("access:")


def facts_for(console: Console, verdict: Verdict, incident: Incident, home_zone: str, store: Store | None) -> Facts:
    """Return the facts that claims about an incident are checked against."""
    return facts_of(verdict, incident, home_zone, _beside(console, store, incident) if store else None)


def _beside(console: Console, store: Store, incident: Incident) -> Beside:
    return beside_of(store, incident, console.settings.config.evidence.networks)


def _known(facts: Facts) -> dict[str, Kind]:
    """Return what these facts tell of people and machines, by its kind."""
    known: dict[str, Kind] = {}
    for sign_in in facts.sign_ins:
        known |= {one: "address" for one in (sign_in.session.ip,) if one}
        known |= {one: "device" for one in (sign_in.session.device,) if one}
    people = {one.who for one in facts.duties} | {one.who for one in facts.travels} | set(facts.operators)
    people |= {one.who for one in facts.statements}
    known |= {who: "person" for who in people if who and not UNNAMED.fullmatch(who)}
    return known


def _access(facts: Facts) -> tuple[Access, ...]:
    """Return the traces of access near the incident."""
    times = [one.published for one in (*facts.actions, *facts.undone.values()) if one.published]
    if not times:
        return ()
    start, end = min(times) - NEAR, max(times) + NEAR
    found = [(at, one) for one in facts.sign_ins if (at := one.session.opened or one.session.last_seen)]
    return tuple(_told(one) for at, one in sorted(found, key=lambda pair: pair[0]) if start <= at <= end)


def _on_access(facts: Facts) -> Iterator[str]:
    """Yield sentences on how the account was reached; a table's place on this disk is nobody's business."""
    yield f"How the account was reached: {reach(facts)}."
    yield from (f"{one}." for one in facts.access_remarks[:MOST_REMARKS])
    if len(facts.access_remarks) > MOST_REMARKS:
        yield f"And {len(facts.access_remarks) - MOST_REMARKS:,} more, in countersign investigate --format json."
    for table in facts.tables:
        yield f"Networks are named by a table: {table.rpartition(', ')[0]}."


def _told(sign_in: SignIn) -> Access:
    session = sign_in.session
    network = "" if sign_in.network == "unknown" else f"{sign_in.network} network"
    about = [part for part in (network, sign_in.country, f"AS{sign_in.asn}" if sign_in.asn else "") if part]
    place = (*place_words(session), f" ({listed(about)})") if about else place_words(session)
    return Access(
        at=session.opened or session.last_seen, until=_until(session), what=access_words(session), place=place,
        vouched=sign_in.vouched,
    )  # fmt: skip


def _granted(session: Session) -> Access:
    """Return an application that has access: what it is, and since when."""
    allowed = f", allowed to: {listed(list(session.permissions))}" if session.permissions else ""
    name = session.client or session.device
    what: Words = (Held(kind="application", value=name),) if name else ("an application without a name",)
    return Access(
        at=session.opened, until=_until(session), what=("let in: ", *what, allowed), place=(), vouched="as told"
    )


def _until(session: Session) -> datetime | None:
    spans = session.opened is not None and session.last_seen is not None and session.last_seen > session.opened
    return session.last_seen if spans else None


def _changed(change: Activity) -> Access:
    """Return a change of how the account is reached; what it was changed to is somebody's, so a person's matter."""
    note: Words = (": ", Held(kind="person", value=change.note)) if change.note else ()
    return Access(
        at=change.published, start=change.start_time, end=change.end_time, vouched="as told",
        what=(f"changed {change.object or 'something'}", *note), place=(),
    )  # fmt: skip
