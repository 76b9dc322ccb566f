"""The tree that most lies are about, and how a lie is told: a file, a claim, and the first rule that it breaks."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import Block, Signer, block, car, cbor, commit, entry, fields, node

SIGNER = Signer.made()
ONES = forge.keys_of(1, 24)
ZEROS = forge.keys_of(0, 400)
TWOS = forge.keys_of(2, 3)
RECORD = forge.record()
OTHER = forge.record(1)

# The tree that most lies are about: two keys in the root (layer 1), and a node of layer 0 in each of the three gaps.
A, B = next((low, high) for low, high in pairwise(ONES[4:]) if sum(low < key < high for key in ZEROS) >= 3)
LOW = [key for key in ZEROS if key < A][-3:]
BETWEEN = [key for key in ZEROS if A < key < B][:3]
HIGH = [key for key in ZEROS if key > B][:3]
MEANT = BETWEEN[1]
MISSING = BETWEEN[2]
CLAIMED = MEANT.decode()


def leaf(*keys: bytes) -> Block:
    return node(None, row(*keys))


def row(*keys: bytes) -> list[dict[str, Any]]:
    return [entry(key, RECORD.cid, before) for key, before in zip(keys, [b"", *keys], strict=False)]


def top(left: bytes | None, middle: bytes | None, right: bytes | None) -> Block:
    return node(left, [entry(A, RECORD.cid, b"", middle), entry(B, RECORD.cid, A, right)])


LEFT, MIDDLE, RIGHT = leaf(*LOW), leaf(*BETWEEN[:2]), leaf(*HIGH)
ROOT = top(LEFT.cid, MIDDLE.cid, RIGHT.cid)
COMMIT = commit(SIGNER, fields(ROOT.cid))
TRUE = car([COMMIT, ROOT, MIDDLE, RECORD])
TRUE_ABSENCE = car([COMMIT, ROOT, MIDDLE])


class Lie(NamedTuple):
    """A file, what it is said to show, and the first rule that it breaks."""

    car: bytes
    rule: int
    path: str = CLAIMED
    kind: Literal["inclusion", "exclusion"] = "inclusion"
    cid: bytes | None = None
    did: str = forge.DID
    key: str = SIGNER.key


LIES: dict[str, Callable[[], Lie]] = {}


def lie(tell: Callable[[], Lie]) -> Callable[[], Lie]:
    LIES[tell.__name__.replace("_", " ")] = tell
    return tell


def signed(root: bytes) -> Block:
    return commit(SIGNER, fields(root))


def under(root: Block, *rest: Block) -> bytes:
    """Return a proof in which everything is right but the nodes."""
    return car([signed(root.cid), root, *rest])


def in_middle(middle: Block, rule: int, path: bytes = MEANT) -> Lie:
    """Hang a node between the two keys of the root."""
    root = top(LEFT.cid, middle.cid, RIGHT.cid)
    return Lie(under(root, middle, RECORD), rule, path.decode())


def entries(*items: Any) -> Block:
    return block(cbor({"e": list(items), "l": None}))


def raw_node(data: bytes, rule: int) -> Lie:
    return in_middle(block(data), rule)


def with_commit(unsigned: dict[str, Any], rule: int, signature: Any = None) -> Lie:
    return Lie(car([commit(SIGNER, unsigned, signature), ROOT, MIDDLE, RECORD]), rule)


def with_record(held: Block, rule: int) -> Lie:
    middle = entries(entry(MEANT, held.cid))
    root = top(LEFT.cid, middle.cid, RIGHT.cid)
    return Lie(under(root, middle, held), rule)
