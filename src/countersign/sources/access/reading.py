"""Finds out what a file of access evidence is, by its content, and has it read; a zip is many files."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from countersign.errors import SourceError
from countersign.sources import container
from countersign.sources.access.asked import Asked, nothing
from countersign.sources.access.calendar import looks_like_a_calendar, roster, travel
from countersign.sources.access.dumps import looks_like_a_timeline, sessions, timeline
from countersign.sources.access.legal import legal_return, looks_like_a_return
from countersign.sources.access.mail import alert, looks_like_a_mail, message
from countersign.sources.access.told import Kind, Told

MOST_BYTES: Final = 64 << 20
"""Bytes of one file that is read at once."""
ARCHIVED: Final = "a part of an archive that X gave"
MOST_MEMBERS: Final = 500
MOST_IN_ALL: Final = 256 << 20


def read(kind: Kind, body: bytes, name: str, asked: Asked) -> Told:
    """Return what the bytes of a file of a kind tell. Raises SourceError or ScopeError, and nothing else."""
    return _READERS[kind](body, name, asked)


def kind_of(body: bytes, name: str) -> Kind:
    """Return what a file is. Raises SourceError (CS190) for a calendar, which may be two things, and for none."""
    if not body.strip():
        raise nothing("it is empty", name, hint="save it again")
    if looks_like_a_calendar(body):
        raise nothing("a calendar: of duties, or of journeys?", name, hint="add --as roster, or --as travel")
    if b"window.YTD." in body[:200] or b"window.__THAR_CONFIG" in body[:200]:
        raise nothing(ARCHIVED, name, hint="countersign import ARCHIVE.zip reads all of it")
    for kind, looks in _LOOKS.items():
        if looks(body):
            return kind
    if _looks_like_rows(body):
        return "sessions"
    raise nothing("no kind of access evidence that is known", name, hint="countersign evidence --help names the kinds")


def _looks_like_rows(body: bytes) -> bool:
    """Say whether bytes begin as JSON, or with titles in columns."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = body.lstrip(b"\xef\xbb\xbf \r\n")[:2_000].split(b"\n", 1)[0]
    return head[:1] in (b"[", b"{") or any(mark in head for mark in (b",", b";", b"\t", b"|"))


def members(path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a zip or tar.gz, each whole; raises HostileArchive (one code a rule) or SourceError.

    What a zip is allowed to be is told in docs/reference/errors.md, CS111 to CS148.
    """
    taken = 0
    with container.opened(path) as archive:
        if len(archive.members) > MOST_MEMBERS:
            raise nothing(f"an archive of {len(archive.members):,} files", path, hint="add the few that tell of access")
        for member in archive.members:
            with archive.open(member.name) as stream:
                body = stream.read(MOST_BYTES + 1)
            taken += len(body)
            if len(body) > MOST_BYTES or taken > MOST_IN_ALL:
                raise nothing(f"{member.name} in it is too large", path, hint="add the few files that tell of access")
            yield member.name, body


def _alert(body: bytes, name: str, asked: Asked) -> Told:
    if not looks_like_a_mail(body):
        raise SourceError("no mail: it has no headers", where=name, code="CS192",
                          hint="save the mail with all its headers, as .eml")  # fmt: skip
    return alert(message(body, name), name, asked)


_READERS: Final[Mapping[Kind, Callable[[bytes, str, Asked], Told]]] = {
    "login-alert": _alert,
    "sessions": sessions,
    "roster": roster,
    "travel": travel,
    "legal-return": legal_return,
    "timeline": timeline,
}
_LOOKS: Final[Mapping[Kind, Callable[[bytes], bool]]] = {
    "legal-return": looks_like_a_return,
    "login-alert": looks_like_a_mail,
    "timeline": looks_like_a_timeline,
}
