"""The source `mastodon-export`: knows a Mastodon archive, opens it, and hands its lists on in pieces."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received
from countersign.errors import SourceError
from countersign.sources import as2
from countersign.sources.container import Container, first_names, opened
from countersign.sources.mastodon.cutting import Cut, cuts
from countersign.sources.mastodon.records import SOURCE, done, likes, numbered, owner, remarks

_LISTS = ("outbox.json", "likes.json")
_MAX_ACTOR = 4 << 20
"""Bytes of actor.json: a few kilobytes in truth."""
_NAMED = re.compile(r"archive-(\d{14})-[0-9a-f]{32}(?: ?\(\d+\))?\.(?:zip|tar\.gz)")
_ACTOR = re.compile(rb'"actor"\s*:\s*"([^"\\\s]{1,1000})"')


class MastodonExport:
    """The archive that a Mastodon server gives an account's owner."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether an archive holds what only a Mastodon export holds; never raises."""
        names = first_names(ref)
        return any(_plain(name) == "outbox.json" or "media_attachments/files/" in name for name in names)

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield actor, outbox and favourites, in pieces of about a megabyte; refuses what is no export before that."""
        after = int(cursor) if cursor else -1
        for position, received in enumerate(_received(ref)):
            if position > after:
                yield msgspec.structs.replace(received, position=position)

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield what a piece says; pure, and an item that cannot be read is yielded as `NotUnderstood`."""
        kind, context = received.context.get("kind"), received.context
        if "account" not in context:
            yield NotUnderstood(source=SOURCE, ref=received.ref, position=received.position,
                                reason="no piece of a Mastodon export", body=received.body)  # fmt: skip
        elif kind == "actor":
            yield from owner(received)
        elif kind == "outbox.json":
            yield from done(received)
        elif kind == "likes.json":
            yield from likes(received)
        elif kind == "closing":
            yield from remarks(received)

    def records(self, received: Received) -> Iterator[tuple[int, bytes]]:
        """Yield the items that a piece is made of, as written, with the `position` that `parse` gives of each."""
        kind = received.context.get("kind")
        if kind in _LISTS:
            yield from numbered(received)
        elif kind in ("actor", "frame"):
            yield received.position, received.body


def _received(ref: str) -> Iterator[Received]:
    with opened(ref) as box:
        members = {kind: member for kind in ("actor.json", *_LISTS) if (member := _member(box, kind))}
        context = _context(box, members)
        read = {kind: 0 for kind in _LISTS if kind in members}
        ended = dict.fromkeys(read, False)
        said: dict[str, int] = {}
        yield _piece(box, members.get("actor.json"), "actor", context, _actor(box, members))
        for kind in read:
            for cut in _cuts(box, members[kind]):
                read[kind] += cut.count
                ended[kind] = ended[kind] or cut.kind == "tail"
                said.update({kind: total} if (total := _total(cut)) is not None else {})
                shown = {"first": str(cut.first)} if cut.kind == "items" else {"kind": "frame"}
                yield _piece(box, members[kind], kind, {**context, **shown}, cut.body)
        tally = {"read": read, "said": said, "cut": [kind for kind in read if not ended[kind]],
                 "bookmarks": _member(box, "bookmarks.json") is not None}  # fmt: skip
        yield _piece(box, None, "closing", context, msgspec.json.encode(tally))


def _piece(box: Container, member: str | None, kind: str, context: Mapping[str, str], body: bytes) -> Received:
    ref = f"{box.path}/{member}" if member else box.path
    return Received(source=SOURCE, ref=ref, body=body, context={"kind": kind, **context})


def _cuts(box: Container, member: str) -> Iterator[Cut]:
    with box.open(member) as stream:
        yield from cuts(stream, f"{box.path}/{member}")


def _member(box: Container, kind: str) -> str | None:
    """Return the one member of a kind; an archive packed again may have put a folder around everything."""
    found = [member.name for member in box.members if _plain(member.name) == kind]
    if len(found) > 1:
        raise SourceError(f"there are {len(found)} files named {kind} in it", where=box.path, code="CS172",
                          hint="Give each archive by itself, as the server made it.")  # fmt: skip
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.rpartition("/")[2] if name.count("/") <= 1 else name


def _context(box: Container, members: Mapping[str, str]) -> dict[str, str]:
    """Return whose archive it is and when it was made; looks at the beginning of every list."""
    heads = {kind: next(_cuts(box, members[kind])) for kind in _LISTS if kind in members}
    if not heads:
        raise SourceError("there is neither outbox.json nor likes.json in it", where=box.path, code="CS173",
                          hint="Give the archive as the server made it, not a part of it.")  # fmt: skip
    told = as2.fields_in(_actor(box, members))
    account = (as2.id_of(dict(told)) if not isinstance(told, str) else None) or _first_actor(box, members)
    if account is None:
        raise SourceError("nothing in it says whose archive it is", where=box.path, code="CS174",
                          hint="actor.json must be in it, as the server made it.")  # fmt: skip
    made = _made(box.path)
    return {"account": account} | ({"generated": made.isoformat()} if made else {})


def _actor(box: Container, members: Mapping[str, str]) -> bytes:
    if "actor.json" not in members:
        return b""
    with box.open(members["actor.json"]) as stream:
        return stream.read(_MAX_ACTOR)


def _first_actor(box: Container, members: Mapping[str, str]) -> str | None:
    if "outbox.json" not in members:
        return None
    with box.open(members["outbox.json"]) as stream:
        found = _ACTOR.search(stream.read(1 << 20))
    return found[1].decode("utf-8", "replace") if found else None


def _made(path: str) -> datetime | None:
    """Return when the archive was made, which only the name that the server gave it tells."""
    found = _NAMED.fullmatch(path.rpartition("/")[2])
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _total(cut: Cut) -> int | None:
    found = re.search(rb'"totalItems"\s*:\s*(\d{1,12})\b', cut.body) if cut.kind != "items" else None
    return int(found[1]) if found else None
