"""Every reader's report holds the rules of WCAG 2.2 AA, in a real browser: on a phone, at a desk, in the dark."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from countersign.report import READERS, Reader
from tests.e2e.test_command_line import at_home
from tests.e2e.test_handing_over import run

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (apt-get install chromium)"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in tests/e2e/axe)"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with the report of the made-up morning for each reader."""
    folder = tmp_path_factory.mktemp("accessible")
    with at_home(folder):
        run("demo", "--store", "s.db", "-q")
        for reader in READERS:
            run("report", "12", "--for", reader, "-o", f"{reader}.html", "--store", "s.db")
        yield folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give one browser for all of them."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1000)])
@pytest.mark.parametrize("reader", READERS)
def test_no_rule_is_broken(place: Path, browser: Any, reader: Reader, scheme: str, width: int) -> None:
    # The page's own policy runs no script; only the rules that look at it are let in.
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page.goto((place / f"{reader}.html").as_uri())
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.close()
    assert len(found["passes"]) > 10, "the rules were run"
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
