"""Looks at when it was: against the hours of the account's habit, the roster of the team, and declared journeys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from countersign.investigate.examinations.expecting import ESTIMATE, JOURNEY, expected, reach
from countersign.investigate.facts import Facts, Travel
from countersign.investigate.finding import TEAM, Examination, Finding, Missing
from countersign.investigate.letter import minutes, named
from countersign.investigate.proposition import Key
from countersign.investigate.requests import to_people, until
from countersign.investigate.span import first_time, is_timed
from countersign.investigate.validation import cases_of, validated
from countersign.investigate.windows import WINDOWS

ENOUGH: Final = 100
"""Past actions below which an hour's share is chance."""
RUN: Final = 3
"""Actions come in runs of about three (measured on public accounts): so many count as one case."""
FLAT: Final = 1 / 24
"""The share of an hour for somebody who keeps no hours of the account's: asleep elsewhere, or a machine."""
ODD: Final = 0.25
"""How much of a slip, and of an owner's own act, happens at hours unlike the account's: evenings, private time."""

LEAST_COVERED: Final = 0.1
MOST_COVERED: Final = 0.9
"""No roster is taken to cover less, or more, of its time: nobody keeps one to the minute."""
X_ARCHIVE: Final = "x-archive"
_PAIR: Final[tuple[Key, Key]] = ("outsider", "slip")


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the hour says, and what the roster says of it (or that there is none)."""
    when = first_time(facts)
    if when is None or not is_timed(facts):
        return _webhook(facts)
    found: list[Finding | Missing] = [_habit(facts, when)] if sum(facts.hours) >= ENOUGH else []
    found.append(_roster(facts, when) if facts.duties else _no_roster(facts, when))
    return found


examination = Examination("hours", examine)


def _habit(facts: Facts, when: datetime) -> Finding:
    hour, total = when.astimezone(ZoneInfo(facts.home_zone)).hour, sum(facts.hours)
    usual, away = _usual(facts, hour), _away(facts, when)
    if away is not None:
        usual = (1 - JOURNEY) * usual + JOURNEY * _usual(facts, away[0])
    odd = (1 - ODD) * usual + ODD * FLAT
    shares: dict[Key, float] = {
        "slip": odd, "insider": odd, "owner": odd, "staged": (usual + FLAT) / 2,
        "outsider": FLAT, "app": FLAT, "platform": FLAT,
    }  # fmt: skip
    there = f"; on a declared journey to {away[1].country} it was {away[0]:02d}:00 or after" if away else ""
    said = f"{hour:02d}:00-{(hour + 1) % 24:02d}:00 at home: {facts.hours[hour]:,} of {total:,} past actions{there}"
    of_journey = "; while somebody is on a journey three in ten actions are theirs, an estimate" if away else ""
    return Finding(
        name="hour", group="behaviour", ratios=expected(shares, 1.5), basis="measured",
        cases=cases_of("hour"), history=total // RUN,
        because=said,
        exhibits=(*(one.id for one in facts.actions), *([away[1].source] if away and away[1].source else ())),
        source=f"team: this account's own {total:,} actions (in runs of {RUN}){of_journey}; others: at any hour alike; "
        f"the team against an outsider {validated('hour')}",
    )  # fmt: skip


def _usual(facts: Facts, hour: int) -> float:
    """Return the share of an hour among the account's own, its neighbours counting too; never 0."""
    near = sum(facts.hours[(hour + step) % 24] * weight for step, weight in ((-1, 0.25), (0, 0.5), (1, 0.25)))
    return (near + 0.5) / (sum(facts.hours) + 12)


def _away(facts: Facts, when: datetime) -> tuple[int, Travel] | None:
    """Return the declared journey at that time on whose clock the hour is the most usual, with that hour."""
    found = [
        (when.astimezone(ZoneInfo(zone)).hour, one)
        for one in facts.travels for zone in one.zones if one.start <= when <= one.end
    ]  # fmt: skip
    return max(found, key=lambda one: _usual(facts, one[0]), default=None)


