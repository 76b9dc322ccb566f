"""Looks at when it was: against the hours of the account's habit, the roster of the team, and declared journeys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from countersign.investigate.examinations.expecting import ESTIMATE, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.requests import to_people
from countersign.investigate.span import first_time, is_timed
from countersign.investigate.validation import cases_of, validated

ENOUGH: Final = 100
"""Past actions below which an hour's share is chance."""
RUN: Final = 3
"""Actions come in runs of about three (measured on public accounts): so many count as one case."""
FLAT: Final = 1 / 24
"""The share of an hour for somebody who keeps no hours of the account's: asleep elsewhere, or a machine."""
ODD: Final = 0.25
"""How much of a slip, and of an owner's own act, happens at hours unlike the account's: evenings, private time."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the hour says, and what the roster says of it (or that there is none)."""
    when = first_time(facts)
    if when is None or not is_timed(facts):
        return ()
    found: list[Finding | Missing] = [_habit(facts, when)] if sum(facts.hours) >= ENOUGH else []
    found.append(_roster(facts, when) if facts.duties else _no_roster(facts, when))
    return found


examination = Examination("hours", examine)


def _habit(facts: Facts, when: datetime) -> Finding:
    hour, total = when.astimezone(ZoneInfo(facts.home_zone)).hour, sum(facts.hours)
    near = sum(facts.hours[(hour + step) % 24] * weight for step, weight in ((-1, 0.25), (0, 0.5), (1, 0.25)))
    usual = (near + 0.5) / (total + 12)
    shares: dict[Key, float] = {
        "slip": (1 - ODD) * usual + ODD * FLAT, "insider": (1 - ODD) * usual + ODD * FLAT,
        "owner": (1 - ODD) * usual + ODD * FLAT, "staged": (usual + FLAT) / 2,
        "outsider": FLAT, "app": FLAT, "platform": FLAT,
    }  # fmt: skip
    return Finding(
        name="hour", group="behaviour", ratios=expected(shares, 1.5), basis="measured",
        cases=cases_of("hour"), history=total // RUN,
        because=f"{hour:02d}:00-{(hour + 1) % 24:02d}:00 at home: {facts.hours[hour]:,} of {total:,} past actions",
        exhibits=tuple(one.id for one in facts.actions),
        source=f"team: this account's own {total:,} actions (in runs of {RUN}); others: at any hour alike; "
        f"the team against an outsider {validated('hour')}",
    )  # fmt: skip


def _roster(facts: Facts, when: datetime) -> Finding:
    there = [duty.who for duty in facts.duties if duty.start <= when <= duty.end]
    away = {one.who for one in facts.travels if one.start <= when <= one.end}
    covered = _covered(facts)
    if there:
        shares: dict[Key, float] = dict.fromkeys(("outsider", "app", "platform"), covered)
        shares |= {"slip": 0.7, "insider": 0.6, "owner": 0.6, "staged": 0.6}
        said = f"on the roster then: {', '.join(sorted(set(there)))}"
    else:
        shares = dict.fromkeys(("outsider", "app", "platform"), 1 - covered)
        shares |= {"slip": 0.3, "insider": 0.4, "owner": 0.4, "staged": 0.4}
        said = "nobody was on the roster then"
    if away:
        said += f"; on a journey: {', '.join(sorted(away))}"
    return Finding(
        name="roster", group="behaviour", ratios=expected(shares, 2.0), basis="estimate", because=said,
        exhibits=tuple(sorted({duty.source for duty in facts.duties if duty.source})),
        source=f"the roster covers {100 * covered:.0f} % of its days; that people act off duty: {ESTIMATE}",
        assumes="" if there else "the team acts outside of the roster",
        assumed=() if there else ("slip",),
    )  # fmt: skip


def _covered(facts: Facts) -> float:
    """Return what part of the time between the roster's first and last entry somebody is on duty; overlaps once."""
    first, last = min(one.start for one in facts.duties), max(one.end for one in facts.duties)
    total, done, upto = (last - first).total_seconds(), 0.0, first
    for duty in sorted(facts.duties, key=lambda one: one.start):
        start = max(duty.start, upto)
        done += max(0.0, (duty.end - start).total_seconds())
        upto = max(upto, duty.end)
    return min(0.9, max(0.1, done / total)) if total > 0 else 0.5


def _no_roster(facts: Facts, when: datetime) -> Missing:
    return to_people(
        "roster", "behaviour", "who was on duty, and who was on a journey", "the team",
        (-0.7, 0.7), ("outsider", "slip"),
        f"Who was on duty for {facts.account} around {when:%Y-%m-%d %H:%M} UTC, and who was on a journey, where? "
        "An iCalendar file or a table (who, from, until) will do: countersign evidence add FILE",
    )  # fmt: skip
