"""The rules of the house that import-linter and ruff cannot hold: sizes, names, words, purity, and one door for all."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import get_args

import pytest

from countersign.plugins import GROUPS, registered
from countersign.sources.source import Source

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "countersign"
ALONE = SOURCE / "evidence" / "standalone" / "verify.py"
"""No module of ours but a program by itself: it is handed over as one file, and prints and exits like any program."""
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path != ALONE)
LONGEST_FILE = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "models", "misc"}
PURE = ("activity", "profile", "score", "incident", "investigate")
SPEAKING = ("cli", "web")
OWN_DATA = "score/tables/__init__.py"
"""The one pure module that reads something: the tables that are part of the program, as an import reads its code."""
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
CLOCK_OWNERS = {"datetime", "date", "time"}

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def inside(path: Path, stages: tuple[str, ...]) -> bool:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py") in stages


def called(node: ast.AST) -> tuple[str, str]:
    """Return what a node calls, as (owner, name); ("", "") for anything that is not a plain call."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return "", name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
            return owner, name
    return "", ""


def public(node: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """Yield a module or class, and every public name in it that should be documented."""
    yield node
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield child
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from public(child)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 20


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_stand_alone_verifier_needs_nothing_but_python() -> None:
    assert {name.partition(".")[0] for name in imported(ALONE)} <= sys.stdlib_module_names
    assert ast.get_docstring(tree(ALONE))


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [name_of(path) for path in MODULES if VAGUE_NAMES & {part.removesuffix(".py") for part in path.parts[-3:]}]
    assert named == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_says_what_it_is(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip():
        return
    silent = [getattr(node, "name", "the module") for node in public(tree(path)) if not ast.get_docstring(node)]
    assert silent == []


@pytest.mark.parametrize("path", [path for path in MODULES if not inside(path, SPEAKING)], ids=name_of)
def test_nothing_below_the_command_line_prints_exits_or_sets_up_logging(path: Path) -> None:
    said = {called(node) for node in ast.walk(tree(path))}
    assert said & {("", "print"), ("", "exit"), ("", "quit"), ("sys", "exit"), ("logging", "basicConfig")} == set()
    assert "SystemExit" not in {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}


WEIGHING = [path for path in MODULES if inside(path, PURE) and name_of(path) != OWN_DATA]


@pytest.mark.parametrize("path", WEIGHING, ids=name_of)
def test_weighing_opens_no_file_and_reads_no_clock(path: Path) -> None:
    for node in ast.walk(tree(path)):
        owner, name = called(node)
        assert (owner, name) != ("", "open"), f"line {getattr(node, 'lineno', 0)} opens a file"
        assert not (owner in CLOCK_OWNERS and name in CLOCKS), f"line {getattr(node, 'lineno', 0)} reads a clock"
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"read_text", "read_bytes", "write_text", "write_bytes", "environ"}


def test_the_published_tables_are_read_from_the_program_itself_and_from_nowhere_else() -> None:
    path = SOURCE / OWN_DATA
    outside = {"os", "io", "pathlib", "sys", "tempfile", "glob"}
    assert {name.partition(".")[0] for name in imported(path)} & outside == set()
    named = {
        child.func.id
        for child in ast.walk(tree(path))
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name)
    }
    assert "files" in named
    assert "open" not in named


def entries() -> list[EntryPoint]:
    return [entry for group in GROUPS for entry in entry_points(group=group)]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry.group.rpartition('.')[2]}:{entry.name}")
def test_every_registered_extension_loads_and_goes_by_the_name_it_is_registered_under(entry: EntryPoint) -> None:
    extension = entry.load()
    assert extension.name == entry.name
    if entry.group == "countersign.sources":
        assert isinstance(extension, Source)


def test_everything_registered_is_listed_with_its_package() -> None:
    listed = {(plugin.group, plugin.name) for plugin in registered()}
    assert listed == {(entry.group, entry.name) for entry in entries()}
    ours = {plugin.name for plugin in registered() if plugin.package == "countersign"}
    assert {"x-archive", "bluesky-car", "mastodon-export", "activitystreams", "actions"} <= ours


def siblings() -> list[tuple[str, str]]:
    """Return the modules of built-in sources and signals, each with the group that it belongs to."""
    ours = [entry for entry in entries() if entry.value.startswith("countersign.")]
    return sorted({(entry.group, entry.value.partition(":")[0]) for entry in ours})


@pytest.mark.parametrize(("group", "module"), siblings(), ids=lambda text: text.rpartition(".")[2])
def test_one_extension_never_imports_another(group: str, module: str) -> None:
    others = {name for kind, name in siblings() if kind == group and name != module}
    at = ROOT / "src" / Path(*module.split("."))
    files = sorted(at.rglob("*.py")) if at.is_dir() else [at.with_suffix(".py")]
    taken = {name for path in files for name in imported(path)}
    assert {name for name in taken for other in others if name == other or name.startswith(f"{other}.")} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_pinned_version_has_hashes_and_no_lock_names_a_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pins = text.replace("\\\n", " ").splitlines()
    assert [pin for pin in pins if "==" in pin and "--hash=sha256:" not in pin] == []
    assert "://" not in text
    assert "index" not in text


def test_the_closed_sets_of_words_agree_with_each_other() -> None:
    from countersign.activity import AS2_TYPE, UNDONE_BY, VERBS, WRITTEN, Verb

    assert set(AS2_TYPE) == set(VERBS) == set(get_args(Verb))
    assert {*UNDONE_BY, *UNDONE_BY.values(), *WRITTEN} <= set(VERBS)
