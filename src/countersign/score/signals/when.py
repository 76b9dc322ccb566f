"""When: the hour and weekday by the account's own clock, and the pause since its last action."""

import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Closed, Gap
from countersign.score.signals.signal import Seen, Signal
from countersign.score.signals.words import usual

DAYS = ("a Monday", "a Tuesday", "a Wednesday", "a Thursday", "a Friday", "a Saturday", "a Sunday")


def _local_hour(actions: pa.Table) -> pa.ChunkedArray:
    return pc.hour(actions["local_time"])


def _local_weekday(actions: pa.Table) -> pa.ChunkedArray:
    return pc.day_of_week(actions["local_time"])


def _time(actions: pa.Table) -> pa.ChunkedArray:
    return actions["time"]


def _say_hour(seen: Seen) -> str:
    return usual(f"between {seen.value:02d}:00 and {(seen.value + 1) % 24:02d}:00 by its clock", seen)


def _say_weekday(seen: Seen) -> str:
    return usual(f"on {DAYS[seen.value]}", seen)


def _say_gap(seen: Seen) -> str:
    return usual(f"{_pause(seen.value)} after its last action", seen)


def _pause(code: int) -> str:
    seconds = 2.0**code
    for size, word in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"about {seconds / size:.0f} {word}"
    return "seconds" if code > 0 else "less than two seconds"


hour = Signal(
    name="hour",
    question="At what hour of its own day does this account act?",
    habit=Closed(size=24, contexts=("lately", "on weekends", "by client"), spread="circle"),
    observe=_local_hour,
    say=_say_hour,
    example="a like at 02:14 on an account that never acts between 01:00 and 05:00",
    limits="Not observed where only the day is known, or no time at all (likes of an X archive). Travel moves it.",
)

weekday = Signal(
    name="weekday",
    question="On which days of the week does this account act?",
    habit=Closed(size=7, contexts=("lately",)),
    observe=_local_weekday,
    say=_say_weekday,
    example="a post on a Sunday on an account that rests at weekends",
    limits="Not observed where no time is known. Knows no public holidays.",
)

gap = Signal(
    name="gap",
    question="How long does this account pause between two actions?",
    habit=Gap(),
    observe=_time,
    say=_say_gap,
    example="three likes within a minute on an account that acts twice a day",
    limits="Not observed where the time of either action is not known to the second or minute.",
)
