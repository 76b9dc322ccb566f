"""Reads X.509 certificates of time-stamp authorities and follows them to the root that was pinned (RFC 5280)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise, permutations

import msgspec
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from countersign.evidence.stamp.der import BIT_STRING, INTEGER, SEQUENCE, Element, Fields, integer, octets_of_bits, only
from countersign.evidence.stamp.signature import StampError, check_signature

MOST_INTERMEDIATES = 2
"""Authorities of today have one or two certificates between their own and the root."""

VERSION = 0xA0


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate: its bytes, and the parts that are compared byte for byte."""

    der: bytes
    issuer: bytes
    serial: bytes
    subject: bytes
    key: bytes
    signed: bytes
    algorithm: Element
    signature: bytes
    begins: datetime
    ends: datetime
    is_authority: bool
    stamps_only: bool


def read_certificate(data: bytes) -> Certificate:
    """Return a certificate given in DER. Raises DerError and StampError."""
    fields = Fields(only(data, SEQUENCE, "a certificate"), "a certificate")
    signed, algorithm = fields.take(SEQUENCE), fields.take(SEQUENCE)
    signature = octets_of_bits(fields.take(BIT_STRING))
    fields.end()
    inner = Fields(signed, "a certificate")
    inner.maybe(VERSION)
    serial, again, issuer = inner.take(INTEGER), inner.take(SEQUENCE), inner.take(SEQUENCE)
    inner.take(SEQUENCE)
    subject, key = inner.take(SEQUENCE), inner.take(SEQUENCE)
    if integer(serial) <= 0:
        raise StampError("a certificate's number is not positive")
    if again.whole != algorithm.whole:
        raise StampError("a certificate names two different signature algorithms")
    loaded, extensions = _loaded(data)
    return Certificate(
        der=data, issuer=issuer.whole, serial=serial.body, subject=subject.whole, key=key.whole, signed=signed.whole,
        algorithm=algorithm, signature=signature, begins=loaded.not_valid_before_utc, ends=loaded.not_valid_after_utc,
        is_authority=_is_authority(extensions), stamps_only=_stamps_only(extensions),
    )  # fmt: skip


def follow(authority: Certificate, between: Sequence[Certificate], root: Certificate, at: datetime) -> None:
    """Check that the root vouches for the authority, through exactly these intermediates, at this moment.

    Raises StampError. The root is believed because it was pinned; it must have signed itself all the same.
    """
    if len(between) > MOST_INTERMEDIATES:
        raise StampError("a time stamp carries certificates that it does not need")
    if not authority.stamps_only:
        raise StampError("the authority's certificate is not for time stamps, and for nothing else")
    path = (authority, *_in_order(authority, between, root), root, root)
    for lower, upper in pairwise(path):
        if lower.issuer != upper.subject or not upper.is_authority:
            raise StampError("the authority's certificate does not come from the root that was pinned")
        check_signature(upper.key, lower.algorithm, lower.signature, lower.signed)
    if not all(one.begins <= at <= one.ends for one in path):
        raise StampError("a certificate was not valid when the time stamp was made")


def _in_order(authority: Certificate, between: Sequence[Certificate], root: Certificate) -> tuple[Certificate, ...]:
    """Return intermediates from the authority's side to the root's; a token may hold them in any order."""
    for order in permutations(between):
        if all(lower.issuer == upper.subject for lower, upper in pairwise((authority, *order, root))):
            return order
    raise StampError("the authority's certificate does not come from the root that was pinned")


def _loaded(data: bytes) -> tuple[x509.Certificate, x509.Extensions]:
    try:
        loaded = x509.load_der_x509_certificate(data)
        extensions = loaded.extensions
        return loaded, extensions
    except Exception:  # the parser raises more kinds of error than it tells of, and none may reach a verdict
        raise StampError("a certificate cannot be read") from None


def _is_authority(extensions: x509.Extensions) -> bool:
    """Say whether a certificate may sign others: a CA, and if its key's uses are listed, this is among them."""
    try:
        if not extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.KeyUsage.oid


def _stamps_only(extensions: x509.Extensions) -> bool:
    """Say whether a certificate is for time stamps and nothing else, and says so critically (RFC 3161, 2.3)."""
    try:
        usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
