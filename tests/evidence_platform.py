"""What a platform signed, for tests: an account's records, proofs of one that is there and one that is not, its key."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from functools import cache

from countersign.evidence.atproto.tree import search
from countersign.evidence.bundle import PlatformProof
from tests.unit.evidence.atproto import forge

SIGNER = forge.Signer.made("k256")
DID = "did:web:ana.example"
RECORD = forge.record(7)
LIKED = forge.keys_of(0, 1)[0].decode()
KEYS = {key: RECORD.cid for layer in (0, 1, 2) for key in forge.keys_of(layer, 3)}


@cache
def platform_cars(did: str) -> tuple[bytes, bytes]:
    """Return proofs that the record is in the signed state, and that another is not."""
    tree = forge.tree(KEYS)
    commit = forge.commit(SIGNER, forge.fields(tree.root, did=did))
    return tuple(
        forge.car([commit, *way(tree, path), *rest])
        for path, rest in ((LIKED.encode(), [RECORD]), (f"{forge.LIKE}/zzz".encode(), []))
    )  # type: ignore[return-value]


def way(tree: forge.Tree, key: bytes) -> list[forge.Block]:
    """Return the nodes from the root to a key, or to the gap where it would be."""
    return [forge.Block(cid, tree.blocks[cid]) for cid in search(tree.blocks, tree.root, key).way]


def did_of(kind: str, stamped: datetime) -> str:
    return plc_log(_published(kind, stamped))[0] if kind.startswith("plc") else DID


def _published(kind: str, stamped: datetime) -> datetime:
    """Return when the key was published: `plc-new` can still be taken back when the time stamp is made."""
    return stamped - (timedelta(days=30) if kind == "plc" else timedelta(hours=71))


def platform_proofs(kind: str, stamped: datetime) -> tuple[PlatformProof, ...]:
    """Return the two proofs with a key from a DID document (`did`), an audit log (`plc`), or none (empty)."""
    if not kind:
        return ()
    did = did_of(kind, stamped)
    document = did_document(did) if kind == "did" else None
    audit = plc_log(_published(kind, stamped))[1] if kind.startswith("plc") else None
    cars = platform_cars(did)
    return tuple(PlatformProof(n=n, car=car, document=document, audit=audit) for n, car in enumerate(cars, 1))


def did_document(did: str) -> bytes:
    method = {
        "id": f"{did}#atproto", "type": "Multikey", "controller": did,
        "publicKeyMultibase": SIGNER.key.removeprefix("did:key:"),
    }  # fmt: skip
    return json.dumps({"id": did, "verificationMethod": [method]}).encode()


@cache
def plc_log(made: datetime) -> tuple[str, bytes]:
    """Return a did:plc and its audit log of one operation, of this time."""
    rotation = forge.Signer.made("p256", 777)
    operation = {
        "sig": "", "prev": None, "type": "plc_operation", "services": {}, "alsoKnownAs": [],
        "rotationKeys": [rotation.key], "verificationMethods": {"atproto": SIGNER.key},
    }  # fmt: skip
    unsigned = {name: value for name, value in operation.items() if name != "sig"}
    operation["sig"] = base64.urlsafe_b64encode(plc_signature(rotation, forge.cbor(unsigned))).decode().rstrip("=")
    data = forge.cbor(operation)
    digest = hashlib.sha256(data).digest()
    did = "did:plc:" + base32(digest)[:24]
    item = {
        "did": did, "operation": operation, "cid": "b" + base32(b"\x01\x71\x12\x20" + digest), "nullified": False,
        "createdAt": made.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    return did, json.dumps([item]).encode()


@cache
def plc_signature(signer: forge.Signer, message: bytes) -> bytes:
    """Return a signature, once for a message: the account is named by it."""
    return signer.sign(message)


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode().lower().rstrip("=")
