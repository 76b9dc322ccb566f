"""Collects every error code from the source, with its words and its help, for docs/reference/errors.md."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[1] / "src" / "countersign"
CODE = re.compile(r"CS\d{3}")
FAMILIES = {
    "0": "What was typed, and the configuration",
    "1": "Files that are read",
    "2": "The store",
    "3": "Scoring",
    "4": "Evidence",
    "5": "Containment",
    "9": "Defects of ours",
}


class Meaning(NamedTuple):
    """One way in which a code is used: what is said, what to do, and where in the source."""

    says: str
    help: str
    where: str


class Words(NamedTuple):
    """What names stand for: texts by the name of their constant, codes by the name of the rule that is broken."""

    texts: dict[str, str]
    rules: dict[str, str]


def meanings() -> dict[str, list[Meaning]]:
    """Return every code, in order, with all its meanings."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    shared = {key: value for tree in trees.values() for key, value in _constants(tree) if not key.startswith("_")}
    rules = {key: code for tree in trees.values() for key, code in _rules(tree)}
    for path, tree in trees.items():
        words = Words(texts={**shared, **dict(_constants(tree))}, rules=rules)
        for code, says, hint in _in_tree(tree, words):
            meaning = Meaning(says=says, help=hint, where=str(path.relative_to(SOURCE)))
            if meaning not in found[code]:
                found[code].append(meaning)
    return dict(sorted(found.items()))


def used() -> set[str]:
    """Return every code that stands anywhere in the source, found the plain way: the test compares the two."""
    return {code for path in SOURCE.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def page() -> str:
    """Return docs/reference/errors.md."""
    lines = [
        "# Errors",
        "",
        "Everything that stops Countersign on purpose has a code that never changes its meaning, says what and where,",
        "and what to do. An error ends a command with exit code 2, a defect of ours (CS900) with 4. `…` stands for",
        "what is filled in. This page is made from the source by `./run docs`.",
    ]
    family = ""
    for code, ways in meanings().items():
        if code[2] != family:
            family = code[2]
            lines += ["", f"## {FAMILIES[family]}"]
        lines += ["", f"### {code}"]
        lines += _described(ways)
    return "\n".join(lines) + "\n"


def _described(ways: list[Meaning]) -> Iterator[str]:
    places: dict[str, list[str]] = defaultdict(list)
    for way in ways:
        if re.search(r"\w", way.says):
            places[_sentence(way.says)].append(f"`{way.where}`")
    if places:
        yield ""
    yield from (f"- {says} ({', '.join(dict.fromkeys(files))})" for says, files in places.items())
    hints = dict.fromkeys(_sentence(way.help) for way in ways if re.search(r"\w", way.help))
    yield from (line for hint in hints for line in ("", f"Help: {hint}"))


def _sentence(text: str) -> str:
    said = " ".join(text.split()).replace("<", "\\<")
    if not said.startswith(("docs/", "countersign ")):
        said = f"{said[:1].upper()}{said[1:]}"
    return said if said.endswith((".", "?", "!", "…")) else f"{said}."


def _in_tree(tree: ast.Module, words: Words) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                yield from _of_class(node)
            case ast.Call():
                yield from _of_call(node, words)
            case ast.FunctionDef():
                yield from _of_maker(node, tree, words)
            case ast.Dict():
                yield from _of_table(node, words)
            case ast.Assign(value=ast.Tuple() as row):
                yield from _of_row(row, words)


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    for child in node.body:
        match child:
            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))) if CODE.fullmatch(code):
                yield code, f"`{node.name}`: {(ast.get_docstring(node) or '').splitlines()[0]}", ""


def _of_call(node: ast.Call, words: Words) -> Iterator[tuple[str, str, str]]:
    named = {keyword.arg: _text(keyword.value, words) for keyword in node.keywords if keyword.arg}
    code = named.get("code", "")
    if CODE.fullmatch(code):
        yield code, _text(node.args[0], words) if node.args else named.get("message", ""), named.get("hint", "")
    match node.args:  # broken("climbs", "a name climbs out of the archive")
        case [ast.Constant(value=str(rule)), message, *_] if rule in words.rules:
            yield words.rules[rule], _text(message, words), ""
        case [ast.Constant(value=str(own)), message, *_] if CODE.fullmatch(own):  # broken("CS180", "no CAR file")
            yield own, _text(message, words), ""


def _of_maker(maker: ast.FunctionDef, tree: ast.Module, words: Words) -> Iterator[tuple[str, str, str]]:
    """A function that makes an error out of what it is given is known by the words that its callers give it."""
    made = [found for node in ast.walk(maker) if isinstance(node, ast.Call) for found in _of_call(node, words)]
    wordless = {code for code, says, _ in made if not re.search(r"\w", says)}
    for code in sorted(wordless):
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if name == maker.name:
                    said = [text for text in (_text(arg, words) for arg in args) if re.search(r"\w", text)]
                    yield code, " ".join(said[:1]), " ".join(said[1:])


def _of_table(node: ast.Dict, words: Words) -> Iterator[tuple[str, str, str]]:
    for value in node.values:
        if isinstance(value, ast.Tuple):
            yield from _of_row(value, words)


def _of_row(row: ast.Tuple, words: Words) -> Iterator[tuple[str, str, str]]:
    """Rows of tables are (code, help) or (code, what is wrong, help)."""
    match [_text(part, words) for part in row.elts]:
        case [code, hint] if CODE.fullmatch(code):
            yield code, "", hint
        case [code, says, hint] if CODE.fullmatch(code):
            yield code, says, hint


def _text(node: ast.expr, words: Words) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return re.sub("(… ?)+…", "…", "".join(_text(value, words) for value in values))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return words.texts.get(name, "…")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, words) + _text(right, words)
    return "…"


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def _rules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value=str(rule)), ast.Tuple(elts=[ast.Constant(value=str(code)), *_]) if (
                            CODE.fullmatch(code)
                        ):
                            yield rule, code
