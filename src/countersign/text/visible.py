"""Makes every character of foreign text harmless and visible: nothing of it moves a cursor, hides or turns around."""

import re
import unicodedata
from functools import cache

MOST_MARKS = 4
"""Combining marks that one letter may carry; the most that a living script needs (Hebrew with points and accents).
Any more are shown as codes: stacks of them ("Zalgo") paint over the lines above and below."""

# Characters with a letter's or symbol's category that are nevertheless drawn as nothing.
_DRAWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc")
_HARMLESS_CONTROLS = {"\n": " ", "\t": " ", "\u2028": " ", "\u2029": " "}
_JOINERS = "\u200c\u200d"
_VARIATION = range(0xFE00, 0xFE10)
# Python's tables may be older than a reader's emoji: this block holds nothing else.
_EMOJI_BLOCK = range(0x1F000, 0x1FB00)
# Scripts whose spelling needs the joiners (RFC 5892, appendix A): Arabic to Nko, then the Indic scripts.
_JOINING_SCRIPTS = (range(0x0600, 0x0800), range(0x08A0, 0x0E00))

# Printable ASCII, Latin letters with one code each, CJK, Hiragana, Katakana, Hangul syllables, Cyrillic, Greek:
# all that most posts are made of, passed in one step.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u024f\u0391-\u03ff\u0400-\u0482\u048a-\u052f\u3001-\u3029\u3041-\u3096"
    "\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*"
)


def visible(text: str, *, ascii_only: bool = False) -> str:
    """Return text on one line with every control, invisible or direction-turning character shown as a code.

    Line ends and tabs become spaces. Joiners stay where an emoji or the spelling of a script needs them. With
    `ascii_only`, everything beyond ASCII becomes a code too (nothing is transliterated).

    >>> visible("pay\\u202egnp.exe")
    'pay<U+202E>gnp.exe'
    >>> visible("\\x1b[31mred")
    '<U+001B>[31mred'
    >>> visible("真相", ascii_only=True)
    '<U+771F><U+76F8>'
    """
    if not _PLAIN.fullmatch(text):
        text = "".join(_shown(text))
    return text if not ascii_only or text.isascii() else _ascii(text)


def code_point(char: str) -> str:
    """Return how a character is named in text: `<U+202E>`."""
    return f"<U+{ord(char):04X}>"


def _ascii(text: str) -> str:
    return "".join(char if char.isascii() else code_point(char) for char in text)


def _shown(text: str) -> list[str]:
    shown: list[str] = []
    marks = MOST_MARKS  # a mark at the very start has no letter to sit on
    text = text.replace("\r\n", "\n")
    for at, char in enumerate(text):
        kind = _kind(char)
        if kind == "mark":
            marks += 1
            shown.append(char if marks <= MOST_MARKS else code_point(char))
            continue
        if kind == "space":
            shown.append(_HARMLESS_CONTROLS[char])
        elif kind == "context":
            before, after = shown[-1] if shown else "", text[at + 1 : at + 2]
            shown.append(char if _in_its_place(before, char, after) else code_point(char))
            continue
        else:
            shown.append(char if kind == "plain" else code_point(char))
        marks = 0 if kind == "plain" else MOST_MARKS
    return shown


@cache
def _kind(char: str) -> str:
    """Say what is to be done with a character: plain, space, mark, context (depends on its neighbours) or code."""
    if char in _HARMLESS_CONTROLS:
        return "space"
    if char in _JOINERS or ord(char) in _VARIATION:
        return "context"
    if char in _DRAWN_AS_NOTHING:
        return "code"
    category = unicodedata.category(char)
    if category in ("Mn", "Me"):
        return "mark"
    if category == "Cn" and ord(char) in _EMOJI_BLOCK:
        return "plain"
    return "code" if category[0] == "C" or category in ("Zl", "Zp") else "plain"


def _in_its_place(before: str, char: str, after: str) -> bool:
    if len(before) != 1:
        return False
    if ord(char) in _VARIATION:
        return _is_symbol(before) or before in "#*0123456789"
    if _is_joining(before, "LM") and _is_joining(after, "L"):
        return True
    return char == "\u200d" and (_is_symbol(before) or before == "\ufe0f") and after != "" and _is_symbol(after)


def _is_joining(char: str, categories: str) -> bool:
    """Say whether a character belongs to a script whose spelling needs joiners, and is a letter (or mark) there."""
    known = char != "" and any(ord(char) in block for block in _JOINING_SCRIPTS)
    return known and unicodedata.category(char)[0] in categories


def _is_symbol(char: str) -> bool:
    return ord(char) in _EMOJI_BLOCK or unicodedata.category(char) == "So"
