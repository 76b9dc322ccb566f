"""Draws what a command really printed as an SVG picture of a terminal, for README."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from wcwidth import wcwidth

COLUMNS = 110
CELL = 8.4  # width of one character in pixels, for 14 px monospace
LINE = 20
MARGIN = 20
INK, DIM, PAPER = "#e6e6e6", "#9aa5b1", "#1b1f27"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
GIVE_UP_SECONDS = 120


def make(path: Path, command: Sequence[str]) -> str:
    """Run a command and draw its output; return a sentence on what was done. A command that fails draws nothing."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "HOME": folder, "COLUMNS": str(COLUMNS), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, capture_output=True, env=environ, cwd=folder, timeout=GIVE_UP_SECONDS, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    shown = f"$ ./run {' '.join(command[1:])}\n{done.stdout.decode()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(shown), encoding="utf-8")
    return f"drew {path.name} from {len(shown.splitlines())} lines of real output"


def svg(text: str) -> str:
    """Return a picture of text in a terminal; the text in it can be selected, searched and read aloud."""
    lines = [ANSI.sub("", line).rstrip() for line in text.rstrip().splitlines()]
    width = round(max(map(cells, lines), default=0) * CELL + 2 * MARGIN)
    height = len(lines) * LINE + 2 * MARGIN
    rows = "\n".join(_row(number, line) for number, line in enumerate(lines) if line)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>What ./run demo prints</title>
<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>
<g font-family="{FONTS}" font-size="14" fill="{INK}">
{rows}
</g>
</svg>
"""


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes; Chinese characters take two.

    >>> cells("真相 ok")
    7
    """
    return sum(max(wcwidth(character), 0) for character in text)


def _row(number: int, line: str) -> str:
    y = MARGIN + (number + 1) * LINE - 6
    fill = f' fill="{DIM}"' if line.startswith("$") else ""
    length = f' textLength="{cells(line) * CELL:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{MARGIN}" y="{y}"{fill}{length} xml:space="preserve">{escape(line)}</text>'
