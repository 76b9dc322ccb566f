"""The keys that sign checkpoints: what a key is called, whether a signature is good, how one is made."""

import base64
import binascii
import hashlib
import re
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from countersign.errors import EvidenceError

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
except ImportError:  # cryptography before 47, or an OpenSSL without it
    HAS_MLDSA = False
else:
    HAS_MLDSA = True

Algorithm = Literal[1, 4, 6]
"""The algorithm byte of a key (https://c2sp.org/signed-note): what it is for is part of its name."""
LOG: Literal[1] = 1
"""Ed25519 over the text of a note: the log itself."""
WITNESS: Literal[4] = 4
"""Ed25519 over a time and the text (https://c2sp.org/tlog-cosignature)."""
MLDSA: Literal[6] = 6
"""ML-DSA-44 (FIPS 204) over a time and the tree: holds also against quantum computers."""

SEED_BYTES = 32
KEY_BYTES = {LOG: 32, WITNESS: 32, MLDSA: 1312}
SIGNATURE_BYTES = {LOG: 64, WITNESS: 64, MLDSA: 2420}

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL = frozenset({0, 1, _PRIME - 1, _EIGHTH, _PRIME - _EIGHTH})
"""The y of the eight points of small order: a signature under such a key holds for many messages."""
_NAME = re.compile(r"[!-*,-~]{1,255}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class Vkey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key with its name and its use, as it is handed to those who verify (a C2SP vkey)."""

    name: str
    algorithm: Algorithm
    key: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which signature lines name this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the public key, hex: what people compare."""
        return hashlib.sha256(self.key).hexdigest()

    def __str__(self) -> str:
        text = base64.b64encode(bytes([self.algorithm]) + self.key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{text}"


def parse_vkey(text: str) -> Vkey:
    """Return the key of a vkey, one line without its LF; EvidenceError (CS404) unless it is written exactly so."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not is_name(name) or not _KEY_ID.fullmatch(key_id):
        raise _misshapen("its name or its key id")
    raw = unbase64(encoded)
    if not raw or raw[0] not in KEY_BYTES:
        raise _misshapen("its algorithm")
    algorithm: Algorithm = raw[0]  # type: ignore[assignment]  # it is among KEY_BYTES
    found = Vkey(name=name, algorithm=algorithm, key=raw[1:])
    if len(found.key) != KEY_BYTES[algorithm] or found.key_id.hex() != key_id:
        raise _misshapen("its length or its key id")
    return found


def is_name(name: str) -> bool:
    """Say whether a text can name a key: 1 to 255 printable ASCII characters, no space and no `+`.

    >>> is_name("countersign.local/0a1b2c3d"), is_name("two words")
    (True, False)
    """
    return bool(_NAME.fullmatch(name))


def can_check(algorithm: Algorithm) -> bool:
    """Say whether signatures of this algorithm can be checked here: ML-DSA needs a recent `cryptography`."""
    return algorithm != MLDSA or HAS_MLDSA


class SigningKey:
    """A key that can sign, under a name, for one use. Never printed: `repr` tells the name only.

    >>> key = SigningKey("example.com/log", bytes(32))
    >>> verify(key.vkey, key.sign(b"text"), b"text")
    True
    """

    def __init__(self, name: str, seed: bytes, algorithm: Algorithm = LOG) -> None:
        if not is_name(name) or len(seed) != SEED_BYTES:
            raise EvidenceError(f"a key has a name of one word and a seed of {SEED_BYTES} bytes", code="CS404")
        if not can_check(algorithm):
            raise _no_mldsa()
        self.name, self.algorithm = name, algorithm
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed) if algorithm == MLDSA else _ed25519(seed)
        self.vkey = Vkey(name=name, algorithm=algorithm, key=self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the bare signature over a message; notes are signed by `note.sign_note` and `note.cosign`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.vkey.name!r})"


def verify(vkey: Vkey, signature: bytes, message: bytes) -> bool:
    """Say whether a bare signature over a message is good; EvidenceError (CS404) where `can_check` says no.

    Ed25519 strictly, so that every verifier says the same: canonical encodings, S < L, no key of small order, and
    without cofactor.
    """
    if vkey.algorithm == MLDSA:
        return _verify_mldsa(vkey.key, signature, message)
    return verify_ed25519(vkey.key, signature, message)


def verify_ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether an Ed25519 signature (64 bytes) by a public key (32 bytes) is good, strictly (RFC 8032)."""
    if len(key) != KEY_BYTES[LOG] or len(signature) != SIGNATURE_BYTES[LOG]:
        return False
    y = int.from_bytes(key, "little") & (1 << 255) - 1
    if y >= _PRIME or y in _SMALL or int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def unbase64(text: str) -> bytes:
    """Return what canonical base64 holds (RFC 4648 section 4, with padding); EvidenceError (CS403) for other spellings.

    >>> unbase64("AAE=")
    b'\\x00\\x01'
    """
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as cause:
        raise _not_base64() from cause
    if base64.b64encode(found).decode("ascii") != text:
        raise _not_base64()
    return found


def _ed25519(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _verify_mldsa(key: bytes, signature: bytes, message: bytes) -> bool:
    if not HAS_MLDSA:
        raise _no_mldsa()
    try:
        MLDSA44PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _misshapen(what: str) -> EvidenceError:
    return EvidenceError(f"this is not a verifier key: {what} is wrong", hint="copy the whole line", code="CS404")


def _no_mldsa() -> EvidenceError:
    return EvidenceError("ML-DSA needs a newer `cryptography`", hint="pip install -U cryptography", code="CS404")


def _not_base64() -> EvidenceError:
    return EvidenceError("this is not base64 in its one spelling", hint="copy the whole file", code="CS403")
