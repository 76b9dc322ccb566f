"""Reads the signing key out of a DID document, as it was captured: it says nothing about earlier keys.

Source: W3C DID Core; AT Protocol specifications (DID, Cryptography). Rules 54 to 56.
"""

from typing import Final

from countersign.errors import NotProved
from countersign.evidence.atproto.keys import CurveName, base58_bytes, key_at, key_from, key_text
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.strict_json import read_json

_OLD_TYPES: Final[dict[str, CurveName]] = {
    "EcdsaSecp256k1VerificationKey2019": "k256",
    "EcdsaSecp256r1VerificationKey2019": "p256",
}


def key_in_document(document: bytes, *, did: str) -> str:
    """Return the did:key with which the account `did` signs, by its DID document; raises NotProved (CS450, CS445)."""
    read = read_json(document, lambda message: _broken(f"the DID document cannot be read: {message}", 54))
    if not isinstance(read, dict) or read.get("id") != did:
        raise _broken("the DID document is of another account", 54)
    methods, names = read.get("verificationMethod"), ("#atproto", f"{did}#atproto")
    for method in methods if isinstance(methods, list) else ():
        if isinstance(method, dict) and method.get("id") in names and method.get("controller") == did:
            return _key(method)
    raise _broken("the DID document names no signing key", 55)


def _key(method: dict[str, object]) -> str:
    kind, text = method.get("type"), method.get("publicKeyMultibase")
    if not isinstance(kind, str) or not isinstance(text, str):
        raise _broken("the signing key has no type or no value", 56)
    if kind == "Multikey":
        return key_text(key_from(f"did:key:{text}"))
    if kind not in _OLD_TYPES or not text.startswith("z"):
        raise _broken("the signing key is of a type that the protocol does not know", 56)
    return key_text(key_at(_OLD_TYPES[kind], base58_bytes(text[1:])))


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS450", message, rule)
