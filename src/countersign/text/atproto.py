"""Says whether names of the AT Protocol are written as they must be: collections, record keys, identifiers.

Source: AT Protocol specifications (NSID, Record Key, DID).
"""

import re
from typing import Final

_NSID: Final = re.compile(
    r"[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+"
    r"\.[a-zA-Z][a-zA-Z0-9]{0,62}"
)
_RECORD_KEY: Final = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")
_DID: Final = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
_MAX_NSID: Final = 317
_MAX_DID: Final = 2_048


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


def is_did(text: str) -> bool:
    """Say whether this is a decentralised identifier, of whatever method.

    >>> is_did("did:plc:z72i7hdynmk6r22z27h6tvur"), is_did("did:PLC:x")
    (True, False)
    """
    return len(text) <= _MAX_DID and _DID.fullmatch(text) is not None
