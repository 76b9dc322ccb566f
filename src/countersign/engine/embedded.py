"""Runs everything in one process: reads nothing, keeps nothing, answers for a reading under given settings."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice, pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.config import Settings
from countersign.engine.beyond import not_looked_at
from countersign.engine.verdict import AccountVerdict, Answer, Reading, Verdict
from countersign.incident.grouping import Group, groups
from countersign.incident.incident import Incident
from countersign.score.alarm import ADOPTED, DAY, NOT_IMPORTANT, NOT_US, US
from countersign.score.explain import explain
from countersign.score.kernel import UNITS
from countersign.score.scorer import Scorer, score, scorer
from countersign.score.surprise import Surprise
from countersign.score.walk import Outcome

MOST_ROUNDS = 4
"""An answer may change which incidents follow, and these may be answered too: so often it is looked at anew."""
NEEDED = 200
"""Actions that a habit should hold before "nothing unusual" means something."""
HOUR = DAY / 24.0
Mark = Literal["it was us", "it was not us", "not important"]
_MARKS: Mapping[str, int] = {"it was us": US, "it was not us": NOT_US, "not important": NOT_IMPORTANT}


def check(reading: Reading, settings: Settings, *, marks: Mapping[str, str] | None = None) -> Verdict:
    """Return the answer for a reading. `marks` gives by an alarm's action id what people said of its incident."""
    config = settings.config
    with_ = scorer(
        "compact" if config.score.preset == "compact" else "rich",
        {
            "alerts": config.alarm.alerts_per_period,
            "period": config.alarm.period_days * DAY,
            "cap": config.alarm.hard_cap,
            "hold": config.alarm.incident_hours * HOUR,
            "adopt": config.alarm.adopt_days * DAY,
            "longest": 2.0 * config.alarm.adopt_days * DAY,
        },
        _zones(reading, settings),
    )
    bounds = account_bounds(reading.actions)
    out = score(reading.actions, bounds, with_)
    said = np.zeros(reading.actions.num_rows, dtype=np.int8)
    for _ in range(MOST_ROUNDS if marks else 0):
        heard = _said(reading.actions, out, bounds, marks or {})
        if np.array_equal(heard, said):
            break
        said = heard
        out = score(reading.actions, bounds, with_, said)
    return _verdict(reading, out, bounds, with_, settings)


def surprises(verdict: Verdict, rows: Iterable[int]) -> Iterator[Surprise]:
    """Yield the surprise of each of these rows, with every share's sentence."""
    if verdict.outcome is None or verdict.scorer is None:
        return
    yield from explain(
        verdict.reading.actions, verdict.outcome, verdict.scorer, rows, verdict.incident_of, _usual_of(verdict)
    )


def account_bounds(actions: pa.Table) -> list[int]:
    """Return where each account's rows begin, and where the last one's end, for a table ordered by account."""
    if actions.num_rows == 0:
        return [0]
    names = actions["account"].combine_chunks()
    platforms = actions["platform"].combine_chunks()
    changed = pc.or_(pc.not_equal(names[1:], names[:-1]), pc.not_equal(platforms[1:], platforms[:-1]))
    return [0, *(int(at) + 1 for at in np.flatnonzero(np.asarray(changed))), actions.num_rows]


def _zones(reading: Reading, settings: Settings) -> dict[str, str]:
    told = {who.account: who.time_zone for who in reading.identities if who.time_zone}
    return {"": settings.config.account.home_zone, **told, **settings.config.account.zones}


def _said(actions: pa.Table, out: Outcome, bounds: list[int], marks: Mapping[str, str]) -> npt.NDArray[np.int8]:
    """Return what people said, at the last action of each answered incident: so it stays the incident that it was."""
    heard = np.zeros(actions.num_rows, dtype=np.int8)
    known = pa.array(list(marks), type=pa.large_string())
    answered = set(np.flatnonzero(np.asarray(pc.is_in(actions["id"], value_set=known))).tolist())
    for start, stop in pairwise(bounds):
        if not answered.intersection(range(start, stop)):
            continue
        for group in groups(out, start, stop, actions):
            for row in answered.intersection(range(group.onset, group.last + 1)):
                heard[group.last] = _MARKS.get(marks[actions["id"][row].as_py()], 0)
    return heard


