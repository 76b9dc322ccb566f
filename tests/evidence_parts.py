"""Parts that tests of evidence are built of: keys of a log and of three witnesses, and authorities that stamp times.

`log_key()`, `witness_keys()`, `authority("one", kind="rsa")` need nothing but `cryptography`; `OpensslAuthority` asks
the program `openssl`; `answering(...)` puts any of them behind HTTP on loopback.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from countersign.evidence.keys import WITNESS, SigningKey
from countersign.evidence.stamp import der
from tests.openssl_authority import OPENSSL as OPENSSL  # for those who import it from here
from tests.openssl_authority import OpensslAuthority as OpensslAuthority

Kind = Literal["rsa", "ecdsa"]
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
ORIGIN = "countersign.example/log"
BEGAN, ENDS = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)


def log_key() -> SigningKey:
    """Return the Ed25519 key of a log named ORIGIN, always the same."""
    return SigningKey(ORIGIN, hashlib.sha256(b"log").digest())


def witness_keys(algorithm: Literal[4, 6] = WITNESS) -> tuple[SigningKey, SigningKey, SigningKey]:
    """Return the keys of three witnesses, always the same."""
    one, two, three = (
        SigningKey(f"witness.example/{name}", hashlib.sha256(name.encode()).digest(), algorithm)
        for name in ("one", "two", "three")
    )
    return one, two, three


class Issued(NamedTuple):
    """A certificate with the key that it is of."""

    key: Key
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Authority(NamedTuple):
    """A time-stamp authority in pure Python: its own certificate, what lies between, and the root."""

    name: str
    own: Issued
    between: tuple[Issued, ...]
    root: Issued

    @property
    def root_der(self) -> bytes:
        return self.root.der

    @property
    def certificate_der(self) -> bytes:
        return self.own.der

    def token(self, text: bytes, *, nonce: int | None = 7, at: datetime | None = None, **changes: Any) -> bytes:
        """Return a TimeStampToken (DER) over SHA-256 of a text; `changes` go to `signed_token`."""
        return signed_token(self, tst_info(text, nonce=nonce, at=at or datetime.now(UTC)), **changes)

    def answer(self, request: bytes) -> bytes:
        """Return a TimeStampResp for a TimeStampReq, as an authority's server does."""
        fields = list(der.children(der.only(request, der.SEQUENCE, "a request")))
        hashed = list(der.children(fields[1]))[1].body
        nonce = der.integer(fields[2])
        return response(signed_token(self, tst_info(hashed=hashed, nonce=nonce, at=datetime.now(UTC))))


@cache
def authority(name: str, kind: Kind = "rsa", *, between: int = 0) -> Authority:
    """Return an authority with this many intermediates; the same for the same name within a run of tests."""
    return make_authority(name, kind, between=between)


def make_authority(
    name: str,
    kind: Kind = "ecdsa",
    *,
    between: int = 0,
    usages: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
    ends: datetime = ENDS,
    ca: bool = True,
) -> Authority:
    """Return a new authority; the options after `between` make ones that must not be believed."""
    root = issue(f"{name} root", kind)
    chain: list[Issued] = []
    for number in range(between):
        chain.insert(0, issue(f"{name} between {number}", kind, by=chain[0] if chain else root, ca=ca))
    own = issue(
        name, kind, by=chain[0] if chain else root, ca=False, ends=ends,
        extension=(x509.ExtendedKeyUsage(usages), critical) if usages else None,
    )  # fmt: skip
    return Authority(name, own, tuple(chain), root)


def issue(
    name: str,
    kind: Kind,
    *,
    by: Issued | None = None,
    ca: bool = True,
    ends: datetime = ENDS,
    extension: tuple[x509.ExtensionType, bool] | None = None,
) -> Issued:
    """Return a certificate with a new key, signed by another or by itself."""
    key: Key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if extension:
        builder = builder.add_extension(extension[0], critical=extension[1])
    return Issued(key, builder.sign(by.key if by else key, SHA256()))


def tst_info(
    text: bytes = b"", *, nonce: int | None, at: datetime, hashed: bytes | None = None, extra: bytes = b""
) -> bytes:
    """Return a TSTInfo (RFC 3161, 2.4.2)."""
    imprint = der.encode(
        der.SEQUENCE, algorithm_of("2.16.840.1.101.3.4.2.1"), der.encode(4, hashed or hashlib.sha256(text).digest())
    )
    time = der.encode(der.GENERALIZED_TIME, at.strftime("%Y%m%d%H%M%SZ").encode())
    numbers = der.encode_integer(nonce) if nonce is not None else b""
    head = (der.encode_integer(1), der.encode_oid("1.3.6.1.4.1.13762.3"), imprint, der.encode_integer(99), time)
    return der.encode(der.SEQUENCE, *head, numbers, extra)


