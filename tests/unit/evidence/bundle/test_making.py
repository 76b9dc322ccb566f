"""A bundle is a pure function of what goes into it, and each file says what the format's page says."""

import hashlib
import subprocess
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import EvidenceError
from countersign.evidence.bundle import tag_files, take_apart, write_file, write_folder, write_zip
from countersign.evidence.bundle.archive import zip_parts
from countersign.evidence.bundle.fields import digest
from countersign.evidence.bundle.paths import BAGIT, MANIFEST, TAG_MANIFEST, belongs
from countersign.evidence.verify import Options, verify_bundle
from tests.evidence_cases import usual
from tests.evidence_world import USUAL, Built, build, make_log, policy


def test_every_file_of_a_bundle_is_one_that_belongs_there() -> None:
    assert [path for path in usual().files if not belongs(path)] == []


def test_the_same_parts_give_the_same_bytes() -> None:
    """ML-DSA signs by lot, so it is left out; tokens, which are too, are made once."""
    first, second = (build(make_log(5), USUAL._replace(mldsa=False)) for _ in range(2))
    assert first.files == second.files
    assert write_zip("case", first.files) == write_zip("case", dict(reversed(second.files.items())))


def test_the_manifests_are_what_sha256sum_reads(tmp_path: Path) -> None:
    if which("sha256sum") is None:
        pytest.skip("there is no sha256sum here")
    write_folder(tmp_path / "case", usual().files)
    for name in (MANIFEST, TAG_MANIFEST):
        done = subprocess.run(
            ["sha256sum", "-c", "--strict", name], cwd=tmp_path / "case", capture_output=True, check=False
        )
        assert done.returncode == 0


def test_the_manifests_name_every_file_but_the_last_manifest() -> None:
    listed = {
        line.split("  ", 1)[1]: line[:64]
        for name in (MANIFEST, TAG_MANIFEST)
        for line in usual().files[name].decode().splitlines()
    }
    assert listed == {
        path: hashlib.sha256(data).hexdigest() for path, data in usual().files.items() if path != TAG_MANIFEST
    }


def test_a_bag_is_of_version_1() -> None:
    assert usual().files[BAGIT] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_the_readme_says_how_to_check_and_what_is_not_proved() -> None:
    readme = tag_files(title="Case 1", tool="countersign", made="2026-09-09T01:14:22Z")["README.txt"].decode()
    for words in ("python3 verify.py", "verify.html", "sh verify.sh", "It does not show", "who acted"):
        assert words in readme
    for language in ("FRANÇAIS", "ESPAÑOL", "中文", "العربية", "РУССКИЙ"):
        assert language in readme


def test_a_title_cannot_add_a_line_to_the_bag_info() -> None:
    files = tag_files(title="Case\nBagging-Date: 1999-01-01\u202e", tool="countersign", made="2026-09-09T01:14:22Z")
    lines = files["bag-info.txt"].decode().splitlines()
    assert lines[2] == "External-Description: Case Bagging-Date: 1999-01-01<U+202E>"
    assert len(lines) == 3


def test_a_bundle_is_written_whole_and_verifies(tmp_path: Path) -> None:
    (tmp_path / "policy").write_bytes(policy())
    size = write_file(tmp_path / "case-1.zip", usual().files)
    assert size == (tmp_path / "case-1.zip").stat().st_size
    assert verify_bundle(tmp_path / "case-1.zip", Options(policy=tmp_path / "policy")).exit == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case-1.zip", "policy"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "case-1.zip").write_text("mine")
    with pytest.raises(EvidenceError) as error:
        write_file(tmp_path / "case-1.zip", usual().files)
    assert error.value.code == "CS423"
    assert (tmp_path / "case-1.zip").read_text() == "mine"
    write_file(tmp_path / "case-1.zip", usual().files, replace=True)
    assert verify_bundle(tmp_path / "case-1.zip").exit == 3


def test_a_folder_that_is_there_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    with pytest.raises(EvidenceError):
        write_folder(tmp_path / "case", usual().files)
    assert list((tmp_path / "case").iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    for write in (write_file, write_folder):
        with pytest.raises(OSError, match="No space"):
            write(tmp_path / "case", usual().files)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["", ".", "..", "a/b", "my case", "a" * 65, "é"])
def test_a_folder_of_another_name_is_refused(folder: str) -> None:
    with pytest.raises(EvidenceError) as error:
        write_zip(folder, {"a": b""})
    assert error.value.code == "CS421"


def test_too_many_files_are_refused() -> None:
    with pytest.raises(EvidenceError) as error:
        next(zip_parts("case", {str(number): b"" for number in range(20_001)}))
    assert error.value.code == "CS422"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1, max_size=5), st.randoms())
def test_each_field_can_be_shown_alone(record: dict[str, str], rng: object) -> None:
    if any("\ud800" <= letter <= "\udfff" for text in [*record, *record.values()] for letter in text):
        return
    salts = [bytes([number]) * 16 for number in range(len(record))]
    fields = take_apart(3, record, salts)
    for name, value in record.items():
        ((salt, shown, told),) = fields.show(4, [name]).shown
        assert (shown, told) == (name, value)
        assert digest(salt, name, value).encode() in fields.body
    assert not any(value.encode() in fields.body for value in record.values() if len(value) > 3)


def test_a_field_that_is_not_there_cannot_be_shown() -> None:
    with pytest.raises(EvidenceError):
        take_apart(3, {"a": "b"}, [bytes(16)]).show(4, ["c"])


def test_a_salt_too_short_is_refused() -> None:
    with pytest.raises(EvidenceError):
        take_apart(3, {"a": "b"}, [bytes(15)])


def test_a_withheld_body_is_nowhere_in_the_bundle() -> None:
    built: Built = usual()
    withheld = built.log.roles["withheld"].body or b""
    salt = built.log.roles["withheld"].salt or b""
    for data in built.files.values():
        assert withheld not in data
        assert salt not in data
        assert salt.hex().encode() not in data


def test_a_withheld_field_is_nowhere_in_the_bundle() -> None:
    files = b"".join(usual().files.values())
    assert b"gnp.exe" in files
    assert b"2026-09-09T01:14:19Z" not in files  # `published`, which is not shown
