"""Knows which lists of a file are whole, so that what a later file lacks was undone and not merely left out."""

from collections.abc import Mapping

from countersign.activity import Verb
from countersign.engine.verdict import Reading
from countersign.store import Snapshot

WHOLE: Mapping[str, tuple[Verb, ...]] = {
    "x-archive": ("like", "follow", "block", "mute"),
    "bluesky-car": ("like", "repost", "follow", "block", "post", "reply", "quote"),
    "mastodon-export": ("like",),
}
"""Lists that an export gives in full. An X archive's posts are not here: its deleted ones have files of their own."""


def snapshots(reading: Reading) -> tuple[Snapshot, ...]:
    """Return which lists of a reading are whole, as of when; none where any record of it could not be read."""
    if reading.not_understood_count or len(reading.sources) != 1 or _is_short(reading):
        return ()
    source = reading.sources[0][1]
    return tuple(
        Snapshot(account=who.account, platform=who.platform, source=source, as_of=who.as_of, verbs=WHOLE[source])
        for who in reading.identities
        if source in WHOLE and who.as_of is not None
    )


def _is_short(reading: Reading) -> bool:
    """Say whether the file's own table of contents promises more than was read."""
    return any("manifest" in remark for remark in reading.remarks)
