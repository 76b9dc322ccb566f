"""Proves what a Bluesky account's host signed: this like was there, is gone, and nothing else changed.

`car`, `drisl`, `tree` and `commit` read a repository strictly, `cut` makes small proofs of large ones, `proof` says
what a proof shows, `document` and `history` say whose key it is. Pure functions over bytes; every refusal is a
NotProved with the number of the broken rule (docs/reference/atproto-proofs.md).
"""

from countersign.evidence.atproto.cid import cid_bytes, cid_text
from countersign.evidence.atproto.commit import Commit
from countersign.evidence.atproto.cut import Cut, cut_commit, cut_record, cut_tree
from countersign.evidence.atproto.document import key_in_document
from countersign.evidence.atproto.history import History, KeyPeriod, history_of
from countersign.evidence.atproto.inversion import Operation
from countersign.evidence.atproto.proof import (
    Between,
    Excluded,
    Included,
    State,
    equivocation,
    exclusion,
    head,
    inclusion,
    removal,
    transition,
    undo_shadow,
)

__all__ = [
    "Between", "Commit", "Cut", "Excluded", "History", "Included", "KeyPeriod", "Operation", "State",
    "cid_bytes", "cid_text", "cut_commit", "cut_record", "cut_tree", "equivocation", "exclusion", "head", "history_of",
    "inclusion", "key_in_document", "removal", "transition", "undo_shadow",
]  # fmt: skip
