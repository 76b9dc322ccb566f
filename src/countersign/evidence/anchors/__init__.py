"""Outside anchors of a checkpoint: witnesses, time stamps, a beacon; asked at once, in limited time, and kept."""

from countersign.evidence.anchors.anchoring import Anchors, anchored, authorities_of, drawn
from countersign.evidence.anchors.book import Book, NamedStamp, NoSuchWitness, book_path
from countersign.evidence.anchors.proposing import proposed

__all__ = [
    "Anchors", "Book", "NamedStamp", "NoSuchWitness", "anchored", "authorities_of", "book_path", "drawn", "proposed",
]  # fmt: skip
