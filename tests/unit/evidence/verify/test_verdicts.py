"""Every code has a bundle that is given it, and no change of a bundle is ever believed."""

from itertools import islice
from pathlib import Path

import pytest

from countersign.evidence.bundle import write_folder
from countersign.evidence.verify import EXITS, Failure, Report, verify_bundle
from countersign.evidence.verify.asked import Options
from tests.evidence_cases import NAMED, flip, usual
from tests.evidence_corpus import all_mutants, write
from tests.evidence_mutants import flips, rebuilds, zip_flips
from tests.evidence_world import Case, policy

OF_A_LOG_ONLY = {"E_ROOT", "E_TILE", "E_ENTRIES", "I_CHECKPOINT", "I_TILE", "I_ENTRIES"}


def verdict(folder: Path, case: Case, number: int = 0) -> Report:
    written = write(folder, case, number)
    report = verify_bundle(written.path, written.options)
    written.path.unlink()
    return report


def deciding(report: Report) -> frozenset[str] | None:
    return frozenset(code for code in report.codes if not code.startswith("W_"))


@pytest.mark.parametrize("name", NAMED)
def test_a_named_bundle_gets_its_verdict(name: str, tmp_path: Path) -> None:
    case = NAMED[name]()
    report = verdict(tmp_path, case)
    assert (report.exit, deciding(report)) == (min(case.exits), case.codes)


@pytest.mark.parametrize("name", NAMED)
def test_an_unpacked_bundle_gets_the_same_verdict(name: str, tmp_path: Path) -> None:
    case = NAMED[name]()
    if case.files is None:
        assert case.data is not None  # a case about the zip itself
        return
    written = write(tmp_path, case, 0)
    write_folder(tmp_path / "case", case.files)
    assert verify_bundle(tmp_path / "case", written.options) == verify_bundle(written.path, written.options)


def test_every_code_has_a_bundle_that_is_given_it() -> None:
    reached = {code for make in NAMED.values() for code in make().codes or ()}
    beyond = {"E_READ", "W_REPACKED", "W_UNPINNED", "W_MLDSA", "W_SSHSIG"}  # each has a test of its own
    assert reached | beyond | OF_A_LOG_ONLY == set(EXITS)


@pytest.mark.parametrize(("kind", "count"), [(flips, 1_200), (zip_flips, 800)], ids=["of any file", "of the zip"])
def test_no_changed_bit_is_believed(kind: object, count: int, tmp_path: Path) -> None:
    wrong = [
        (case.name, report.exit)
        for case in islice(kind(0), count)  # type: ignore[operator]
        if (report := verdict(tmp_path, case)).exit not in (1, 2)
    ]
    assert wrong == []


def test_whatever_is_changed_and_hidden_gets_a_verdict_that_is_right(tmp_path: Path) -> None:
    wrong = [
        (case.name, report.exit, report.codes)
        for case in all_mutants(7, 400)
        if (report := verdict(tmp_path, case)).exit not in case.exits
    ]
    assert wrong == []


def test_no_history_that_is_written_anew_is_believed(tmp_path: Path) -> None:
    """With no key, with the log's key, with that and a witness's: six ways each."""
    wrong = [
        (case.name, report.codes)
        for case in islice(rebuilds(1), 180)
        if (report := verdict(tmp_path, case)).exit not in (1, 2, 3)
    ]
    assert wrong == []


def test_a_changed_body_is_named_in_words(tmp_path: Path) -> None:
    report = verdict(tmp_path, NAMED["an exhibit replaced"]())
    assert [failure.says for failure in report.failures] == ["exhibit 2 does not match its hash in the log"]


def test_an_authority_that_is_not_listed_is_told_and_does_not_count(tmp_path: Path) -> None:
    report = verdict(tmp_path, NAMED["an authority that is not pinned"]())
    assert "W_UNPINNED" in report.codes
    assert [(anchor.name, anchor.counted) for anchor in report.anchors if anchor.kind == "tsa"] == [
        ("alpha", False), ("beta", True),
    ]  # fmt: skip


def test_a_repacked_bundle_holds_and_is_told_to_be_one(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAMED["another program packed it again"]()).codes == ["W_REPACKED"]


