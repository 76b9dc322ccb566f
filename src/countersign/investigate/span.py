"""When an incident began and ended, as far as its actions have times."""

from datetime import datetime

from countersign.activity import Activity
from countersign.investigate.facts import Facts


def first_time(facts: Facts) -> datetime | None:
    """Return the earliest known moment of the incident's actions."""
    return min((time for one in facts.actions if (time := at(one))), default=facts.incident.onset)


def last_time(facts: Facts) -> datetime | None:
    """Return the latest known moment of the incident's actions."""
    return max((time for one in facts.actions if (time := one.published or one.end_time)), default=first_time(facts))


def is_timed(facts: Facts) -> bool:
    """Say whether the platform says when: an archive of X gives no time for likes, and a span of days ties nothing."""
    return any(one.published for one in facts.actions)


def at(action: Activity) -> datetime | None:
    """Return when an action was done: its time, else the earliest that it can have been."""
    return action.published or action.start_time
