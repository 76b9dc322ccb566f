"""Makes the page's script short enough to travel in every bundle: no comments, no idle spaces, short names.

It knows only as much JavaScript as the parts use. Names are replaced everywhere alike, so that scopes stay as they are;
a name that anywhere is (or may be) that of a property is left alone, and so is all text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from string import ascii_letters

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<space>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)|(?P<template>`)|(?P<slash>/)|(?P<sign>=>|\?\.|\.\.\.|[^\w\s])""",
    re.DOTALL,
)
PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
KEYWORDS = frozenset(
    "async await break case catch class const continue default delete do else extends finally for function get if in"
    " instanceof let new null of return static super switch this throw true try typeof undefined var void while false"
    " constructor arguments".split()
)
# What the language and the browser give; a name of ours is never one of these.
GIVEN = frozenset(
    "Array ArrayBuffer BigInt Boolean DataView Date Error Float64Array Infinity Int8Array Int32Array JSON Map Math Number Object Promise"
    " RangeError Set String TextDecoder TextEncoder Uint8Array document globalThis parseInt setTimeout".split()
)
Token = tuple[str, str]


def shorten(script: str) -> str:
    """The script, shorter, that does the same; the same script always gives the same."""
    tokens = list(tokens_of(script))
    return _written(tokens, _short_names(tokens))


def tokens_of(script: str) -> Iterator[Token]:
    """Kinds and texts. A template's text is of kind `raw`; what stands in its `${...}` are tokens like others."""
    at, depths, last = 0, [0], ""
    while at < len(script):
        if script[at] == "}" and len(depths) > 1 and depths[-1] == 0:
            depths.pop()
            end = _template_end(script, at + 1)
            yield "raw", script[at:end]
            last, at = "raw", end
            depths += [0] * script.startswith("${", end - 2)
            continue
        found = TOKEN.match(script, at)
        assert found is not None, script[at : at + 40]
        kind, text = str(found.lastgroup), found.group()
        if kind == "template":
            end = _template_end(script, at + 1)
            kind, text = "raw", script[at:end]
            depths += [0] * text.endswith("${")
        elif kind == "slash" and (last in "(,=:[!&|?{};" or last in ("", "=>", "return")):
            kind, text = "text", PATTERN.match(script, at).group()  # type: ignore[union-attr]
        at += len(text)
        if kind == "comment":
            continue
        if kind != "space":
            depths[-1] += {"{": 1, "}": -1}.get(text, 0)
            last = text
        yield kind, text


def _template_end(script: str, at: int) -> int:
    while script[at] != "`":
        if script.startswith("${", at):
            return at + 2
        at += 2 if script[at] == "\\" else 1
    return at + 1


def _short_names(tokens: list[Token]) -> dict[str, str]:
    solid = [token for token in tokens if token[0] != "space"]
    counts = Counter(text for kind, text in solid if kind == "name")
    ours = set(counts) - _of_properties(solid) - KEYWORDS - GIVEN
    free = (name for size in (1, 2) for name in map("".join, product(ascii_letters, repeat=size)))
    taken = set(counts) | KEYWORDS
    fresh = (name for name in free if name not in taken)
    return dict(zip(sorted(ours, key=lambda name: (-counts[name] * len(name), name)), fresh, strict=False))


def _of_properties(solid: list[Token]) -> set[str]:
    """Names after a dot, keys of objects, and whatever stands in braces as `{a, b}` does."""
    found: set[str] = set()
    open_brackets = [""]
    texts = ["", *(text for _, text in solid), ""]
    for (kind, text), before, after in zip(solid, texts, texts[2:], strict=False):
        if kind == "sign" and text in "([{":
            open_brackets.append("block" if text == "{" and _opens_block(before) else text)
        elif kind == "sign" and text in ")]}":
            open_brackets.pop()
        elif kind == "name" and (
            before in (".", "?.")
            or (open_brackets[-1] == "{" and before in ("{", ",") and after in (",", "}", ":", "=", "("))
        ):
            found.add(text)
    return found


def _opens_block(before: str) -> bool:
    """Braces after these are of statements; all others may be of an object, or take one apart."""
    return before in (")", "=>", "else", "try", "do", "finally", "catch", ";", "}", "{") or before[:1].isupper()


def _written(tokens: list[Token], names: dict[str, str]) -> str:
    parts: list[str] = []
    waiting = ""
    for kind, text in tokens:
        if kind == "space":
            waiting = "\n" if "\n" in text else waiting or " "
            continue
        new = names.get(text, text) if kind == "name" else text
        parts.append(_between(parts[-1] if parts else "", waiting, new) + new)
        waiting = ""
    return "".join(parts).replace(";}", "}") + "\n"


def _between(last: str, waiting: str, new: str) -> str:
    """The white space that must stay: between words, between signs that would melt, and at ends of lines that mean one."""
    if not waiting or not last:
        return ""
    a, b = last[-1], new[0]
    if waiting == "\n":
        return "" if a in "{(,;[=:&|?>" or b in ")]}.&|?:" and not (a == "}" and b == "}") else "\n"
    words = re.match(r"[\w$]", a) and re.match(r"[\w$]", b)
    return " " if words or (a == b and a in "+-&|/") else ""
