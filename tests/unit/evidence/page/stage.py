"""The page's script under Node: as it travels (`Page`), and as it was written, function by function (`Parts`)."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

import pytest

from countersign.evidence.standalone.page import build

ROOT = Path(__file__).parents[4]
PAGE_RUNNER = ROOT / "tests" / "e2e" / "page_runner.mjs"
PARTS_RUNNER = Path(__file__).parent / "parts_runner.mjs"


class Refused(Exception):
    """What the script says of input that breaks a rule."""


class Node:
    """A program under Node that answers each line of JSON with another."""

    def __init__(self, *arguments: str | Path) -> None:
        program = shutil.which("node")
        if program is None:
            pytest.skip("Node is not installed (apt-get install nodejs), so that the page's script cannot run")
        self._process = subprocess.Popen(
            [program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one question."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Page(Node):
    """verify.html's script, as it travels in bundles."""

    def __init__(self) -> None:
        super().__init__(PAGE_RUNNER, build.PAGE)

    def verify(
        self, path: Path, *, policy: Path | None = None, checkpoint: Path | None = None, at: str | None = None,
        require: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Return the report on a bundle, a zip or a folder."""
        files = {"policy": policy and str(policy), "checkpoint": checkpoint and str(checkpoint)}
        return self.ask({"path": str(path), **files, "at": at, "require": require.split(",") if require else []})


class Parts(Node):
    """The functions of the script, as they were written."""

    def __init__(self, folder: Path) -> None:
        script = folder / "script.js"
        script.write_text(build.script_of(), "utf-8")
        super().__init__(PARTS_RUNNER, script)

    def call(self, name: str, *arguments: Any) -> Any:
        """Return what a function returns; Refused if it refuses its input."""
        answer = self.ask({"call": name, "arguments": [_given(argument) for argument in arguments]})
        assert "defect" not in answer, answer
        if "refused" in answer:
            raise Refused(answer["refused"])
        return _taken(answer.get("result"))


class Name(str):
    """A name of the script, to be given as an argument."""


def refuses(parts: Parts, name: str, *arguments: object) -> bool:
    """Return whether a function refuses its input."""
    try:
        parts.call(name, *arguments)
    except Refused:
        return True
    return False


def _given(value: Any) -> Any:
    match value:
        case bytes():
            return {"hex": value.hex()}
        case Name():
            return {"name": str(value)}
        case bool() | str() | None:
            return value
        case int():
            return {"big": str(value)} if value >= 2**32 else value
        case _:
            return [_given(each) for each in value]


def _taken(value: Any) -> Any:
    match value:
        case {"hex": text}:
            return bytes.fromhex(text)
        case {"big": text}:
            return int(text)
        case {"map": pairs}:
            return dict(_taken(pairs))
        case dict():
            return {key: _taken(each) for key, each in value.items()}
        case list():
            return [_taken(each) for each in value]
        case _:
            return value
