"""Measures the proof of one like in a large repository: its size, and how long it takes to verify.

`bench/evidence.py` calls `measure`; alone: `python -m bench.atproto_proof`.
"""

import hashlib
import statistics
import sys
import time
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countersign.evidence.atproto import State, cut_record, exclusion, inclusion
from countersign.evidence.atproto.car import Block, write
from countersign.evidence.atproto.cid import cid_of
from countersign.evidence.atproto.drisl import Link, Value, encode
from countersign.evidence.atproto.keys import Key, key_text
from countersign.evidence.atproto.tree import layer_of, shared

RECORDS: Final = 10_000
SAMPLE: Final = 100
"""Records that are each proved and verified."""
DID: Final = "did:plc:" + "a" * 24
LIKE: Final = "app.bsky.feed.like"
ABSENT: Final = f"{LIKE}/3zzzzzzzzzzzz"
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: bytes and milliseconds of the sample's median and of its largest.

    A proof holds the whole nodes on the way to a record, some forty entries of a hundred bytes. Most are hashes, so
    that it cannot be made smaller than deflated. The last record of a repository has half of them: the smallest case.
    """

    records: int
    repository_bytes: int
    inclusion_bytes: int
    inclusion_bytes_deflated: int
    inclusion_bytes_largest: int
    inclusion_bytes_last: int
    exclusion_bytes: int
    verify_ms: float
    verify_ms_largest: float
    cut_ms: float


class Made(NamedTuple):
    """A repository as its host would export it, and the did:key that signed it."""

    car: bytes
    key: str
    paths: tuple[str, ...]


def measure(records: int = RECORDS, sample: int = SAMPLE) -> Measured:
    """Return size and time of proofs of likes spread over a repository of so many records."""
    made = repository(records)
    chosen = made.paths[:: max(1, records // sample)][:sample]
    start = time.perf_counter()
    proofs = [cut_record(made.car, path).car for path in chosen[:3]]
    cut_ms = (time.perf_counter() - start) / len(proofs) * 1000
    proofs = [cut_record(made.car, path).car for path in chosen]
    times = [_verified_ms(State(proof, (made.key,)), path) for path, proof in zip(chosen, proofs, strict=True)]
    absence, last = (cut_record(made.car, path).car for path in (ABSENT, made.paths[-1]))
    exclusion(State(absence, (made.key,)), did=DID, path=ABSENT)
    return Measured(
        records=records, repository_bytes=len(made.car), inclusion_bytes=statistics.median_low(map(len, proofs)),
        inclusion_bytes_deflated=statistics.median_low(len(zlib.compress(proof, 9)) for proof in proofs),
        inclusion_bytes_largest=max(map(len, proofs)), inclusion_bytes_last=len(last),
        exclusion_bytes=len(absence), verify_ms=statistics.median(times), verify_ms_largest=max(times), cut_ms=cut_ms,
    )  # fmt: skip


def repository(records: int) -> Made:
    """Return a repository of so many likes, signed with a fixed key (k256)."""
    private = ec.derive_private_key(20_261_123, ec.SECP256K1())
    likes = {f"{LIKE}/3k{number:011d}": _like(number) for number in range(records)}
    blocks = [Block(cid_of(like), like) for like in likes.values()]
    leaves = [(path.encode(), block.cid) for path, block in zip(likes, blocks, strict=True)]
    nodes: list[Block] = []
    data = _tree(leaves, max(layer_of(key) for key, _ in leaves), nodes)
    commit = _signed(private, {"did": DID, "rev": "3k22222222222", "data": Link(data), "prev": None, "version": 3})
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    car = write([Block(cid_of(commit), commit), *nodes, *blocks])
    return Made(car, key_text(Key("k256", point)), tuple(likes))


def _like(number: int) -> bytes:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    subject: Value = {
        "uri": f"at://did:plc:{digest[:24]}/app.bsky.feed.post/3k{number:011d}",
        "cid": f"bafyrei{digest[:52]}",
    }
    return encode({"$type": LIKE, "subject": subject, "createdAt": "2026-01-02T03:04:05.678Z"})


def _tree(leaves: Sequence[tuple[bytes, bytes]], layer: int, nodes: list[Block]) -> bytes:
    """Add the nodes of the tree that holds these leaves; return its root."""
    here = [place for place, (key, _) in enumerate(leaves) if layer_of(key) == layer]
    parts = [leaves[low + 1 : high] for low, high in zip([-1, *here], [*here, len(leaves)], strict=True)]
    below = [Link(_tree(part, layer - 1, nodes)) if part else None for part in parts]
    entries: list[Value] = []
    before = b""
    for place, right in zip(here, below[1:], strict=True):
        key, value = leaves[place]
        size = shared(before, key)
        entries.append({"k": key[size:], "p": size, "t": right, "v": Link(value)})
        before = key
    node = encode({"e": tuple(entries), "l": below[0]})
    nodes.append(Block(cid_of(node), node))
    return cid_of(node)


def _signed(private: ec.EllipticCurvePrivateKey, fields: dict[str, Value]) -> bytes:
    r, s = decode_dss_signature(private.sign(encode(fields), ec.ECDSA(hashes.SHA256())))
    return encode({**fields, "sig": r.to_bytes(32) + min(s, _ORDER - s).to_bytes(32)})


def _verified_ms(state: State, path: str) -> float:
    start = time.perf_counter()
    inclusion(state, did=DID, path=path)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(measure()).decode() + "\n")
