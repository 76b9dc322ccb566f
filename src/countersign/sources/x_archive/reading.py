"""Walks through an X archive and yields its bytes in chunks, with what `parse` must know beside them: the only I/O."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Final

import msgspec

from countersign.activity import Received
from countersign.errors import SourceError
from countersign.sources.container import Container, Depth, opened
from countersign.sources.x_archive.closing import Tally, rows
from countersign.sources.x_archive.identity import TELLING, about, dated, first_fields
from countersign.sources.x_archive.likes import bounds_said, ids_in
from countersign.sources.x_archive.names import SOURCE
from countersign.sources.x_archive.notes import long_texts
from countersign.sources.x_archive.order import Order, narrowed
from countersign.sources.x_archive.parts import HEAD_BYTES, KINDS, Part, check, listed
from countersign.sources.x_archive.rows import Chunk, chunks, pieces
from countersign.sources.x_archive.times import snowflake_ms

_ID: Final = re.compile(rb'"?id_str"?\s*:\s*"?(\d{1,20})')
_ANCIENT: Final = re.compile(r"(?:.*/)?(?:tweets\.csv|tweet_index\.js)")
_DATA: Final = re.compile(r".*?(?=data/)")
_FIRST_RECORDS: Final = 3
"""How many records of a file are asked whose archive it is, before the next file is."""


def paths(ref: str) -> tuple[str, ...]:
    """Return the files that a reference means: one, or the parts of one archive joined with `os.pathsep`."""
    return (ref,) if os.path.exists(ref) else tuple(path for path in ref.split(os.pathsep) if path)


def received(ref: str) -> Iterator[Received]:
    """Yield the whole archive; raises SourceError before the first value where something of it must be refused."""
    with ExitStack() as stack:
        reading = _Reading(ref, tuple(stack.enter_context(opened(path)) for path in paths(ref)))
        for position, (part_ref, body, context) in enumerate(reading.all()):
            yield Received(source=SOURCE, ref=part_ref, position=position, body=body, context=context)


_Piece = tuple[str, bytes, Mapping[str, str]]


class _Reading:
    """One pass over one archive."""

    def __init__(self, ref: str, boxes: tuple[Container, ...]) -> None:
        self._ref = ref
        self._boxes = boxes
        self._parts = listed(boxes)
        self._refuse()
        self._context = dict(self._who())
        self._read: Counter[str] = Counter()
        self._said: list[str] = []

    def all(self) -> Iterator[_Piece]:
        yield self._ref, b"", self._for("identity")
        yield from self._plain("manifest", "account", "account-timezone")
        yield from self._tweets()
        yield from self._headers()
        yield from self._likes()
        yield from self._plain(*_REST)
        yield self._ref, self._tally(), self._for("closing")

    def _refuse(self) -> None:
        """Look at every file's beginning before one byte is handed on."""
        if not self._parts:
            raise _nothing(self._ref, self._boxes)
        for part in self._parts:
            with self._boxes[part.box].open(part.member) as stream:
                check(part, stream.read(HEAD_BYTES))

    def _who(self) -> Iterator[tuple[str, str]]:
        found: dict[str, str] = {}
        owners: set[str] = set()
        for kind in TELLING:
            for part in self._of(kind):
                said = about(kind, self._beginning(part))
                owners.update({said["account"]} if "account" in said and kind in ("manifest", "account") else ())
                found = {**said, **found}
        for box in self._boxes:
            found = {**dated(box.path), **found} if "generated" not in found else found
        if len(owners) > 1:
            raise _several(self._ref)
        if "account" not in found:
            raise _unknown(self._ref)
        yield from found.items()

    def _beginning(self, part: Part) -> Iterable[Mapping[str, object]]:
        with self._boxes[part.box].open(part.member) as stream:
            chunk = next(chunks(stream), None)
        records = list(pieces(chunk.body))[:_FIRST_RECORDS] if chunk else []
        return first_fields(records)

    def _of(self, *kinds: str) -> tuple[Part, ...]:
        return tuple(part for kind in kinds for part in self._parts if part.kind == kind)

    def _for(self, kind: str, **more: str) -> Mapping[str, str]:
        about = {name: value for name, value in self._context.items() if name != "declared"}
        return {**about, "kind": kind, **more}

    def _chunks(self, part: Part) -> Iterator[Chunk]:
        with self._boxes[part.box].open(part.member) as stream:
            yield from chunks(stream)

    def _counted(self, part: Part) -> Iterator[Chunk]:
        depth = Depth(part.ref)
        self._read[_plain_name(part.member)] += 0
        for chunk in self._chunks(part):
            depth.feed(chunk.body)
            self._read[_plain_name(part.member)] += chunk.count
            yield chunk

    def _plain(self, *kinds: str, **more: str) -> Iterator[_Piece]:
        for part in self._of(*kinds):
            for chunk in self._counted(part):
                yield part.ref, chunk.body, self._for(part.kind, first=str(chunk.first), **more)

    def _tweets(self) -> Iterator[_Piece]:
        bodies = (chunk.body for part in self._of("note-tweet") for chunk in self._chunks(part))
        notes = long_texts(bodies)
        more = {"notes": notes.text} if notes.text else {}
        self._said.extend(notes.said)
        yield from self._plain("note-tweet")
        yield from self._plain("tweets", **more)

    def _headers(self) -> Iterator[_Piece]:
        seen: set[bytes] = set()
        for piece in self._plain("deleted-tweets"):
            seen.update(_ID.findall(piece[1]))
            yield piece
        yield from self._plain("deleted-tweet-headers", seen=b",".join(sorted(seen)).decode())
        if not self._of("tweets"):
            yield from self._plain("tweet-headers")
            return
        for part in self._of("tweet-headers"):
            for _ in self._counted(part):
                continue

    def _likes(self) -> Iterator[_Piece]:
        order = self._order()
        start = 0
        for part in self._of("like"):
            for chunk in self._counted(part):
                more = {}
                if order.bounds:
                    end = start + len(ids_in(chunk.body))
                    more["bounds"] = bounds_said(order.bounds[start:end])
                    start = end
                yield part.ref, chunk.body, self._for("like", first=str(chunk.first), **more)

    def _order(self) -> Order:
        parts = self._of("like")
        made = [snowflake_ms(one.decode()) or 0 for part in parts for chunk in self._chunks(part)
                for one in ids_in(chunk.body)]  # fmt: skip
        order = narrowed(made)
        if made:
            self._said.append(order.said)
        return order

    def _tally(self) -> bytes:
        declared = msgspec.json.decode(self._context.get("declared", "{}"), type=dict[str, int])
        known = {name: count for name, count in declared.items() if _kind(name)}
        self._say_what_is_unsure()
        return msgspec.json.encode(Tally(read=dict(self._read), declared=known, said=tuple(self._said)))

    def _say_what_is_unsure(self) -> None:
        if self._context.get("partial"):
            self._said.append("manifest.js calls this a partial archive: X left something out")
        if "generated" not in self._context:
            self._said.append("the archive does not say when it was made, so nothing bounds the likes from above")
        elif "generated_by" in self._context:
            self._said.append("when the archive was made is known from its file name only")
        headers, posts = (self._total(kind) for kind in ("tweet-headers", "tweets"))
        if headers and posts and headers > posts:
            self._said.append(f"tweet-headers.js lists {rows(headers)}, but only {posts:,} posts are in the archive")

    def _total(self, kind: str) -> int:
        return sum(count for name, count in self._read.items() if _kind(name) == kind)


