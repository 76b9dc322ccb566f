"""Reads a time-stamp token (RFC 3161) by the strict rules of docs/reference/evidence-format.md, section 5."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

import msgspec

from countersign.evidence.stamp.certificate import Certificate, follow, read_certificate
from countersign.evidence.stamp.der import (
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    UTF8,
    DerError,
    Element,
    Fields,
    boolean,
    children,
    integer,
    moment,
    oid,
    only,
    retagged,
)
from countersign.evidence.stamp.signature import StampError, check_signature, digest_named

SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SHA256 = "2.16.840.1.101.3.4.2.1"
DIGEST_NAMES = {SHA256: "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}

EXPLICIT_0, EXPLICIT_1 = 0xA0, 0xA1
"""Context tags: `[0]` and `[1]`, both also as implicit tags of what is built of parts."""
GRANTED = (0, 1)
"""PKIStatus: granted, and granted with modifications, which the token itself shows (RFC 3161, 2.4.2)."""
MOST_BYTES = 64 * 1024
"""A token with its certificates has some 6 KB."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a time stamp says that holds: some text existed no later than `time`."""

    time: datetime
    serial: int
    policy: str
    nonce: int | None
    token: bytes
    """The token itself (DER), without the response that it came in."""
    root_sha256: str
    authority_sha256: str