def _verdict(reading: Reading, out: Outcome, bounds: list[int], with_: Scorer, settings: Settings) -> Verdict:
    actions = reading.actions
    incident_of, usual = np.zeros(actions.num_rows, dtype=np.int32), np.zeros(actions.num_rows)
    found: list[Group] = []
    accounts: list[AccountVerdict] = []
    for start, stop in pairwise(bounds):
        usual[start:stop] = np.median(out.units[start:stop]) / UNITS
        own = dict[int, Group]()
        for group in groups(out, start, stop, actions):
            found.append(group)
            incident_of[list(group.rows)] = len(found)
            own[len(found)] = group
        accounts.append(_account(reading, out, start, stop, own, incident_of))
    rows = (row for group in found for row in group.rows)
    explained = explain(actions, out, with_, rows, incident_of, usual)
    return Verdict(
        reading=reading,
        accounts=tuple(accounts),
        incidents=tuple(
            _incident(number, group, out, actions, tuple(islice(explained, len(group.rows))))
            for number, group in enumerate(found, start=1)
        ),
        bits=out.units / UNITS,
        incident_of=incident_of,
        preset=with_.plan.preset,
        alerts_per_period=settings.config.alarm.alerts_per_period,
        period_days=settings.config.alarm.period_days,
        outcome=out,
        scorer=with_,
    )


def _incident(number: int, group: Group, out: Outcome, actions: pa.Table, members: tuple[Surprise, ...]) -> Incident:
    return Incident(
        number=number,
        account=actions["account"][group.onset].as_py(),
        platform=actions["platform"][group.onset].as_py(),
        severity=group.severity,
        onset=when(actions, group.onset),
        ended=when(actions, group.last),
        alarm_time=when(actions, group.alarm),
        alarm_action=actions["id"][group.alarm].as_py(),
        alarm_native_id=actions["native_id"][group.alarm].as_py(),
        alert=group.alert,
        actions=group.actions,
        peak=group.peak,
        threshold=group.threshold,
        surprises=members,
        before=group.before,
        after=group.after,
        undone=group.undone,
        notes=_notes(out, group),
    )


def _notes(out: Outcome, group: Group) -> tuple[str, ...]:
    notes = []
    if out.known[group.alarm] < NEEDED:
        notes.append(f"unsure: the habit held only {out.known[group.alarm]} actions, about {NEEDED} are needed")
    if group.actions > len(group.rows):
        notes.append(f"only the first {len(group.rows)} of its {group.actions} actions are listed")
    if np.any(out.flags[group.last + 1 : group.until] & ADOPTED):
        notes.append("habit changed: nobody answered, so what it did since then counts as its habit")
    return tuple(notes)


def _account(
    reading: Reading, out: Outcome, start: int, stop: int, own: dict[int, Group], incident_of: npt.NDArray[np.int32]
) -> AccountVerdict:
    actions = reading.actions
    quiet = out.units[start:stop][incident_of[start:stop] == 0] / UNITS
    quiet = quiet if len(quiet) else np.zeros(1)
    learned = int(out.known[stop - 1]) + 1
    answer: Answer = "incident" if own else "nothing unusual" if learned >= NEEDED else "cannot tell"
    return AccountVerdict(
        account=actions["account"][start].as_py(),
        platform=actions["platform"][start].as_py(),
        start=start,
        stop=stop,
        answer=answer,
        usual=float(np.median(quiet)),
        quantile99=float(np.quantile(quiet, 0.99)),
        highest=float(quiet.max()),
        learned=learned,
        needed=NEEDED,
        incidents=tuple(own),
        not_looked_at=not_looked_at(reading, actions["account"][start].as_py(), _last_onset(actions, own.values())),
    )


def _last_onset(actions: pa.Table, own: Iterable[Group]) -> datetime | None:
    onsets = (when(actions, group.onset) for group in own)
    return max((onset for onset in onsets if onset is not None), default=None)


def when(actions: pa.Table, row: int) -> datetime | None:
    """Return when an action was, or the earliest that it can have been; None if neither is known."""
    found: datetime | None = actions["time"][row].as_py() or actions["start_time"][row].as_py()
    return found


def _usual_of(verdict: Verdict) -> npt.NDArray[np.float64]:
    out = np.zeros(verdict.reading.actions.num_rows)
    for account in verdict.accounts:
        out[account.start : account.stop] = account.usual
    return out
