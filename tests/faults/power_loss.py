"""Cuts the power at any moment of the story: rebuilds what the disk may hold then, and counts what was lost or false.

    python tests/faults/power_loss.py --states 2000 --json FILE

Needs strace, by which every change of the story's folder is recorded with its bytes.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults import story
from tests.faults.disk import acknowledged, build, crashes, pending
from tests.faults.judge import Judge
from tests.faults.recording import recorded

SEED = 20261123
SMALL = (160, 10)
"""Likes and posts of a short story: its log just gets beyond one tile."""
WHOLE = (story.LIKES, story.POSTS)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: states that were tried, and of each that was wrong where the power failed and what was wrong."""

    states: int
    changes: int
    wrong: tuple[str, ...]


def power_losses(count: int, folder: Path, *, seed: int = SEED, size: tuple[int, int] = WHOLE) -> Tally:
    """Try so many different states that a power cut may leave, of a story of so many likes and posts."""
    with of_size(size):
        ops = recorded(folder)
        judge = Judge(folder)
        found = []
        tried = crashes(ops, count, random.Random(seed))
        for number, crash in enumerate(tried):
            place = folder / "state"
            build(ops, crash, place)
            if wrong := judge.after_crash(place / "store.db", acknowledged(ops, crash.at)):
                loose = pending(ops, crash.at)
                kept = f"{len(crash.kept)} of {len(loose)} unsynced kept, {len(crash.torn)} torn"
                found.append(f"state {number}, power cut before change {crash.at} ({kept}): {wrong}")
            shutil.rmtree(place)
    return Tally(states=len(tried), changes=len(ops), wrong=tuple(found))


@contextmanager
def of_size(size: tuple[int, int]) -> Iterator[None]:
    """Have the story tell of so many likes and posts."""
    before = story.LIKES, story.POSTS
    story.LIKES, story.POSTS = size
    try:
        yield
    finally:
        story.LIKES, story.POSTS = before


def main() -> int:
    """Cut the power as often as asked, half of the times in a short story; exit 0 only if nothing was lost or false."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--states", type=int, default=60)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = {}
    for name, size in (("short story", SMALL), ("whole story", WHOLE)):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = power_losses(asked.states // 2, Path(folder), seed=asked.seed, size=size)
    text = json.dumps(msgspec.to_builtins(found), indent=1)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    return int(any(tally.wrong for tally in found.values()))


if __name__ == "__main__":
    sys.exit(main())
