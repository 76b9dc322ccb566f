"""`countersign verify` as somebody uses it who was handed evidence and trusts nobody."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from countersign.cli import main
from countersign.evidence.bundle import write_file, write_folder, write_zip
from countersign.evidence.entry import write_entry
from countersign.evidence.log.bundles import bundled, tile_path
from countersign.evidence.note import sign_note
from tests.evidence_cases import NAMED, flip, leaf_of, usual
from tests.evidence_corpus import write
from tests.evidence_world import LOG_KEY, OLD_KEY, USUAL, Log, Plan, checkpoint_text, make_log, policy, signed_note

Run = Callable[..., tuple[int, str, str]]
FIXED = "What this does not prove: that what was recorded is true"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    write_file(tmp_path / "case-1.zip", usual().files)
    (tmp_path / "exemb.policy").write_bytes(policy())

    def run(*arguments: str) -> tuple[int, str, str]:
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = main(("verify", *arguments))
        return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()

    return run


def paragraphs(text: str) -> list[str]:
    return [part for part in text.strip("\n").split("\n\n") if part]


def test_a_bundle_that_holds(run: Run) -> None:
    code, out, err = run("case-1.zip", "--policy", "exemb.policy")
    assert (code, err) == (0, "")
    assert out.startswith('case-1.zip: sealed by log "countersign.example/log", 4 exhibits\n')
    for line in (
        "  contents match their hashes    4 of 4 passed\n",
        "  seen by independent witnesses  3 of 3 passed  witness.example/one, witness.example/two, witness.",
        "  log only ever grew since                   -  not checked: give an older one with --checkpoint\n",
    ):
        assert line in out
    assert paragraphs(out)[-2].startswith(
        "VERIFIED  These bytes existed by 2026-09-09 01:19:22 UTC and have not changed"
    )
    assert paragraphs(out)[-1].startswith(FIXED)


def test_without_a_policy_the_first_line_says_that_nobody_vouches_for_the_signer(run: Run) -> None:
    code, out, _ = run("case-1.zip")
    assert code == 3
    first = f"internally consistent; signer not checked: key {LOG_KEY.vkey.fingerprint}\n"
    assert out.startswith(first)
    assert "(named by the maker)" in out
    assert paragraphs(out)[-2].startswith("CANNOT TELL  ")


def test_one_changed_bit_is_a_failure_that_says_where(run: Run, tmp_path: Path) -> None:
    path = f"data/exhibits/{leaf_of('whole')}.bin"
    files = {**usual().files, path: flip(usual().files[path])}
    (tmp_path / "bad.zip").write_bytes(write_zip("bad", files))
    code, out, _ = run("bad.zip", "--policy", "exemb.policy")
    assert code == 1
    assert paragraphs(out)[-2].startswith(f"FAILED  {path}: ")


def test_what_cannot_be_read_says_so(run: Run) -> None:
    code, out, _ = run("exemb.policy")
    assert code == 2
    assert paragraphs(out)[-2].startswith("CANNOT READ  this zip cannot be used")


@pytest.mark.parametrize(
    "arguments", [["--policy", "none"], ["--at", "noon"], ["--require", "faith"], ["--checkpoint", "x"]]
)
def test_options_that_cannot_be_read_are_exit_code_2(arguments: list[str], run: Run) -> None:
    assert run("case-1.zip", *arguments)[0] == 2


def test_an_unpacked_bundle_is_told_the_same(run: Run, tmp_path: Path) -> None:
    write_folder(tmp_path / "case-1", usual().files)
    zipped, unpacked = (run(path, "--policy", "exemb.policy", "--json")[1] for path in ("case-1.zip", "case-1"))
    assert zipped == unpacked


def test_an_older_checkpoint_is_told_to_have_been_passed_through(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(signed_note(usual().log, 9))
    code, out, _ = run("case-1.zip", "--policy", "exemb.policy", "--checkpoint", "kept")
    assert code == 0
    assert any(line.split() == ["log", "only", "ever", "grew", "since", "passed"] for line in out.splitlines())


def test_json_has_exactly_the_fields_of_the_format(run: Run) -> None:
    code, out, _ = run("case-1.zip", "--json")
    said = json.loads(out)
    assert list(said) == [
        "exit", "verdict", "codes", "failures", "claims", "key", "origin", "size", "checkpoint_text", "anchors",
    ]  # fmt: skip
    assert (said["exit"], said["verdict"], said["codes"]) == (code, "CANNOT TELL", ["I_SIGNER"])
    assert list(said["failures"][0]) == ["code", "where", "says"]
    assert list(said["claims"][0]) == ["number", "what", "grade", "no_earlier", "no_later", "shown"]
    assert list(said["anchors"][0]) == ["kind", "name", "time", "counted"]
    assert run("case-1.zip", "--format", "json")[1] == out


def test_json_is_written_also_of_what_cannot_be_read(run: Run) -> None:
    said = json.loads(run("nothing.zip", "--json")[1])
    assert (said["exit"], said["codes"], said["claims"], said["origin"]) == (2, ["E_READ"], [], None)


@pytest.mark.parametrize("name", NAMED)
def test_no_word_of_a_bundle_moves_the_cursor_or_turns_the_text(name: str, run: Run, tmp_path: Path) -> None:
    written = write(tmp_path, NAMED[name](), 77)
    code, out, err = run(str(written.path), *written.arguments)
    assert code in written.case.exits
    assert err == ""
    assert not any(letter in out for letter in "\x1b\x07\u202e\x00")
    assert paragraphs(out)[-1].startswith(FIXED)


def test_nothing_that_does_not_hold_can_be_made_to_exit_0(run: Run) -> None:
    code, _, err = run("case-1.zip", "--exit-zero")
    assert code == 2
    assert "verify never says 0 of what does not hold" in err


def test_an_error_that_no_check_expected_is_no_verdict(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from countersign.errors import EvidenceError

    for error in (ZeroDivisionError("x"), EvidenceError("x"), RecursionError("x"), MemoryError()):

        def broken(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("countersign.cli.verify.verify_bundle", broken)
        code, out, err = run("case-1.zip", "--policy", "exemb.policy")
        assert code == 4
        assert "VERIFIED" not in out
        assert "Traceback" not in err


def test_the_network_is_never_touched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert run("case-1.zip", "--policy", "exemb.policy")[0] == 0


def test_verify_loads_no_numerics(run: Run, tmp_path: Path) -> None:
    del run
    program = (
        "import sys; from countersign.cli import main; "
        "code = main(['verify', 'case-1.zip', '--policy', 'exemb.policy', '-q']); "
        "print(code, sorted({'numpy', 'pyarrow', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == "0 []\n"


# --- a whole log, and a single proof ---------------------------------------------------------------------------------


def publish(folder: Path, log: Log, plan: Plan = USUAL) -> None:
    """Write a log of fewer than 256 leaves as the folder that it is published as."""
    count = len(log.leaves)
    entries = [write_entry(made.entry) for made in log.leaves]
    files = {
        tile_path("entries", 0, count): bundled(entries),
        tile_path(0, 0, count): b"".join(log.hashes()),
        "checkpoint": signed_note(log, count, plan),
        "keys/log.vkey": f"{plan.key.vkey}\n".encode(),
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def test_a_whole_log_holds_with_a_policy_of_its_first_key(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "log", make_log())
    assert run("log")[0] == 3
    code, out, _ = run("log", "--policy", "exemb.policy", "--require", "witness:3")
    assert code == 0
    assert out.startswith('log: sealed by log "countersign.example/log", 18 entries\n')


@pytest.mark.parametrize(
    ("path", "bit", "code"),
    [(tile_path("entries", 0, 18), 8 * 40, 1), (tile_path(0, 0, 18), 9, 1), ("checkpoint", 8 * 30, 1)],
)
def test_a_changed_bit_of_a_whole_log_is_told(path: str, bit: int, code: int, run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "log", make_log())
    place = tmp_path / "log" / path
    place.write_bytes(flip(place.read_bytes(), bit))
    assert run("log", "--policy", "exemb.policy")[0] in (code, 2)


def test_a_whole_log_that_was_written_anew_contradicts_a_checkpoint_that_was_kept(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "log", make_log(seed=99))
    (tmp_path / "kept").write_bytes(signed_note(make_log(), 9, USUAL._replace(key=OLD_KEY)))
    said = json.loads(run("log", "--policy", "exemb.policy", "--checkpoint", "kept", "--json")[1])
    assert (said["exit"], said["codes"]) == (1, ["E_SPLIT"])
    publish(tmp_path / "log", make_log())
    assert run("log", "--policy", "exemb.policy", "--checkpoint", "kept")[0] == 0


def test_a_log_of_another_key_is_not_the_one_that_is_listed(run: Run, tmp_path: Path) -> None:
    log = Log()
    log.seal("capture", b"x", grade="C")
    publish(tmp_path / "log", log)
    said = json.loads(run("log", "--policy", "exemb.policy", "--json")[1])
    assert (said["exit"], said["codes"]) == (1, ["E_KEY"])


def test_a_single_proof_holds_by_the_policy_and_not_without_one(run: Run, tmp_path: Path) -> None:
    proof = usual().files[f"data/log/{leaf_of('whole')}.tlog-proof"]
    (tmp_path / "like.tlog-proof").write_bytes(proof)
    (tmp_path / "present.policy").write_bytes(policy(logs=(LOG_KEY,), requires=()))
    assert run("like.tlog-proof", "--policy", "present.policy")[0] == 0
    assert run("like.tlog-proof")[0] == 3
    assert run("like.tlog-proof", "--policy", "exemb.policy")[0] == 1  # it lists the first key only
    signed = proof.index("— witness.example/three".encode())  # a third cosignature is not needed, nor is what follows
    for at in range(0, signed, 31):
        (tmp_path / "like.tlog-proof").write_bytes(flip(proof, 8 * at))
        code, _, err = run("like.tlog-proof", "--policy", "present.policy")
        assert (code, err) in ((1, ""), (2, ""))


def test_a_single_proof_that_the_log_did_not_sign_is_told(run: Run, tmp_path: Path) -> None:
    proof = usual().files[f"data/log/{leaf_of('whole')}.tlog-proof"]
    note = usual().files["data/log/checkpoint"]
    other = checkpoint_text(note).replace(b"\n20\n", b"\n21\n")
    signed = other + b"\n" + sign_note(checkpoint_text(note).decode(), LOG_KEY)
    (tmp_path / "like.tlog-proof").write_bytes(proof.replace(note, signed))
    (tmp_path / "log.policy").write_bytes(policy(logs=(LOG_KEY,), requires=(), quorum=0))
    said = json.loads(run("like.tlog-proof", "--policy", "log.policy", "--json")[1])
    assert (said["exit"], "E_LOG_SIGNATURE" in said["codes"]) == (1, True)
