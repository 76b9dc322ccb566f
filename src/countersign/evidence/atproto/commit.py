"""Reads the signed commit of a repository: which account, which tree, which revision, and whether the key signed it.

Source: AT Protocol specification, Repository ("Commit Objects"), Cryptography. Rules 16 to 25.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.car import Block
from countersign.evidence.atproto.cid import is_block_cid
from countersign.evidence.atproto.drisl import Link
from countersign.evidence.atproto.keys import SIGNATURE_BYTES, key_from, signed
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.syntax import is_account, is_tid

_FIELDS: Final = frozenset({"did", "rev", "sig", "data", "prev", "version"})
_VERSION: Final = 3
_SIG: Final = b"\x63sig\x58\x40"


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One signed state of an account's records.

    `cid` names the commit, `data` the root of its tree (36 bytes each). `rev` is the host's own count of revisions: it
    orders commits of one account and proves no time. `key` is the did:key that signed.
    """

    cid: bytes
    did: str
    rev: str
    data: bytes
    key: str


class _Unchecked(msgspec.Struct, frozen=True):
    did: str
    rev: str
    data: bytes
    signature: bytes


def commit_in(block: Block, *, did: str, keys: Sequence[str]) -> Commit:
    """Return the commit of a block if the account is `did` and one of `keys` (did:key) signed it.

    The keys are tried in their order. Raises NotProved: CS442 and CS443 for its form, CS445 for a key, CS444 for the
    signature.
    """
    read = _read(block)
    if read.did != did:
        raise _broken("the commit is of another account", 21)
    message = _signed_bytes(block.data, read.signature)
    for key in keys:
        if signed(key_from(key), message, read.signature):
            return Commit(cid=block.cid, did=read.did, rev=read.rev, data=read.data, key=key)
    raise refused("CS444", "the signature of the commit does not hold for the key", 25)


def root_of(block: Block) -> bytes:
    """Return the root of a commit's tree, its form checked and its signature not; raises NotProved."""
    return _read(block).data


def _read(block: Block) -> _Unchecked:
    fields = drisl.decode(block.data)
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise _broken("the commit does not have the six fields of a commit", 16)
    if fields["version"] != _VERSION:
        raise _broken("the commit is not of version 3", 17)
    data = _link(fields["data"])
    if fields["prev"] is not None:
        _link(fields["prev"])
    did, rev, signature = fields["did"], fields["rev"], fields["sig"]
    if not isinstance(did, str) or not is_account(did):
        raise _broken("the commit does not name an account", 18)
    if not isinstance(rev, str) or not is_tid(rev):
        raise _broken("the revision is no TID", 19)
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise _broken("the signature does not have 64 bytes", 20)
    return _Unchecked(did, rev, data, signature)


def _link(value: drisl.Value) -> bytes:
    if not isinstance(value, Link) or not is_block_cid(value.cid):
        raise _broken("the commit does not link to a tree", 17)
    return value.cid


def _signed_bytes(block: bytes, signature: bytes) -> bytes:
    """Return the commit without its signature: keys have one order, so that the rest need not be written anew."""
    start = block.index(_SIG + signature)
    return b"\xa5" + block[1:start] + block[start + len(_SIG) + SIGNATURE_BYTES :]


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS443", message, rule)