_REST: Final = (
    "account-creation-ip", "account-label", "account-suspension", "following", "block", "mute", "profile",
    "screen-name-change", "email-address-change", "phone-number", "protected-history", "sso", "connected-application",
    "ip-audit", "device-token", "key-registry", "ni-devices", "direct-message-headers", "user-link-clicks",
    "branch-links", "reply-prompt", "ad-impressions", "ad-engagements",
)  # fmt: skip


def _plain_name(member: str) -> str:
    """A member's name as the manifest spells it, without a folder that somebody packed around it."""
    return _DATA.sub("", member, count=1)


def _kind(name: str) -> str | None:
    stem = re.sub(r"(?:-part\d+)?\.js$", "", name.rpartition("/")[2])
    return KINDS.get(stem) if name.endswith(".js") else None


def _nothing(ref: str, boxes: tuple[Container, ...]) -> SourceError:
    if any(_ANCIENT.fullmatch(member.name) for box in boxes for member in box.members):
        return SourceError(
            "this is an archive of before 2019 (tweets.csv): it has no likes and no traces of access",
            where=ref,
            code="CS151",
            hint="ask X for a new archive of the account: Settings, Your account, Download an archive of your data",
        )
    return SourceError(
        "there is no file of an X archive in it",
        where=ref,
        code="CS152",
        hint="give the zip as X made it, not a folder or a file out of it",
    )


def _several(ref: str) -> SourceError:
    return SourceError(
        "these are archives of different accounts, not parts of one",
        where=ref,
        code="CS153",
        hint="give each archive by itself",
    )


def _unknown(ref: str) -> SourceError:
    return SourceError(
        "nothing in it says whose archive it is",
        where=ref,
        code="CS154",
        hint="data/account.js or data/manifest.js must be there; for a split archive give all its parts together",
    )
