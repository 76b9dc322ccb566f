"""What is kept between runs: one encrypted file, each action once, each import whole or not at all."""

from countersign.store.absence import Snapshot
from countersign.store.access import Access
from countersign.store.evidence import Evidence, KeptEvidence
from countersign.store.key import encoded, key_file, store_key
from countersign.store.reminders import KeptReminders, Reminders
from countersign.store.scope import MOST_ACCOUNTS, Account, AccountKind
from countersign.store.sealing import Captures
from countersign.store.store import Store
from countersign.store.values import (
    Cursor,
    Erasure,
    Holding,
    ImportedFile,
    ImportRecord,
    ImportResult,
    Mark,
    ProfileState,
    Slot,
    Verdict,
    imported_file,
)

__all__ = [
    "MOST_ACCOUNTS", "Access", "Account", "AccountKind", "Captures", "Cursor", "Erasure", "Evidence", "Holding",
    "ImportRecord", "ImportResult", "ImportedFile", "KeptEvidence", "KeptReminders", "Mark", "ProfileState",
    "Reminders", "Slot", "Snapshot", "Store", "Verdict", "encoded", "imported_file", "key_file", "store_key",
]  # fmt: skip
