"""The source `bluesky-car`: knows a repository export, checks it whole, and hands its records on one by one."""

from collections.abc import Iterator, Mapping

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received
from countersign.sources.bluesky.car import Blocks, broken, decoded, looks_like_car
from countersign.sources.bluesky.records import SOURCE, missing, record
from countersign.sources.bluesky.syntax import cid_text, tid_time
from countersign.sources.bluesky.tree import Commit, Entry, Gap, Node, Walk, commit
from countersign.sources.bluesky.whole import Tally, owner, remarks
from countersign.text.atproto import is_did

_PROFILE = "app.bsky.actor.profile/self"


class BlueskyExport:
    """The repository of an account, as its server exports it."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether a file begins like a CAR file of version 1; never raises."""
        return looks_like_car(ref)

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield commit, nodes and records, block by block; nothing before all hashes and the tree were checked."""
        after = int(cursor) if cursor else -1
        with Blocks.opened(ref) as blocks:
            for position, received in enumerate(_received(blocks)):
                if position > after:
                    yield msgspec.structs.replace(received, position=position)

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield what a block says; pure, and a record that cannot be read is yielded as `NotUnderstood`."""
        kind = received.context.get("kind")
        if not is_did(received.context.get("account", "")):
            yield NotUnderstood(source=SOURCE, ref=received.ref, position=received.position,
                                reason="no block of a repository", body=received.body)  # fmt: skip
        elif kind == "commit":
            yield from owner(received)
        elif kind == "record":
            yield from record(received)
        elif kind == "missing":
            yield missing(received)
        elif kind == "closing":
            yield from remarks(received)

    def records(self, received: Received) -> Iterator[tuple[int, bytes]]:
        """Yield the block as it stands in the file: nothing for what was only found out while reading."""
        if received.context.get("kind") in ("commit", "node", "record"):
            yield received.position, received.body


def _received(blocks: Blocks) -> Iterator[Received]:
    root = blocks.roots[0]
    block = blocks.get(root)
    if block is None:
        raise broken("CS185", "the commit that the file begins with is not in it", blocks.path)
    signed = commit(block, blocks.path)
    walk = Walk(blocks)
    found = list(walk.over(signed.data))
    if isinstance(found[0], Gap):
        raise broken("CS187", "the tree of records is not in the file", blocks.path)
    context = _context(signed)
    profile = next((one for one in found if isinstance(one, Entry) and one.key == _PROFILE), None)
    about = {"name": name} if profile and (name := _name(blocks.get(profile.cid))) else {}
    yield _piece(blocks, "commit", {**context, **about}, block)
    first = 0
    for one in found:
        yield _block(blocks, one, {**context, "place": str(first)})
        first += isinstance(one, Entry)
    yield _piece(blocks, "closing", context, msgspec.json.encode(_tally(blocks, found, canonical=walk.canonical)))


def _context(signed: Commit) -> dict[str, str]:
    made = tid_time(signed.rev)
    return {"account": signed.did, "rev": signed.rev} | ({"generated": made.isoformat()} if made else {})


def _block(blocks: Blocks, one: Entry | Node | Gap, context: Mapping[str, str]) -> Received:
    block = blocks.get(one.cid)
    if not isinstance(one, Entry):
        kind = "node" if isinstance(one, Node) else "gap"
        return _piece(blocks, kind, {**context, "cid": cid_text(one.cid)}, block or b"")
    kind = "missing" if block is None else "record"
    return _piece(blocks, kind, {**context, "key": one.key, "cid": cid_text(one.cid)}, block or b"")


def _piece(blocks: Blocks, kind: str, context: Mapping[str, str], body: bytes) -> Received:
    return Received(source=SOURCE, ref=blocks.path, body=body, context={**context, "kind": kind})


def _tally(blocks: Blocks, found: list[Entry | Node | Gap], *, canonical: bool) -> Tally:
    named = {one.cid for one in found} | set(blocks.roots[:1])
    return Tally(
        records=sum(isinstance(one, Entry) for one in found),
        gaps=sum(isinstance(one, Gap) for one in found),
        spare=len(blocks) - sum(1 for cid in named if blocks.get(cid) is not None),
        roots=len(blocks.roots),
        canonical=canonical,
    )


def _name(block: bytes | None) -> str | None:
    try:
        profile = decoded(block or b"")
    except ValueError:
        return None
    name = profile.get("displayName") if isinstance(profile, dict) else None
    return name if isinstance(name, str) and name else None
