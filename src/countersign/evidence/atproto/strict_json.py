"""Reads JSON that others hand over, so that no two readers can take it for different things.

Source: RFC 8259; RFC 8785 (why no key may stand twice). Rule 54.
"""

import json
from collections.abc import Callable, Iterable
from typing import Final, NoReturn

from countersign.errors import NotProved
from countersign.evidence.atproto.drisl import MAX_NESTING

MAX_JSON: Final = 1024 * 1024
"""Bytes: a thousand operations of a did:plc are less."""


def read_json(text: bytes, refuse: Callable[[str], NotProved]) -> object:
    """Return the value of a JSON text; raises what `refuse` makes of a sentence if it is not strictly one."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise refuse("a name stands twice in an object")
        return found

    def no_number(_: str) -> NoReturn:
        raise refuse("a value is not a number")

    if len(text) > MAX_JSON:
        raise refuse("it is too large")
    try:
        value = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=once,
            parse_constant=no_number,
            parse_int=_number,
            parse_float=_number,
        )
    except (ValueError, RecursionError):
        raise refuse("it is not JSON") from None
    _check_depth(value, refuse)
    return value


def _number(_: str) -> int:
    """Return 0 for any number: none is used here, and a long one takes long to read."""
    return 0


def _check_depth(value: object, refuse: Callable[[str], NotProved]) -> None:
    level = _holding([value])
    for _ in range(MAX_NESTING):
        level = [part for held in level for part in _holding(held.values() if isinstance(held, dict) else held)]
    if level:
        raise refuse("it is nested too deep")


def _holding(values: Iterable[object]) -> list[dict[str, object] | list[object]]:
    return [value for value in values if isinstance(value, dict | list)]
