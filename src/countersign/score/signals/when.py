"""When: the hour and weekday by the account's own clock, and the pause since its last action."""

from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Closed, Gap
from countersign.score.signals.signal import Seen, Signal, Unseen
from countersign.score.signals.words import no_time, usual
from countersign.text import place

DAYS = ("a Monday", "a Tuesday", "a Wednesday", "a Thursday", "a Friday", "a Saturday", "a Sunday")
LONGEST = 23
"""The last class of pauses."""
_UNITS = ((2 * 86400.0, 86400.0, "days"), (3600.0, 3600.0, "hours"), (60.0, 60.0, "minutes"), (1.0, 1.0, "seconds"))
"""From which length on a pause is told in which unit."""


def _local_hour(actions: pa.Table) -> pa.ChunkedArray:
    return pc.hour(actions["local_time"])


def _local_weekday(actions: pa.Table) -> pa.ChunkedArray:
    return pc.day_of_week(actions["local_time"])


def _time(actions: pa.Table) -> pa.ChunkedArray:
    return actions["time"]


def _say_hour(seen: Seen) -> str:
    clock = place(ZoneInfo(seen.zone))
    return usual(f"between {seen.value:02d}:00 and {(seen.value + 1) % 24:02d}:00 {clock}", seen)


def _say_weekday(seen: Seen) -> str:
    return usual(f"on {DAYS[seen.value]}", seen)


def _say_gap(seen: Seen) -> str:
    return usual(f"{pause(seen.value)} after its last action", seen, "pauses")


def pause(code: int) -> str:
    """Return in words a pause of 2^`code` seconds up to twice that (0: less than two; the last: or more).

    >>> pause(0), pause(4), pause(7), pause(23)
    ('less than 2 seconds', '16 to 32 seconds', 'about 2 to 4 minutes', 'about 97 days or more')
    """
    if code == 0:
        return "less than 2 seconds"
    low = 2.0**code
    size, word = next((size, word) for least, size, word in _UNITS if low >= least)
    if code >= LONGEST:
        return f"about {low / size:.0f} {word} or more"
    return f"{'' if size == 1.0 else 'about '}{low / size:.0f} to {2 * low / size:.0f} {word}"


def _no_pause(unseen: Unseen) -> str:
    known = unseen.time_basis in ("given", "minute")
    return "no action with a known time is before it" if known else no_time(unseen)


hour = Signal(
    name="hour",
    question="At what hour of its own day does this account act?",
    habit=Closed(size=24, contexts=("lately", "on weekends", "by client"), spread="circle"),
    observe=_local_hour,
    say=_say_hour,
    lacking=no_time,
    example="a like at 02:14 on an account that never acts between 01:00 and 05:00",
    limits="Not observed where only the day is known, or no time at all (likes of an X archive). Travel moves it.",
)

weekday = Signal(
    name="weekday",
    question="On which days of the week does this account act?",
    habit=Closed(size=7, contexts=("lately",)),
    observe=_local_weekday,
    say=_say_weekday,
    lacking=no_time,
    example="a post on a Sunday on an account that rests at weekends",
    limits="Not observed where only the day in UTC is known, or no time at all. Knows no public holidays.",
)

gap = Signal(
    name="gap",
    question="How long does this account pause between two actions?",
    habit=Gap(),
    observe=_time,
    say=_say_gap,
    lacking=_no_pause,
    example="three likes within a minute on an account that acts twice a day",
    limits="Not observed without the times of this action and one before it. Where times are given to the minute,"
    " shorter pauses cannot be told apart.",
)
