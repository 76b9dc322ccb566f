"""Investigates an incident that the engine found: gathers the facts from what was read or kept, and weighs them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import Activity, from_columns
from countersign.engine.answers import statements
from countersign.engine.verdict import MADE_UP, Reading, Verdict
from countersign.incident.incident import Incident
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.facts import Doubt, Elsewhere, Facts, Hand, SignIn, Statement
from countersign.investigate.gathering import Subject, gather
from countersign.investigate.span import first_time
from countersign.store import Store
from countersign.store.access import Access
from countersign.text import visible

CROWD: Final = timedelta(hours=1)
"""How near the same thing on another account must be to be the same event (method.md 10.4)."""
MOST_ELSEWHERE: Final = 1000


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What people and models add to an account's own records: access, answers, hands, and the operators' labels."""

    access: Access = Access()
    statements: tuple[Statement, ...] = ()
    hands: tuple[Hand, ...] = ()
    operators: tuple[str, ...] = ()
    run_by_us: bool = True


def beside_of(store: Store, incident: Incident, tables: Sequence[str], access: Access | None = None) -> Beside:
    """Return what a store adds to an incident; `access` is looked up in tables of networks unless it is given."""
    kinds = {(one.account, one.platform): one.kind for one in store.accounts()}
    return Beside(
        access=access or store.access(incident.account, incident.platform, tables=tables),
        statements=statements(store, incident.number),
        run_by_us=kinds.get((incident.account, incident.platform), "own") == "own",
    )


def facts_of(verdict: Verdict, incident: Incident, home_zone: str, beside: Beside | None = None) -> Facts:
    """Return the facts of one incident of a verdict; without a store, with the sign-ins that the files hold."""
    reading = verdict.reading
    told = beside or Beside(access=access_of(reading, incident))
    facts = gather(_subject(verdict, incident, home_zone), _own(reading.actions, incident))
    since, until = _covered(told.access, facts)
    return msgspec.structs.replace(
        facts,
        handle=_handle(reading, incident),
        run_by_us=told.run_by_us,
        operators=told.operators,
        sign_ins=told.access.sign_ins,
        sign_ins_from=since,
        sign_ins_until=until,
        covers=told.access.covers,
        doubts=tuple(Doubt(start=one.start, end=one.end, because=one.because) for one in told.access.disagreements),
        access_remarks=told.access.remarks,
        tables=told.access.tables,
        grants=told.access.grants,
        changes=_distinct((*facts.changes, *told.access.changes)),
        duties=told.access.duties,
        travels=told.access.travels,
        statements=told.statements,
        hands=told.hands,
        elsewhere=tuple(_elsewhere(reading.actions, facts)),
        watched_accounts=pc.count_distinct(reading.actions["account"]).as_py(),
    )


def access_of(reading: Reading, incident: Incident) -> Access:
    """Return how an account was reached, as far as the files that were read tell."""
    from countersign.sources.networks import opened
    from countersign.store.access import joined

    sessions = [one for one in reading.sessions if one.account == incident.account]
    identities = [one for one in reading.identities if one.account == incident.account]
    with opened([]) as networks:
        return joined([], sessions, identities, networks)


def end_of_story(facts: Facts) -> datetime | None:
    """Return from when deadlines of a made-up account are looked at; None for a real one, where today counts."""
    return facts.as_of if all(one.source == MADE_UP for one in facts.actions) else None


def enter(store: Store, evaluation: Evaluation, facts: Facts, *, tool: str) -> int:
    """Put into the evidence log that an incident was weighed, how, and with what result; return the leaf.

    Numbers are text: canonical JSON has no fractions.
    """
    return store.log.enter(
        "analysis", {**told(evaluation), "kind": "evaluation", "tool": tool, "v": 1},
        account=facts.account, platform=facts.platform,
    )  # fmt: skip


