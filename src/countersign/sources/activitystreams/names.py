"""The names that Countersign adds to ActivityStreams, and which field each stands for."""

from collections.abc import Mapping
from typing import Final

from countersign.activity import Identity, NotUnderstood, Remark, Session, Verb

SOURCE: Final = "activitystreams"
PREFIX: Final = "cs:"
CONTEXT: Final = ("https://www.w3.org/ns/activitystreams", {"cs": "https://example.org/countersign#"})

ADDED: Final[Mapping[str, str]] = {
    "cs:nativeId": "native_id", "cs:platform": "platform", "cs:verb": "verb", "cs:timeLo": "start_time",
    "cs:timeHi": "end_time", "cs:timeBasis": "time_basis", "cs:contentLength": "content_length", "cs:lang": "lang",
    "cs:media": "media", "cs:source": "source", "cs:position": "position", "cs:note": "note",
}  # fmt: skip
"""What an Activity has beyond the words of ActivityStreams."""

FLAT: Final[Mapping[type, Mapping[str, str]]] = {
    Session: {
        "actor": "account", "cs:platform": "platform", "cs:kind": "kind", "cs:opened": "opened",
        "cs:lastSeen": "last_seen", "cs:ip": "ip", "cs:asn": "asn", "cs:network": "network", "cs:device": "device",
        "cs:client": "client", "cs:permissions": "permissions", "cs:semantics": "meaning", "cs:source": "source",
        "cs:position": "position",
    },
    Identity: {
        "id": "account", "cs:platform": "platform", "preferredUsername": "handle", "name": "name",
        "cs:timeZone": "time_zone", "published": "created", "updated": "as_of",
    },
    Remark: {"cs:source": "source", "cs:ref": "ref", "content": "text"},
    NotUnderstood: {"cs:source": "source", "cs:ref": "ref", "cs:position": "position", "cs:reason": "reason",
                    "cs:body": "body"},
}  # fmt: skip
"""What everything else is written with: one flat object each."""

SESSION_TYPES: Final[Mapping[str, str]] = {
    "ip use": "cs:Login", "device": "cs:Device", "application": "cs:AppGrant", "presence": "cs:Presence",
    "key": "cs:Key",
}  # fmt: skip
OTHER_SESSION: Final = "cs:Session"
FLAT_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys((*SESSION_TYPES.values(), OTHER_SESSION), Session),
    "cs:Identity": Identity, "cs:Remark": Remark, "cs:NotUnderstood": NotUnderstood,
}  # fmt: skip
TIMES: Final = frozenset({"published", "start_time", "end_time", "opened", "last_seen", "created", "as_of"})
RELATION: Final[Mapping[Verb, str]] = {"reply": "inReplyTo", "quote": "quote", "post": "cs:about"}
"""By which name a Note points at what it answers or quotes."""
