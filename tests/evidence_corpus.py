"""Bundles that hold and bundles that do not, each with what a verifier must say, to run all verifiers over the same.

`python -m tests.evidence_corpus OUT_DIR N [--seed S]` writes the named cases and N mutants with an index.json. Each
item has `name`, `path` (of a zip), `args` (for any of the verifiers), `exit` (the exit codes that are right) and
`codes` (exactly these without warnings, or null where only the exit is known).
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from countersign.evidence.bundle import write_zip
from countersign.evidence.verify import Options
from tests import evidence_cases_false, evidence_cases_holding, evidence_cases_unreadable
from tests.evidence_cases import NAMED
from tests.evidence_liars import liars
from tests.evidence_mutants import flips, mutants, rebuilds, zip_flips
from tests.evidence_world import Case

FOLDER = "case-1"
MODULES = (evidence_cases_holding, evidence_cases_unreadable, evidence_cases_false)
"""Where the named cases are; to import them is to register them."""


def named() -> Iterator[Case]:
    """Yield the named cases, one for every code and every special case of bad input."""
    for name, make in NAMED.items():
        yield make()._replace(name=name)


def all_mutants(seed: int, count: int) -> Iterator[Case]:
    """Yield mutants of all kinds in turn, the same for the same seed."""
    kinds = (flips(seed), zip_flips(seed), mutants(seed), rebuilds(seed), liars(seed))
    for number in range(count):
        yield next(kinds[number % len(kinds)])


class Written(NamedTuple):
    """A case on the disk."""

    case: Case
    path: Path
    options: Options

    @property
    def arguments(self) -> list[str]:
        """Return what is typed after the path."""
        pairs = (
            ("--policy", self.options.policy), ("--checkpoint", self.options.checkpoint), ("--at", self.options.at),
            ("--require", self.options.require),
        )  # fmt: skip
        return [str(part) for name, value in pairs if value is not None for part in (name, value)]


def write(folder: Path, case: Case, number: int) -> Written:
    """Write a case: its zip, and beside it the policy and the older checkpoint."""
    path = folder / f"{number:05d}.zip"
    path.write_bytes(case.data if case.data is not None else write_zip(FOLDER, case.files or {}))
    options = Options(
        policy=_beside(folder, "policy", case.policy), checkpoint=_beside(folder, "checkpoint", case.checkpoint),
        at=case.at, require=case.require,
    )  # fmt: skip
    return Written(case, path, options)


def write_all(folder: Path, count: int, seed: int) -> list[dict[str, Any]]:
    """Write named cases and mutants with their index; returns the index."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = [*named(), *all_mutants(seed, count)]
    written = [write(folder, case, number) for number, case in enumerate(cases)]
    index = [
        {
            "name": one.case.name,
            "path": str(one.path),
            "args": one.arguments,
            "exit": sorted(one.case.exits),
            "codes": None if one.case.codes is None else sorted(one.case.codes),
        }
        for one in written
    ]
    (folder / "index.json").write_text(json.dumps(index, indent=1))
    return index


def _beside(folder: Path, kind: str, data: bytes | None) -> Path | None:
    """Write a file once for all cases that share it."""
    if data is None:
        return None
    from countersign.evidence.tree import leaf_hash

    path = folder / f"{kind}-{leaf_hash(data).hex()[:16]}"
    if not path.exists():
        path.write_bytes(data)
    return path


def main(arguments: Sequence[str]) -> int:
    """Write a corpus to a folder."""
    *places, seed = arguments if "--seed" in arguments else (*arguments, "--seed", "0")
    folder, count = Path(places[0]), int(places[1])
    index = write_all(folder, count, int(seed))
    sys.stdout.write(f"{len(index)} bundles and index.json in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
