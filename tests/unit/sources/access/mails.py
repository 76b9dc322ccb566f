"""Makes alert mails as platforms write them, signed with a key of the tests; all names and addresses are made up."""

from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from countersign.sources.access.asked import Asked, DomainKey

SELECTOR, DOMAIN = "alerts2026", "x.com"
NAME = f"{SELECTOR}._domainkey.{DOMAIN}"
ASKED = Asked(account="111", platform="x", handles=("ExamplianEmb", "111"))
TEXT = """We noticed a sign-in to your account @ExamplianEmb from a new device. Was this you?

New sign-in
Location*  Lyon, France
Location: Lyon, France
Device: Firefox on Windows
IP address: 198.51.100.23
Time: 2026-09-09 01:13:02 UTC

*Location is approximate.
"""
SIGNED_HEADERS = (b"From", b"To", b"Subject", b"Date", b"MIME-Version", b"Content-Type")


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def record() -> str:
    """Return the TXT record of the tests' key."""
    import base64

    public = key().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def published(*, name: str = NAME, text: str | None = None) -> DomainKey:
    return DomainKey(record=record() if text is None else text, name=name, whence="key.txt")


def unsigned(
    text: str = TEXT, *, subject: str = "New sign-in to X from Firefox on Windows", sender: str = "X <verify@x.com>",
    date: str = "Wed, 09 Sep 2026 01:13:20 +0000", kind: str = 'text/plain; charset="utf-8"', more: str = "",
) -> bytes:  # fmt: skip
    head = (
        f"From: {sender}\nTo: press@embassy.example\nSubject: {subject}\nDate: {date}\nMIME-Version: 1.0\n"
        f"Content-Type: {kind}\n{more}\n"
    )
    return (head + text).replace("\n", "\r\n").encode()


def signed(mail: bytes | None = None, *, headers: tuple[bytes, ...] = SIGNED_HEADERS, domain: str = DOMAIN,
           length: str = "", algorithm: bytes = b"rsa-sha256") -> bytes:  # fmt: skip
    """Return a mail with the signature of a domain above it; the signature covers these headers."""
    body = unsigned() if mail is None else mail
    pem = key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    header: bytes = dkim.sign(
        body, SELECTOR.encode(), domain.encode(), pem, canonicalize=(b"relaxed", b"relaxed"),
        include_headers=list(headers), length=bool(length), signature_algorithm=algorithm,
    )  # fmt: skip
    return header + body
