"""Verifiers written apart from one page give one verdict: `countersign verify`, verify.py, verify.html and verify.sh.

The short form runs every named case and 300 mutants; COUNTERSIGN_MUTANTS=10000 (and COUNTERSIGN_SEED) the long one.
"""

import contextlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, Protocol

import pytest

from countersign.evidence.verify import verify_bundle
from tests import evidence_corpus
from tests.evidence_corpus import Written
from tests.evidence_world import Case

STANDALONE = Path(str(files("countersign.evidence.standalone")))
RUNNER = Path(__file__).with_name("page_runner.mjs")
MUTANTS = int(os.environ.get("COUNTERSIGN_MUTANTS", "300"))
SEED = int(os.environ.get("COUNTERSIGN_SEED", "20260909"))
SHELL_EVERY = 40
"""Each run of verify.sh starts hundreds of processes: a sample of the mutants has to do."""
NOT_COMPARED = {"W_MLDSA", "W_SSHSIG"}
"""Warnings that never decide: where ML-DSA-44 cannot be checked, and on a signature that only the shell relies on."""
SHELL_CHECKS = {"E_BAG", "E_MANIFEST", "E_VERSION", "E_EXTRA", "E_LOG_SIGNATURE", "E_INCLUSION", "E_COMMIT"}


class Verdict(NamedTuple):
    """What a verifier said: its exit code and all its codes."""

    exit: int
    codes: tuple[str, ...]


class Verifier(Protocol):
    """One verifier: it is told a bundle on the disk and what goes with it."""

    def __call__(self, written: Written) -> Verdict: ...


def verdict(exit_code: int, codes: set[str]) -> Verdict:
    return Verdict(exit_code, tuple(sorted(codes - NOT_COMPARED)))


def command(written: Written) -> Verdict:
    report = verify_bundle(written.path, written.options)
    return verdict(report.exit, {failure.code for failure in report.failures})


def loaded() -> ModuleType:
    """Return verify.py as a module; it is meant to be run, so nothing imports it by name."""
    spec = importlib.util.spec_from_file_location("standalone_verify", STANDALONE / "verify.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def alone() -> Verifier:
    main = loaded().main

    def run(written: Written) -> Verdict:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exit_code = main([str(written.path), *written.arguments, "--json"])
        report = json.loads(said.getvalue())
        assert report["exit"] == exit_code
        return verdict(exit_code, set(report["codes"]))

    return run


@contextlib.contextmanager
def page() -> Iterator[Verifier]:
    """Yield verify.html's script under Node, one process for all bundles."""
    node = shutil.which("node")
    assert node
    command_line = [node, str(RUNNER), str(STANDALONE / "verify.html")]
    with subprocess.Popen(command_line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ask, answer = process.stdin, process.stdout

        def run(written: Written) -> Verdict:
            options = written.options
            asked = {"path": str(written.path), "at": options.at}
            asked.update({name: _text(getattr(options, name)) for name in ("policy", "checkpoint")})
            required = None if options.require is None else options.require.split(",")
            ask.write(json.dumps({**asked, "require": required}) + "\n")
            ask.flush()
            report = json.loads(answer.readline())
            return verdict(report["exit"], set(report["codes"]))

        yield run
        ask.close()


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def shell(folder: Path) -> int:
    ran = subprocess.run(["sh", str(STANDALONE / "verify.sh"), str(folder)], capture_output=True, timeout=300)
    return ran.returncode


@pytest.fixture(scope="module")
def verifiers() -> Iterator[dict[str, Verifier]]:
    """Yield every verifier that this machine can run."""
    found: dict[str, Verifier] = {"countersign verify": command, "verify.py": alone()}
    if shutil.which("node") and RUNNER.is_file() and (STANDALONE / "verify.html").is_file():
        with page() as script:
            yield {**found, "verify.html": script}
    else:
        yield found


def differing(written: Written, verifiers: dict[str, Verifier]) -> str:
    """Return how the verdicts on a case differ from each other or from what is right; "" if they do not."""
    verdicts = {name: verify(written) for name, verify in verifiers.items()}
    case = written.case
    one = next(iter(verdicts.values()))
    errors = tuple(code for code in one.codes if not code.startswith("W_"))
    right = one.exit in case.exits and (case.codes is None or errors == tuple(sorted(case.codes)))
    return "" if len(set(verdicts.values())) == 1 and right else f"{case.name}: {verdicts}, right is {case.exits}"


def test_every_verifier_says_of_every_named_case_what_is_right(verifiers: dict[str, Verifier], tmp_path: Path) -> None:
    cases = [evidence_corpus.write(tmp_path, case, number) for number, case in enumerate(evidence_corpus.named())]
    assert len(cases) > 80
    assert [text for case in cases if (text := differing(case, verifiers))] == []


def test_verifiers_written_apart_agree_on_changed_bundles(verifiers: dict[str, Verifier], tmp_path: Path) -> None:
    wrong, exits = [], set()
    for number, case in enumerate(evidence_corpus.all_mutants(SEED, MUTANTS)):
        written = evidence_corpus.write(tmp_path, case, number % 10)
        exits.add(command(written).exit)
        wrong += [text] if (text := differing(written, verifiers)) else []
    assert wrong == []
    assert exits >= {1, 2}


def sampled() -> Iterator[Case]:
    """Yield some of the named cases and of the mutants; all the named ones in the long form."""
    step = SHELL_EVERY // 4 if MUTANTS <= 300 else 1
    yield from (case for at, case in enumerate(evidence_corpus.named()) if at % step == 0)
    yield from (case for at, case in enumerate(evidence_corpus.all_mutants(SEED, MUTANTS)) if at % SHELL_EVERY == 0)


@pytest.mark.skipif(not shutil.which("openssl"), reason="verify.sh needs openssl, which is not here")
def test_the_shell_never_accepts_what_another_calls_false_nor_refuses_what_holds(tmp_path: Path) -> None:
    wrong, looked_at = [], 0
    for number, case in enumerate(sampled()):
        written = evidence_corpus.write(tmp_path, case, number)
        with contextlib.suppress(zipfile.BadZipFile):
            folder = unpacked(written.path, tmp_path / str(number))
            told, said = command(written._replace(path=folder)), shell(folder)
            looked_at += 1
            wrong += [] if fits(told, said) else [f"{case.name}: {told}, verify.sh says {said}"]
    assert wrong == []
    assert looked_at > 10


def fits(told: Verdict, said: int) -> bool:
    """Return whether verify.sh's exit code goes with what `countersign verify` tells of the same folder."""
    if set(told.codes) & SHELL_CHECKS:
        return said in (1, 2)
    if set(told.codes) & {"E_POLICY", "E_USAGE"} or told.exit in (0, 3):
        return said == 3
    return said in (1, 2, 3)


def unpacked(path: Path, folder: Path) -> Path:
    """Return the one folder in a zip, unpacked."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return next((inner for inner in folder.iterdir() if inner.is_dir()), folder)
