"""Starts the official library and checks with ours what it makes: the same in one test and in a long campaign."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
OLDEST_NODE = 20
NEEDED = "run: npm ci --prefix {0} (with npm, and node of version {1} or newer)"


def node() -> str:
    """Return the command of node, or skip the test."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not here: the official AT Protocol library cannot be run")
    version = subprocess.run([found, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node {version} is too old for the official AT Protocol library: it needs {OLDEST_NODE}")
    return found


def need(folder: Path, package: str) -> None:
    """Skip the test unless a package of npm is installed."""
    if not (folder / "node_modules" / package).is_dir():
        pytest.skip(f"{package} is not installed: {NEEDED.format(folder, OLDEST_NODE)}")


def repositories(count: int, *, seed: int, records: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield repositories that the official library made, one after the other."""
    need(FOLDER, "@atproto/repo")
    command = [node(), str(FOLDER / "repos.mjs"), str(count), str(seed)]
    command += [] if records is None else [str(records)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "NODE_OPTIONS": ""}) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"


def held(text: str) -> bytes:
    """Return the bytes of a text in base 64."""
    return base64.b64decode(text)
