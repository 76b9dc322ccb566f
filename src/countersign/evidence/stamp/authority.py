"""Asks a time-stamp authority for a stamp of a checkpoint, and believes the answer only after two opinions."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from countersign.errors import ConfigError
from countersign.evidence.outside import Unreachable, ask, place
from countersign.evidence.stamp.certificate import read_certificate
from countersign.evidence.stamp.der import SEQUENCE, DerError, children, encode, encode_integer, only
from countersign.evidence.stamp.request import fresh_nonce, request
from countersign.evidence.stamp.signature import StampError
from countersign.evidence.stamp.token import EXPLICIT_0, Stamp, read_stamp

FIRST_SAFE = (1, 0, 9)
"""Versions of rfc3161-client up to 1.0.8 trust a root that the token itself brings along."""
MOST_CERTIFICATE = 64 * 1024


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """A time-stamp authority: where it is, and the two certificates that are pinned (DER)."""

    name: str
    url: str
    root: bytes
    certificate: bytes
    private: bool = False


def pinned(name: str, url: str, root: Path, certificate: Path, *, private: bool = False) -> Authority:
    """Return an authority whose certificates lie in files, PEM or DER. Raises ConfigError, and BadUrl."""
    place(url, plain=True, private=private)
    return Authority(
        name=name, url=url, root=certificate_in(root), certificate=certificate_in(certificate), private=private
    )


def certificate_in(path: Path) -> bytes:
    """Return the one certificate of a file, in DER; raises ConfigError."""
    try:
        data = path.read_bytes()[: MOST_CERTIFICATE + 1]
        if data.lstrip().startswith(b"-----BEGIN"):
            (found,) = x509.load_pem_x509_certificates(data)
            data = found.public_bytes(Encoding.DER)
        read_certificate(data)
    except (OSError, ValueError, DerError, StampError) as cause:
        hint = "name a file that holds one certificate, PEM or DER"
        raise ConfigError(
            "this is no certificate that can be pinned", where=str(path), hint=hint, code="CS464"
        ) from cause
    return data


def stamp(text: bytes, authority: Authority, *, seconds: float) -> Stamp:
    """Return an authority's stamp of this text, which two readers accept.

    Raises Unreachable when it does not answer, StampError or DerError for an answer that does not hold. Plain http is
    allowed: what is sent is a hash and a number, and the answer is signed.
    """
    nonce = fresh_nonce()
    where = place(authority.url, plain=True, private=authority.private)
    answer = ask(where, request(text, nonce), kind="application/timestamp-query", seconds=seconds)
    if answer.status != 200:
        raise Unreachable(f"it answered with the status {answer.status}", where=authority.url)
    found = read_stamp(answer.body, text, root=authority.root, authority=authority.certificate, nonce=nonce)
    second_opinion(found.token, text, authority, nonce)
    return found


def second_opinion(token: bytes, text: bytes, authority: Authority, nonce: int | None) -> None:
    """Have rfc3161-client, which shares no code with ours, look at a token too; raises StampError if it objects."""
    _check_version()
    import rfc3161_client

    builder = rfc3161_client.VerifierBuilder(
        tsa_certificate=x509.load_der_x509_certificate(authority.certificate),
        roots=[x509.load_der_x509_certificate(authority.root)],
        nonce=nonce,
    )
    try:
        answer = rfc3161_client.decode_timestamp_response(granted(_in_order(token)))
        holds = builder.build().verify_message(answer, text)
    except (ValueError, rfc3161_client.VerificationError) as cause:
        raise StampError(f"rfc3161-client does not accept a time stamp: {cause}") from cause
    if not holds:
        raise StampError("rfc3161-client does not accept a time stamp")


def granted(token: bytes) -> bytes:
    """Return a token as the TimeStampResp that some programs want."""
    return encode(SEQUENCE, encode(SEQUENCE, encode_integer(0)), token)


def _in_order(token: bytes) -> bytes:
    """Return a token with its certificates sorted, as DER has a SET: `openssl ts` writes them as they come.

    They are not signed, so that this changes nothing that is checked.
    """
    kind, content = children(only(token, SEQUENCE, "a token"))
    (signed,) = children(content)
    parts = [
        encode(part.tag, *sorted(one.whole for one in children(part))) if part.tag == EXPLICIT_0 else part.whole
        for part in children(signed)
    ]
    return encode(SEQUENCE, kind.whole, encode(EXPLICIT_0, encode(SEQUENCE, *parts)))


def _check_version() -> None:
    try:
        found = tuple(int(part) for part in version("rfc3161-client").split(".")[:3])
    except (PackageNotFoundError, ValueError):
        found = ()
    if found < FIRST_SAFE:
        raise StampError(
            "rfc3161-client is missing or too old to be trusted",
            hint="pip install 'rfc3161-client>=1.0.9'",
            code="CS465",
        )
