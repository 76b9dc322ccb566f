"""The one safe reader of uploaded archives (zip and tar.gz): what it gives out has passed every rule, or it raises."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Protocol

from countersign.errors import SourceError
from countersign.sources.container.depth import Depth, check_depth
from countersign.sources.container.limits import broken
from countersign.sources.container.names import Member
from countersign.sources.container.octets import Octets
from countersign.sources.container.tarred import Tarred
from countersign.sources.container.tarred import first_names as _tar_names
from countersign.sources.container.zipdirectory import has_end_record
from countersign.sources.container.zipdirectory import raw_names as _zip_names
from countersign.sources.container.zipped import Zipped

__all__ = ["Container", "Depth", "Member", "check_depth", "first_names", "is_container", "opened"]

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class Container(Protocol):
    """An archive that was checked before anything in it is read. Its members are in the archive's order."""

    path: str
    members: tuple[Member, ...]

    def open(self, name: str) -> BinaryIO:
        """Return the bytes of one member; reading raises HostileArchive when they break a rule.

        A checksum is known to hold only once the stream has been read to its end.
        """
        ...


@contextmanager
def opened(path: str) -> Iterator[Container]:
    """Give the archive at `path`, after checking everything that can be checked before reading.

    Raises HostileArchive (one code a rule, CS111 to CS148) or SourceError; nothing else. Nothing is written to disk,
    and an archive inside the archive is only bytes.
    Source: evidence.md 2.3, "Uploaded archives"; APPNOTE.TXT 6.3.10; POSIX.1-2017 pax; RFC 1952.
    """
    with Octets.opened(path) as octets:
        yield _container(octets)


def is_container(path: str) -> bool:
    """Say whether a file looks like a zip or a gzip by its first bytes; never raises."""
    with suppress(SourceError), Octets.opened(path) as octets:
        head = octets.head(4)
        return head.startswith((_GZIP, *_ZIP))
    return False


def first_names(path: str) -> tuple[str, ...]:
    """Return names that an archive claims to hold, unchecked and cheaply, for `detect` only; never raises.

    A hostile archive gives its names too, so that the source that knows them can refuse it with the right error. A
    tar.gz gives those that lie in its first megabytes.
    """
    with suppress(SourceError), Octets.opened(path) as octets:
        head = octets.head(4)
        if head.startswith(_GZIP):
            return _tar_names(octets)
        if head in _ZIP or has_end_record(octets):  # a large file that is no archive is not looked through
            return _zip_names(octets)
    return ()


def _container(octets: Octets) -> Container:
    head = octets.head(4)
    if head.startswith(_GZIP):
        return Tarred(octets)
    if head == b"PK\x07\x08":
        raise broken("volumes", "the archive is one part of several", octets.path)
    if head in _ZIP:
        return Zipped(octets)
    if has_end_record(octets):
        raise broken("leading", "there are bytes before the archive begins", octets.path)
    raise broken("not an archive", "this is neither a zip nor a tar.gz", octets.path)
