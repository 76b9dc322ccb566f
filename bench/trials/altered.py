"""Changes bundles in every way that a tamperer can, and counts what verifiers find and whether they agree."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from shutil import which

from countersign.evidence.verify import FALSE, HOLDS, UNREADABLE, Taken, verify_bundle, verify_taken
from tests import evidence_corpus, evidence_mutants
from tests.e2e import test_verifiers_agree as agreement
from tests.evidence_cases import erased, usual
from tests.evidence_world import Case

CHANGES = ("cut off the end", "append bytes", "drop a file", "swap two files")
"""Changes of whole files, with the manifests left as they are."""


def flips_found(count: int, seed: int) -> int:
    """Return how many of `count` bundles with one bit of one file changed were refused (exit 1 or 2)."""
    return _found(islice(evidence_mutants.flips(seed), count))


def changes_found(count: int, seed: int) -> int:
    """Return how many bundles with a file cut off, lengthened, dropped or swapped were refused."""
    return _found(islice(_changed(seed), count))


def rebuilds_found(count: int, seed: int) -> int:
    """Return how many histories, written anew with no, one or two keys stolen, were not taken for true."""
    with tempfile.TemporaryDirectory() as folder:
        cases = islice(evidence_mutants.rebuilds(seed), count)
        written = (evidence_corpus.write(Path(folder), case, 0) for case in cases)
        return sum(verify_bundle(one.path, one.options).exit != HOLDS for one in written)


def agreements(count: int, seed: int) -> tuple[int, int]:
    """Return of how many of `count` mutants all verifiers said the same, and right; and how many verifiers there were.

    They are `countersign verify`, `verify.py`, and the script of `verify.html` where Node is.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        verifiers: dict[str, Callable[[evidence_corpus.Written], agreement.Verdict]] = {
            "countersign verify": agreement.command, "verify.py": agreement.alone(),
        }  # fmt: skip
        if which("node"):
            verifiers["verify.html"] = stack.enter_context(agreement.page())
        mutants = evidence_corpus.all_mutants(seed, count)
        written = (evidence_corpus.write(folder, case, at % 10) for at, case in enumerate(mutants))
        return sum(not agreement.differing(one, verifiers) for one in written), len(verifiers)  # type: ignore[arg-type]


def _found(cases: Iterator[Case]) -> int:
    return sum(verify_taken(Taken(files=case.files or {})).exit in (FALSE, UNREADABLE) for case in cases)


def _changed(seed: int) -> Iterator[Case]:
    random = Random(seed)
    while True:
        before = random.choice((usual(), erased())).files
        _, files = evidence_mutants.MUTATIONS[random.choice(CHANGES)](random, dict(before))
        if files != before:
            yield Case(evidence_mutants.FALSE, files=files)
