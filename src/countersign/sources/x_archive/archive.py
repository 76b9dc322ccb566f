"""The source `x-archive`: knows an X archive when it sees one, opens it, and says what its bytes mean."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from countersign.activity import Parsed, Received, Session
from countersign.sources.container import first_names
from countersign.sources.x_archive import access, changes, presence, relations
from countersign.sources.x_archive.closing import closing
from countersign.sources.x_archive.headers import headers
from countersign.sources.x_archive.identity import identity, manager, suspension
from countersign.sources.x_archive.likes import likes
from countersign.sources.x_archive.names import SOURCE
from countersign.sources.x_archive.reading import paths, received
from countersign.sources.x_archive.records import each, not_understood, numbered
from countersign.sources.x_archive.tweets import tweets

_OURS: Final = re.compile(
    r"(?:[^/]+/)?(?:data/)?(?:account|like|tweets?|deleted-tweets?|ip-audit|device-token|tweets?-part\d+)\.js"
    r"|(?:[^/]+/)?data/manifest\.js|(?:.*/)?(?:tweets\.csv|tweet_index\.js)"
)


class XArchive:
    """The data archive that X gives an account's owner."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether the names in a zip are those of an X archive; a part of a split archive counts too."""
        return any(_OURS.fullmatch(name) for path in paths(ref) for name in first_names(path))

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield the archive in chunks of about a megabyte; nothing before every file's beginning was checked.

        `ref` is one zip, or the parts of one split archive joined with `os.pathsep`.
        """
        after = int(cursor) if cursor else -1
        for value in received(ref):
            if value.position > after:
                yield value

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield what a chunk says; pure, and a record that cannot be read is yielded as `NotUnderstood`."""
        reader = READERS.get(received.context.get("kind", ""))
        if reader is None or "account" not in received.context:
            yield not_understood(received, received.position, received.body, "no chunk of an X archive")
            return
        yield from reader(received)

    def records(self, received: Received) -> Iterator[tuple[int, bytes]]:
        """Yield the records that a chunk is made of, as written, with the `position` that `parse` gives of each."""
        if received.context.get("kind") in READERS and received.context["kind"] not in _MADE_BY_US:
            yield from numbered(received)


def _nothing(received: Received) -> Iterator[Parsed]:
    """Records whose content travels beside the others; only their damage is told."""
    return each(received, lambda record, place: iter(()))


def _connected(received: Received) -> Iterator[Parsed]:
    """A connected application is both an act, at its approval, and a way in ever since."""
    yield from changes.grants(received)
    yield from (one for one in access.applications(received) if isinstance(one, Session))


_MADE_BY_US: Final = frozenset({"identity", "closing"})
"""Kinds of chunk that hold what was found out while reading, not bytes of the archive."""
READERS: Final[Mapping[str, Callable[[Received], Iterator[Parsed]]]] = {
    "account": _nothing,
    "account-creation-ip": access.first_address,
    "account-label": manager,
    "account-suspension": suspension,
    "account-timezone": _nothing,
    "ad-engagements": presence.engagements,
    "ad-impressions": presence.impressions,
    "block": relations.blocks,
    "branch-links": presence.arrivals,
    "closing": closing,
    "connected-application": _connected,
    "deleted-tweet-headers": headers,
    "deleted-tweets": tweets,
    "device-token": access.tokens,
    "direct-message-headers": presence.messages,
    "email-address-change": changes.addresses,
    "following": relations.follows,
    "identity": identity,
    "ip-audit": access.addresses,
    "key-registry": access.keys,
    "like": likes,
    "manifest": _nothing,
    "mute": relations.mutes,
    "ni-devices": access.notified,
    "note-tweet": _nothing,
    "phone-number": changes.phones,
    "profile": changes.profiles,
    "protected-history": changes.protections,
    "reply-prompt": presence.prompts,
    "screen-name-change": changes.handles,
    "sso": changes.sign_ins,
    "tweet-headers": headers,
    "tweets": tweets,
    "user-link-clicks": presence.clicks,
}
"""What is read from each kind of file; `parts.KINDS` names the files."""
