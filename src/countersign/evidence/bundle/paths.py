"""Which files a bundle consists of, by name: what is not here has no business in a bundle."""

import re
from typing import Final, Literal, get_args

BAGIT = "bagit.txt"
BAG_INFO: Final = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TagFile = Literal["README.txt", "bag-info.txt", "verify.html", "verify.py", "verify.sh"]
"""Files beside the payload whose hashes the statement vouches for."""
TAG_FILES: Final[tuple[TagFile, ...]] = get_args(TagFile)
README: Final = "README.txt"

BUNDLE = "data/bundle.json"
STATEMENT = "data/statement.json"
CHECKPOINT = "data/log/checkpoint"
LOG_KEY = "data/keys/log.vkey"
MLDSA_KEY = "data/keys/mldsa.vkey"
POLICY = "data/keys/policy"
SSHSIG = "data/anchors/checkpoint.sshsig"
ALLOWED_SIGNERS = "data/anchors/allowed_signers"

BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"

MOST_FILES = 20_000
"""More exhibits than any incident has; a reader's table of files stays small."""
MOST_BYTES = 1 << 30
"""One GiB: a reader holds a bundle in memory."""

_NUMBER = "(?:0|[1-9][0-9]{0,15})"
NAME = "[a-z0-9-]{1,32}"
"""What the files of a time-stamp authority are called."""

_FIXED = frozenset(
    (BAGIT, MANIFEST, TAG_MANIFEST, *TAG_FILES, BUNDLE, STATEMENT, CHECKPOINT, LOG_KEY, MLDSA_KEY, POLICY, SSHSIG)
) | {ALLOWED_SIGNERS}
_KINDS: Final = {
    "consistency": re.compile(rf"data/log/consistency/({_NUMBER})"),
    "proof": re.compile(rf"data/log/({_NUMBER})\.tlog-proof"),
    "body": re.compile(rf"data/exhibits/({_NUMBER})\.bin"),
    "token": re.compile(rf"data/anchors/({NAME})\.tsr"),
    "root": re.compile(rf"data/anchors/({NAME})\.root\.der"),
    "authority": re.compile(rf"data/anchors/({NAME})\.tsa\.der"),
    "car": re.compile(rf"data/platform/({_NUMBER})\.car"),
    "did": re.compile(rf"data/platform/({_NUMBER})\.did\.json"),
    "plc": re.compile(rf"data/platform/({_NUMBER})\.plc\.json"),
}


def kind_of(path: str) -> tuple[str, str]:
    """Return what kind of numbered or named file a path is, and its number or name; ("", "") for all others.

    >>> kind_of("data/log/7.tlog-proof"), kind_of("data/bundle.json")
    (('proof', '7'), ('', ''))
    """
    for kind, pattern in _KINDS.items():
        if found := pattern.fullmatch(path):
            return kind, found[1]
    return "", ""


def belongs(path: str) -> bool:
    """Say whether a file of this path may be in a bundle.

    >>> belongs("data/log/checkpoint"), belongs("data/log/01.tlog-proof"), belongs("notes.txt")
    (True, False, False)
    """
    return path in _FIXED or kind_of(path)[0] != ""


def proof_path(leaf: int) -> str:
    """Return where the inclusion proof of a leaf is."""
    return f"data/log/{leaf}.tlog-proof"


def body_path(leaf: int) -> str:
    """Return where the body of a leaf is."""
    return f"data/exhibits/{leaf}.bin"


def consistency_path(size: int) -> str:
    """Return where the proof is that the log only grew since it had this size."""
    return f"data/log/consistency/{size}"


def anchor_paths(name: str) -> tuple[str, str, str]:
    """Return where the token, the root certificate and the certificate of a time-stamp authority are."""
    return f"data/anchors/{name}.tsr", f"data/anchors/{name}.root.der", f"data/anchors/{name}.tsa.der"


def car_path(number: int) -> str:
    """Return where the slice of a platform proof is."""
    return f"data/platform/{number}.car"


def key_path(number: int, source: str) -> str:
    """Return where the key of a platform proof comes from: `did` is a DID document, `plc` an audit log."""
    return f"data/platform/{number}.{source}.json"
