"""Throws damaged bytes at every reader of evidence; counts what is neither an answer nor a typed refusal."""

import random
from collections.abc import Callable, Mapping

from countersign.errors import CountersignError
from countersign.evidence import canonical
from countersign.evidence.bundle import paths, write_zip
from countersign.evidence.entry import read_entry
from countersign.evidence.keys import parse_vkey
from countersign.evidence.note import parse_checkpoint, parse_note
from countersign.evidence.sshsig import check_sshsig
from countersign.evidence.stamp.token import read_stamp
from countersign.evidence.verify import DEFECT, Taken, verify_taken
from countersign.evidence.verify.codes import Stop
from countersign.evidence.verify.policy import parse_policy
from countersign.evidence.verify.proofs import parse_proof
from countersign.evidence.verify.zipped import read_zip
from tests.evidence_cases import FOLDER, usual
from tests.evidence_world import LOG_KEY, checkpoint_text, remade
from tests.unit.evidence.atproto import fuzz

Reader = Callable[[bytes], object]


def untyped(parser: str, count: int, seed: int) -> int:
    """Return how many of `count` inputs made a reader raise anything but a typed refusal, or believe a lie."""
    if parser in fuzz.PARSERS:
        return sum(not _held(fuzz.PARSERS[parser], random.Random(f"{seed}/{parser}/{at}")) for at in range(count))
    sound, read = _samples()[parser]
    return sum(not _typed(read, fuzz.damaged(sound, random.Random(f"{seed}/{parser}/{at}"))) for at in range(count))


def _typed(read: Reader, data: bytes) -> bool:
    try:
        read(data)
    except (CountersignError, Stop):
        return True
    except Exception:
        return False
    return True


def _held(throw: Callable[[random.Random], None], dice: random.Random) -> bool:
    try:
        throw(dice)
    except Exception:
        return False
    return True


def _samples() -> Mapping[str, tuple[bytes, Reader]]:
    files = usual().files
    note = files[paths.CHECKPOINT]
    proof = next(data for path, data in files.items() if path.endswith(".tlog-proof"))
    stem = next(path for path in files if path.endswith(".tsr")).removesuffix(".tsr")
    text, root, own = checkpoint_text(note), files[f"{stem}.root.der"], files[f"{stem}.tsa.der"]
    vkey = LOG_KEY.vkey
    return {
        "note": (note, lambda data: parse_checkpoint(parse_note(data).text)),
        "proof": (proof, lambda data: read_entry(parse_proof(data).entry)),
        "entry": (parse_proof(proof).entry, read_entry),
        "json": (files[paths.BUNDLE], canonical.read),
        "vkey": (str(vkey).encode(), lambda data: parse_vkey(data.decode("latin-1"))),
        "policy": (files[paths.POLICY], parse_policy),
        "bag": (files[paths.BUNDLE], lambda data: _bag({**files, paths.BUNDLE: data})),
        "statement": (files[paths.STATEMENT], lambda data: _bag({**files, paths.STATEMENT: data})),
        "zip": (write_zip(FOLDER, {path: files[path] for path in (paths.BAGIT, paths.CHECKPOINT)}), read_zip),
        "token": (files[f"{stem}.tsr"], lambda data: read_stamp(data, text, root=root, authority=own)),
        "certificate": (own, lambda data: read_stamp(files[f"{stem}.tsr"], text, root=root, authority=data)),
        "sshsig": (files[paths.SSHSIG], lambda data: check_sshsig(data, text, vkey)),
    }  # fmt: skip


def _bag(files: dict[str, bytes]) -> None:
    if verify_taken(Taken(files=remade(files))).exit == DEFECT:
        raise AssertionError("a defect")


PARSERS: tuple[str, ...] = (
    "note", "proof", "entry", "json", "vkey", "policy", "bag", "statement", "zip", "token", "certificate", "sshsig",
    *fuzz.PARSERS,
)  # fmt: skip
"""Every reader of bytes that others wrote."""
SLOW: Mapping[str, int] = {
    "bag": 20,
    "statement": 20,
    "token": 4,
    "certificate": 4,
    "sshsig": 2,
    "repository": 4,
    "tree": 4,
}
"""Readers that verify, or check signatures, each time: the short form gives them so many times fewer inputs."""