def told(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain values: text, whole numbers, lists and objects."""
    return {
        "answer": evaluation.answer,
        "findings": [
            {
                "because": visible(one.because), "basis": one.basis, "cases": one.cases, "group": one.group,
                "exhibits": list(map(visible, one.exhibits)), "history": one.history, "name": one.name,
                "source": visible(one.source),
                "ratios": {key: _text(ratio.log10) for key, ratio in one.ratios.items()},
            }
            for one in evaluation.findings
        ],
        "incident": evaluation.incident,
        "method": evaluation.method,
        "missing": [one.name for one in evaluation.missing],
        "weights": {":".join(one.pair): _text(one.log10) for one in evaluation.weights},
    }  # fmt: skip


def _subject(verdict: Verdict, incident: Incident, home_zone: str) -> Subject:
    ids = verdict.reading.actions["id"]
    as_of = [who.as_of for who in verdict.reading.identities if who.account == incident.account and who.as_of]
    return Subject(
        incident=incident,
        ids=tuple(surprise.id for surprise in incident.surprises),
        undone={ids[done].as_py(): ids[undo].as_py() for done, undo in incident.undone},
        home_zone=home_zone,
        as_of=max([*as_of, *_last(verdict, incident)]),
    )


def _handle(reading: Reading, incident: Incident) -> str:
    whose = [one for one in reading.identities if (one.account, one.platform) == (incident.account, incident.platform)]
    return next((one.handle for one in whose if one.handle), "")


def _last(verdict: Verdict, incident: Incident) -> Iterator[datetime]:
    last = pc.max(_own(verdict.reading.actions, incident)["time"]).as_py()
    yield last or incident.ended or incident.alarm_time or datetime.min.replace(tzinfo=UTC)


def _own(actions: pa.Table, incident: Incident) -> pa.Table:
    own = pc.and_(pc.equal(actions["account"], incident.account), pc.equal(actions["platform"], incident.platform))
    return actions.filter(own)


def _covered(access: Access, facts: Facts) -> tuple[datetime | None, datetime | None]:
    """Return the span that the lists of sign-ins cover: that of the incident's beginning, or the latest."""
    first = first_time(facts)
    if access.covers:
        holding = (span for span in access.covers if first and span[0] <= first <= span[1])
        return next(holding, access.covers[-1])
    spans = ((one.session.opened, one.session.last_seen) for one in access.sign_ins if _whole(one))
    times = [time for span in spans for time in span if time]
    return (min(times), max(times)) if times else (None, None)


def _whole(one: SignIn) -> bool:
    """Say whether a sign-in stands in a list of all of them: those of made-up accounts are whole up to the last one."""
    return one.session.source == MADE_UP and one.session.kind == "ip use"


def _distinct(changes: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple({one.id: one for one in changes}.values())


def _elsewhere(actions: pa.Table, facts: Facts) -> Iterator[Elsewhere]:
    """Yield what other accounts did within the hour that is the same as something of the incident."""
    times = [one.published for one in facts.actions if one.published]
    if not times:
        return
    kind = pa.timestamp("us", "UTC")
    start, end = pa.scalar(min(times) - CROWD, kind), pa.scalar(max(times) + CROWD, kind)
    near = pc.and_(pc.greater_equal(actions["time"], start), pc.less_equal(actions["time"], end))
    others = pc.and_(near.fill_null(fill_value=False), pc.not_equal(actions["account"], facts.account))
    marks = _marks(facts)
    for one in from_columns(actions.filter(others).slice(0, MOST_ELSEWHERE)):
        for what, values in marks.items():
            if values & _values(one)[what]:
                yield Elsewhere(account=one.actor, what=what, at=one.published)  # type: ignore[arg-type]
                break


def _marks(facts: Facts) -> dict[str, set[str]]:
    """Return what would be the same: new links, whole texts, what was acted on, and clients that it never used."""
    every = [_values(one) for one in facts.actions]
    marks = {what: {value for one in every for value in one[what]} for what in ("url", "text", "target")}
    return {**marks, "client": {one.instrument for one in facts.actions if one.instrument} - set(facts.clients)}


def _values(one: Activity) -> Mapping[str, set[str]]:
    written = one.verb in ("post", "reply", "quote")
    return {
        "url": set(one.links) if written else set(),
        "text": {one.content} if written and one.content else set(),
        "target": {one.object} if one.object and not written else set(),
        "client": {one.instrument} if one.instrument else set(),
    }


def _text(value: float) -> str:
    return f"{value:.3f}"
