"""Writes the golden numbers anew, after a change that was meant: `.venv/bin/python tests/unit/score/golden.py`.

They are what the made-up accounts of `countersign.testing` get: a sample of bits, every alarm with its threshold. Their
name (eight hex digits) stands under *Numbers* in CHANGELOG.md; writing them puts the new name there.
"""

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Final, Literal

from countersign.config import keep_compiled

KEPT = Path(__file__).with_name("golden.json")
CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"
CORPUS = (("morning", 7), ("takeover", 11), ("slip", 7))
"""Scenarios and their seeds. Permanent: a change of the corpus is a change of the numbers."""
EVERY = 149
"""Each this many-th action is in the sample; a prime, so that no daily rhythm repeats in it."""
NAMED = re.compile(r"(Golden bits )`[0-9a-f]{8}`")

Numbers = dict[str, dict[str, list[int]]]


PRESETS: Final = ("rich", "compact")


def computed() -> Numbers:
    """Return what the program says now: by scenario and preset, bits and thresholds in 1/256."""
    keep_compiled(os.environ)  # before anything imports numba: never the numbers of code that was changed since
    return {f"{name} {seed} {preset}": _of(name, seed, preset) for name, seed in CORPUS for preset in PRESETS}


def name_of(numbers: Numbers) -> str:
    """Return the name of these numbers: the beginning of their SHA-256."""
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:8]


def main() -> int:
    """Write the numbers and their name in the changelog; return 0, or 1 where the changelog has no place for it."""
    numbers = computed()
    lines = [f" {json.dumps(run)}: {json.dumps(values)}" for run, values in numbers.items()]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    text, places = NAMED.subn(rf"\1`{name_of(numbers)}`", CHANGELOG.read_text(encoding="utf-8"), count=1)
    CHANGELOG.write_text(text, encoding="utf-8")
    said = "say there what changed, and why" if places else "add there: - Golden bits `" + name_of(numbers) + "`: why"
    sys.stdout.write(f"{KEPT.name} is now {name_of(numbers)}; CHANGELOG.md, Numbers: {said}\n")
    return 0 if places else 1


def _of(name: str, seed: int, preset: Literal["rich", "compact"]) -> dict[str, list[int]]:
    import numpy as np

    from countersign.activity import to_columns
    from countersign.engine.embedded import account_bounds
    from countersign.score.alarm import ALARM
    from countersign.score.scorer import score, scorer
    from countersign.testing.scenarios import play

    activities = play(name, seed=seed).activities
    actions = to_columns([action for action in activities if action.actor == activities[0].actor])
    out = score(actions, account_bounds(actions), scorer(preset, {}, {"": "Europe/London"}))
    alarms = np.flatnonzero(out.flags & ALARM)
    return {
        "sample": out.units[::EVERY].tolist(),
        "alarms": alarms.tolist(),
        "bits": out.units[alarms].tolist(),
        "thresholds": out.heights[alarms].tolist(),
    }


if __name__ == "__main__":
    sys.exit(main())
