"""Makes the page's script short enough to travel in every bundle: no comments, no idle spaces, short names.

It knows only as much JavaScript as the parts use. A name is replaced everywhere alike, so that scopes stay as they are;
a name that is, or may be, that of a property anywhere is left alone, and so is all text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from string import ascii_letters
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<space>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)|(?P<template>`)|(?P<slash>/)|(?P<sign>=>|\?\.|\.\.\.|[^\w\s"'])""",
    re.DOTALL,
)
PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
BEFORE_PATTERN = frozenset(["", "=>", "return", *"(,=:[!&|?{};"])
BEFORE_BLOCK = frozenset(["=>", "else", "try", "do", "finally", "catch", *");}{"])
OF_THE_LANGUAGE = (
    "async await break case catch class const continue default delete do else extends finally for function get if in"
    " instanceof let new null of return static super switch this throw true try typeof undefined var void while false"
    " constructor arguments"
)
OF_THE_BROWSER = (
    "Array ArrayBuffer BigInt Boolean DataView Date Error Infinity Int8Array Int32Array JSON Map Math Number Object"
    " Promise RangeError Set String TextDecoder TextEncoder Uint8Array console document globalThis parseInt setTimeout"
)
GIVEN = frozenset([*OF_THE_LANGUAGE.split(), *OF_THE_BROWSER.split()])


class Token(NamedTuple):
    """A piece of the script; `raw` is what a template says between its names."""

    kind: str
    text: str


def shorten(script: str) -> str:
    """Return a script that does the same; the same script always gives the same.

    >>> shorten("const answer = question => { return `${question}?` + question.answers; }; // 42")
    'const b=a=>{return`${a}?`+a.answers};\\n'
    """
    tokens = tuple(tokens_of(script))
    return _written(tokens, _short_names([token for token in tokens if token.kind not in ("space", "comment")]))


def tokens_of(script: str) -> Iterator[Token]:
    """Yield all tokens; what stands in the `${...}` of a template are tokens like others."""
    at, depths, last = 0, [0], ""
    while at < len(script):
        if script[at] == "}" and len(depths) > 1 and depths[-1] == 0:
            depths.pop()
            token = Token("raw", script[at : _template_end(script, at + 1)])
        else:
            token = _token_at(script, at, last)
        at += len(token.text)
        if token.kind == "raw" and token.text.endswith("${"):
            depths.append(0)
        elif token.kind == "sign":
            depths[-1] += {"{": 1, "}": -1}.get(token.text, 0)
        if token.kind not in ("space", "comment"):
            last = token.text
        yield token


def _token_at(script: str, at: int, last: str) -> Token:
    found = TOKEN.match(script, at)
    if found is None:
        raise ValueError(f"not a token: {script[at : at + 40]}")
    kind, text = str(found.lastgroup), found.group()
    if kind == "template":
        return Token("raw", script[at : _template_end(script, at + 1)])
    pattern = PATTERN.match(script, at) if kind == "slash" and last in BEFORE_PATTERN else None
    return Token("text", pattern.group()) if pattern else Token(kind, text)


def _template_end(script: str, at: int) -> int:
    while script[at] != "`":
        if script.startswith("${", at):
            return at + 2
        at += 2 if script[at] == "\\" else 1
    return at + 1


def _short_names(solid: Sequence[Token]) -> dict[str, str]:
    counts = Counter(token.text for token in solid if token.kind == "name")
    ours = sorted(set(counts) - _of_properties(solid) - GIVEN, key=lambda name: (-counts[name] * len(name), name))
    short = (name for size in (1, 2) for name in map("".join, product(ascii_letters, repeat=size)))
    fresh = (name for name in short if name not in counts and name not in GIVEN)
    return dict(zip(ours, fresh, strict=False))


def _of_properties(solid: Sequence[Token]) -> set[str]:
    """Return names after a dot, keys of objects, and whatever stands in braces as in `{a, b}`."""
    found: set[str] = set()
    inside = [""]
    texts = ["", *(token.text for token in solid), ""]
    for token, before, after in zip(solid, texts, texts[2:], strict=False):
        if token.kind == "sign" and token.text in "([{":
            inside.append("block" if token.text == "{" and _opens_block(before) else token.text)
        elif token.kind == "sign" and token.text in ")]}":
            inside.pop()
        elif token.kind == "name":
            is_key = inside[-1] == "{" and before in "{," and after in (",", "}", ":", "=", "(")
            if is_key or before in (".", "?."):
                found.add(token.text)
    return found


def _opens_block(before: str) -> bool:
    """Return whether braces after this are of statements or a class; others may be of an object, or take one apart."""
    return before in BEFORE_BLOCK or before[:1].isupper()


def _written(tokens: Sequence[Token], names: dict[str, str]) -> str:
    parts = [""]
    waiting = ""
    for token in tokens:
        if token.kind in ("space", "comment"):
            waiting = "\n" if "\n" in token.text else waiting or " "
            continue
        new = names.get(token.text, token.text) if token.kind == "name" else token.text
        parts.append(_between(parts[-1], waiting, new) + new)
        waiting = ""
    return "".join(parts).replace(";}", "}") + "\n"


def _between(last: str, waiting: str, new: str) -> str:
    """Return the space that must stay: between words, between signs that would melt, at ends of lines that count."""
    if not waiting or not last:
        return ""
    a, b = last[-1], new[0]
    if waiting == "\n":
        return "" if a in "{(,;[=:&|?>" or (b in ")]}.&|?:" and a + b != "}}") else "\n"
    is_words = bool(re.match(r"[\w$]", a) and re.match(r"[\w$]", b))
    return " " if is_words or (a == b and a in "+-&|/") else ""
