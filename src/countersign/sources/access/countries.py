"""Finds which country words name, by its code, so that a place told can be compared with tables; and its zones."""

from functools import cache
from importlib.resources import files
from typing import Final

_OTHER_NAMES: Final = {
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "usa": "US", "united states of america": "US", "south korea": "KR", "korea": "KR", "north korea": "KP",
    "czech republic": "CZ", "turkiye": "TR", "türkiye": "TR", "viet nam": "VN", "holland": "NL",
    "the netherlands": "NL", "ivory coast": "CI", "burma": "MM", "russian federation": "RU", "uae": "AE",
    "deutschland": "DE", "österreich": "AT", "schweiz": "CH", "españa": "ES", "italia": "IT",
}  # fmt: skip
LONGEST_NAME: Final = 200
"""Characters of a place that are looked at."""


def country(place: str) -> str:
    """Return the code of the country that a place lies in by its last words, "" if they name none.

    >>> country("Nairobi, Kenya"), country("Lyon, FR"), country("New York, NY, USA"), country("Ruritania")
    ('KE', 'FR', 'US', '')
    """
    last = place[:LONGEST_NAME].rsplit(",", 1)[-1].strip().strip(".()")
    if len(last) == 2 and last.isascii() and last.upper() in _names().values():
        return last.upper()
    return _names().get(last.casefold(), "")


@cache
def zones(code: str) -> tuple[str, ...]:
    """Return the time zones of a country by its code (ISO 3166-1 alpha-2); none if it names none.

    >>> zones("JP"), zones("")
    (('Asia/Tokyo',), ())
    """
    lines = (line.split("\t") for line in _table("zone.tab"))
    return tuple(sorted(fields[2] for fields in lines if fields[0] == code))


@cache
def _names() -> dict[str, str]:
    """Return the codes by name, from the time zone database that is installed with us."""
    lines = (line.split("\t") for line in _table("iso3166.tab"))
    return {name.casefold(): code for code, name in lines} | _OTHER_NAMES


def _table(name: str) -> list[str]:
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
