"""Makes a bundle's files, in the order in which they depend on each other: first what is said, then all that proves it.

The statement is the body of a leaf of the log. So `statement` comes first; its bytes are sealed as a `custody` entry;
then the log signs a checkpoint, which is anchored; then `bag` puts everything together. Both are pure: the same values
give the same bytes.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping

import msgspec

from countersign.evidence.bundle import paths
from countersign.evidence.bundle.documents import (
    FORMAT,
    PAYLOAD_TYPE,
    Act,
    Contents,
    Envelope,
    Exhibit,
    Held,
    PlatformClaim,
    ShownFields,
    Signature,
    Statement,
    StatementLeaf,
    pre_authentication,
    write_document,
)
from countersign.evidence.bundle.manifest import manifest
from countersign.evidence.bundle.paths import TagFile
from countersign.evidence.keys import Vkey
from countersign.evidence.sshsig import allowed_signers

PROOF_HEADER = b"c2sp.org/tlog-proof@v1\n"


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle says: its exhibits, who did what with them, and what a platform signed."""

    origin: str
    title: str
    tool: str
    made: str
    exhibits: tuple[Exhibit, ...]
    custody: tuple[Act, ...] = ()
    platform: tuple[PlatformClaim, ...] = ()


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf that is handed over: its entry, the hashes that lead to the root, and what opens it, if it is shown."""

    index: int
    entry: bytes
    hashes: tuple[bytes, ...]
    salt: bytes | None = None
    body: bytes | None = None


class Stamped(msgspec.Struct, frozen=True, kw_only=True):
    """The token of one time-stamp authority with its root's and its own certificate, all in DER."""

    name: str
    token: bytes
    root: bytes
    authority: bytes


class PlatformProof(msgspec.Struct, frozen=True, kw_only=True):
    """The slice for one platform claim, and where the key comes from: a DID document or a did:plc audit log."""

    n: int
    car: bytes
    document: bytes | None = None
    audit: bytes | None = None


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a bundle consists of.

    `statement` are the bytes that `statement()` gave, `statement_leaf` the custody leaf that they are the body of (its
    salt is needed, its body not). `tag_files` are the same that the statement was made with. `checkpoint` is the whole
    signed note of `size` leaves; `consistency` leads to it from older sizes.
    """

    origin: str
    size: int
    tag_files: Mapping[TagFile, bytes]
    statement: bytes
    statement_leaf: Leaf
    exhibits: tuple[Leaf, ...]
    checkpoint: bytes
    log_key: Vkey
    keys: tuple[Leaf, ...] = ()
    fields: tuple[ShownFields, ...] = ()
    consistency: Mapping[int, tuple[bytes, ...]] = {}
    stamps: tuple[Stamped, ...] = ()
    platform: tuple[PlatformProof, ...] = ()
    mldsa_key: Vkey | None = None
    policy: bytes | None = None
    sshsig: bytes | None = None


def statement(
    saying: Saying, *, tag_files: Mapping[TagFile, bytes], key: Vkey, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return the signed statement of a bundle: seal these bytes as the body of a `custody` entry.

    `sign` gives the bare Ed25519 signature of the log's key `key` over what it is given (a DSSE PAE).
    """
    files = {path: hashlib.sha256(data).hexdigest() for path, data in tag_files.items()}
    said = Statement(
        custody=saying.custody, exhibits=saying.exhibits, files=files, made=saying.made, origin=saying.origin,
        platform=saying.platform, title=saying.title, tool=saying.tool, v=1,
    )  # fmt: skip
    payload = write_document(said)
    signature = Signature(keyid=key.key_id.hex(), sig=_base64(sign(pre_authentication(payload))).decode("ascii"))
    envelope = Envelope(payload=_base64(payload).decode("ascii"), payloadType=PAYLOAD_TYPE, signatures=(signature,))
    return write_document(envelope)


def bag(parts: Parts) -> dict[str, bytes]:
    """Return all files of a bundle by path, its manifests included."""
    files: dict[str, bytes] = {
        paths.BAGIT: paths.BAGIT_TEXT,
        **{str(path): data for path, data in parts.tag_files.items()},
    }
    files[paths.BUNDLE] = write_document(_contents(parts))
    files[paths.STATEMENT] = parts.statement
    files |= _log(parts) | _anchors(parts) | _keys(parts) | _platform(parts)
    files |= {paths.body_path(leaf.index): leaf.body for leaf in parts.exhibits if leaf.body is not None}
    files[paths.MANIFEST] = manifest(files, (path for path in files if path.startswith(paths.PAYLOAD)))
    files[paths.TAG_MANIFEST] = manifest(files, [path for path in files if not path.startswith(paths.PAYLOAD)])
    return files


def write_proof(leaf: Leaf, checkpoint: bytes) -> bytes:
    """Return the proof that a leaf is in the log of a checkpoint (C2SP tlog-proof, with the entry as `extra`)."""
    lines = [b"extra " + _base64(leaf.entry), b"index %d" % leaf.index, *map(_base64, leaf.hashes)]
    return PROOF_HEADER + b"\n".join(lines) + b"\n\n" + checkpoint


def _contents(parts: Parts) -> Contents:
    salt = parts.statement_leaf.salt
    held = sorted((leaf.index, leaf.salt if leaf.body is not None else None) for leaf in parts.exhibits)
    return Contents(
        exhibits=tuple(Held(leaf=leaf, salt=opens.hex() if opens is not None else None) for leaf, opens in held),
        fields=tuple(sorted(parts.fields, key=lambda fields: fields.leaf)),
        format=FORMAT,
        keys=tuple(sorted(leaf.index for leaf in parts.keys)),
        origin=parts.origin,
        size=parts.size,
        statement=StatementLeaf(leaf=parts.statement_leaf.index, salt=salt.hex() if salt is not None else ""),
    )


def _log(parts: Parts) -> dict[str, bytes]:
    leaves = (*parts.exhibits, *parts.keys, parts.statement_leaf)
    proofs = {paths.proof_path(leaf.index): write_proof(leaf, parts.checkpoint) for leaf in leaves}
    grown = {
        paths.consistency_path(size): b"".join(_base64(one) + b"\n" for one in hashes)
        for size, hashes in parts.consistency.items()
    }
    return {paths.CHECKPOINT: parts.checkpoint, **proofs, **grown}


def _anchors(parts: Parts) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for stamp in parts.stamps:
        files |= zip(paths.anchor_paths(stamp.name), (stamp.token, stamp.root, stamp.authority), strict=True)
    if parts.sshsig is not None:
        files[paths.SSHSIG] = parts.sshsig
        files[paths.ALLOWED_SIGNERS] = allowed_signers(parts.log_key).encode("ascii")
    return files


def _keys(parts: Parts) -> dict[str, bytes]:
    files = {paths.LOG_KEY: f"{parts.log_key}\n".encode("ascii")}
    if parts.mldsa_key is not None:
        files[paths.MLDSA_KEY] = f"{parts.mldsa_key}\n".encode("ascii")
    if parts.policy is not None:
        files[paths.POLICY] = parts.policy
    return files


def _platform(parts: Parts) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for proof in parts.platform:
        files[paths.car_path(proof.n)] = proof.car
        if proof.document is not None:
            files[paths.key_path(proof.n, "did")] = proof.document
        elif proof.audit is not None:
            files[paths.key_path(proof.n, "plc")] = proof.audit
    return files


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)
