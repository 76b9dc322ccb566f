"""What can be wrong with a bundle: every code with its exit code, stable and shared with those who write scripts."""

from typing import Literal

import msgspec

HOLDS, FALSE, UNREADABLE, INCOMPLETE, DEFECT = 0, 1, 2, 3, 4

Word = Literal["VERIFIED", "FAILED", "CANNOT READ", "CANNOT TELL"]
WORDS: dict[int, Word] = {HOLDS: "VERIFIED", FALSE: "FAILED", UNREADABLE: "CANNOT READ", INCOMPLETE: "CANNOT TELL"}

EXITS = {
    "E_ZIP": UNREADABLE, "E_READ": UNREADABLE, "E_BAG": UNREADABLE, "E_VERSION": UNREADABLE, "E_SYNTAX": UNREADABLE,
    "E_POLICY": UNREADABLE, "E_USAGE": UNREADABLE,
    "E_MANIFEST": FALSE, "E_EXTRA": FALSE, "E_ORIGIN": FALSE, "E_LOG_SIGNATURE": FALSE, "E_KEY": FALSE,
    "E_UNKNOWN_SIG": FALSE, "E_COSIGNATURE": FALSE, "E_INCLUSION": FALSE, "E_SPLIT": FALSE, "E_CHECKPOINT": FALSE,
    "E_STAMP": FALSE, "E_COMMIT": FALSE, "E_STATEMENT": FALSE, "E_FILES": FALSE, "E_EXHIBIT": FALSE, "E_FIELD": FALSE,
    "E_PLATFORM": FALSE, "E_CUSTODY": FALSE, "E_ROOT": FALSE,
    "E_TILE": FALSE, "E_ENTRIES": FALSE,
    "I_QUORUM": INCOMPLETE, "I_WITNESS": INCOMPLETE, "I_CONSISTENCY": INCOMPLETE, "I_OLDER": INCOMPLETE,
    "I_STAMP": INCOMPLETE, "I_STALE": INCOMPLETE, "I_BEACON": INCOMPLETE, "I_ERASED": INCOMPLETE,
    "I_PLATFORM": INCOMPLETE, "I_SIGNER": INCOMPLETE,
    "I_CHECKPOINT": INCOMPLETE, "I_TILE": INCOMPLETE, "I_ENTRIES": INCOMPLETE,
    "W_REPACKED": HOLDS, "W_UNPINNED": HOLDS, "W_MLDSA": HOLDS, "W_SSHSIG": HOLDS,
}  # fmt: skip
"""docs/reference/evidence-format.md, section 4. Warnings never decide. Root, tiles, entries: of a log's folder only."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is false, unreadable, missing or worth telling: its code, where, and what in words."""

    code: str
    where: str
    says: str


class Stop(Exception):
    """Nothing further can be looked at: why."""

    def __init__(self, code: str, where: str, says: str) -> None:
        super().__init__(says)
        self.failure = Failure(code=code, where=where, says=says)


def exit_of(codes: set[str]) -> int:
    """Return the exit code that codes give: unreadable before false before incomplete.

    >>> exit_of({"E_COMMIT", "I_SIGNER"}), exit_of({"W_REPACKED"})
    (1, 0)
    """
    exits = {EXITS[code] for code in codes}
    return next((code for code in (UNREADABLE, FALSE, INCOMPLETE) if code in exits), HOLDS)
