"""Turns what is set up here into the policy that goes with a bundle: whose word should count, and how many of them."""

import hashlib
from collections.abc import Sequence

from countersign import config
from countersign.evidence.anchors.anchoring import authorities_of
from countersign.evidence.anchors.book import Book
from countersign.evidence.bundle.proposing import Proposed
from countersign.evidence.keys import Vkey


def proposed(logs: Sequence[Vkey], settings: config.Evidence, book: Book) -> Proposed:
    """Return the policy of this installation: its log's keys, its witnesses and their quorum, its authorities.

    Every authority is asked for, since a bundle of ours waits for all of them. Raises ConfigError and BadUrl.
    """
    authorities = {
        name: (hashlib.sha256(one.root).hexdigest(), hashlib.sha256(one.certificate).hexdigest())
        for name, one in authorities_of(settings).items()
    }
    return Proposed(
        logs=tuple(logs),
        witnesses={one.name: one.vkey for one in book.witnesses()},
        quorum=book.quorum,
        authorities=authorities,
        requires=(f"tsa:{len(authorities)}",) if authorities else (),
    )