class _Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a SignedData with one signer."""

    info: bytes
    certificates: tuple[bytes, ...]
    signer: Element
    digest: str


def read_stamp(data: bytes, text: bytes, *, root: bytes, authority: bytes, nonce: int | None = None) -> Stamp:
    """Return what a TimeStampToken or TimeStampResp (DER) says of this text, if all of it holds.

    `root` and `authority` are the two certificates that are pinned, in DER. `nonce` is that of the request, where there
    was one. Raises StampError, or DerError for what is not DER; nothing else, whatever the bytes.
    """
    if len(data) > MOST_BYTES:
        raise StampError("a time stamp is longer than any that is made")
    token = _token(data)
    signed = _signed_data(token)
    own, top = read_certificate(authority), read_certificate(root)
    stamp = _info(signed.info, text, token=token, own=own, top=top)
    if nonce is not None and stamp.nonce != nonce:
        raise StampError("a time stamp answers another request: its nonce is not the one that was sent")
    _check_signer(signed, own)
    follow(own, _between(signed.certificates, own, top), top, stamp.time)
    return stamp


def _token(data: bytes) -> bytes:
    """Return the token: these bytes themselves, or what the response that they are holds."""
    first = next(children(only(data, SEQUENCE, "a time stamp")), None)
    if first is None or first.tag == OID:
        return data
    response = Fields(only(data, SEQUENCE, "a time stamp"), "an authority's answer")
    status = Fields(response.take(SEQUENCE), "an authority's answer")
    if integer(status.take(INTEGER)) not in GRANTED:
        raise StampError("the authority refused")
    if words := status.maybe(SEQUENCE):
        _check_words(words)
    status.end()
    token = response.take(SEQUENCE).whole
    response.end()
    return token


def _check_words(words: Element) -> None:
    for word in children(words):
        try:
            word.body.decode()
        except UnicodeDecodeError:
            raise DerError("an authority's answer holds words that are no text") from None
        if word.tag != UTF8:
            raise DerError("an authority's answer is not as it should be")


def _signed_data(token: bytes) -> _Signed:
    """Take a token apart (RFC 5652, 5.1): one signer, the right kind of content, nothing that is not needed."""
    outer = Fields(only(token, SEQUENCE, "a token"), "a token")
    _expect(oid(outer.take(OID)), SIGNED_DATA, "a token is not signed data")
    fields = Fields(_one(outer.take(EXPLICIT_0)), "a token")
    outer.end()
    _expect(integer(fields.take(INTEGER)), 3, "a token is of another version")
    digest = digest_named(_one(fields.take(SET)))
    content = Fields(fields.take(SEQUENCE), "a token's content")
    _expect(oid(content.take(OID)), TST_INFO, "a token's content is no time stamp")
    info = _one(content.take(EXPLICIT_0))
    content.end()
    _expect(info.tag, OCTET_STRING, "a token's content is no time stamp")
    certificates = fields.maybe(EXPLICIT_0)
    signer = _one(fields.take(SET))
    fields.end()
    carried = tuple(one.whole for one in children(certificates)) if certificates else ()
    return _Signed(info=info.body, certificates=carried, signer=signer, digest=digest)


def _info(data: bytes, text: bytes, *, token: bytes, own: Certificate, top: Certificate) -> Stamp:
    """Read the TSTInfo (RFC 3161, 2.4.2), which must be about this text."""
    fields = Fields(only(data, SEQUENCE, "a time stamp"), "a time stamp")
    _expect(integer(fields.take(INTEGER)), 1, "a time stamp is of another version")
    policy = oid(fields.take(OID))
    imprint = Fields(fields.take(SEQUENCE), "a time stamp")
    _expect(digest_named(imprint.take(SEQUENCE)), SHA256, "a time stamp is not over SHA-256")
    hashed = imprint.take(OCTET_STRING).body
    imprint.end()
    if not hmac.compare_digest(hashed, hashlib.sha256(text).digest()):
        raise StampError("a time stamp is over something else")
    serial, time = integer(fields.take(INTEGER)), moment(fields.take(GENERALIZED_TIME))
    fields.maybe(SEQUENCE)  # accuracy: told by the authority, not counted
    if ordering := fields.maybe(BOOLEAN):
        boolean(ordering)
    nonce = fields.maybe(INTEGER)
    fields.maybe(EXPLICIT_0)  # the authority's name: its certificate is pinned
    if extensions := fields.maybe(EXPLICIT_1):
        _check_extensions(extensions)
    fields.end()
    return Stamp(
        time=time, serial=serial, policy=policy, nonce=integer(nonce) if nonce else None, token=token,
        root_sha256=hashlib.sha256(top.der).hexdigest(), authority_sha256=hashlib.sha256(own.der).hexdigest(),
    )  # fmt: skip


def _check_extensions(extensions: Element) -> None:
    """A critical extension changes the meaning of a time stamp; we know none, so there may be none."""
    for extension in children(extensions):
        fields = Fields(extension, "a time stamp")
        fields.take(OID)
        critical = fields.maybe(BOOLEAN)
        if critical and boolean(critical):
            raise StampError("a time stamp has a critical extension that is not known here")


def _check_signer(signed: _Signed, own: Certificate) -> None:
    """Check who signed (RFC 5652, 5.3): the authority that was pinned, over exactly this content."""
    fields = Fields(signed.signer, "a token's signer")
    _expect(integer(fields.take(INTEGER)), 1, "a token's signer is of another version")
    named = Fields(fields.take(SEQUENCE), "a token's signer")
    issuer, serial = named.take(SEQUENCE).whole, named.take(INTEGER).body
    named.end()
    if (issuer, serial) != (own.issuer, own.serial):
        raise StampError("a time stamp is signed by another authority than the one that was pinned")
    digest = digest_named(fields.take(SEQUENCE))
    _expect(digest, signed.digest, "a token names two different digests")
    attributes = fields.take(EXPLICIT_0)
    algorithm, signature = fields.take(SEQUENCE), fields.take(OCTET_STRING).body
    fields.end()  # so no unsigned attributes
    _check_attributes(attributes, signed.info, digest, own)
    check_signature(own.key, algorithm, signature, retagged(attributes, SET).whole, digest=digest)


def _check_attributes(attributes: Element, info: bytes, digest: str, own: Certificate) -> None:
    """Check the signed attributes: what was signed, its digest, and by which certificate (RFC 5816)."""
    values: dict[str, Element] = {}
    for attribute in children(attributes):
        fields = Fields(attribute, "a signed attribute")
        name, value = oid(fields.take(OID)), fields.take(SET)
        fields.end()
        if name in values:
            raise StampError("a token has a signed attribute twice")
        values[name] = value
    if not {CONTENT_TYPE, MESSAGE_DIGEST} <= values.keys():
        raise StampError("a token lacks a signed attribute that it must have")
    _expect(oid(_typed(values[CONTENT_TYPE], OID)), TST_INFO, "a token signs another kind of content")
    hashed = _typed(values[MESSAGE_DIGEST], OCTET_STRING).body
    if hashed != hashlib.new(DIGEST_NAMES[digest], info).digest():
        raise StampError("a token signs another content")
    named = [
        _names(values[kind], kind, own) for kind in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2) if kind in values
    ]
    if not named or not all(named):
        raise StampError("a token does not say that it was signed with the certificate that was pinned")


def _names(value: Element, kind: str, own: Certificate) -> bool:
    """Say whether a list of ESSCertID (RFC 2634) or ESSCertIDv2 (RFC 5035) names this certificate first."""
    listed = Fields(_typed(value, SEQUENCE), "a signed attribute").take(SEQUENCE)
    first = next(children(listed), None)
    if first is None:
        return False
    fields = Fields(first, "a signed attribute")
    algorithm = fields.maybe(SEQUENCE) if kind == SIGNING_CERTIFICATE_V2 else None
    # The older attribute knows SHA-1 only; it is protected by the signature over it, and the certificate is pinned.
    usual = "sha1" if kind == SIGNING_CERTIFICATE else "sha256"
    digest = DIGEST_NAMES[digest_named(algorithm)] if algorithm else usual
    return fields.take(OCTET_STRING).body == hashlib.new(digest, own.der).digest()


def _between(carried: Iterable[bytes], own: Certificate, top: Certificate) -> list[Certificate]:
    """Return the certificates that a token carries beside the two that are pinned."""
    listed = list(carried)
    if len(set(listed)) != len(listed):
        raise StampError("a token carries a certificate twice")
    return [read_certificate(one) for one in listed if one not in (own.der, top.der)]


def _one(element: Element) -> Element:
    """Return the only value that is held."""
    held = list(children(element))
    if len(held) != 1:
        raise StampError("a token holds more or less than it should")
    return held[0]


def _typed(element: Element, tag: int) -> Element:
    value = _one(element)
    if value.tag != tag:
        raise StampError("a signed attribute is not as it should be")
    return value


def _expect(found: object, wanted: object, otherwise: str) -> None:
    if found != wanted:
        raise StampError(otherwise)
