"""Cuts a calendar into its entries, strictly: content lines, parameters and components of RFC 5545."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from countersign.errors import SourceError

MOST_BYTES: Final = 20 << 20
MOST_ENTRIES: Final = 20_000
"""A roster of ten people for five years has fewer."""
DEEPEST: Final = 6
"""RFC 5545 nests three deep: calendar, entry, alarm."""
LONGEST_VALUE: Final = 4_000
_LINE: Final = re.compile(
    r"([A-Za-z0-9-]{1,100})((?:;[A-Za-z0-9-]{1,100}=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)",
    re.DOTALL,
)
_PARAMETER: Final = re.compile(r";([A-Za-z0-9-]{1,100})=(\"[^\"]*\"|[^\";:]*)")
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One content line: its value as it is written, and its parameters."""

    value: str
    parameters: Mapping[str, str] = {}

    @property
    def text(self) -> str:
        """Return the value as text (RFC 5545, 3.3.11)."""
        return _ESCAPE.sub(lambda one: "\n" if one[1] in "nN" else one[1], self.value).strip()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry (VEVENT): its properties by name, as often as each stands there; `position` counts entries."""

    position: int
    properties: Mapping[str, tuple[Property, ...]]
    broken: str = ""

    def one(self, name: str) -> Property | None:
        """Return the only property of a name; ValueError where there are several."""
        found = self.properties.get(name, ())
        if len(found) > 1:
            raise ValueError(f"{name} stands in it {len(found)} times")
        return found[0] if found else None

    def text(self, name: str) -> str:
        """Return the text of a property, "" if it is not there."""
        found = self.one(name)
        return found.text if found else ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar's entries, the zone that it says its times are in, and where its own zones lie by their names."""

    entries: tuple[Entry, ...]
    zone: str = ""
    places: Mapping[str, str] = {}


def looks_like_a_calendar(body: bytes) -> bool:
    """Say whether bytes begin as a calendar does."""
    return body[:200].lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCALENDAR")


def calendar(body: bytes, name: str) -> Calendar:
    """Return a calendar's entries. Raises SourceError (CS194) where it is none, or breaks a limit."""
    if len(body) > MOST_BYTES:
        raise _broken(f"a calendar of {len(body):,} bytes", name)
    taking = _Taking(name)
    for line in _unfolded(body.decode("utf-8-sig", "replace")):
        taking.take(line)
    if taking.names:
        raise _broken(f"a calendar that ends in the middle of {taking.names[-1][:40]}", name)
    return Calendar(entries=tuple(taking.entries), zone=taking.zone, places=taking.places)


class _Taking:
    """Takes a calendar's lines one by one; `names` are the components that are open."""

    def __init__(self, name: str) -> None:
        self.name, self.names, self.zone = name, list[str](), ""
        self.entries, self.places = list[Entry](), dict[str, str]()
        self._held: dict[str, list[Property]] = {}
        self._broken = ""

    def take(self, line: str) -> None:
        """Take the next line."""
        found = _property(line)
        if found is None:
            self._broken = self._broken or f"a line that is none of a calendar: {line[:60]}"
            return
        key, value = found
        if key == "BEGIN":
            self._begin(value.value.strip().upper())
        elif key == "END":
            self._end(value.value.strip().upper())
        elif len(self.names) == 1 and key == "X-WR-TIMEZONE":
            self.zone = value.text
        elif len(self.names) == 2:
            self._held.setdefault(key, []).append(value)

    def _begin(self, component: str) -> None:
        self.names.append(component)
        if len(self.names) > DEEPEST:
            raise _broken(f"a calendar with components more than {DEEPEST} deep", self.name)
        if len(self.names) == 2:
            self._held, self._broken = {}, ""

    def _end(self, component: str) -> None:
        if not self.names or self.names.pop() != component:
            raise _broken("a calendar whose components do not end as they begin", self.name)
        if len(self.names) != 1:
            return
        if component == "VTIMEZONE":
            self.places |= _place(self._held)
        if component == "VEVENT":
            held = {name: tuple(found) for name, found in self._held.items()}
            self.entries.append(Entry(position=len(self.entries), broken=self._broken, properties=held))
        if len(self.entries) > MOST_ENTRIES:
            raise _broken(f"a calendar of more than {MOST_ENTRIES:,} entries", self.name)


def _unfolded(text: str) -> Iterator[str]:
    """Yield the lines, those that were folded (RFC 5545, 3.1) whole; a line too long is cut."""
    held: list[str] = []
    length = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t") and held:
            if length < LONGEST_VALUE:
                held.append(line[1:LONGEST_VALUE])
                length += len(line)
            continue
        if held and (whole := "".join(held)).strip():
            yield whole[:LONGEST_VALUE]
        held, length = [line[:LONGEST_VALUE]], len(line)
    if held and (whole := "".join(held)).strip():
        yield whole[:LONGEST_VALUE]


def _property(line: str) -> tuple[str, Property] | None:
    found = _LINE.fullmatch(line)
    if not found:
        return None
    parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
    return found[1].upper(), Property(value=found[3], parameters=parameters)


def _place(held: Mapping[str, list[Property]]) -> dict[str, str]:
    named, located = held.get("TZID"), held.get("X-LIC-LOCATION")
    return {named[0].text: located[0].text} if named and located else {}


def _broken(what: str, name: str) -> SourceError:
    return SourceError(what, where=name, hint="export it again from the calendar program", code="CS194")
