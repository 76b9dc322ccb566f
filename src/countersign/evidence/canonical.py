"""JSON of which there is only one spelling, so that the same words always have the same hash (RFC 8785, no floats)."""

import json
from typing import Any, NoReturn

from countersign.errors import EvidenceError

MOST_INTEGER = 2**53 - 1
"""The largest that every reader of JSON holds exactly (RFC 8785 section 3.2.2.3)."""
MOST_DEPTH = 32
"""Nothing of ours is deeper than 6; more is an attack on the reader's stack."""
_LONGEST_INTEGER = len(str(MOST_INTEGER))


def write(value: object) -> bytes:
    """Return a value as canonical JSON: objects, lists, text, integers from 0 to 2^53 - 1, true, false, null.

    EvidenceError for anything else, such as a float, a negative number or half of a surrogate pair.

    >>> write({"b": 1, "a": ["é", None]}).decode()
    '{"a":["é",null],"b":1}'
    """
    try:
        return json.dumps(_ordered(value, 0), ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as cause:
        raise _refused("text with half of a surrogate pair") from cause


def read(data: bytes) -> Any:
    """Return what canonical JSON says; EvidenceError (CS401) unless `write` would give these very bytes again.

    So duplicate keys, spaces, floats, other orders and other spellings are refused.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_once, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
        )
    except RecursionError as cause:
        raise _refused("it is nested too deeply") from cause
    except ValueError as cause:
        raise _refused("it cannot be read") from cause
    if write(value) != data:
        raise _refused("it has another spelling")
    return value


def read_object(data: bytes) -> dict[str, Any]:
    """Return the object that canonical JSON is; EvidenceError if it is anything else."""
    value = read(data)
    if not isinstance(value, dict):
        raise _refused("it is not an object")
    return value


def _ordered(value: object, depth: int) -> object:
    if depth > MOST_DEPTH:
        raise _refused("it is nested too deeply")
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if not 0 <= value <= MOST_INTEGER:
            raise _refused("an integer outside 0 to 2^53 - 1")
        return value
    if isinstance(value, list | tuple):
        return [_ordered(part, depth + 1) for part in value]
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {name: _ordered(value[name], depth + 1) for name in sorted(value, key=_utf16)}
    raise _refused(f"a value of type {type(value).__name__}")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("a name is given twice")
    return found


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise _refused("an integer outside 0 to 2^53 - 1")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise _refused("a number that is not an integer")


def _refused(why: str) -> EvidenceError:
    return EvidenceError(f"this is not canonical JSON: {why}", hint="evidence is read as it was written", code="CS401")
