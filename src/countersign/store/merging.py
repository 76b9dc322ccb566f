"""Two records of one action become one: what is better known wins, and the order in which they came does not matter."""

from collections.abc import Callable
from typing import Any

from countersign.store.rows import AT, KEPT, Row

_KNOWN_BEST_FIRST = ("given", "minute", "day", "between", "page order", "after object", "unknown")
_RANK = {basis: rank for rank, basis in enumerate(_KNOWN_BEST_FIRST)}
_INTERVALS = frozenset({"between", "page order", "after object", "unknown"})
_TIMES = ("time", "start_time", "end_time", "time_basis")
_TIME_AT = tuple(AT[name] for name in _TIMES)

_BETWEEN_SOURCES, _BETWEEN_NOTES = ", ", "; "


def joined(one: Row, other: Row) -> Row:
    """Return what both say together. Commutative, associative, idempotent: imports may come in any order, any often.

    Times: the better basis wins, of two times of one basis the earlier; two intervals of one basis narrow each other.
    Sources and notes are united. Of two different values the fuller is kept.
    """
    if one == other:
        return one
    both = [_JOIN.get(name, _fuller)(one[place], other[place]) for place, name in enumerate(KEPT)]
    for place, value in zip(_TIME_AT, _time(one, other), strict=True):
        both[place] = value
    return both


def _time(one: Row, other: Row) -> tuple[Any, ...]:
    first, second = (tuple(row[place] for place in _TIME_AT) for row in (one, other))
    if first[3] != second[3]:
        return min(first, second, key=lambda time: _RANK[time[3]])
    if first[3] in _INTERVALS:
        earliest = _first(first[0], second[0])
        return (earliest, _known(max, first[1], second[1]), _known(min, first[2], second[2]), first[3])
    return min(first, second, key=_order)


def _fuller(one: Any, other: Any) -> Any:
    """Return the one that is known; of two, the longer or larger."""
    return max(one, other, key=_order) if one != other else one


def _order(value: Any) -> tuple[Any, ...]:
    """Rank values of one kind so that of any two the same one always wins; None is the least."""
    if isinstance(value, tuple):
        return tuple(_order(part) for part in value)
    if isinstance(value, str | list):
        return (1, len(value), value)
    return (0,) if value is None else (1, value)


def _known(choose: Callable[[int, int], int], one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _first(one: int | None, other: int | None) -> int | None:
    return _known(min, one, other)


def _sources(one: str | None, other: str | None) -> str | None:
    return _united(one, other, _BETWEEN_SOURCES)


def _notes(one: str | None, other: str | None) -> str | None:
    return _united(one, other, _BETWEEN_NOTES)


def _united(one: str | None, other: str | None, between: str) -> str | None:
    if one == other or one is None or other is None:
        return other if one is None else one
    return between.join(sorted({*one.split(between), *other.split(between)} - {""}))


_JOIN: dict[str, Callable[[Any, Any], Any]] = {"position": _first, "source": _sources, "note": _notes}
