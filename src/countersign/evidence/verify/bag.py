"""Opens a bundle: first that it is a whole bag, then what every file in it says, read strictly (stages A to C)."""

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.bundle import paths
from countersign.evidence.bundle.archive import Bytes
from countersign.evidence.bundle.documents import FAMILY, FORMAT, Contents, Envelope, Statement, read_document
from countersign.evidence.bundle.manifest import manifest
from countersign.evidence.entry import Entry, read_entry
from countersign.evidence.keys import LOG, MLDSA, Vkey, parse_vkey, unbase64
from countersign.evidence.note import Checkpoint, Note, parse_checkpoint, parse_note
from countersign.evidence.verify.codes import Stop
from countersign.evidence.verify.policy import Policy, parse_policy
from countersign.evidence.verify.proofs import Proof, parse_hashes, parse_proof
from countersign.evidence.verify.reading import Taken
from countersign.evidence.verify.times import is_time

MOST_LINES = 64
"""Signature lines of a checkpoint: far more than any log has witnesses."""
MOST_NAMED = 3
"""Files that differ and are told by name; who replaced all of them is not shown a list of thousands."""

Read = TypeVar("Read")


class Bag(msgspec.Struct, frozen=True, kw_only=True):
    """A whole bundle, every file read, nothing of it verified yet."""

    files: Mapping[str, Bytes]
    repacked: bool
    contents: Contents
    envelope: Envelope
    payload: bytes
    signature: bytes
    statement: Statement
    note: Note
    checkpoint: Checkpoint
    log_key: Vkey
    mldsa_key: Vkey | None
    policy: Policy | None
    proofs: Mapping[int, Proof]
    entries: Mapping[int, Entry]
    consistency: Mapping[int, tuple[bytes, ...]]

    def body(self, leaf: int) -> Bytes | None:
        """Return the body of a leaf, if it is here; it may be large, and is not copied."""
        return self.files.get(paths.body_path(leaf))

    def names(self, kind: str) -> list[str]:
        """Return the names of all files of a kind, such as the tokens'."""
        return _names(self.files, kind)


def open_bag(taken: Taken) -> Bag:
    """Return a bundle, read; Stop with the code of the first thing that cannot be so."""
    files = taken.files
    _refuse_no_bag(files)
    _refuse_changed(files)
    _refuse_newer(bytes(files[paths.BUNDLE]))
    for path in sorted(files):
        if not paths.belongs(path):
            raise Stop("E_EXTRA", path, "a file that no bundle has")
    return _read(taken)


def _refuse_no_bag(files: Mapping[str, Bytes]) -> None:
    for path in (paths.BAGIT, paths.TAG_MANIFEST, paths.MANIFEST, paths.BUNDLE):
        if path not in files:
            raise Stop("E_BAG", path, "a file is missing that every bundle has")
    if bytes(files[paths.BAGIT]) != paths.BAGIT_TEXT:
        raise Stop("E_BAG", paths.BAGIT, "this is not a bag of version 1.0")


def _refuse_changed(files: Mapping[str, Bytes]) -> None:
    payload = [path for path in files if path.startswith(paths.PAYLOAD)]
    tags = [path for path in files if path != paths.TAG_MANIFEST and not path.startswith(paths.PAYLOAD)]
    for listing, listed in ((paths.TAG_MANIFEST, tags), (paths.MANIFEST, payload)):
        told, made = bytes(files[listing]), manifest(files, listed)
        if told != made:
            where = _differing(told, made)
            raise Stop("E_MANIFEST", where or listing, f"what is there is not what {listing} lists")


def _differing(told: bytes, made: bytes) -> str:
    """Return the names of files that differ, miss or are extra."""
    first, second = (
        {line[66:]: line[:64] for line in listing.split(b"\n") if len(line) > 66} for listing in (told, made)
    )
    names = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    shown = [name.decode("utf-8", "backslashreplace") for name in names[:MOST_NAMED]]
    return ", ".join(shown) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _refuse_newer(data: bytes) -> None:
    """Say so when a newer program made this; whatever else is wrong with the file is told later."""
    try:
        said = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    named = said.get("format") if isinstance(said, dict) else None
    if isinstance(named, str) and named.startswith(FAMILY) and named != FORMAT:
        raise Stop("E_VERSION", paths.BUNDLE, f"it was made by a newer Countersign: {named[:64]}")


