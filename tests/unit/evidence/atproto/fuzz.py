"""Throws damaged and made-up bytes at every reader: `python -m tests.unit.evidence.atproto.fuzz 1000000 [PARSER...]`.

Only NotProved may come out. What is accepted all the same must be what it would be written as again.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from countersign.errors import NotProved
from countersign.evidence.atproto import (
    Operation,
    State,
    cut_commit,
    cut_record,
    cut_tree,
    exclusion,
    head,
    history_of,
    inclusion,
    key_in_document,
    transition,
)
from countersign.evidence.atproto.cid import cid_bytes, cid_of, cid_text
from countersign.evidence.atproto.drisl import decode, encode
from countersign.evidence.atproto.inversion import Row
from countersign.evidence.atproto.keys import key_from, key_text
from countersign.evidence.atproto.syntax import key_of
from tests.unit.evidence.atproto import forge, identity
from tests.unit.evidence.atproto.forge import DID, Block, Signer, block, car, commit, fields

SIGNER: Final = Signer.made()
KEYS: Final = [key for layer in range(3) for key in forge.keys_of(layer, 8)]
PATH: Final = KEYS[3].decode()
RECORD: Final = forge.record()
TREE: Final = forge.tree(dict.fromkeys(KEYS, RECORD.cid))
AFTER: Final = forge.tree(dict.fromkeys(KEYS[1:], RECORD.cid))
NODES: Final = [Block(*pair) for pair in TREE.blocks.items()]
WHOLE: Final = car([commit(SIGNER, fields(TREE.root)), RECORD, *NODES])
PROOF: Final = cut_record(WHOLE, PATH).car
ABSENCE: Final = cut_record(WHOLE, "a.b.c/x").car
COMMIT: Final = cut_commit(WHOLE)
LATER: Final = cut_tree(car([commit(SIGNER, fields(AFTER.root, rev=forge.LATER)),
                             *(Block(*pair) for pair in AFTER.blocks.items())]))  # fmt: skip
REMOVED: Final = Operation(action="delete", path=KEYS[0].decode(), prev=RECORD.cid)
FIRST: Final = identity.operation(None, identity.WEAK)
LOG: Final = json.dumps(identity.log(FIRST, identity.operation(identity.cid(FIRST), identity.WEAK))).encode()
METHOD: Final = {"id": "#atproto", "controller": DID, "type": "Multikey", "publicKeyMultibase": SIGNER.key[8:]}
DOCUMENT: Final = json.dumps({"id": DID, "verificationMethod": [METHOD]}).encode()
ACTIONS: Final[tuple[Literal["create", "update", "delete"], ...]] = ("create", "update", "delete")
TELLING: Final = (0x00, 0x17, 0x18, 0x1B, 0x20, 0x3B, 0x5B, 0x5F, 0x7F, 0x80, 0x9F, 0xA0, 0xBB, 0xD8, 0xF7, 0xF9, 0xFF)


class Wrong(Exception):
    """Something was accepted that is not what was signed or has another form."""


def car_file(rng: random.Random) -> None:
    """Proofs: whatever is not the proof itself shows nothing."""
    sound = rng.choice((PROOF, ABSENCE, COMMIT))
    held = damaged(sound, rng)
    for show in (inclusion, exclusion):
        if taken(lambda show=show: show(State(held, (SIGNER.key,)), did=DID, path=PATH)) and held != PROOF:  # type: ignore[misc]
            raise Wrong
    if taken(lambda: head(State(held, (SIGNER.key,)), did=DID)) and held != COMMIT:
        raise Wrong


def repository(rng: random.Random) -> None:
    """Files that proofs are cut from: what is cut is a proof."""
    held = damaged(WHOLE, rng)
    try:
        cut = cut_record(held, PATH)
    except NotProved:
        return
    show = inclusion if cut.kind == "inclusion" else exclusion
    show(State(cut.car, (SIGNER.key,)), did=DID, path=PATH)


def cbor(rng: random.Random) -> None:
    """Blocks: a value has one form."""
    held = damaged(rng.choice((RECORD.data, *(node.data for node in NODES))), rng)
    try:
        value = decode(held)
    except NotProved:
        return
    if encode(value) != held:
        raise Wrong


def tree(rng: random.Random) -> None:
    """Trees with right hashes: what is accepted is the one tree of what it holds."""
    blocks = dict(TREE.blocks)
    spoilt = rng.choice(list(blocks))
    names = {spoilt: block(damaged(blocks.pop(spoilt), rng))}
    while len(names) and TREE.root not in names:  # every node above it links to it by its new hash
        above = next(cid for cid, data in blocks.items() if any(old in data for old in names))
        data = blocks.pop(above)
        for old, new in names.items():
            data = data.replace(old, new.cid)
        names[above] = block(data)
    blocks |= dict(names.values())
    root = names[TREE.root].cid
    try:
        row = Row.read(blocks, root)
    except NotProved:
        return
    if row.whole and row.root() != root:
        raise Wrong


def operations(rng: random.Random) -> None:
    """Lists of operations: none but the true one leads from the one state to the other."""
    path = rng.choice((REMOVED.path, damaged(REMOVED.path.encode(), rng).decode("latin-1")))
    versions = [rng.choice((None, RECORD.cid, damaged(RECORD.cid, rng))) for _ in range(2)]
    action = rng.choice(ACTIONS)
    told = Operation(action=action, path=path, cid=versions[0], prev=versions[1])
    listed = [told] * rng.choice((1, 1, 2)) + [REMOVED] * rng.choice((0, 1))
    states = State(COMMIT, (SIGNER.key,)), State(LATER, (SIGNER.key,))
    if taken(lambda: transition(*states, did=DID, operations=listed)) and listed != [REMOVED]:
        raise Wrong


def did_key(rng: random.Random) -> None:
    """Keys: a key has one text."""
    text = damaged(SIGNER.key.encode(), rng).decode("latin-1")
    try:
        key = key_from(text)
    except NotProved:
        return
    if key_text(key) != text:
        raise Wrong


def names(rng: random.Random) -> None:
    """Identifiers and paths: each has one text."""
    text = damaged(cid_text(cid_of(b"")).encode(), rng).decode("latin-1")
    cid = cid_bytes(text)
    if cid is not None and cid_text(cid) != text:
        raise Wrong
    path = damaged(PATH.encode(), rng).decode("latin-1")
    if taken(lambda: key_of(path)) and key_of(path).decode() != path:
        raise Wrong


def document(rng: random.Random) -> None:
    """DID documents: JSON in any state."""
    taken(lambda: key_in_document(damaged(DOCUMENT, rng), did=DID))


def audit_log(rng: random.Random) -> None:
    """Audit logs: the keys of the account are never others."""
    held = damaged(LOG, rng)
    try:
        history = history_of(held, did=identity.did(FIRST))
    except NotProved:
        return
    if set(history.keys) - {identity.SIGNING.key}:
        raise Wrong


PARSERS: Final[dict[str, Callable[[random.Random], None]]] = {
    "car": car_file, "repository": repository, "cbor": cbor, "tree": tree, "operations": operations,
    "did_key": did_key, "names": names, "document": document, "audit_log": audit_log,
}  # fmt: skip


class Fuzzed(NamedTuple):
    """How many inputs a reader was given; nothing but a typed refusal or the truth came out of any."""

    parser: str
    inputs: int
    seconds: float


def fuzz(parser: str, count: int, *, seed: int = 1) -> Fuzzed:
    """Give a reader so many inputs; raises what an input raises, with the seed and number to repeat it."""
    start = time.monotonic()
    for number in range(count):
        rng = random.Random(f"{seed}/{parser}/{number}")
        try:
            PARSERS[parser](rng)
        except Exception as error:
            error.add_note(f"fuzz {parser}, seed {seed}, input {number}")
            raise
    return Fuzzed(parser, count, time.monotonic() - start)


def taken(show: Callable[[], object]) -> bool:
    """Say whether something was accepted; anything but NotProved goes through."""
    try:
        show()
    except NotProved:
        return False
    return True


def damaged(sound: bytes, rng: random.Random) -> bytes:
    """Change bytes in one of the ways in which bytes are changed; seldom nothing of them is left."""
    held = bytearray(sound)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        place = rng.randrange(len(held) + 1)
        size = rng.choice((1, 1, 2, 4, 36))
        match rng.randrange(8):
            case 0 | 1:
                held[place : place + 1] = bytes(byte ^ 1 << rng.randrange(8) for byte in held[place : place + 1])
            case 2:
                held[place : place + 1] = bytes([rng.choice(TELLING)])
            case 3:
                del held[place : place + size]
            case 4:
                held[place:place] = rng.randbytes(size)
            case 5:
                held[place:place] = held[(other := rng.randrange(len(held) + 1)) : other + size]
            case 6:
                del held[place:]
            case _:
                held[:] = rng.randbytes(rng.randrange(80)) if not rng.randrange(20) else held + rng.randbytes(size)
    return bytes(held)


def main() -> None:
    """Run the long form and print what was thrown at what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("parsers", nargs="*", default=list(PARSERS), metavar="PARSER")
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    for name in asked.parsers:
        done = fuzz(name, asked.count, seed=asked.seed)
        sys.stdout.write(
            f"{name}: {done.inputs:,} inputs, seed {asked.seed}, {done.seconds:.0f} s: only typed refusals\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
