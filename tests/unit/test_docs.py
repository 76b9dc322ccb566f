"""The documentation agrees with the program: generated pages, links, commands, codes and numbers that it names."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from countersign.activity import VERBS
from countersign.cli import exits
from countersign.cli.app import COMMANDS
from countersign.config import decode
from docs import build, error_codes, picture

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OWN_COMMANDS = {"test", "lint", "bench", "docs"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?:^|\s|`)(?:\$ )?(?:\./run|countersign) ([a-z][\w-]*)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def section(text: str, title: str) -> str:
    """Return a section of a page, without its title and its subsections' end."""
    after = text.split(f"\n## {title}\n", 1)[1]
    return after.split("\n## ", 1)[0]


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield (language, content) of every fenced block."""
    for _, language, content in BLOCK.findall(text):
        yield language, content


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_quick_start_is_exactly_two_commands_of_one_line_each() -> None:
    quick_start = section((ROOT / "README.md").read_text(encoding="utf-8"), "Quick start")
    assert list(blocks(quick_start)) == [("sh", "./run demo\n"), ("sh", "./run test\n")]


@pytest.mark.parametrize("path", build.pages())
def test_a_generated_page_says_what_the_program_says(path: str) -> None:
    made: Callable[[], str] = build.pages()[path]
    assert (ROOT / path).read_text(encoding="utf-8") == made(), "run: ./run docs"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_internal_link_leads_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{link} leads nowhere"
        assert path.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert not anchor or anchor in anchors(path), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = [content for language, content in blocks(text) if language in {"sh", "console"}]
    inline = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    named = {name for part in [*shown, *inline] for name in TYPED.findall(part)}
    assert named <= set(COMMANDS) | OWN_COMMANDS


def test_every_page_of_the_documentation_can_be_found_from_its_start() -> None:
    seen: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        seen.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
        linked = {(page.parent / link).resolve() for link in links if link.endswith(".md") and ":" not in link}
        todo += [path for path in linked - seen if path.is_file() and path not in todo]
    assert [name_of(page) for page in PAGES if page not in seen] == []


def test_every_error_code_in_the_source_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^### (CS\d{3})$", page, re.MULTILINE))
    assert error_codes.used() == documented
    for part in page.split("\n### ")[1:]:
        code, *lines = part.splitlines()
        assert any(re.match(r"- |Help: ", line) for line in lines), f"{code} has no words"


def test_exit_codes_are_those_of_the_program() -> None:
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    documented = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    assert documented == [exits.NOTHING, exits.FOUND, exits.COULD_NOT_RUN, exits.CANNOT_TELL, exits.DEFECT,
                          exits.INTERRUPTED]  # fmt: skip


def test_every_setting_that_a_page_names_exists() -> None:
    known = {key for key, _, _ in decode([]).rows()}
    sections = {key.split(".")[0] for key in known}
    for page in PAGES:
        for named in re.findall(r"`([a-z]+\.[a-z_]+)`", page.read_text(encoding="utf-8")):
            if named.split(".")[0] in sections:
                assert named in known, f"{name_of(page)} names {named}"


def test_the_glossary_is_in_order_and_knows_every_verb_and_undo() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[1:]
    firsts = [word.split(",")[0] for word in words]
    assert len(set(firsts)) == len(firsts)
    ours = {"update", "grant", "other"}  # rare kinds, told where they are shown
    assert {verb for verb in VERBS if not re.search(rf"\b{verb}\b", text)} <= ours


def test_no_page_names_a_vague_module_or_leaves_work_undone() -> None:
    for page in PAGES:
        assert not re.search(r"\b(TODO|FIXME|TBD|lorem)\b", page.read_text(encoding="utf-8")), name_of(page)


def test_the_picture_shows_wide_characters_and_hostile_text_safely() -> None:
    drawn = picture.svg("$ ./run demo\n\x1b[1m真相\x1b[0m <script>alert(1)</script>\n")
    assert "真相 &lt;script&gt;" in drawn
    assert "\x1b" not in drawn
    assert f'textLength="{picture.cells("真相 <script>alert(1)</script>") * picture.CELL:.1f}"' in drawn


def test_a_page_says_where_an_error_comes_from() -> None:
    ways = error_codes.meanings()["CS012"]
    assert [(way.says, way.where) for way in ways] == [("there is no setting …", "config/decoding.py")]
