"""A witness countersigns what goes on from what it saw, by the C2SP protocol, and nothing else."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import EvidenceError
from countersign.evidence.durable import KeptBadly
from countersign.evidence.keys import HAS_MLDSA, LOG, SigningKey
from countersign.evidence.note import parse_note, sign_note, verify_line
from countersign.evidence.witness import open_keeper
from countersign.evidence.witness.submission import MOST_BODY, NotASubmission, parse_submission, write_submission
from tests.evidence_parts import ORIGIN, log_key
from tests.unit.evidence.witness_parts import Log, witness


def test_a_first_checkpoint_and_one_that_goes_on_from_it_are_countersigned(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    for old, new in ((0, 3), (3, 3), (3, 20), (20, 1000)):
        reply = keeper.add_checkpoint(log.submission(old, new))
        assert reply.status == 200
        (line,) = parse_note(f"{log.text(new)}\n".encode() + reply.body).lines
        assert verify_line(line, keeper.keys[0].vkey, log.text(new))
    assert [known.size for known in keeper.memory.logs()] == [1000]


def test_an_empty_log_can_be_countersigned_and_grow(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    assert keeper.add_checkpoint(log.submission(0, 0)).status == 200
    assert keeper.add_checkpoint(log.submission(0, 5)).status == 200
    wrong = f"{ORIGIN}\n0\n{'A' * 43}=\n"
    other = witness(tmp_path, "witness.example/two")
    body = write_submission(0, (), f"{wrong}\n".encode() + sign_note(wrong, log_key()))
    assert other.add_checkpoint(body).status == 409


def test_an_unknown_log_is_404_and_stays_unknown(tmp_path: Path) -> None:
    keeper = open_keeper(tmp_path / "w.db", "witness.example/one")
    assert keeper.add_checkpoint(Log().submission(0, 3)).status == 404
    assert keeper.memory.logs() == ()


def test_a_signature_by_another_key_is_403(tmp_path: Path) -> None:
    keeper, text = witness(tmp_path), Log().text(3)
    forged = SigningKey(ORIGIN, b"f" * 32, LOG)
    assert keeper.add_checkpoint(write_submission(0, (), f"{text}\n".encode() + sign_note(text, forged))).status == 403


def test_a_broken_signature_by_the_right_key_is_403_even_beside_a_good_one(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    good, other = sign_note(log.text(3), log_key()), sign_note(log.text(4), log_key())
    assert keeper.add_checkpoint(write_submission(0, (), f"{log.text(3)}\n".encode() + other)).status == 403
    assert keeper.add_checkpoint(write_submission(0, (), f"{log.text(3)}\n".encode() + good + other)).status == 403


def test_lines_by_keys_that_are_not_known_are_passed_over(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    stranger = sign_note(log.text(3), SigningKey("stranger.example", b"s" * 32, LOG))
    assert keeper.add_checkpoint(write_submission(0, (), log.note(3) + stranger)).status == 200


def test_a_wrong_old_size_is_409_with_the_size_that_was_seen(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    keeper.add_checkpoint(log.submission(0, 7))
    reply = keeper.add_checkpoint(log.submission(3, 9))
    assert (reply.status, reply.kind, reply.body) == (409, "text/x.tlog.size", b"7\n")
    assert keeper.add_checkpoint(log.submission(0, 9)).body == b"7\n"


def test_a_roll_back_is_refused_however_it_is_put(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    keeper.add_checkpoint(log.submission(0, 9))
    for old, new in ((0, 5), (5, 5), (3, 5)):
        assert keeper.add_checkpoint(log.submission(old, new)).status == 409
    assert keeper.add_checkpoint(write_submission(9, (), log.note(5))).status == 400
    assert keeper.memory.logs()[0].size == 9


def test_another_root_of_the_same_size_is_409_and_kept_as_a_suspect(tmp_path: Path) -> None:
    keeper = witness(tmp_path)
    keeper.add_checkpoint(Log().submission(0, 9))
    assert keeper.add_checkpoint(write_submission(9, (), Log("fork").note(9))).status == 409
    assert keeper.memory.logs()[0].suspects == 1


def test_a_fork_and_a_proof_that_is_not_asked_for_are_422(tmp_path: Path) -> None:
    keeper, log, fork = witness(tmp_path), Log(), Log("fork", since=8)
    assert keeper.add_checkpoint(write_submission(0, (bytes(32),), log.note(9))).status == 422
    assert keeper.add_checkpoint(log.submission(0, 9)).status == 200
    assert keeper.add_checkpoint(fork.submission(9, 20)).status == 422
    assert keeper.add_checkpoint(write_submission(9, log.proof(9, 20), fork.note(20))).status == 422
    assert keeper.add_checkpoint(write_submission(9, (), log.note(20))).status == 422
    assert keeper.add_checkpoint(write_submission(9, (bytes(32),), log.note(9))).status == 422
    assert keeper.add_checkpoint(log.submission(9, 20)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\n", b"old 0\n", b"old 0\n\n", b"old 00\n\n{note}", b"old -1\n\n{note}", b"old 4\n\n{note}",
        b"old 0\nAAAA\n\n{note}", b"old 0 \n\n{note}", b"OLD 0\n\n{note}", b"old 0\r\n\r\n{note}", b"{note}",
        b"old 0\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63 + b"\n{note}", b"old 0\n\n\xff{note}",
        b"old 0\n\n{note}x", b"old 99999999999999999999\n\n{note}", b"x" * (MOST_BODY + 1),
    ],
)  # fmt: skip
def test_what_is_not_a_request_is_400(body: bytes, tmp_path: Path) -> None:
    reply = witness(tmp_path).add_checkpoint(body.replace(b"{note}", Log().note(3)))
    assert reply.status == 400
    assert len(reply.body) < 100


@given(st.binary(max_size=300), st.integers(0, 400))
def test_mutated_requests_raise_one_kind_of_error(junk: bytes, at: int) -> None:
    whole = Log().submission(3, 20)
    mutated = whole[:at] + junk + whole[at + len(junk) :]
    try:
        found = parse_submission(mutated)
    except NotASubmission:
        return
    assert found.old_size <= found.checkpoint.size


def test_two_keys_give_two_lines(tmp_path: Path) -> None:
    if not HAS_MLDSA:
        pytest.skip("this cryptography has no ML-DSA")
    keeper, log = witness(tmp_path, mldsa=True), Log()
    reply = keeper.add_checkpoint(log.submission(0, 3))
    lines = parse_note(f"{log.text(3)}\n".encode() + reply.body).lines
    assert [verify_line(line, key.vkey, log.text(3)) for line, key in zip(lines, keeper.keys, strict=True)] == [
        True
    ] * 2


def test_a_witness_is_the_same_after_a_restart_and_its_key_is_private(tmp_path: Path) -> None:
    first = open_keeper(tmp_path / "w.db", "witness.example/one")
    again = open_keeper(tmp_path / "w.db", None)
    assert again.keys[0].vkey == first.keys[0].vkey
    for name in ("w.db", "w.db.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_witness_without_its_memory_or_its_key_does_not_go_on(tmp_path: Path) -> None:
    for gone in ("w.db", "w.db.key"):
        folder = tmp_path / gone
        open_keeper(folder / "w.db", "witness.example/one")
        (folder / gone).unlink()
        with pytest.raises(KeptBadly, match="is missing"):
            open_keeper(folder / "w.db", "witness.example/one")


def test_a_first_start_that_stopped_half_way_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "w.db").touch(0o600)
    assert open_keeper(tmp_path / "w.db", "witness.example/one").keys[0].name == "witness.example/one"


def test_the_memory_of_one_witness_is_not_taken_by_another(tmp_path: Path) -> None:
    open_keeper(tmp_path / "a.db", "witness.example/one")
    open_keeper(tmp_path / "b.db", "witness.example/one")
    (tmp_path / "a.db.key").replace(tmp_path / "b.db.key")
    with pytest.raises(KeptBadly, match="another witness"):
        open_keeper(tmp_path / "b.db", None)


def test_a_key_that_others_may_read_and_a_bad_name_are_refused(tmp_path: Path) -> None:
    open_keeper(tmp_path / "w.db", "witness.example/one")
    (tmp_path / "w.db.key").chmod(0o644)
    with pytest.raises(KeptBadly, match="others may read"):
        open_keeper(tmp_path / "w.db", None)
    with pytest.raises(EvidenceError, match="name of one word"):
        open_keeper(tmp_path / "new.db", "two words")
    assert not (tmp_path / "new.db.key").exists()


def test_a_log_that_is_no_longer_allowed_is_not_forgotten(tmp_path: Path) -> None:
    keeper, log = witness(tmp_path), Log()
    keeper.add_checkpoint(log.submission(0, 9))
    assert keeper.memory.disallow(log_key().vkey)
    assert keeper.add_checkpoint(log.submission(9, 12)).status == 404
    keeper.memory.allow(log_key().vkey)
    assert keeper.add_checkpoint(Log("fork").submission(0, 9)).status == 409
