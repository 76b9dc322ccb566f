"""Says what a proof shows, or refuses it: a record is in a signed state, is not, was changed, done and undone, denied.

Every function takes bytes and gives a value or raises NotProved with the broken rule; nothing is read from anywhere.
Source: docs/reference/atproto-proofs.md; AT Protocol specifications (Repository, Sync 1.1).
"""

from collections.abc import Mapping, Sequence

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto import drisl
from countersign.evidence.atproto.car import Block, read_proof
from countersign.evidence.atproto.cid import is_block_cid
from countersign.evidence.atproto.commit import Commit, commit_in
from countersign.evidence.atproto.inversion import Operation, Row, check_operations
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.syntax import key_of
from countersign.evidence.atproto.tree import Search, search


class State(msgspec.Struct, frozen=True):
    """What is handed over of one signed state: the proof's CAR file, and the did:keys that may have signed it."""

    car: bytes
    keys: tuple[str, ...]


class Included(msgspec.Struct, frozen=True, kw_only=True):
    """A record that is in a signed state: `cid` (36 bytes) names its version, `record` is its block."""

    commit: Commit
    path: str
    cid: bytes
    record: bytes


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """A path at which a signed state holds no record."""

    commit: Commit
    path: str


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """Two signed states of one account, and what lies between them (exactly these operations; () if not known)."""

    before: Commit
    after: Commit
    operations: tuple[Operation, ...] = ()


def inclusion(state: State, *, did: str, path: str, cid: bytes | None = None) -> Included:
    """Return the record that the signed state of `did` holds at `path`; raises NotProved. Rules 38 to 42."""
    key = key_of(path)
    commit, found, blocks = _searched(state, did, key)
    if found.value is None:
        raise _broken("the record is not in the signed state", 38)
    if cid is not None and found.value != cid:
        raise _broken("the signed state holds another version of the record", 39)
    if [block.cid for block in blocks] != [found.value]:
        raise _broken("the record does not follow the tree, or something follows it", 40)
    record = blocks[0].data
    if not isinstance(drisl.decode(record), dict):
        raise refused("CS442", "the record is no map", 41)
    if not is_block_cid(found.value):
        raise _broken("the record is named as raw bytes", 42)
    return Included(commit=commit, path=path, cid=found.value, record=record)


def exclusion(state: State, *, did: str, path: str) -> Excluded:
    """Return what shows that the signed state of `did` holds nothing at `path`; raises NotProved. Rule 43."""
    commit, found, blocks = _searched(state, did, key_of(path))
    if found.value is not None:
        raise _broken("the record is in the signed state", 43)
    if blocks:
        raise _broken("blocks follow that the search did not come to", 43)
    return Excluded(commit=commit, path=path)


def removal(before: Included, after: Excluded) -> Between:
    """Return the two states between which a record was removed; raises NotProved. Rule 53."""
    if before.path != after.path:
        raise refused("CS449", "the two proofs are about different records", 53)
    return _ordered(before.commit, after.commit, 53)


def transition(before: State, after: State, *, did: str, operations: Sequence[Operation]) -> Between:
    """Return two states between which exactly these operations lie; raises NotProved. Rules 44 to 50.

    `before` is a commit alone; `after` a commit and the nodes that the operations touched.
    """
    first = head(before, did=did)
    check_operations(operations)
    last, blocks = _opened(after, did)
    both = _ordered(first, last, 44)
    row = Row.read(_by_cid(blocks), last.data)
    if row.way != [block.cid for block in blocks]:
        raise _broken("the nodes are not in order, or one is not of this tree", 48)
    put_back(row, operations)
    if row.root() != first.data:
        raise refused("CS449", "these operations do not lead from the one state to the other", 50)
    return msgspec.structs.replace(both, operations=tuple(operations))


def put_back(row: Row, operations: Sequence[Operation]) -> None:
    """Take operations back in a row; those that deleted first, while the gaps where records were are narrow."""
    for operation in sorted(operations, key=lambda operation: operation.action != "delete"):
        row.take_back(operation)


def undo_shadow(before: State, after: State, *, did: str) -> Between:
    """Return two states with the same records: whatever lies between was undone; raises NotProved. Rule 51."""
    both = _ordered(head(before, did=did), head(after, did=did), 51)
    if both.before.data != both.after.data:
        raise refused("CS449", "the two states hold different records", 51)
    return both


def equivocation(one: State, other: State, *, did: str) -> Between:
    """Return two different states that were signed as the same revision; raises NotProved. Rule 52."""
    first, second = head(one, did=did), head(other, did=did)
    if first.rev != second.rev or first.data == second.data:
        raise refused("CS449", "the two commits are not two histories of one revision", 52)
    return Between(before=first, after=second)


def head(state: State, *, did: str) -> Commit:
    """Return the commit of a file that holds nothing else; raises NotProved."""
    commit, blocks = _opened(state, did)
    if blocks:
        raise _broken("blocks follow the commit", 37)
    return commit


def _searched(state: State, did: str, key: bytes) -> tuple[Commit, Search, tuple[Block, ...]]:
    """Return the commit, what the search found, and the blocks after the nodes that it came to."""
    commit, blocks = _opened(state, did)
    found = search(_by_cid(blocks), commit.data, key)
    steps = len(found.way)
    if tuple(block.cid for block in blocks[:steps]) != found.way:
        raise _broken("the nodes are not in the order of the search", 37)
    return commit, found, blocks[steps:]


def _opened(state: State, did: str) -> tuple[Commit, tuple[Block, ...]]:
    first, *rest = read_proof(state.car)
    return commit_in(first, did=did, keys=state.keys), tuple(rest)


def _by_cid(blocks: Sequence[Block]) -> Mapping[bytes, bytes]:
    return {block.cid: block.data for block in blocks}


def _ordered(before: Commit, after: Commit, rule: int) -> Between:
    if before.did != after.did:
        raise refused("CS449", "the two states are of different accounts", rule)
    if not before.rev < after.rev:
        raise refused("CS449", "the second state is not a later one", rule)
    return Between(before=before, after=after)


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS447", message, rule)
