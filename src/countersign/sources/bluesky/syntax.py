"""Reads the identifiers of the AT Protocol strictly: what does not follow the rules is not taken for one."""

import base64
import re
from datetime import UTC, datetime, timedelta

import msgspec

from countersign.text.atproto import is_did, is_nsid, is_record_key

_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_TID_SIGNS = {sign: value for value, sign in enumerate("234567abcdefghijklmnopqrstuvwxyz")}
_HANDLE = re.compile(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_HANDLE = 253


class Address(msgspec.Struct, frozen=True):
    """A record's address: whose it is, in which collection, under which key (both None: the account itself)."""

    authority: str
    collection: str | None = None
    key: str | None = None


def tid_time(key: str) -> datetime | None:
    """Return the time that a record key holds, to the microsecond; None if the key is no TID.

    >>> tid_time("3jzfcijpj2z2a").isoformat()
    '2023-06-30T15:03:01.887007+00:00'
    """
    if not _TID.fullmatch(key):
        return None
    number = 0
    for sign in key:
        number = number << 5 | _TID_SIGNS[sign]
    try:
        return _EPOCH + timedelta(microseconds=number >> 10)
    except OverflowError:
        return None


def address(text: object) -> Address | None:
    """Return the parts of an at:// address; None if it is none.

    >>> address("at://did:plc:aaa/app.bsky.feed.post/3jzfcijpj2z2a")
    Address(authority='did:plc:aaa', collection='app.bsky.feed.post', key='3jzfcijpj2z2a')
    """
    if not isinstance(text, str) or not text.startswith("at://"):
        return None
    authority, *rest = text[len("at://") :].split("/")
    known = is_did(authority) or (len(authority) <= _MAX_HANDLE and _HANDLE.fullmatch(authority) is not None)
    if not known or len(rest) > 2 or (rest and not is_nsid(rest[0])) or (len(rest) == 2 and not is_record_key(rest[1])):
        return None
    return Address(authority, *rest)


def declared_time(text: object) -> datetime | None:
    """Return a time that a client wrote into a record; None if it is none.

    >>> declared_time("2024-09-09T19:46:02.102Z").isoformat()
    '2024-09-09T19:46:02.102000+00:00'
    """
    if not isinstance(text, str) or not _TIME.fullmatch(text) or text.endswith("-00:00"):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def cid_text(cid: bytes) -> str:
    """Return a content identifier as it is written: base 32, beginning with b.

    >>> cid_text(bytes.fromhex("01711220") + bytes(32))[:20]
    'bafyreiaaaaaaaaaaaaa'
    """
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")
