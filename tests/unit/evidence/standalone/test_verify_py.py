"""verify.py as its user meets it: run by the machine's own Python, nothing installed, on good and hostile bundles."""

import ast
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from countersign.evidence.bundle import write_zip
from tests.evidence_cases import FOLDER, holds, usual
from tests.evidence_world import USUAL, build, make_log, policy, remade

HERE = Path(__file__).parent
PYTHONS = sorted(
    {path for path in (shutil.which("python3"), "/usr/bin/python3", sys.executable) if path and Path(path).exists()}
)
NEWER_THAN_3_9 = {
    "UTC", "pairwise", "batched", "file_digest", "bit_count", "StrEnum", "chdir", "ExceptionGroup", "add_note",
    "reraise", "walk", "TaskGroup", "exception", "Self", "override", "tomllib",
}  # fmt: skip


@pytest.fixture(scope="module")
def source() -> str:
    from importlib.resources import files

    return (files("countersign.evidence.standalone") / "verify.py").read_text(encoding="utf-8")


def run(python: str, *arguments: object, script: Path | None = None) -> subprocess.CompletedProcess[str]:
    from importlib.resources import files

    path = script or Path(str(files("countersign.evidence.standalone"))) / "verify.py"
    command = [python, "-I", "-S", "-W", "error", str(path), *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, encoding="utf-8")


@pytest.mark.parametrize("python", PYTHONS)
def test_the_machines_own_python_verifies_a_folder_and_a_zip(
    python: str, bag: Path, policy_file: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "case-1.zip"
    packed.write_bytes(write_zip(FOLDER, usual().files))
    for path in (bag, packed):
        ran = run(python, path, "--policy", policy_file)
        assert (ran.returncode, ran.stderr) == (0, "")
        paragraph = ran.stdout.rstrip("\n").rpartition("\n\n")[2]
        assert paragraph.startswith("VERIFIED  ")
        assert "\nWhat this does not prove: " in paragraph
        assert "\x1b" not in ran.stdout
        assert "<U+001B>[31mred" in ran.stdout


def test_without_a_policy_the_first_line_says_that_the_signer_was_not_checked(bag: Path) -> None:
    ran = run(PYTHONS[0], bag)
    assert ran.returncode == 3
    first = ran.stdout.split("\n")[0]
    assert first.startswith("internally consistent; signer not checked: key ")
    assert len(first.rpartition(" ")[2]) == 64
    assert ran.stdout.rstrip().rpartition("\n\n")[2].startswith("CANNOT TELL  ")


def test_it_checks_the_bag_that_it_lies_in_and_writes_nothing_there(bag: Path, source: str) -> None:
    (bag / "verify.py").write_text(source)
    packed = {str(path.relative_to(bag)): path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    for name, data in remade(packed).items():
        (bag / name).write_bytes(data)
    before = sorted(path for path in bag.rglob("*"))
    ran = run(PYTHONS[0], script=bag / "verify.py")
    assert ran.returncode in (1, 3)  # 1: this verify.py may be newer than the one that the statement names
    assert not [line for line in ran.stdout.split("\n") if line.startswith("E_") and "verify.py" not in line]
    assert sorted(path for path in bag.rglob("*")) == before


def test_the_source_is_python_3_9_and_imports_the_standard_library_alone(source: str) -> None:
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    roots = {name.partition(".")[0] for name in imported}
    assert roots <= set(sys.stdlib_module_names)
    assert not roots & {
        "socket",
        "ssl",
        "urllib",
        "http",
        "subprocess",
        "ctypes",
        "pickle",
        "tempfile",
        "shutil",
        "asyncio",
    }
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & NEWER_THAN_3_9
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not names & NEWER_THAN_3_9


def test_no_type_is_joined_by_a_bar_when_the_program_runs(source: str) -> None:
    """Annotations are text here; a union that is evaluated would stop Python 3.9."""
    tree = ast.parse(source)
    assert any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    types = {"None", "str", "bytes", "int", "dict", "list", "tuple", "set"}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            joined = [
                part for part in ast.walk(node.value) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr)
            ]
            sides = {side.id for part in joined for side in (part.left, part.right) if isinstance(side, ast.Name)}
            assert not sides & types, ast.unparse(node)


def test_it_opens_files_for_reading_only(source: str) -> None:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    opened = [ast.unparse(node) for node in calls if ast.unparse(node.func) in ("open", "os.fdopen")]
    assert opened
    assert all("'rb'" in text for text in opened)
    written = {ast.unparse(node.func) for node in calls}
    assert not written & {"os.remove", "os.rename", "os.mkdir", "os.unlink", "os.write", "os.system", "eval", "exec"}


def test_a_bundle_of_twelve_exhibits_takes_less_than_a_second(checker: ModuleType, tmp_path: Path) -> None:
    packed, listed = tmp_path / "case.zip", tmp_path / "policy"
    packed.write_bytes(write_zip(FOLDER, usual().files))
    listed.write_bytes(policy())
    began = time.perf_counter()
    report = checker.verify(str(packed), checker.Options(policy=str(listed)))
    assert report.exit() == 0
    assert time.perf_counter() - began < 1


def verdict(checker: ModuleType, path: Path, **options: str) -> tuple[int, set[str]]:
    report = checker.verify(str(path), checker.Options(**options))
    return report.exit(), {failure.code for failure in report.failures}


def test_no_bit_of_a_zip_can_be_changed(checker: ModuleType, tmp_path: Path) -> None:
    rng, data, path = Random(3), write_zip(FOLDER, usual().files), tmp_path / "x.zip"
    for _ in range(300):
        bit = rng.randrange(8 * len(data))
        path.write_bytes(data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :])
        assert verdict(checker, path)[0] in (1, 2), bit


