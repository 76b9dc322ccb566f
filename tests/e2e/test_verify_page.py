"""The page's script, run under Node over named bundles and some changed ones, says what it must say.

How all verifiers agree on many more is tested in test_verifiers_agree.py.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from countersign.evidence.verify import verify_bundle
from tests.evidence_cases import NAMED
from tests.evidence_corpus import FOLDER, Written, all_mutants, write
from tests.evidence_world import Built, make_log, policy
from tests.evidence_world import build as build_bundle
from tests.unit.evidence.page.stage import Page

FEW, SEED = 60, 20_261_123


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with Page() as running:
        yield running


def said(page: Page, one: Written) -> dict[str, Any]:
    asked = one.options
    return page.verify(one.path, policy=asked.policy, checkpoint=asked.checkpoint, at=asked.at, require=asked.require)


def deciding(codes: Sequence[str]) -> list[str]:
    return sorted({code for code in codes if not code.startswith("W_")})


@pytest.mark.parametrize("name", NAMED)
def test_the_page_gives_a_named_bundle_the_codes_that_it_must_have(name: str, page: Page, tmp_path: Path) -> None:
    case = NAMED[name]()
    report = said(page, write(tmp_path, case._replace(name=name), 0))
    assert report["internal"] is None
    assert report["exit"] in case.exits
    assert case.codes is None or deciding(report["codes"]) == sorted(case.codes)


def test_the_page_and_the_program_give_changed_bundles_the_same_verdict(page: Page, tmp_path: Path) -> None:
    for number, case in enumerate(all_mutants(SEED, FEW)):
        one = write(tmp_path, case, number)
        report, other = said(page, one), verify_bundle(one.path, one.options)
        told = (report["exit"], deciding(report["codes"]), report["internal"])
        assert told == (other.exit, deciding([failure.code for failure in other.failures]), None), case.name
        assert report["exit"] in case.exits, case.name


@pytest.fixture(scope="module")
def built() -> Built:
    return build_bundle(make_log(3))


def laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / FOLDER / path).write_bytes(data)
    (folder / "policy").write_bytes(policy())
    return folder / FOLDER


def test_an_unpacked_folder_gets_the_verdict_of_its_zip(page: Page, built: Built, tmp_path: Path) -> None:
    folder = laid_out(tmp_path, built.files)
    report = page.verify(folder, policy=tmp_path / "policy")
    assert report["verdict"] == "VERIFIED"
    (folder / "README.txt").write_bytes(b"another")
    assert page.verify(folder, policy=tmp_path / "policy")["codes"] == ["E_MANIFEST"]


def test_the_report_says_what_is_claimed_and_between_which_times(page: Page, built: Built, tmp_path: Path) -> None:
    report = page.verify(laid_out(tmp_path, built.files), policy=tmp_path / "policy")
    other = verify_bundle(tmp_path / FOLDER)
    assert report["key"] == other.key
    names = ("origin", "size", "checkpoint_text")
    assert [report[name] for name in names] == [getattr(other, name) for name in names]
    fields = ("number", "what", "grade", "no_earlier", "no_later")
    mine = [[claim[field] for field in fields] for claim in report["claims"]]
    assert mine == [[getattr(claim, field) for field in fields] for claim in other.claims]
    assert all(check["passed"] == check["of"] for check in report["checks"] if check["state"] == "passed")
    assert {check["state"] for check in report["checks"]} <= {"passed", "not checked", "none"}


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18, bytes(100_000), b"PK\x03\x04" * 20_000,
     b"PK\x05\x06" + bytes(16) + b"\x14\x00countersign-bundle/1"],
    ids=lambda data: f"{data[:4]!r} and {len(data)} bytes",
)  # fmt: skip
def test_what_is_no_zip_is_told_so(page: Page, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "some").write_bytes(data)
    report = page.verify(tmp_path / "some")
    assert (report["exit"], report["codes"]) == (2, ["E_ZIP"])
