"""Cuts what a Bluesky host itself signed of a case's actions out of the blocks that an import sealed."""

from collections.abc import Iterator, Mapping

import msgspec

from countersign.engine.exhibits import Case
from countersign.errors import NotProved
from countersign.evidence.atproto import Cut, cut_record
from countersign.evidence.atproto.car import Block, write
from countersign.evidence.atproto.cid import cid_of
from countersign.evidence.atproto.syntax import key_of
from countersign.evidence.bundle import PlatformClaim
from countersign.store import Store

SOURCE = "bluesky-car"
_COMMIT = b"\x63rev"
"""A commit block has the key `rev`; so may another record have, but then nothing is cut from it."""

Proof = tuple[bytes, bytes | None, bytes | None]
"""A CAR slice, and the DID document or the did:plc audit log that its key comes from."""


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform signed of a case: claims in words, and the proof of each, in the same order."""

    claims: tuple[PlatformClaim, ...] = ()
    proofs: tuple[Proof, ...] = ()


def proofs(store: Store, case: Case, exhibits: Mapping[str, int], keys: Mapping[str, bytes]) -> Repository:
    """Return the proofs for those actions of a case that a repository holds; none for other platforms."""
    wanted = [(action.id, path) for action in case.actions if (path := _path(action.fields, case.account))]
    if case.platform != "bluesky" or not wanted:
        return Repository()
    blocks = list(_blocks(store, case))
    claims: list[PlatformClaim] = []
    found: list[Proof] = []
    for action, path in wanted:
        cut = _newest(blocks, path)
        if cut is None:
            continue
        collection, _, rkey = path.partition("/")
        claims.append(
            PlatformClaim(
                collection=collection,
                did=case.account,
                exhibit=exhibits.get(action),
                kind=cut.kind,
                n=len(claims) + 1,
                rkey=rkey,
            )
        )
        found.append((cut.car, *_key_document(keys.get(case.account))))
    return Repository(claims=tuple(claims), proofs=tuple(found))


def _path(fields: Mapping[str, str], account: str) -> str | None:
    """Return where in the account's repository an action's record lies."""
    address = fields.get("native_id", "").removeprefix(f"at://{account}/")
    try:
        key_of(address)
    except NotProved:
        return None
    return address


def _blocks(store: Store, case: Case) -> Iterator[Block]:
    """Yield the sealed blocks of the account's repository, in the order in which they were sealed."""
    whose = store.log.pseudonym(case.platform, case.account)
    for leaf in store.log.of_kind("capture"):
        if leaf.entry.src == SOURCE and leaf.entry.acct == whose and leaf.kept:
            opened = store.log.body(leaf.leaf)
            if opened is not None:
                yield Block(cid_of(opened[1]), opened[1])


def _newest(blocks: list[Block], path: str) -> Cut | None:
    """Return the proof of a path by the newest commit that has it; by the newest of all that it is gone."""
    gone: Cut | None = None
    for commit in reversed([block for block in blocks if _COMMIT in block.data]):
        try:
            cut = cut_record(write([commit, *(block for block in blocks if block.cid != commit.cid)]), path)
        except NotProved:
            continue
        if cut.kind == "inclusion":
            return cut
        gone = gone or cut
    return gone


def _key_document(document: bytes | None) -> tuple[bytes | None, bytes | None]:
    """Return a document as a DID document or as a did:plc audit log, which is a list."""
    if document is None:
        return None, None
    return (None, document) if document.lstrip().startswith(b"[") else (document, None)
