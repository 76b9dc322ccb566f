"""verify.html in a real Chromium, from file://, with no network: what people choose is checked, and shown harmless."""

import shutil
import time
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from countersign.evidence.bundle import write_zip
from countersign.evidence.standalone.page.build import PAGE
from tests.evidence_cases import NAMED
from tests.evidence_corpus import FOLDER, Written, all_mutants, write
from tests.evidence_world import Case, Plan, build, make_log, policy

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed, which drives the browser (pip install playwright)"
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt-get install chromium)")

FEW, MANY, SEED = 12, 200, 7
LONGEST = 1.5  # seconds from choosing a bundle to its verdict, with a browser that is warm
WORDS = {0: "VERIFIED", 1: "FAILED", 2: "CANNOT READ", 3: "CANNOT TELL"}
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
HOSTILE = MARKUP + "\u202egpj.exe\u200b\x1b[31m\u0000{{7*7}}"
SHOWN = MARKUP + "<U+202E>gpj.exe<U+200B><U+001B>[31m<U+0000>{{7*7}}"


class Browsed:
    """The page in a browser, with all that it did besides: requests, messages, what its security policy forbade."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.messages: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))
        page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        page.goto(PAGE.as_uri())
        page.evaluate("document.querySelector('details').open = true")

    def check(self, path: Path, *, policy: Path | None = None, checkpoint: Path | None = None) -> str:
        """Choose a bundle; returns the verdict's word."""
        page = self.page
        page.set_input_files("#policy", policy or [])
        page.set_input_files("#older", checkpoint or [])
        page.evaluate("document.getElementById('verdict').replaceChildren()")
        page.set_input_files("#folder" if path.is_dir() else "#file", path)
        page.wait_for_selector(f'#verdict:has-text("{path.name}") h2')
        return str(page.inner_text("#word"))

    def give(self, name: str, text: str) -> None:
        self.page.evaluate("document.getElementById('word')?.remove()")
        self.page.fill(f"#{name}", text)
        self.page.dispatch_event(f"#{name}", "change")

    @property
    def codes(self) -> list[str]:
        return [code for code in self.page.locator(".found code").all_inner_texts() if not code.startswith("W_")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def browsed(browser: Any) -> Iterator[Browsed]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    shown = Browsed(context.new_page())
    yield shown
    context.close()
    assert shown.requests == [PAGE.as_uri()], "the page asked for something"
    assert shown.messages == [], "the page, or its security policy, complained"


@pytest.fixture
def usual(tmp_path: Path) -> Path:
    path = tmp_path / "usual.zip"
    path.write_bytes(write_zip(FOLDER, build(make_log(4)).files))
    (tmp_path / "policy").write_bytes(policy())
    return path


def verdicts(browsed: Browsed, written: Sequence[Written]) -> None:
    for one in written:
        browsed.page.fill("#at", one.options.at or "")
        browsed.page.fill("#require", one.options.require or "")
        word = browsed.check(one.path, policy=one.options.policy, checkpoint=one.options.checkpoint)
        assert word in {WORDS[exit] for exit in one.case.exits}, one.case.name
        assert one.case.codes is None or set(browsed.codes) == one.case.codes, one.case.name


def chosen(folder: Path, cases: Iterator[Case]) -> list[Written]:
    return [write(folder, case, number) for number, case in enumerate(cases)]


def named(step: int) -> Iterator[Case]:
    return (make()._replace(name=name) for name, make in islice(NAMED.items(), 0, None, step))


def test_a_few_bundles_get_their_verdicts_in_a_browser(browsed: Browsed, tmp_path: Path) -> None:
    verdicts(browsed, chosen(tmp_path, islice(named(len(NAMED) // FEW), FEW)))


@pytest.mark.slow
def test_two_hundred_bundles_get_their_verdicts_in_a_browser(browsed: Browsed, tmp_path: Path) -> None:
    cases = [*named(1)]
    verdicts(browsed, chosen(tmp_path, iter([*cases, *all_mutants(SEED, MANY - len(cases))])))


def test_a_bundle_is_checked_in_the_time_that_people_wait(browsed: Browsed, usual: Path) -> None:
    browsed.check(usual)
    browsed.page.reload()
    browsed.requests.pop()
    began = time.perf_counter()
    assert browsed.check(usual, policy=usual.parent / "policy") == "VERIFIED"
    assert time.perf_counter() - began < LONGEST


def test_a_folder_is_checked_like_its_zip(browsed: Browsed, tmp_path: Path, usual: Path) -> None:
    folder = tmp_path / FOLDER
    for path, data in build(make_log(4)).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    assert browsed.check(folder, policy=usual.parent / "policy") == "VERIFIED"
    assert browsed.check(folder) == "CANNOT TELL"


def test_what_is_given_beside_the_bundle_is_heard_at_once(browsed: Browsed, usual: Path) -> None:
    assert browsed.check(usual, policy=usual.parent / "policy") == "VERIFIED"
    for field, text, word in (
        ("at", "2030-01-01T00:00:00Z", "CANNOT TELL"), ("at", "soon", "CANNOT READ"), ("at", "", "VERIFIED"),
        ("require", "tsa:2, witness:3", "VERIFIED"), ("require", "tsa:3", "CANNOT TELL"),
        ("require", "luck", "CANNOT READ"),
    ):  # fmt: skip
        browsed.give(field, text)
        browsed.page.wait_for_selector("#word")
        assert browsed.page.inner_text("#word") == word, text


def test_without_a_policy_the_page_says_that_the_signer_is_not_checked(browsed: Browsed, usual: Path) -> None:
    assert browsed.check(usual) == "CANNOT TELL"
    text = browsed.page.inner_text("#verdict")
    assert "internally consistent; signer not checked: key " in text
    assert "Give the policy" in text


def test_hostile_text_is_shown_as_text(browsed: Browsed, tmp_path: Path) -> None:
    plan = Plan(title=HOSTILE, tell=lambda saying: with_what(saying, HOSTILE))
    path = tmp_path / "hostile.zip"
    path.write_bytes(write_zip(FOLDER, build(make_log(4), plan).files))
    (tmp_path / "policy").write_bytes(policy())
    browsed.check(path, policy=tmp_path / "policy")
    assert SHOWN in browsed.page.inner_text("#details")
    assert browsed.page.locator("#details img, #details script, #details a").count() == 0
    assert browsed.page.title() == "Check a bundle – Countersign"


def with_what(saying: Any, text: str) -> Any:
    """Return a statement whose exhibits all say this of themselves."""
    exhibits = tuple(msgspec.structs.replace(exhibit, what=text) for exhibit in saying.exhibits)
    return msgspec.structs.replace(saying, exhibits=exhibits)


def test_the_name_of_a_file_is_text_too(browsed: Browsed, tmp_path: Path) -> None:
    path = tmp_path / "<img src=x onerror=alert(1)>\u202e.zip"
    path.write_bytes(b"no zip")
    browsed.page.set_input_files("#file", path)
    browsed.page.wait_for_selector("#word")
    assert "<img src=x onerror=alert(1)><U+202E>.zip" in browsed.page.inner_text("#verdict")


def test_a_dropped_file_is_checked_and_does_not_replace_the_page(browsed: Browsed, usual: Path) -> None:
    data = usual.read_bytes().hex()
    transfer = browsed.page.evaluate_handle(
        """hex => { const transfer = new DataTransfer();
        const bytes = Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16));
        transfer.items.add(new File([bytes], "dropped.zip")); return transfer; }""",
        data,
    )
    browsed.page.dispatch_event("h1", "drop", {"dataTransfer": transfer})
    browsed.page.wait_for_selector('#verdict:has-text("dropped.zip") h2')
    assert browsed.page.inner_text("#word") == "CANNOT TELL"


@pytest.mark.parametrize("width", [320, 380, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(browser: Any, usual: Path, width: int, scheme: str) -> None:
    context = browser.new_context(offline=True, viewport={"width": width, "height": 700}, color_scheme=scheme)
    shown = Browsed(context.new_page())
    shown.check(usual)
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_people_without_a_mouse_or_eyes_can_use_it(browsed: Browsed, usual: Path) -> None:
    page = browsed.page
    inputs = "[...document.querySelectorAll('input')]"
    unnamed = page.evaluate(f"{inputs}.filter(each => !each.labels.length).map(each => each.id)")
    assert unnamed == []
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached[:3] == ["file", "folder", "SUMMARY"]
    assert page.get_attribute("#verdict", "aria-live") == "polite"
    browsed.check(usual)
    assert page.evaluate("document.activeElement.id") == "word", (
        "the verdict is read out, and the next Tab goes on there"
    )
    headings = "[...document.querySelectorAll('h1, h2, h3, h4')]"
    levels = page.evaluate(f"{headings}.map(each => Number(each.tagName[1]))")
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(browser: Any, usual: Path, scheme: str) -> None:
    context = browser.new_context(offline=True, color_scheme=scheme)
    shown = Browsed(context.new_page())
    shown.check(usual)
    pairs = shown.page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter(each => each.innerText?.trim() && each.offsetParent)
          .map(each => {
            const ground = of => getComputedStyle(of).backgroundColor;
            let behind = each;
            while (/rgba\\(.*, 0(\\.0\\d+)?\\)/.test(ground(behind))) behind = behind.parentElement;
            return [getComputedStyle(each).color, ground(behind)];
          })"""
    )
    assert len(pairs) > 30
    assert min(contrast(*pair) for pair in {tuple(pair) for pair in pairs}) >= 4.5
    context.close()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 has it."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
