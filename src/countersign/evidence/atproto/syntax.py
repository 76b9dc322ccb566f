"""Says whether names of the AT Protocol are written as they must be: DIDs, collections, record keys, revisions.

Source: AT Protocol specifications (DID, NSID, Record Key, TID). Rules 18, 19 and 35.
"""

import re
from typing import Final

from countersign.evidence.atproto.refused import refused

_DID: Final = re.compile(r"did:plc:[a-z2-7]{24}|did:web:(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?:%3A[0-9]{1,5})?")
_MAX_HOST: Final = 253
_TID: Final = re.compile(r"[2-7a-j][2-7a-z]{12}")
_NSID: Final = re.compile(
    r"[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+"
    r"\.[a-zA-Z][a-zA-Z0-9]{0,62}"
)
_MAX_NSID: Final = 317
_RECORD_KEY: Final = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")


def is_did(text: str) -> bool:
    """Say whether this names an account: a did:plc, or a did:web of a host.

    >>> is_did("did:plc:z72i7hdynmk6r22z27h6tvur"), is_did("did:web:example.com"), is_did("did:plc:Z72")
    (True, True, False)
    """
    found = _DID.fullmatch(text)
    host = found and found["host"]
    return found is not None and (not host or (len(host) <= _MAX_HOST and ".." not in host))


def is_tid(text: str) -> bool:
    """Say whether this is a revision, or a record key that holds a time.

    >>> is_tid("3jzfcijpj2z2a"), is_tid("zzzzzzzzzzzzz")
    (True, False)
    """
    return _TID.fullmatch(text) is not None


def is_nsid(text: str) -> bool:
    """Say whether this names a collection.

    >>> is_nsid("app.bsky.feed.like"), is_nsid("like")
    (True, False)
    """
    return len(text) <= _MAX_NSID and _NSID.fullmatch(text) is not None


def is_record_key(text: str) -> bool:
    """Say whether this may stand as the key of a record.

    >>> is_record_key("self"), is_record_key("..")
    (True, False)
    """
    return text not in (".", "..") and _RECORD_KEY.fullmatch(text) is not None


def key_of(path: str) -> bytes:
    """Return the key in the tree for a path COLLECTION/KEY; raises NotProved (CS448).

    >>> key_of("app.bsky.feed.like/3jzfcijpj2z2a")
    b'app.bsky.feed.like/3jzfcijpj2z2a'
    """
    collection, _, key = path.partition("/")
    if not is_nsid(collection) or not is_record_key(key):
        raise refused("CS448", "the path claimed is not COLLECTION/KEY", 35)
    return path.encode("ascii")
