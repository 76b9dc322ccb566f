"""Finds the files of an X archive that bear on the account's history or access, and refuses what is not one."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, Protocol

import msgspec

from countersign.errors import SourceError

HEAD_BYTES: Final = 4096
"""How much of a file is looked at before anything of an archive is believed."""

_PREFIX: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.(?:YTD\.[A-Za-z0-9_]+\.part\d+|__THAR_CONFIG)\s*=\s*")
_BEGINS: Final = re.compile(rb"\[\s*(?:\{|\]|\Z)|\{\s*(?:\"|\}|[A-Za-z_]|\Z)")
_MEMBER: Final = re.compile(r"(?:[^/]+/)?(?:data/)?([a-z-]+?)(?:-part(\d+))?\.js")

KINDS: Final = {
    "manifest": "manifest",
    "account": "account",
    "account-timezone": "account-timezone",
    "account-creation-ip": "account-creation-ip",
    "account-label": "account-label",
    "account-suspension": "account-suspension",
    "ad-engagements": "ad-engagements",
    "ad-impressions": "ad-impressions",
    "block": "block",
    "branch-links": "branch-links",
    "community-tweet": "tweets",
    "connected-application": "connected-application",
    "deleted-tweet-headers": "deleted-tweet-headers",
    "deleted-tweet": "deleted-tweets",
    "deleted-tweets": "deleted-tweets",
    "device-token": "device-token",
    "direct-message-group-headers": "direct-message-headers",
    "direct-message-headers": "direct-message-headers",
    "direct-messages-group-headers": "direct-message-headers",
    "direct-messages-headers": "direct-message-headers",
    "email-address-change": "email-address-change",
    "following": "following",
    "ip-audit": "ip-audit",
    "key-registry": "key-registry",
    "like": "like",
    "likes": "like",
    "mute": "mute",
    "ni-devices": "ni-devices",
    "note-tweet": "note-tweet",
    "phone-number": "phone-number",
    "profile": "profile",
    "protected-history": "protected-history",
    "reply-prompt": "reply-prompt",
    "screen-name-change": "screen-name-change",
    "sso": "sso",
    "tweet": "tweets",
    "tweet-headers": "tweet-headers",
    "tweets": "tweets",
    "user-link-clicks": "user-link-clicks",
}
"""File name in the archive to the kind of record in it. Others are not read: followers did nothing in the account's
name, the texts of direct messages are nobody's business here, and the rest says nothing of history or access."""

ORDER: Final = (
    "manifest", "account", "account-timezone", "account-creation-ip", "account-label", "account-suspension",
    "note-tweet", "tweets", "tweet-headers", "deleted-tweets", "deleted-tweet-headers", "like", "following", "block",
    "mute", "profile", "screen-name-change", "email-address-change", "phone-number", "protected-history", "sso",
    "connected-application", "ip-audit", "device-token", "key-registry", "ni-devices", "direct-message-headers",
    "user-link-clicks", "branch-links", "reply-prompt", "ad-impressions", "ad-engagements",
)  # fmt: skip
"""The order in which kinds are read: what later ones need comes first."""


class Box(Protocol):
    """What is needed of a container: its path, its members and a way to read one."""

    @property
    def path(self) -> str:
        """Where the container lies."""
        ...

    @property
    def members(self) -> Iterable["Entry"]:
        """What is in it."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Return a member's bytes as a stream."""
        ...


class Entry(Protocol):
    """One member of a container, as far as it matters here."""

    @property
    def name(self) -> str:
        """Its path in the container."""
        ...


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the archive: which container it lies in, what it holds, and its place among its like."""

    box: int
    path: str
    member: str
    kind: str
    stem: str
    number: int

    @property
    def ref(self) -> str:
        """Where the file lies, for a reader."""
        return f"{self.path}/{self.member}"


def listed(boxes: Iterable[Box]) -> tuple[Part, ...]:
    """Return the files that are read, over all parts of a split archive, in the order of reading."""
    found = [part for number, box in enumerate(boxes) for part in _in_box(number, box)]
    return tuple(sorted(found, key=lambda p: (ORDER.index(p.kind), p.stem, p.number, p.box, p.member)))


def _in_box(number: int, box: Box) -> Iterator[Part]:
    for entry in box.members:
        named = _MEMBER.fullmatch(entry.name)
        kind = KINDS.get(named[1]) if named else None
        if named and kind:
            yield Part(
                box=number,
                path=box.path,
                member=entry.name,
                kind=kind,
                stem=named[1],
                number=int(named[2] or 0),
            )


def check(part: Part, head: bytes) -> None:
    """Refuse a file whose beginning is not `window.… = [` or `= {` followed by JSON; nothing is ever evaluated."""
    body = without_prefix(head)
    if body is not None and (not body or _BEGINS.match(body)):
        return
    raise SourceError(
        "a file of the archive is not what X writes: it does not begin with `window.… = [` or `= {` and JSON",
        where=part.ref,
        code="CS150",
        hint="ask X for the archive again; if the file was edited by hand, restore its first line",
    )


def without_prefix(head: bytes) -> bytes | None:
    """Return what follows `window.YTD.x.partN =`, or None where that is not how the bytes begin.

    >>> without_prefix(b'window.YTD.like.part0 = [ ]')
    b'[ ]'
    """
    prefix = _PREFIX.match(head)
    return head[prefix.end() :] if prefix else None