def _read(taken: Taken) -> Bag:
    files = taken.files
    contents = _reading(files, paths.BUNDLE, _contents)
    envelope = _reading(files, paths.STATEMENT, lambda data: read_document(data, Envelope))
    payload = _syntax(paths.STATEMENT, lambda: unbase64(envelope.payload))
    statement = _syntax(paths.STATEMENT, lambda: _statement(payload))
    note = _reading(files, paths.CHECKPOINT, _note)
    proofs = {leaf: _reading(files, paths.proof_path(leaf), parse_proof) for leaf in _leaves(contents)}
    bag = Bag(
        files=files,
        repacked=taken.repacked,
        contents=contents,
        envelope=envelope,
        payload=payload,
        signature=_syntax(paths.STATEMENT, lambda: unbase64(envelope.signatures[0].sig)),
        statement=statement,
        note=note,
        checkpoint=_syntax(paths.CHECKPOINT, lambda: parse_checkpoint(note.text)),
        log_key=_reading(files, paths.LOG_KEY, lambda data: _vkey(data, LOG)),
        mldsa_key=_maybe(files, paths.MLDSA_KEY, lambda data: _vkey(data, MLDSA)),
        policy=_maybe(files, paths.POLICY, parse_policy),
        proofs=proofs,
        entries={leaf: _entry(leaf, proof) for leaf, proof in proofs.items()},
        consistency={
            int(name): _reading(files, f"data/log/consistency/{name}", parse_hashes)
            for name in _names(files, "consistency")
        },
    )
    _refuse_unused(bag)
    return bag


def _leaves(contents: Contents) -> list[int]:
    return sorted({held.leaf for held in contents.exhibits} | set(contents.keys) | {contents.statement.leaf})


def _contents(data: bytes) -> Contents:
    contents = read_document(data, Contents)
    exhibits = {held.leaf: held.salt for held in contents.exhibits}
    shown = [fields.leaf for fields in contents.fields]
    named = [*exhibits, *contents.keys, contents.statement.leaf]
    if contents.format != FORMAT:
        raise _wrong("its format is unknown")
    for leaves in ([held.leaf for held in contents.exhibits], shown, list(contents.keys)):
        if leaves != sorted(set(leaves)):
            raise _wrong("its leaves are not in order")
    if len(set(named)) != len(named) or any(exhibits.get(leaf) is None for leaf in shown):
        raise _wrong("a leaf stands in two places, or fields are shown of a leaf without a body")
    return contents


def _statement(payload: bytes) -> Statement:
    statement = read_document(payload, Statement)
    times = [statement.made, *(act.at for act in statement.custody), *(said.at for said in statement.exhibits)]
    numbers = [claim.n for claim in statement.platform]
    if not all(map(is_time, times)) or numbers != sorted(set(numbers)):
        raise _wrong("a time that is none, or platform proofs that are not in order")
    return statement


def _note(data: bytes) -> Note:
    note = parse_note(data)
    if len(note.lines) > MOST_LINES:
        raise _wrong("it has more than 64 signature lines")
    return note


def _vkey(data: bytes, algorithm: int) -> Vkey:
    key = parse_vkey(data.removesuffix(b"\n").decode("ascii", "replace"))
    if key.algorithm != algorithm or not data.endswith(b"\n"):
        raise _wrong("it is a key of another use, or its line does not end")
    return key


def _entry(leaf: int, proof: Proof) -> Entry:
    return _syntax(paths.proof_path(leaf), lambda: read_entry(proof.entry))


def _refuse_unused(bag: Bag) -> None:
    """Refuse files that section 3 of the format has, but that nothing in this bundle uses, and halves of pairs."""
    files = bag.files
    salted = {held.leaf for held in bag.contents.exhibits if held.salt is not None}
    sizes, bodies = set(bag.consistency), {int(name) for name in bag.names("body")}
    proofs, claimed = {int(name) for name in bag.names("proof")}, {claim.n for claim in bag.statement.platform}
    cars, tokens = {int(name) for name in bag.names("car")}, set(bag.names("token"))
    documents, audits = ({int(name) for name in bag.names(kind)} for kind in ("did", "plc"))
    odd = (
        (bodies != salted, "data/exhibits", "a body without a salt, or a salt without a body"),
        (proofs != set(bag.proofs), "data/log", "a proof of a leaf that is not named"),
        (not cars <= claimed, "data/platform", "a platform proof that nothing claims"),
        (not documents | audits <= cars or documents & audits, "data/platform", "a key without a proof, or two keys"),
        (not {*bag.names("root"), *bag.names("authority")} <= tokens, "data/anchors", "a certificate without a token"),
        ((paths.SSHSIG in files) != (paths.ALLOWED_SIGNERS in files), "data/anchors", "half of an SSH signature"),
        (any(not 0 < size < bag.contents.size for size in sizes), "data/log/consistency", "a size the log never had"),
    )  # fmt: skip
    for is_odd, where, says in odd:
        if is_odd:
            raise Stop("E_SYNTAX", where, says)


def _names(files: Mapping[str, Bytes], kind: str) -> list[str]:
    return sorted(name for found, name in map(paths.kind_of, files) if found == kind)


def _maybe(files: Mapping[str, Bytes], path: str, read: Callable[[bytes], Read]) -> Read | None:
    return _reading(files, path, read) if path in files else None


def _reading(files: Mapping[str, Bytes], path: str, read: Callable[[bytes], Read]) -> Read:
    found = files.get(path)
    if found is None:
        raise Stop("E_SYNTAX", path, "a file is missing that this bundle needs")
    return _syntax(path, lambda: read(bytes(found)))


def _syntax(path: str, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except EvidenceError as error:
        raise Stop("E_SYNTAX", path, error.message) from error


def _wrong(why: str) -> EvidenceError:
    return EvidenceError(why, code="CS420")
