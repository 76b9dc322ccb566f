"""Whoever changes the store or the published log, by a bit or by a whole older copy, is told on by `log check`."""

import shutil
from pathlib import Path

import pytest

from countersign.errors import EvidenceError
from countersign.evidence.log.checking import verify_folder
from countersign.store import Store
from tests.faults.story import now
from tests.faults.tampering import Grounds, outcome, tampered

TRIES = 140


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("grounds"))


@pytest.fixture
def grounds(shared: Grounds) -> Grounds:
    shared.fresh()
    return shared


def put_back(grounds: Grounds, source: Path, name: str) -> None:
    shutil.rmtree(grounds.log) if name == "store.db.log" else None
    copy = shutil.copytree if name == "store.db.log" else shutil.copyfile
    copy(source / name, grounds.place / name)


def test_whatever_is_tampered_with_is_told_and_never_crashes(tmp_path: Path) -> None:
    tally = tampered(TRIES, tmp_path)
    assert tally.wrong == ()
    assert tally.told["false"] > TRIES // 2


def test_an_older_copy_of_the_database_is_told_and_nothing_is_written(grounds: Grounds) -> None:
    put_back(grounds, grounds.older, "store.db")
    with Store.open(grounds.database, clock=now) as store:
        report, size = store.log.check(), store.log.size
        with pytest.raises(EvidenceError) as caught:
            store.log.enter("analysis", {"another": "history"})
        assert store.log.size == size
    assert (report.is_false, report.problems[0].code) == (True, "E_SPLIT")
    assert caught.value.code == "CS417"
    assert "countersign log check" in caught.value.hint
    assert verify_folder(grounds.log).holds, "the newer folder stays as it is"


def test_an_older_copy_of_the_folder_is_brought_up_to_the_store(grounds: Grounds) -> None:
    put_back(grounds, grounds.older, "store.db.log")
    assert outcome(grounds) == "not so that it matters, or mended"


def test_a_folder_of_somebody_else_is_told_and_left_alone(grounds: Grounds) -> None:
    put_back(grounds, grounds.foreign, "store.db.log")
    assert outcome(grounds) == "false"
    assert (grounds.log / "checkpoint").read_bytes() == (grounds.foreign / "store.db.log/checkpoint").read_bytes()


def test_a_folder_that_was_removed_is_made_anew(grounds: Grounds) -> None:
    shutil.rmtree(grounds.log)
    assert outcome(grounds) == "not so that it matters, or mended"


def test_the_key_before_the_present_one_leads_to_it_and_a_foreign_one_does_not(grounds: Grounds) -> None:
    """As a power cut leaves it: the checkpoint names a new key, and the old one still lies there."""
    present = (grounds.log / "keys/log.vkey").read_bytes()
    shutil.copyfile(grounds.older / "store.db.log/keys/log.vkey", grounds.log / "keys/log.vkey")
    report = verify_folder(grounds.log)
    assert [problem.code for problem in report.problems] == ["I_KEY"]
    assert f"{report.vkey}\n".encode() == present
    shutil.copyfile(grounds.foreign / "store.db.log/keys/log.vkey", grounds.log / "keys/log.vkey")
    assert "E_LOG_SIGNATURE" in {problem.code for problem in verify_folder(grounds.log).problems}
    assert outcome(grounds) == "false"


def test_a_second_signature_that_was_changed_is_told(grounds: Grounds) -> None:
    with Store.open(grounds.database, clock=now) as store:
        lines = (store.log.note() or b"").splitlines(keepends=True)
        if len(lines) < 6:
            pytest.skip("this machine's library has no ML-DSA: the log has no second signature")
        other = b"A" if lines[-1][400:401] != b"A" else b"B"
        lines[-1] = lines[-1][:400] + other + lines[-1][401:]
        store._db.execute("UPDATE log_checkpoints SET note = ? WHERE size = ?", (b"".join(lines), store.log.size))
        assert "E_LOG_SIGNATURE" in {problem.code for problem in store.log.check().problems}
