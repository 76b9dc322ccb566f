"""ActivityStreams 2.0 as it is met: one thing in several spellings, read the same by every source that speaks it."""

from countersign.sources.as2.fediverse import Status, status
from countersign.sources.as2.markup import Text, plain
from countersign.sources.as2.note import Written, reach, written
from countersign.sources.as2.values import Fields, fields_in, id_of, kind, language, moment, several, text

__all__ = [
    "Fields", "Status", "Text", "Written", "fields_in", "id_of", "kind", "language", "moment", "plain", "reach",
    "several", "status", "text", "written",
]  # fmt: skip