def test_no_zip_can_be_cut_off_or_lengthened(checker: ModuleType, tmp_path: Path) -> None:
    data, path = write_zip(FOLDER, usual().files), tmp_path / "x.zip"
    for cut in [*range(60), *range(60, len(data), len(data) // 40)]:
        path.write_bytes(data[:cut])
        assert verdict(checker, path) == (2, {"E_ZIP"})
    for changed in (data + b"\0", b"\0" + data, data + data, data[:-20] + b"countersign-bundle/x", data[:-42] + data):
        path.write_bytes(changed)
        assert verdict(checker, path) == (2, {"E_ZIP"})
    path.write_bytes(data[:-1] + b"7")
    assert verdict(checker, path) == (2, {"E_VERSION"})


def repacked(files: dict[str, bytes], **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**{f"{FOLDER}/{name}": data for name, data in files.items()}, **more}.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_packed_by_another_program_is_read_and_told(checker: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    more = {"__MACOSX/._x": b"x", f"{FOLDER}/.DS_Store": b"x", f"{FOLDER}/data/": b""}
    path.write_bytes(repacked(usual().files, **more))
    report = checker.verify(str(path), checker.Options())
    assert report.exit() == 3
    assert "W_REPACKED" in {warning.code for warning in report.warnings}


@pytest.mark.parametrize("name", ["/x", "../x", "other/x", "x", "case-1\\x", "case-1/\x00x", "case-1/x y", "case-1/é"])
def test_a_zip_with_names_of_another_kind_is_not_read(checker: ModuleType, tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    raw = name.encode()
    path.write_bytes(repacked(usual().files, **{"Q" * len(raw): b"x"}).replace(b"Q" * len(raw), raw))
    assert verdict(checker, path)[0] in (1, 2)


def test_entries_that_overlap_are_not_read(checker: ModuleType, tmp_path: Path) -> None:
    data = repacked(usual().files)
    at = data.rindex(b"PK\5\6")
    start = int.from_bytes(data[at + 16 : at + 20], "little")
    offset = data.index(b"PK\1\2", start + 46) + 42  # the second entry's offset, made that of the first
    path = tmp_path / "x.zip"
    path.write_bytes(data[:offset] + bytes(4) + data[offset + 4 :])
    assert verdict(checker, path) == (2, {"E_ZIP"})


def test_a_zip_that_unpacks_to_more_than_it_says_stops_where_it_said(checker: ModuleType, tmp_path: Path) -> None:
    big = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = big.compress(bytes(1 << 26)) + big.flush()
    entry = checker.Packed(b"x", 0, 8, 0, len(bomb), 1000, 0)
    with pytest.raises(checker.Wrong):
        checker.unpacked(bomb, 0, entry)


def test_a_folder_that_is_no_bundle_cannot_be_read_whatever_links_are_in_it(checker: ModuleType, bag: Path) -> None:
    (bag / "data" / "bundle.json").unlink()
    (bag / "data" / "odd").symlink_to("/etc/passwd")
    assert verdict(checker, bag) == (2, {"E_BAG"})


def test_links_and_special_files_are_never_followed(checker: ModuleType, bag: Path) -> None:
    for make in (
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to("/"),
        lambda path: os.mkfifo(path),
    ):
        odd = bag / "data" / "odd"
        make(odd)
        assert verdict(checker, bag) == (1, {"E_EXTRA"})
        odd.unlink()
    assert verdict(checker, bag)[0] == 3


def test_what_is_no_bundle_cannot_be_read(checker: ModuleType, tmp_path: Path) -> None:
    assert verdict(checker, tmp_path / "nothing") == (2, {"E_READ"})
    assert verdict(checker, Path("/dev/null")) == (2, {"E_READ"})
    assert verdict(checker, tmp_path) == (2, {"E_BAG"})
    empty = tmp_path / "empty.zip"
    empty.write_bytes(b"")
    assert verdict(checker, empty) == (2, {"E_ZIP"})


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"at": "yesterday"}, "E_USAGE"),
        ({"at": "2026-09-09"}, "E_USAGE"),
        ({"require": ""}, "E_USAGE"),
        ({"require": "tsa:2,"}, "E_USAGE"),
        ({"require": "tsa:٢"}, "E_USAGE"),
        ({"policy": "/nonexistent"}, "E_POLICY"),
        ({"policy": "/dev/zero"}, "E_POLICY"),
        ({"checkpoint": "/nonexistent"}, "E_USAGE"),
    ],
)
def test_options_that_cannot_be_read_are_told(
    checker: ModuleType, bag: Path, options: dict[str, str], code: str
) -> None:
    assert verdict(checker, bag, **options) == (2, {code})


