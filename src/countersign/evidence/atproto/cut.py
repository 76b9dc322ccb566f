"""Cuts a small proof out of a whole repository or an event: only what a verifier needs, in the one allowed order.

No signature is checked here: who cuts need not have the key. `proof` checks what was cut.
Source: docs/reference/atproto-proofs.md; AT Protocol specification, Sync 1.1 (CAR slices).
"""

from typing import Literal

import msgspec

from countersign.evidence.atproto.car import Block, Repository, read_repository, write
from countersign.evidence.atproto.commit import root_of
from countersign.evidence.atproto.inversion import Row
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.syntax import key_of
from countersign.evidence.atproto.tree import search


class Cut(msgspec.Struct, frozen=True):
    """A proof, and what it will show of the path that was asked for."""

    kind: Literal["inclusion", "exclusion"]
    car: bytes


def cut_record(car: bytes, path: str) -> Cut:
    """Return the proof that a record is in a repository, or that it is not: some KB of some MB.

    Takes a whole export (com.atproto.sync.getRepo), an answer of com.atproto.sync.getRecord or the blocks of an event.
    Raises NotProved if the file is damaged or does not hold what the proof needs.
    """
    key = key_of(path)
    repository = read_repository(car)
    commit = _commit(repository)
    found = search(repository.blocks, root_of(commit), key)
    blocks = [commit, *(Block(cid, repository.blocks[cid]) for cid in found.way)]
    if found.value is None:
        return Cut("exclusion", write(blocks))
    record = repository.blocks.get(found.value)
    if record is None:
        raise refused("CS447", "the record itself is missing from the file", 40)
    return Cut("inclusion", write([*blocks, Block(found.value, record)]))


def cut_commit(car: bytes) -> bytes:
    """Return the signed commit alone, in its own file; raises NotProved."""
    return write([_commit(read_repository(car))])


def cut_tree(car: bytes) -> bytes:
    """Return the commit and every node that is there, without records: the later state of a transition.

    Takes the blocks of an event. Raises NotProved.
    """
    repository = read_repository(car)
    commit = _commit(repository)
    row = Row.read(repository.blocks, root_of(commit))
    return write([commit, *(Block(cid, repository.blocks[cid]) for cid in row.way)])


def _commit(repository: Repository) -> Block:
    data = repository.blocks.get(repository.root)
    if data is None:
        raise refused("CS440", "the commit that the file names is missing from it", 6)
    return Block(repository.root, data)
