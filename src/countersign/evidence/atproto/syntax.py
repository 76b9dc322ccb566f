"""Says whether a proof names accounts, revisions and records as it must: only what can be looked up is an account.

Source: AT Protocol specifications (DID, TID). Rules 18, 19 and 35.
"""

import re
from typing import Final

from countersign.evidence.atproto.refused import refused
from countersign.text.atproto import is_nsid, is_record_key

_DID: Final = re.compile(r"did:plc:[a-z2-7]{24}|did:web:(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?:%3A[0-9]{1,5})?")
_MAX_HOST: Final = 253
_TID: Final = re.compile(r"[2-7a-j][2-7a-z]{12}")


def is_account(text: str) -> bool:
    """Say whether this names an account: a did:plc, or a did:web of a host.

    >>> is_account("did:plc:z72i7hdynmk6r22z27h6tvur"), is_account("did:web:example.com"), is_account("did:key:z6M")
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


def key_of(path: str) -> bytes:
    """Return the key in the tree for a path COLLECTION/KEY; raises NotProved (CS448).

    >>> key_of("app.bsky.feed.like/3jzfcijpj2z2a")
    b'app.bsky.feed.like/3jzfcijpj2z2a'
    """
    collection, _, key = path.partition("/")
    if not is_nsid(collection) or not is_record_key(key):
        raise refused("CS448", "the path claimed is not COLLECTION/KEY", 35)
    return path.encode("ascii")