def signed_token(
    authority: Authority,
    info: bytes,
    *,
    carried: Sequence[bytes] | None = None,
    named: bytes | None = None,
    attributes: Sequence[bytes] | None = None,
    unsigned: bytes = b"",
    signer: Issued | None = None,
) -> bytes:
    """Return a TimeStampToken over a TSTInfo; the options make ones that must not be believed.

    `carried` are the certificates in it, `named` the one that the signing-certificate attribute names.
    """
    by = signer or authority.own
    inside = [authority.own.der, *(one.der for one in authority.between)] if carried is None else carried
    signed = der.encode(der.SET, *sorted(attributes or signed_attributes(info, named or by.der)))
    number, issuer = whose(by.der)
    ecdsa = der.encode(der.SEQUENCE, der.encode_oid("1.2.840.10045.4.3.2"))
    info_of_signer = der.encode(
        der.SEQUENCE,
        der.encode_integer(1),
        der.encode(der.SEQUENCE, issuer, number),
        algorithm_of("2.16.840.1.101.3.4.2.1"),
        b"\xa0" + signed[1:],
        algorithm_of("1.2.840.113549.1.1.1") if isinstance(by.key, rsa.RSAPrivateKey) else ecdsa,
        der.encode(der.OCTET_STRING, sign(by.key, signed)),
        unsigned,
    )
    wrapped = der.encode(0xA0, der.encode(der.OCTET_STRING, info))
    data = der.encode(
        der.SEQUENCE,
        der.encode_integer(3),
        der.encode(der.SET, algorithm_of("2.16.840.1.101.3.4.2.1")),
        der.encode(der.SEQUENCE, der.encode_oid("1.2.840.113549.1.9.16.1.4"), wrapped),
        der.encode(0xA0, *sorted(inside)) if inside else b"",
        der.encode(der.SET, info_of_signer),
    )
    return der.encode(der.SEQUENCE, der.encode_oid("1.2.840.113549.1.7.2"), der.encode(0xA0, data))


def whose(certificate: bytes) -> tuple[bytes, bytes]:
    """Return a certificate's number and issuer, as they stand in it."""
    signed = next(der.children(der.only(certificate, der.SEQUENCE, "a certificate")))
    _, number, _, issuer, *_ = der.children(signed)
    return number.whole, issuer.whole


def signed_attributes(info: bytes, certificate: bytes) -> tuple[bytes, ...]:
    """Return the attributes that a token signs: contentType, messageDigest, signingCertificateV2."""
    named = der.encode(der.SEQUENCE, der.encode(4, hashlib.sha256(certificate).digest()))
    return (
        attribute("1.2.840.113549.1.9.3", der.encode_oid("1.2.840.113549.1.9.16.1.4")),
        attribute("1.2.840.113549.1.9.4", der.encode(4, hashlib.sha256(info).digest())),
        attribute("1.2.840.113549.1.9.16.2.47", der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, named))),
    )


def attribute(name: str, value: bytes) -> bytes:
    """Return one attribute with one value."""
    return der.encode(der.SEQUENCE, der.encode_oid(name), der.encode(der.SET, value))


def algorithm_of(name: str) -> bytes:
    """Return an AlgorithmIdentifier with the parameter NULL."""
    return der.encode(der.SEQUENCE, der.encode_oid(name), der.encode(der.NULL))


def response(token: bytes, status: int = 0) -> bytes:
    """Return a TimeStampResp around a token."""
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, der.encode_integer(status)), token)


def sign(key: Key, message: bytes) -> bytes:
    """Return a signature over SHA-256, of the kind that the key makes."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), SHA256())
    return key.sign(message, ec.ECDSA(SHA256()))


@contextmanager
def answering(answer: Callable[[bytes], bytes], kind: str = "application/timestamp-reply") -> Iterator[str]:
    """Put a function from request body to answer body behind HTTP on loopback; yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def seconds_ago(seconds: float) -> datetime:
    """Return a moment before now, in UTC."""
    return datetime.now(UTC) - timedelta(seconds=seconds)
