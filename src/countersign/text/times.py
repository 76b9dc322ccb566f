"""Says when something happened: home time with UTC beside it, intervals where no time was given, never more."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def utc(time: datetime) -> str:
    """Return a time as tables show it: UTC, to the second.

    >>> utc(datetime(2026, 9, 9, 1, 14, 7, 250000, tzinfo=UTC))
    '2026-09-09 01:14:07'
    """
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def place(zone: tzinfo) -> str:
    """Return what to call a time zone: its city in full, never an abbreviation (CST is China and Chicago).

    >>> place(ZoneInfo("America/New_York")), place(UTC)
    ('New York', 'UTC')
    """
    name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    return name.rsplit("/", 1)[-1].replace("_", " ")


def moment(time: datetime, zone: tzinfo) -> str:
    """Return a time in the account's home zone with UTC beside it.

    >>> moment(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC), ZoneInfo("Europe/London"))
    'Wed 9 Sep 2026 02:14:07 London (01:14:07 UTC)'
    >>> moment(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC), ZoneInfo("America/New_York"))
    'Tue 8 Sep 2026 21:14:07 New York (Wed 9 Sep 01:14:07 UTC)'
    """
    home, there = time.astimezone(zone), time.astimezone(UTC)
    if place(zone) == "UTC":
        return f"{_weekday(there)} {day(there)} {there:%H:%M:%S} UTC"
    date = "" if home.date() == there.date() else f"{_weekday(there)} {there.day} {MONTHS[there.month - 1]} "
    return f"{_weekday(home)} {day(home)} {home:%H:%M:%S} {place(zone)} ({date}{there:%H:%M:%S} UTC)"


def period(start: datetime, end: datetime, zone: tzinfo) -> str:
    """Return from when to when, at home and in UTC; the date once if it is the same everywhere.

    >>> period(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC), datetime(2026, 9, 9, 1, 15, 2, tzinfo=UTC),
    ...        ZoneInfo("Europe/London"))
    'Wed 9 Sep 2026 02:14:07 to 02:15:02 London (01:14:07 to 01:15:02 UTC)'
    """
    if start == end:
        return moment(start, zone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    if len({time.date() for time in (first, last, start.astimezone(UTC), end.astimezone(UTC))}) > 1:
        return f"{moment(start, zone)} to {moment(end, zone)}"
    home = f"{_weekday(first)} {day(first)} {first:%H:%M:%S} to {last:%H:%M:%S} {place(zone)}"
    in_utc = f" ({start.astimezone(UTC):%H:%M:%S} to {end.astimezone(UTC):%H:%M:%S} UTC)"
    return home if place(zone) == "UTC" else home + in_utc


def clock(time: datetime, zone: tzinfo) -> str:
    """Return the hour and minute in a zone.

    >>> clock(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC), ZoneInfo("Europe/London"))
    '02:14'
    """
    return f"{time.astimezone(zone):%H:%M}"


def day(time: datetime) -> str:
    """Return a date with its month in letters: 9/9 and 10/9 are read differently in different countries.

    >>> day(datetime(2026, 9, 9, tzinfo=UTC))
    '9 Sep 2026'
    """
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}"


def interval(start: datetime | None, end: datetime | None) -> str:
    """Return in words when something may have happened whose time was not given.

    >>> interval(datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 9, tzinfo=UTC))
    'some time between 31 Aug and 9 Sep 2026'
    >>> interval(None, None)
    'at an unknown time'
    """
    if start is None and end is None:
        return "at an unknown time"
    if start is None or end is None:
        return f"before {day(end)}" if end is not None else f"after {day(start)}"  # type: ignore[arg-type]
    if start.date() == end.date():
        return f"some time on {day(start)}"
    return f"some time between {_short(start, end)} and {day(end)}"


def when(time: datetime | None, start: datetime | None, end: datetime | None) -> str:
    """Return when an action happened as a table cell: its time in UTC, or the days between which it lies.

    >>> when(None, datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 9, tzinfo=UTC))
    '31 Aug to 9 Sep 2026'
    """
    if time is not None:
        return utc(time)
    if start is None or end is None:
        return interval(start, end).removeprefix("at an ").replace("unknown time", "time not known")
    return day(start) if start.date() == end.date() else f"{_short(start, end)} to {day(end)}"


def duration(span: timedelta) -> str:
    """Return a length of time in the two units that matter.

    >>> duration(timedelta(hours=6, minutes=51)), duration(timedelta(seconds=12)), duration(timedelta(days=700))
    ('6 h 51 min', '12 s', '23 months')
    """
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes} min {seconds % 60} s" if seconds % 60 else f"{minutes} min"
    if days < 2:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} days" if days < 90 else _months(days)


def _months(days: int) -> str:
    months = round(days / 30.44)  # the mean length of a month
    return f"{months} months" if months < 36 else f"{months // 12} years"


def _short(start: datetime, end: datetime) -> str:
    month = f"{start.day} {MONTHS[start.month - 1]}"
    return month if start.year == end.year else f"{month} {start.year}"


def _weekday(time: datetime) -> str:
    return DAYS[time.weekday()]