def test_wrong_use_ends_with_2(bag: Path) -> None:
    assert run(PYTHONS[0], bag, "--polic", "x").returncode == 2
    assert run(PYTHONS[0], bag, bag).returncode == 2


def test_a_defect_is_4_and_one_line(
    checker: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("x\x1b[31m")

    monkeypatch.setattr(checker, "verify", broken)
    assert checker.main(["x"]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    monkeypatch.setenv("COUNTERSIGN_TRACEBACK", "1")
    assert checker.main(["x"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_hostile_json_is_unreadable_and_no_defect(checker: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    for text in (
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"1" * 1_000_000,
        b'"' + b"\\u0041" * 300_000,
        b'{"format":' + b"[" * 99_999,
    ):
        path.write_bytes(write_zip(FOLDER, remade({**usual().files, "data/bundle.json": text})))
        assert verdict(checker, path) == (2, {"E_SYNTAX"})


def test_json_of_the_command_and_of_verify_py_are_the_same(checker: ModuleType, tmp_path: Path) -> None:
    """Beside what failed and why, which each says in its own words."""
    countersign = Path(sys.executable).with_name("countersign")
    packed, listed = tmp_path / "case.zip", tmp_path / "policy"
    packed.write_bytes(write_zip(FOLDER, build(make_log(), USUAL._replace(mldsa=False)).files))
    listed.write_bytes(policy())
    for more in ([], ["--policy", str(listed)], ["--at", "2030-01-01T00:00:00Z"]):
        ran = subprocess.run([countersign, "verify", packed, *more, "--json"], capture_output=True, timeout=60)
        theirs = json.loads(ran.stdout)
        report = checker.verify(str(packed), checker.parser().parse_args([str(packed), *more]))
        ours = json.loads(checker.as_json(report))
        assert {**ours, "failures": []} == {**theirs, "failures": []}
        assert {failure["code"] for failure in ours["failures"]} == {failure["code"] for failure in theirs["failures"]}


def test_the_usual_bundle_is_one_that_holds() -> None:
    assert holds().exits == {0}
