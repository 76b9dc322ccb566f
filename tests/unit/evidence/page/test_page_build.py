"""The page is what its parts make, is small, and can reach nothing outside."""

import hashlib
import json
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from countersign.evidence.standalone.page import build
from countersign.evidence.standalone.page.shorten import shorten

PAGE = build.PAGE.read_text("utf-8")
MOST_BYTES = 100_000
WAYS_OUT = (
    "http:",
    "https:",
    "//",
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "sendBeacon",
    "import(",
    "importScripts",
    "Worker",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "cookie",
    "caches",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "Function(",
    "srcdoc",
    "postMessage",
    "window.open",
    "location",
    ".src=",
    ".href=",
    "navigator",
)


def inside(tag: str) -> str:
    found = re.search(rf"<{tag}>(.*)</{tag}>", PAGE, re.DOTALL)
    assert found
    return found.group(1)


def policy() -> dict[str, str]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)
    assert found
    return {name: value for name, _, value in (part.strip().partition(" ") for part in found.group(1).split(";"))}


def test_the_page_is_made_of_its_parts() -> None:
    assert build.build() == PAGE, "run: python -m countersign.evidence.standalone.page.build"


def test_the_same_parts_give_the_same_page(tmp_path: Path) -> None:
    shutil.copytree(build.PARTS, tmp_path / "parts")
    assert build.build(tmp_path / "parts") == build.build()


def test_the_page_is_small_enough_to_travel_in_every_bundle() -> None:
    assert len(PAGE.encode()) < MOST_BYTES


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_security_policy_allows_just_what_is_there(tag: str) -> None:
    digest = b64encode(hashlib.sha256(inside(tag).encode()).digest()).decode()
    assert policy()[f"{tag}-src"] == f"'sha256-{digest}'"
    assert PAGE.count(f"<{tag}") == 1


def test_the_security_policy_forbids_all_else() -> None:
    assert policy()["default-src"] == "'none'"
    assert policy()["require-trusted-types-for"] == "'script'"
    assert set(policy()) == {
        "default-src",
        "script-src",
        "style-src",
        "base-uri",
        "form-action",
        "require-trusted-types-for",
        "trusted-types",
    }


@pytest.mark.parametrize("way", WAYS_OUT)
def test_the_page_names_no_way_out_and_no_store(way: str) -> None:
    script = re.sub(
        r"/\^[^\n]*?/[a-z]*|\"[^\"\n]*\"", '""', inside("script")
    )  # patterns and texts name nothing to call
    assert way not in script
    assert way not in inside("style")
    assert re.search(r"\b(?:src|href|action|style|on\w+)=", PAGE.replace(inside("script"), "")) is None


def test_every_part_is_used() -> None:
    assert {path.name for path in build.PARTS.glob("*.js")} == set(build.SCRIPTS)


HARD_TO_SHORTEN = r"""
const plain = { one: 1, two: [2, "two // no comment", 'a "b"'] }; // a comment
const { one, two: renamed } = plain;
class Shape extends Error {
  constructor(size) { super("x"); this.size = size; } get area() { return this.size ** 2; } }
const pattern = text => /[/"`]+\/x/g.test(text) ? text.length / 2 / 1
  : `${text.split("").map(sign => `<${sign}>`).join("")}}`;
function late(first, { one: inner = 3, ...others } = {}) {
  let a = 1, b = 2
  ;[a, b] = [b, a]
  return [first, inner, Object.keys(others), a + +b, a - -b, typeof late]
}
const answer = [plain, one, renamed, new Shape(3).area, pattern("ab"),
  pattern('/"`/x'), late(1, { one: 5, three: 6 }), late(0)];
console.log(JSON.stringify(answer));
"""


def run(script: str) -> object:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed (apt-get install nodejs), so that no script can run")
    return json.loads(subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout)


def test_a_shortened_script_does_the_same() -> None:
    short = shorten(HARD_TO_SHORTEN)
    assert len(short) < 0.85 * len(HARD_TO_SHORTEN)
    assert run(short) == run(HARD_TO_SHORTEN)


def test_what_is_no_script_is_not_shortened() -> None:
    with pytest.raises(ValueError, match="not a token"):
        shorten('const a = "without an end')
