"""Finds the time zone that a person named."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from countersign.errors import UsageError
from countersign.text import nearest


def zone_named(name: str) -> tzinfo:
    """Return the time zone of this name (IANA time zone database).

    >>> str(zone_named("Europe/London"))
    'Europe/London'
    """
    if name.upper() in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"there is no time zone {name}", hint=_hint(name)) from None


def _hint(name: str) -> str:
    by_city = {zone.rsplit("/", 1)[-1].lower(): zone for zone in available_timezones()}
    meant = by_city.get(name.lower().replace(" ", "_")) or nearest(name, available_timezones())
    return f"did you mean {meant}?" if meant else "use a name such as Europe/London or UTC"
