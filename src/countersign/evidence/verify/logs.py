"""Verifies what is no bundle: the folder of a whole log, and a single proof that an entry is in a log."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from countersign.errors import EvidenceError
from countersign.evidence.entry import key_statement, read_entry
from countersign.evidence.keys import MLDSA, SIGNATURE_BYTES, Vkey, parse_vkey, unbase64, verify
from countersign.evidence.log.bundles import CHECKPOINT, tile_path, unbundled
from countersign.evidence.log.checking import verify_folder
from countersign.evidence.log.tiles import WIDTH
from countersign.evidence.note import Checkpoint, Line, Note, parse_checkpoint, parse_note, verify_line
from countersign.evidence.tree import leaf_hash, root_of, verify_inclusion
from countersign.evidence.verify.asked import Asked, Options, read_options
from countersign.evidence.verify.codes import Failure, Stop, exit_of
from countersign.evidence.verify.lines import Known, Signed, check_lines, check_quorum
from countersign.evidence.verify.policy import Policy
from countersign.evidence.verify.proofs import HEADER, MOST_BYTES, Proof, parse_proof
from countersign.evidence.verify.reading import read_file
from countersign.evidence.verify.report import Report, stopped

_MLDSA_LINE = SIGNATURE_BYTES[MLDSA] + 8


def is_log(path: Path) -> bool:
    """Say whether a path is the folder of a whole log."""
    return (path / "tile").is_dir() and (path / CHECKPOINT).is_file()


def is_proof(path: Path) -> bool:
    """Say whether a path is a single proof."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(len(HEADER)) == HEADER


def verify_log(path: Path, options: Options) -> Report:
    """Return whether a log holds: signature, every entry and tile, and that it grew from an older checkpoint."""
    found = verify_folder(path)
    failures = [Failure(code=one.code, where=one.where, says=one.says) for one in found.problems]
    if found.checkpoint is None or found.vkey is None:
        return Report(exit=exit_of({one.code for one in failures}), failures=tuple(failures))
    try:
        asked = read_options(options)
    except Stop as stop:
        return stopped(stop.failure)
    note = parse_note((path / CHECKPOINT).read_bytes())
    chain = [found.vkey]
    if not found.is_false:  # what cannot be read has been told
        chain = _chain(_entries(path, found.checkpoint.size), found.vkey)
    signed = _signed(note, asked)
    failures += signed.failures
    failures += _signer(asked, chain)
    failures += _since(path, found.checkpoint, asked, chain)
    return _reported(found.checkpoint, note, signed, failures, key=found.vkey)


def verify_proof(path: Path, options: Options) -> Report:
    """Return whether an entry is in the log whose key the policy lists; without a policy nobody can say."""
    try:
        proof = _read_proof(path)
        note = parse_note(proof.checkpoint)
        checkpoint = parse_checkpoint(note.text)
        read_entry(proof.entry)
        asked = read_options(options)
    except EvidenceError as error:
        return stopped(Failure(code="E_SYNTAX", where="", says=error.message))
    except Stop as stop:
        return stopped(stop.failure)
    key = _log_key(note, checkpoint, asked.policy)
    signed = _signed(note, asked)
    failures = [*signed.failures, *_signer(asked, [key] if key else [])]
    if key is not None and not verify_line(note.lines[0], key, note.text):
        failures.append(Failure(code="E_LOG_SIGNATURE", where="", says="the log's signature does not hold"))
    if not verify_inclusion(leaf_hash(proof.entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        failures.append(Failure(code="E_INCLUSION", where="", says=f"leaf {proof.index} is not shown to be in the log"))
    return _reported(checkpoint, note, signed, failures, key=key)


def _read_proof(path: Path) -> Proof:
    try:
        return parse_proof(read_file(path, most=MOST_BYTES, too_large="E_SYNTAX"))
    except OSError as cause:
        raise Stop("E_READ", "", (cause.strerror or type(cause).__name__).lower()) from cause


def _log_key(note: Note, checkpoint: Checkpoint, policy: Policy | None) -> Vkey | None:
    listed = (key for key in policy.logs if key.name == checkpoint.origin) if policy else ()
    return next((key for key in listed if note.lines[0].of(key)), None)


def _signed(note: Note, asked: Asked) -> Signed:
    """Check the other lines; the log's own ML-DSA line is passed over here, where its key is not."""
    first, *others = note.lines
    origin = first.name
    kept = tuple(line for line in others if not _is_mldsa(line, origin))
    policy = asked.policy or Policy()
    signed = check_lines(Note(text=note.text, lines=(first, *kept)), Known(policy=policy))
    if asked.policy is None:  # nobody is known, so that nobody is unknown
        return Signed()
    return signed + check_quorum(signed, policy, policy.requires + asked.requires)


def _is_mldsa(line: Line, origin: str) -> bool:
    return line.name == origin and len(line.signature) == _MLDSA_LINE


def _signer(asked: Asked, keys: Sequence[Vkey]) -> list[Failure]:
    if asked.policy is None or not asked.policy.logs:
        return [Failure(code="I_SIGNER", where="--policy", says="nobody has said whose key to trust")]
    if set(keys) & set(asked.policy.logs):
        return []
    return [Failure(code="E_KEY", where=CHECKPOINT, says="the log's key is not one that the policy lists")]


def _since(path: Path, now: Checkpoint, asked: Asked, chain: Sequence[Vkey]) -> list[Failure]:
    """Check that the log only grew since a checkpoint that the verifier has kept: its leaves are all here."""
    if asked.older is None:
        return []
    then = asked.older.checkpoint
    if then.origin != now.origin or not asked.older.is_signed(chain):
        says = "the older checkpoint is not one of this log"
        return [Failure(code="E_CHECKPOINT", where="--checkpoint", says=says)]
    if then.size > now.size:
        says = "the checkpoint that was given is newer than the log"
        return [Failure(code="I_OLDER", where="--checkpoint", says=says)]
    if root_of(map(leaf_hash, _entries(path, now.size)[: then.size])) != then.root:
        return [Failure(code="E_SPLIT", where="--checkpoint", says="the log shows two different histories")]
    return []


def _chain(entries: Iterable[bytes], key: Vkey) -> list[Vkey]:
    """Return the keys that a log has had, the present one first: each was named by the one before."""
    chain = [key]
    for data in reversed([entry for entry in entries if b'"type":"key"' in entry]):
        entry = read_entry(data)
        if entry.type != "key" or entry.new != str(chain[-1]):
            continue
        old = parse_vkey(str(entry.old))
        if old.name == key.name and verify(old, unbase64(str(entry.sig)), key_statement(key.name, str(entry.new))):
            chain.append(old)
    return chain


def _entries(path: Path, size: int) -> list[bytes]:
    """Return the entries of a published log as far as they can be read; what is wrong with them is told already."""
    found: list[bytes] = []
    for number in range(-(-size // WIDTH)):
        for width in (WIDTH, size - number * WIDTH):
            bundle = path / tile_path("entries", number, width)
            if 0 < width <= WIDTH and bundle.is_file():
                found += unbundled(bundle.read_bytes())
                break
    return found


def _reported(
    checkpoint: Checkpoint, note: Note, signed: Signed, failures: list[Failure], *, key: Vkey | None
) -> Report:
    return Report(
        exit=exit_of({one.code for one in failures}),
        failures=tuple(failures),
        key=key.fingerprint if key else None,
        origin=checkpoint.origin,
        size=checkpoint.size,
        checkpoint_text=note.text,
        anchors=signed.anchors,
    )