def test_an_ml_dsa_line_that_does_not_hold_is_told_and_never_decides(tmp_path: Path) -> None:
    from countersign.evidence.bundle import paths
    from tests.evidence_cases import lines, noted

    line = next((line for line in lines() if len(line) > 1000), None)
    if line is None:
        pytest.skip("this cryptography has no ML-DSA")
    broken = [*lines()[:-1], line[:2000] + (b"A" if line[2000:2001] != b"A" else b"B") + line[2001:]]
    files = noted(*broken)
    assert paths.MLDSA_KEY in files
    report = verdict(tmp_path, Case(frozenset({0}), files=files, policy=policy()))
    assert (report.exit, report.codes) == (0, ["W_MLDSA"])


@pytest.mark.parametrize("path", ["data/anchors/checkpoint.sshsig", "data/anchors/allowed_signers"])
def test_an_ssh_signature_that_does_not_hold_is_told_and_never_decides(path: str, tmp_path: Path) -> None:
    from tests.evidence_cases import changed

    files = changed(path, lambda data: flip(data, 8 * 60))
    report = verdict(tmp_path, Case(frozenset({0}), files=files, policy=policy()))
    assert (report.exit, report.codes) == (0, ["W_SSHSIG"])


def test_what_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    assert verify_bundle(tmp_path / "nothing.zip").codes == ["E_READ"]


def test_a_device_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    assert verify_bundle(tmp_path / "pipe").codes == ["E_READ"]


@pytest.mark.parametrize("target", ["/etc/passwd", "data/bundle.json", "nowhere"])
def test_a_link_in_a_folder_is_not_followed(target: str, tmp_path: Path) -> None:
    write_folder(tmp_path / "case", usual().files)
    (tmp_path / "case" / "README.txt").unlink()
    (tmp_path / "case" / "README.txt").symlink_to(target)
    report = verify_bundle(tmp_path / "case")
    assert report.failures == (
        Failure(code="E_EXTRA", where="README.txt", says="a link or another thing that is no file"),
    )


def test_a_folder_of_a_hundred_levels_is_refused_at_once(tmp_path: Path) -> None:
    deep = tmp_path / "case" / "/".join("d" * 100)
    deep.mkdir(parents=True)
    assert verify_bundle(tmp_path / "case").codes == ["E_BAG"]


def test_a_folder_that_is_no_bundle_cannot_be_read_whatever_links_are_in_it(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "a.txt").write_text("a")
    (tmp_path / "case" / "b").symlink_to("a.txt")
    report = verify_bundle(tmp_path / "case")
    assert (report.exit, report.codes) == (2, ["E_BAG"])


def test_a_file_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    import os

    write_folder(tmp_path / "case", usual().files)
    with open(os.fsencode(tmp_path / "case") + b"/\xff\n", "wb"):
        pass
    assert verify_bundle(tmp_path / "case").codes == ["E_MANIFEST"]


def test_a_claim_says_between_when_it_lies(tmp_path: Path) -> None:
    claim = verdict(tmp_path, NAMED["everything holds"]()).claims[0]
    assert claim.no_earlier == f"if round 12345678 of drand quicknet is {'5f' * 32}: look it up"
    assert claim.no_later == "2026-09-09T01:19:22Z"


def test_without_a_policy_the_key_is_told_and_nothing_is_vouched_for(tmp_path: Path) -> None:
    report = verdict(tmp_path, NAMED["no policy"]())
    assert (report.exit, report.verdict) == (3, "CANNOT TELL")
    assert report.key == usual_fingerprint()


def usual_fingerprint() -> str:
    from tests.evidence_world import LOG_KEY

    return LOG_KEY.vkey.fingerprint


def test_options_that_cannot_be_read_come_after_a_bundle_that_cannot(tmp_path: Path) -> None:
    bad = Options(policy=tmp_path / "none", at="now")
    (tmp_path / "x.zip").write_bytes(b"PK")
    assert verify_bundle(tmp_path / "x.zip", bad).codes == ["E_ZIP"]
    write(tmp_path, NAMED["everything holds"](), 1)
    assert verify_bundle(tmp_path / "00001.zip", bad).codes == ["E_POLICY"]
