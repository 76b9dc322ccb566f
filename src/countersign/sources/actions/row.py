"""Makes one row of documented columns out of whatever a file holds there, and says what it had to leave out."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

LARGEST_COUNT: Final = 2**31 - 1
"""`media` and `text_length` are 32-bit columns; no post is longer."""
FARTHEST_PLACE: Final = 2.0**53
"""Places in a file beyond this are no longer exact as numbers."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TRUTHS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


class Number(str):
    """A number as the file writes it, digit by digit: ids must not be rounded."""

    __slots__ = ()


class Row(msgspec.Struct, kw_only=True):
    """The documented columns of one record (shared data form, docs/reference/actions.md); None: not given."""

    account: str
    id: str | None = None
    time: str | None = None
    verb: str | None = None
    target_author: str | None = None
    target_id: str | None = None
    text: str | None = None
    lang: str | None = None
    client: str | None = None
    links: Sequence[str] | None = None
    mentions: Sequence[str] | None = None
    hashtags: Sequence[str] | None = None
    sensitive: bool | None = None
    media: int | None = None
    platform: str | None = None
    time_res: str | None = None
    target_time: str | None = None
    after: str | None = None
    before: str | None = None
    gone_after: str | None = None
    gone_by: str | None = None
    deleted: bool | None = None
    deleted_at: str | None = None
    seq: float | None = None
    text_length: int | None = None
    target_client: str | None = None
    last_seen: str | None = None
    notes: tuple[str, ...] = ()


KNOWN: Final = tuple(name for name in Row.__struct_fields__ if name != "notes")
"""The documented columns."""


def row_of(values: Mapping[str, Any]) -> Row | str:
    """Return the row that a record holds, or why it is none; a value that cannot be used is left out with a note.

    >>> row_of({"account": "embassy", "media": "two"}).notes
    ('media not understood',)
    >>> row_of({"verb": "like"})
    'no account'
    """
    read: dict[str, Any] = {}
    notes: list[str] = []
    for name in KNOWN:
        value = values.get(name)
        if value is None:
            continue
        read[name], note = value_of(name, value)
        if note:
            notes.append(note)
    if not read.get("account"):
        return "no account"
    return Row(**read, notes=tuple(notes))


def value_of(name: str, value: Any) -> tuple[Any, str]:
    """Return what a column says where JSON says `value`, and a note if not all of it could be taken."""
    if value is None:
        return None, ""
    known, note = _KINDS.get(name, _text)(value)
    return known, f"{name} {note}" if note else ""


Outcome = tuple[Any, str]
_NOT_UNDERSTOOD: Final = "not understood"


def _text(value: Any) -> Outcome:
    if not isinstance(value, str):
        return None, _NOT_UNDERSTOOD
    whole = whole_text(value)
    return whole, "" if whole == value else "held characters that are none; they are shown as \ufffd"


def whole_text(value: str) -> str:
    """Return a text with what is no character (half a surrogate pair, a stray byte) replaced by U+FFFD.

    >>> whole_text("a" + chr(0xD800)) == "a" + chr(0xFFFD)
    True
    """
    return str(value) if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _texts(value: Any) -> Outcome:
    if isinstance(value, str):
        value = _listed(value)
    if not isinstance(value, list | tuple):
        return None, _NOT_UNDERSTOOD
    found = [_text(item) for item in value if item is not None]
    if any(item is None for item, _ in found):
        return None, _NOT_UNDERSTOOD
    return [item for item, _ in found], next((note for _, note in found if note), "")


def _listed(written: str) -> Any:
    if not written.lstrip().startswith("["):
        return written.split()
    try:
        return json.loads(written, strict=False, parse_int=Number, parse_float=Number)
    except (ValueError, RecursionError):
        return written.split()


def _truth(value: Any) -> Outcome:
    if isinstance(value, bool):
        return value, ""
    known = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None
    return known, _NOT_UNDERSTOOD if known is None else ""


def _count(value: Any) -> Outcome:
    number = _float(value)
    if number is None or not number.is_integer() or not 0 <= number <= LARGEST_COUNT:
        return None, _NOT_UNDERSTOOD
    return int(number), ""


def _place(value: Any) -> Outcome:
    number = _float(value)
    if number is None or abs(number) > FARTHEST_PLACE:
        return None, _NOT_UNDERSTOOD
    return number, ""


def _float(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


_KINDS: Final[Mapping[str, Callable[[Any], Outcome]]] = {
    "links": _texts, "mentions": _texts, "hashtags": _texts,
    "sensitive": _truth, "deleted": _truth,
    "media": _count, "text_length": _count, "seq": _place,
}  # fmt: skip
