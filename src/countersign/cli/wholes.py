"""Tells the store which lists of a file are whole, so that what a later file lacks was undone and not left out."""

from countersign.engine.absences import WHOLE
from countersign.engine.verdict import Reading
from countersign.store import Snapshot


def snapshots(reading: Reading) -> tuple[Snapshot, ...]:
    """Return which lists of a reading are whole, as of when; none where any record of it could not be read."""
    formats = {source for _, source in reading.sources}
    if reading.not_understood_count or len(formats) != 1 or _is_short(reading):
        return ()
    source = formats.pop()
    return tuple(
        Snapshot(account=who.account, platform=who.platform, source=source, as_of=who.as_of, verbs=WHOLE[source])
        for who in reading.identities
        if source in WHOLE and who.as_of is not None
    )


def _is_short(reading: Reading) -> bool:
    """Say whether the file's own table of contents promises more than was read."""
    return any("manifest" in remark for remark in reading.remarks)
