"""Keeps columns straight: text measured, cut and padded as a terminal draws it, by grapheme and East Asian width."""

from collections.abc import Iterator
from typing import Literal

import wcwidth

ELLIPSIS = "…"
NARROWEST = 24
"""Cells that words get even where a terminal is narrower: one word a line helps nobody."""


def width(text: str) -> int:
    """Return how many terminal cells a text takes that `visible` has made harmless.

    >>> width("真相之叶"), width("e\\u0301")
    (8, 1)
    """
    return len(text) if text.isascii() else sum(cells for _, cells in _graphemes(text))


def cut(text: str, cells: int) -> str:
    """Return text shortened to so many cells, whole graphemes only, with an ellipsis where something was cut.

    >>> cut("真相之叶_daily", 8)
    '真相之…'
    """
    if width(text) <= cells:
        return text
    kept: list[str] = []
    left = cells - width(ELLIPSIS)
    for grapheme, taken in _graphemes(text):
        if taken > left:
            break
        kept.append(grapheme)
        left -= taken
    return "".join(kept) + (ELLIPSIS if cells > 0 else "")


def pad(text: str, cells: int, side: Literal["left", "right"] = "left") -> str:
    """Return text filled with spaces to so many cells, set to the left or right; never cut.

    >>> pad("真相", 6) + "|"
    '真相  |'
    """
    spaces = " " * max(0, cells - width(text))
    return text + spaces if side == "left" else spaces + text


def wrapped(text: str, cells: int, *, indent: str = "") -> str:
    """Return text broken between words into lines of so many cells; later lines start with `indent`.

    >>> wrapped("not looked at: access", 12, indent="  ")
    'not looked\\n  at: access'
    """
    lines = [""]
    for word in _unbroken(text):
        longer = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if width(longer) > cells and lines[-1].strip():
            lines.append(indent + word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _unbroken(text: str) -> Iterator[str]:
    """Yield words; a per cent sign stays with its number."""
    waiting: list[str] = []
    for word in text.split():
        if waiting and not word.startswith("%"):
            yield " ".join(waiting)
            waiting = []
        waiting.append(word)
    if waiting:
        yield " ".join(waiting)


def hanging(start: str, words: str, cells: int) -> str:
    """Return a line of so many cells whose continuation stands under its words, not under its start.

    >>> hanging("Limits:  ", "not observed where no time is known", 34)
    'Limits:  not observed where no\\n         time is known'
    """
    body = wrapped(words, max(NARROWEST, cells - width(start)))
    return (start + body.replace("\n", "\n" + " " * width(start))).rstrip()


def _graphemes(text: str) -> Iterator[tuple[str, int]]:
    for grapheme in wcwidth.iter_graphemes(text):
        yield grapheme, max(0, wcwidth.wcswidth(grapheme))