def _roster(facts: Facts, when: datetime) -> Finding:
    there = [duty.who for duty in facts.duties if duty.start <= when <= duty.end]
    away = {one.who for one in facts.travels if one.start <= when <= one.end}
    covered = _covered(facts)
    said = f"on the roster then: {', '.join(sorted(set(there)))}" if there else "nobody was on the roster then"
    if away:
        said += f"; on a journey: {', '.join(sorted(away))}"
    shares = _on_duty(covered) if there else _off_duty(covered)
    return Finding(
        name="roster", group="behaviour", ratios=expected(shares, 2.0), basis="estimate", because=said,
        exhibits=tuple(sorted({duty.source for duty in facts.duties if duty.source})),
        source=f"the roster covers {100 * covered:.0f} % of its days; that people act off duty: {ESTIMATE}",
        assumes="" if there else "the team acts outside of the roster",
        assumed=() if there else ("slip",),
    )  # fmt: skip


def _on_duty(covered: float) -> dict[Key, float]:
    shares: dict[Key, float] = dict.fromkeys(("outsider", "app", "platform"), covered)
    return shares | {"slip": 0.7, "insider": 0.6, "owner": 0.6, "staged": 0.6}


def _off_duty(covered: float) -> dict[Key, float]:
    shares: dict[Key, float] = dict.fromkeys(("outsider", "app", "platform"), 1 - covered)
    return shares | {"slip": 0.3, "insider": 0.4, "owner": 0.4, "staged": 0.4}


def _covered(facts: Facts) -> float:
    """Return what part of the time between the roster's first and last entry somebody is on duty; overlaps once."""
    first, last = min(one.start for one in facts.duties), max(one.end for one in facts.duties)
    total, done, upto = (last - first).total_seconds(), 0.0, first
    for duty in sorted(facts.duties, key=lambda one: one.start):
        start = max(duty.start, upto)
        done += max(0.0, (duty.end - start).total_seconds())
        upto = max(upto, duty.end)
    return min(MOST_COVERED, max(LEAST_COVERED, done / total)) if total > 0 else 0.5


def _no_roster(facts: Facts, when: datetime) -> Missing:
    ends = [shares(covered) for shares in (_on_duty, _off_duty) for covered in (LEAST_COVERED, MOST_COVERED)]
    return to_people(
        "roster", "behaviour", "who was on duty, and who was on a journey", TEAM, reach(ends, _PAIR), _PAIR,
        f"Who was on duty for {named(facts)} around {minutes(when)}, and who was on a journey, where? "
        "An iCalendar file or a table (who, from, until) will do: countersign evidence add FILE",
    )  # fmt: skip


def _webhook(facts: Facts) -> Sequence[Missing]:
    """Return the replay of X's events as missing: only where a stream told of it, and within its day.

    An archive takes X longer than that, so whoever has only archives has nothing left to replay.
    """
    first, streamed = first_time(facts), any(one.source != X_ARCHIVE for one in facts.actions)
    end = until(facts, "webhook replay", since=first)
    if facts.platform != "x" or not streamed or end is None or facts.as_of > end:
        return ()
    ends: tuple[dict[Key, float], ...] = tuple(
        {"outsider": FLAT, "slip": (1 - ODD) * usual + ODD * FLAT} for usual in (0.0, 1.0)
    )
    why = WINDOWS["webhook replay"].why
    asked = to_people(
        "webhook", "behaviour", "when exactly it was, from X's webhook", TEAM, reach(ends, _PAIR), _PAIR,
        f"If an application of ours receives X's events of {named(facts)}: please have X replay the last 24 hours "
        f"(POST /2/webhooks/replay) before {minutes(end)}, and keep the bodies as they come, with their signatures.",
        why=why,
    )  # fmt: skip
    return (msgspec.structs.replace(asked, until=end),)
