"""Says what a row of a dump is of: a sign-in, one that failed, or the end of one; the first tells who was there."""

import re
from typing import Final, Literal

from countersign.sources.access.dumps.columns import value
from countersign.sources.access.dumps.rows import Row

What = Literal["sign-in", "failed", "ended"]

_NO: Final = frozenset({"false", "f", "0", "no", "n"})
_NONE: Final = frozenset({"0", "false", "f", "no", "success", "ok"})
"""What stands in a column of errors where there was none."""
_CODES: Final = frozenset({"f", "fp", "fu"})
"""Auth0's names of events: failed, failed by password, failed by name."""
_FAILED: Final = re.compile(
    r"\b(fail\w*|errors?|den(y|ied)|block(ed)?|reject(ed)?|invalid|locked|unsuccessful|interrupted)\b"
)
_ENDED: Final = re.compile(
    r"\b(log ?(out|off)|sign ?(out|off)|(logged|signed) (out|off)|revoked?|expired?|ended|deleted?|removed?)\b"
)


def what_of(row: Row) -> What:
    """Return what a row is of, by what it says of its outcome; one that says nothing of that is a sign-in.

    >>> what_of({"type": "LOGIN_ERROR"}), what_of({"event": "userLoggedOut"}), what_of({"success": "t"})
    ('failed', 'ended', 'sign-in')
    """
    if value(row, "success").lower() in _NO or _spoken(value(row, "success")) in ("failure", "failed"):
        return "failed"
    error = value(row, "error").lower()
    if (error and error not in _NONE) or value(row, "event").lower() in _CODES:
        return "failed"
    said = " ".join(_spoken(value(row, what)) for what in ("outcome", "event"))
    if _FAILED.search(said):
        return "failed"
    return "ended" if _ENDED.search(said) else "sign-in"


def _spoken(written: str) -> str:
    """Return a name of a program as words: LOGIN_ERROR and userLoggedOut alike."""
    return re.sub(r"[_\W]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", written[:200])).lower().strip()
