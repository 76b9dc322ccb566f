"""Writes measured figures into `docs/explanation/benchmarks.md`.

`python bench/publish.py QUALITY.json SPEED.json [ATTRIBUTION.json]`, or of attribution alone: `ATTRIBUTION.json`.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from bench.cost.spent import ROOT
from bench.protocol.entries import Entry, table
from bench.protocol.figures import REACH

EXAMINED = ("hour_", "client_", "sign_in_", "hand_", "new_client_", "clock_", "undo_")
"""How the rows of the examinations begin to be called."""
PAGE = ROOT / "docs" / "explanation" / "benchmarks.md"


def main(arguments: Sequence[str]) -> int:
    """Replace the tables of the page by those of the given files, each with the commit and the day."""
    *both, last = (msgspec.json.decode(Path(name).read_bytes(), type=list[Entry]) for name in arguments)
    page = PAGE.read_text(encoding="utf-8")
    if len(arguments) == len(("quality", "speed")):
        both, last = [*both, last], []
    if both:
        page = with_detection(page, *both)
    if last:
        page = with_attribution(page, last)
    PAGE.write_text(page, encoding="utf-8")
    return 0


def with_detection(page: str, quality: Sequence[Entry], speed: Sequence[Entry]) -> str:
    """Return the page with the figures of detection and cost."""
    asked = [row for row in quality if row.name in REACH]
    beside = [row for row in quality if row.name not in REACH]
    for name, rows in (("quality", asked), ("by-peer", asked), ("beside", beside), ("speed", speed)):
        page = filled(page, name, by_peer(rows) if name == "by-peer" else table(rows))
    return filled(page, "measured", f"Measured at {_now()}.")


def with_attribution(page: str, rows: Sequence[Entry]) -> str:
    """Return the page with the figures of attribution: those that are asked for, and those of the examinations."""
    examined = [row for row in rows if row.name.startswith(EXAMINED)]
    asked = [row for row in rows if row.asked and row not in examined]
    page = filled(page, "examinations", table(examined))
    if asked:
        page = filled(page, "attribution", table(asked))
        page = filled(page, "attribution-measured", f"`./run bench attribution`, measured at {_now()}.")
    return page


def _now() -> str:
    return f"commit `{_commit()}`, {datetime.now(UTC):%-d %B %Y}"


def filled(page: str, name: str, content: str) -> str:
    """Return a page with what stands between two marks replaced.

    >>> filled("<!-- a -->old<!-- /a -->", "a", "new").splitlines()
    ['<!-- a -->', 'new', '<!-- /a -->']
    """
    before, _, rest = page.partition(f"<!-- {name} -->")
    _, _, after = rest.partition(f"<!-- /{name} -->")
    return f"{before}<!-- {name} -->\n{content}\n<!-- /{name} -->{after}"


def by_peer(rows: Sequence[Entry]) -> str:
    """Return a table with a column for each method."""
    peers = list(dict.fromkeys(peer for row in rows for peer in row.peers))
    lines = [["name", "Countersign", *peers], ["---"] * (len(peers) + 2)]
    lines += [[row.name, _short(row.value), *(_short(row.peers.get(peer)) for peer in peers)] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
