"""Checks the two kinds of signature that authorities make: RSA PKCS #1 v1.5 and ECDSA (RFC 5754, RFC 5758)."""

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from countersign.errors import EvidenceError
from countersign.evidence.stamp.der import NULL, OID, DerError, Element, Fields, oid

DIGESTS: dict[str, Callable[[], HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": SHA256,
    "2.16.840.1.101.3.4.2.2": SHA384,
    "2.16.840.1.101.3.4.2.3": SHA512,
}
"""Digest algorithms by their object identifiers."""

RSA_PLAIN = "1.2.840.113549.1.1.1"
RSA_WITH = {
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
}
ECDSA_WITH = {
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}

RSA_BITS = range(2048, 8193)
"""Shorter keys can be broken; longer ones only make checking slow."""


class StampError(EvidenceError):
    """A time stamp does not hold."""

    code = "CS461"


def digest_named(element: Element) -> str:
    """Return the digest that an AlgorithmIdentifier names: SHA-256, SHA-384 or SHA-512, as an object identifier."""
    name, _ = _algorithm(element)  # with or without the parameter NULL: RFC 5754, section 2
    if name not in DIGESTS:
        raise StampError(f"a digest algorithm ({name}) is none of SHA-256, SHA-384 and SHA-512")
    return name


def check_signature(key: bytes, algorithm: Element, signature: bytes, message: bytes, *, digest: str = "") -> None:
    """Check a signature by a public key (SubjectPublicKeyInfo, DER); raises StampError unless it holds.

    `digest` is what the signer says beside the signature algorithm; the two must agree.
    """
    name, has_null = _algorithm(algorithm)
    if name == RSA_PLAIN and digest:
        kind, named = "RSA", digest
    elif name in RSA_WITH:
        kind, named = "RSA", RSA_WITH[name]
    elif name in ECDSA_WITH and not has_null:
        kind, named = "ECDSA", ECDSA_WITH[name]
    else:
        raise StampError(f"a signature algorithm ({name}) is neither RSA PKCS #1 v1.5 nor ECDSA")
    if digest not in ("", named):
        raise StampError("a signature names two different digests")
    _check(_public_key(key), kind, DIGESTS[named](), signature, message)


def _algorithm(element: Element) -> tuple[str, bool]:
    """Return an AlgorithmIdentifier's name, and whether it has the parameter NULL; there is no other here."""
    fields = Fields(element, "an algorithm")
    name = oid(fields.take(OID))
    null = fields.maybe(NULL)
    fields.end()
    if null is not None and null.body:
        raise DerError("an algorithm is not as it should be")
    return name, null is not None


def _public_key(key: bytes) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    try:
        found = load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        raise StampError("a certificate's key cannot be used") from None
    if isinstance(found, rsa.RSAPublicKey) and found.key_size in RSA_BITS:
        return found
    if isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1 | ec.SECP384R1):
        return found
    raise StampError("a certificate's key is neither RSA of 2048 to 8192 bits nor of the curves P-256 and P-384")


def _check(
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    kind: str,
    digest: HashAlgorithm,
    signature: bytes,
    message: bytes,
) -> None:
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "RSA":
            return key.verify(signature, message, padding.PKCS1v15(), digest)
        if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ECDSA":
            return key.verify(signature, message, ec.ECDSA(digest))
    except InvalidSignature:
        raise StampError("a signature does not hold") from None
    raise StampError("a signature is not of the kind that its key makes")
