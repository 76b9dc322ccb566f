"""Reads every date format that one X archive mixes, and the time hidden in an X id."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
"""Millisecond zero of X ids (4 November 2010). Source: twitter-archive/snowflake, `twepoch`."""
FIRST_SNOWFLAKE: Final = 29_700_000_000
"""Ids below this were counted one by one, before November 2010, and tell no time."""
FIRST_SNOWFLAKE_USER: Final = 10**16
"""User ids below this were counted one by one; since 2016 they are snowflakes of eighteen digits and more."""
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""No archive speaks of a time past this; an id that does is not an id."""
_LONGEST_NUMBER: Final = 20

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_DAY_ONLY: Final = re.compile(r"(\d{4})[.-](\d\d)[.-](\d\d)")
_NO_DATE: Final = re.compile(r"[0\s.:TZ+-]*")


def when(value: object) -> datetime | None:
    """Return the time that an archive's date says, in UTC; None where it is missing or means "unknown".

    Takes all five formats of an archive, epoch seconds and milliseconds; epoch 0 means "unknown" there.
    Raises ValueError where something stands that is no date.

    >>> when("Sat Aug 12 16:10:37 +0000 2023").isoformat()
    '2023-08-12T16:10:37+00:00'
    >>> when("2023-05-30T13:31:42.908Z").isoformat()
    '2023-05-30T13:31:42.908000+00:00'
    >>> when("2021.10.20").isoformat()
    '2021-10-20T00:00:00+00:00'
    >>> when("1970-01-01T00:00:00.000Z") is None
    True
    """
    if value is None:
        return None
    text = str(value).strip()
    if _NO_DATE.fullmatch(text):
        return None
    found = _read(text)
    if found >= LATEST:
        raise ValueError("a time past any archive")
    return None if found.year <= EPOCH.year else found


def is_day(value: object) -> bool:
    """Say whether a date tells its day only.

    >>> is_day("2021.10.20"), is_day("2021-10-20 10:00:00")
    (True, False)
    """
    return isinstance(value, str) and _DAY_ONLY.fullmatch(value.strip()) is not None


def snowflake(native_id: str | int | None) -> datetime | None:
    """Return when X gave out an id, to the millisecond; None for ids of before November 2010 and for no id.

    >>> snowflake("1690395372546301952").isoformat()
    '2023-08-12T16:10:37.499000+00:00'
    >>> snowflake("1234") is None
    True
    """
    ms = snowflake_ms(native_id)
    return None if ms is None else from_ms(ms)


def snowflake_ms(native_id: str | int | None) -> int | None:
    """Return when X gave out an id, in milliseconds since 1970, or None."""
    number = _number(native_id)
    if number is None or number < FIRST_SNOWFLAKE:
        return None
    ms = (number >> 22) + SNOWFLAKE_EPOCH_MS
    return ms if ms < to_ms(LATEST) else None


def user_since(user_id: str | int | None) -> datetime | None:
    """Return when an account was made, as far as its id tells (accounts since 2016)."""
    number = _number(user_id)
    return snowflake(number) if number is not None and number >= FIRST_SNOWFLAKE_USER else None


def from_ms(ms: int) -> datetime:
    """Return a time from milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


def to_ms(value: datetime) -> int:
    """Return whole milliseconds since 1970."""
    return (value - EPOCH) // timedelta(milliseconds=1)


def _number(native_id: str | int | None) -> int | None:
    if isinstance(native_id, int):
        return native_id
    if not native_id or len(native_id) > _LONGEST_NUMBER or not (native_id.isascii() and native_id.isdigit()):
        return None
    return int(native_id)


def _read(text: str) -> datetime:
    if len(text) == 30 and text[3] == " " and text[20:26] == "+0000 ":
        return _posted(text)
    if text.isascii() and text.isdigit():
        return _epoch(text)
    day = _DAY_ONLY.fullmatch(text)
    if day:
        return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _posted(text: str) -> datetime:
    """`Sat Aug 12 16:10:37 +0000 2023`, cut by place: half of an archive's reading time would go into strptime."""
    month = _MONTHS.get(text[4:7])
    if month is None:
        raise ValueError("no month")
    return datetime(
        int(text[26:30]), month, int(text[8:10]), int(text[11:13]), int(text[14:16]), int(text[17:19]), tzinfo=UTC
    )


def _epoch(text: str) -> datetime:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("too long for a time")
    number = int(text)
    try:
        return from_ms(number if len(text) > 11 else number * 1000)
    except OverflowError:
        raise ValueError("a time past any calendar") from None
