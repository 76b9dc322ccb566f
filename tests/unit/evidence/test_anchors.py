"""A checkpoint is anchored by three witness processes and two real authorities; what fails is pending, never fatal."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from countersign import config
from countersign.errors import ConfigError
from countersign.evidence.anchors import Anchors, Book, anchored, authorities_of, drawn, proposed
from countersign.evidence.anchors.anchoring import NO_AUTHORITY, NO_WITNESS
from countersign.evidence.anchors.book import MOST_REQUESTS, NoSuchWitness
from countersign.evidence.bundle.proposing import write_policy
from countersign.evidence.keys import parse_vkey
from countersign.evidence.note import parse_note, verify_line
from countersign.evidence.outside import BadUrl
from countersign.evidence.stamp import der, read_stamp
from countersign.evidence.verify.policy import parse_policy
from countersign.evidence.witness import gather, open_keeper
from tests.evidence_parts import (
    OPENSSL,
    Authority,
    OpensslAuthority,
    answering,
    authority,
    log_key,
    response,
    seconds_ago,
    signed_token,
    tst_info,
    witness_keys,
)
from tests.unit.evidence.witness_parts import Log, served, url_of, witness

SERVE = "import sys; from countersign.cli.app import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "store.db.anchors")


def settings_for(folder: Path, urls: dict[Authority, str], *, seconds: float = 5.0) -> config.Evidence:
    """Return settings that pin these authorities, their certificates written as PEM and as DER."""
    given = {}
    for one, url in urls.items():
        root, own = folder / f"{one.name}-root.pem", folder / f"{one.name}.der"
        root.write_bytes(one.root.pem)
        own.write_bytes(one.certificate_der)
        given[one.name] = config.Authority(url=url, root=str(root), certificate=str(own), allow_private=True)
    return config.Evidence(authorities=given, deadline_seconds=seconds)


@contextmanager
def witness_process(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Run `countersign witness serve` for this log; yields its URL and vkey."""
    state, environment = folder / f"{name}.db", {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    open_keeper(state, f"witness.example/{name}").memory.allow(log_key().vkey)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    serve = [sys.executable, "-c", SERVE, "witness", "serve", "--state", str(state), "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield f"http://127.0.0.1:{port}/", running.stdout.readline().strip()
        running.terminate()


@pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not there")
def test_three_witness_processes_and_two_openssl_authorities_anchor_a_log_as_it_grows(
    book: Book, tmp_path: Path
) -> None:
    log, both = Log(), (authority("one", "rsa", between=1), authority("two", "ecdsa"))
    with ExitStack() as stack:
        for name in ("a", "b", "c"):
            url, vkey = stack.enter_context(witness_process(tmp_path, name))
            book.add(url, parse_vkey(vkey), private=True)
        urls = {one: stack.enter_context(answering(OpensslAuthority(one, tmp_path / one.name).answer)) for one in both}
        settings = settings_for(tmp_path, urls)
        for size in (3, 3, 70, 1000):
            check_whole(anchored_at(log, size, settings, book), log.text(size), both, book)
    assert [one.size for one in book.witnesses("countersign.example/log")] == [1000, 1000, 1000]


def anchored_at(log: Log, size: int, settings: config.Evidence, book: Book) -> Anchors:
    return anchored(log.note(size), settings, book, proof=lambda old: log.proof(old, size))


def check_whole(found: Anchors, text: str, authorities: tuple[Authority, ...], book: Book) -> None:
    assert (found.pending, found.remarks) == ((), ())
    note = parse_note(found.note)
    assert note.text == text
    vkeys = [log_key().vkey, *(one.vkey for one in book.witnesses())]
    assert all(verify_line(line, vkey, text) for line, vkey in zip(note.lines, vkeys, strict=True))
    assert len(found.cosignatures) == 3
    for one, stamped in zip(authorities, found.stamps, strict=True):
        stamp = read_stamp(stamped.token, text.encode(), root=one.root_der, authority=one.certificate_der)
        assert abs(stamp.time.timestamp() - time.time()) < 60
        assert (stamped.root, stamped.certificate) == (one.root_der, one.certificate_der)


def test_what_is_there_already_is_not_asked_for_again(book: Book, tmp_path: Path) -> None:
    log, asked = Log(), []
    one = authority("one", "ecdsa")

    def answer(request: bytes) -> bytes:
        asked.append(request)
        return one.answer(request)

    with answering(answer) as url, served(witness(tmp_path)) as server:
        book.add(url_of(server), server.keeper.keys[0].vkey, private=True)
        settings = settings_for(tmp_path, {one: url})
        first = anchored_at(log, 3, settings, book)
        again = anchored(first.note, settings, book, proof=lambda old: log.proof(old, 3))
        later = anchored(log.note(4), settings, book, proof=lambda old: log.proof(old, 4), urgent=False)
    assert again == first
    assert len(asked) == 1
    assert (later.stamps, later.pending, len(later.cosignatures)) == ((), (), 1)


def test_without_a_network_everything_is_pending_and_nothing_fails(book: Book, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        nobody = f"http://127.0.0.1:{found.getsockname()[1]}/"
    book.add(nobody, witness_keys()[0].vkey, private=True)
    found_nothing = anchored_at(Log(), 3, settings_for(tmp_path, {authority("one", "ecdsa"): nobody}), book)
    assert found_nothing.note == Log().note(3)
    assert found_nothing.pending == (
        "witness witness.example/one: it does not answer", "authority one: it does not answer"
    )  # fmt: skip


def test_servers_that_never_answer_cost_the_deadline_and_no_more(book: Book, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for key in witness_keys():
            book.add(url, key.vkey, private=True)
        settings = settings_for(tmp_path, {authority("one", "ecdsa"): url}, seconds=0.5)
        began = time.monotonic()
        found = anchored_at(Log(), 3, settings, book)
    assert time.monotonic() - began < 1.5
    assert len(found.pending) == 4
    assert all("did not answer in time" in words for words in found.pending)


def test_with_nothing_set_up_that_is_said(book: Book) -> None:
    found = anchored_at(Log(), 3, config.Evidence(), book)
    assert (found.pending, found.remarks) == ((), (NO_WITNESS, NO_AUTHORITY))
    assert drawn(config.Evidence()) == "not looked up: no beacon is set up"


def test_one_witness_that_lies_does_not_keep_the_others_from_being_heard(book: Book, tmp_path: Path) -> None:
    log, two = Log(), witness_keys()[1]
    lies = [
        b"", b"\xff\n", "— witness.example/one AAAA\n".encode(), b"x" * 200_000, log.note(3),
        next(iter(parse_note(log.note(3)).lines)).name.encode(),
    ]  # fmt: skip
    for lie in lies:
        with answering(lambda _, lie=lie: lie) as url, served(witness(tmp_path)) as server:  # type: ignore[misc]
            book.add(url, two.vkey, private=True)
            book.add(url_of(server), server.keeper.keys[0].vkey, private=True)
            found = anchored_at(log, 3, config.Evidence(), book)
        assert len(found.cosignatures) == 1
        assert [words.partition(":")[0] for words in found.pending] == ["witness witness.example/two"]


def test_a_witness_that_knows_a_larger_log_or_another_one_is_told_apart(book: Book, tmp_path: Path) -> None:
    log, fork = Log(), Log("fork", since=2)
    with served(witness(tmp_path)) as server:
        book.add(url_of(server), server.keeper.keys[0].vkey, private=True)
        assert anchored_at(log, 9, config.Evidence(), book).pending == ()
        (words,) = anchored_at(log, 5, config.Evidence(), book).pending
        assert "already seen 9 entries" in words
        for size in (9, 12):
            (words,) = anchored_at(fork, size, config.Evidence(), book).pending
            assert "another history" in words
        assert server.keeper.memory.logs()[0].suspects == 2
    unknown = gather(log.note(3), (), proof=lambda old: (), seconds=1)
    assert (unknown.lines, unknown.pending) == ({}, ())


def test_a_witness_that_forgot_nothing_is_asked_again_with_the_right_proof(book: Book, tmp_path: Path) -> None:
    log = Log()
    with served(witness(tmp_path)) as server:
        for size in (5, 11):  # the witness sees the log from elsewhere, so that our note of its size is old
            server.keeper.add_checkpoint(log.submission({5: 0, 11: 5}[size], size))
        book.add(url_of(server), server.keeper.keys[0].vkey, private=True)
        asked = []

        def proof(old: int) -> tuple[bytes, ...]:
            asked.append(old)
            return log.proof(old, 20)

        found = anchored(log.note(20), config.Evidence(), book, proof=proof)
    assert (found.pending, asked, len(found.cosignatures)) == ((), [11], 1)


def test_an_authority_is_left_alone_when_it_was_asked_too_often(book: Book, tmp_path: Path) -> None:
    one = authority("one", "ecdsa")
    with answering(one.answer) as url:
        settings = settings_for(tmp_path, {one: url})
        pending = [anchored_at(Log(), size, settings, book).pending for size in range(1, MOST_REQUESTS + 2)]
    assert pending[:-1] == [()] * MOST_REQUESTS
    assert "left alone" in pending[-1][0]


def test_a_token_over_something_else_is_pending_with_its_reason(book: Book, tmp_path: Path) -> None:
    one, other = authority("one", "ecdsa"), authority("two", "ecdsa")
    with answering(other.answer) as url:
        found = anchored_at(Log(), 3, settings_for(tmp_path, {one: url}), book)
    assert found.stamps == ()
    assert "another authority" in found.pending[0]


def test_the_book_refuses_what_cannot_be(book: Book) -> None:
    one, two, _ = witness_keys()
    with pytest.raises(BadUrl):
        book.add("http://witness.example/", one.vkey)
    with pytest.raises(NoSuchWitness, match="not the key of a witness"):
        book.add("https://witness.example/", log_key().vkey)
    with pytest.raises(NoSuchWitness):
        book.remove("witness.example/one")
    book.add("https://witness.example/", one.vkey)
    assert book.quorum == 1
    book.add("https://witness.example/", two.vkey)
    assert book.quorum == 2
    with pytest.raises(NoSuchWitness):
        book.set_quorum(3)
    book.set_quorum(1)
    assert book.quorum == 1
    book.remove(two.name)
    assert [one.name for one in book.witnesses()] == ["witness.example/one"]


def test_a_certificate_that_cannot_be_pinned_is_an_error_of_configuration(tmp_path: Path) -> None:
    good = settings_for(tmp_path, {authority("one", "ecdsa"): "http://127.0.0.1:1/"})
    assert authorities_of(good)["one"].root == authority("one", "ecdsa").root_der
    (tmp_path / "one-root.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(ConfigError, match="no certificate"):
        authorities_of(good)


def test_the_proposed_policy_names_all_of_them(book: Book, tmp_path: Path) -> None:
    one = authority("one", "ecdsa")
    for key in witness_keys():
        book.add("https://witness.example/", key.vkey)
    settings = settings_for(tmp_path, {one: "http://127.0.0.1:1/"})
    policy = parse_policy(write_policy(proposed((log_key().vkey,), settings, book)))
    assert policy.is_met([key.vkey for key in witness_keys()[:2]])
    assert not policy.is_met([witness_keys()[0].vkey])
    assert policy.requires.tsa == 1


def test_authorities_and_witnesses_whose_clocks_differ_are_told_of(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = authority("one", "ecdsa"), authority("two", "ecdsa")

    def late(request_of_one: bytes) -> bytes:
        fields = list(der.children(der.only(request_of_one, der.SEQUENCE, "a request")))
        hashed = list(der.children(fields[1]))[1].body
        info = tst_info(hashed=hashed, nonce=der.integer(fields[2]), at=seconds_ago(3600))
        return response(signed_token(one, info))

    with answering(late) as wrong, answering(two.answer) as right, served(witness(tmp_path)) as server:
        book.add(url_of(server), server.keeper.keys[0].vkey, private=True)
        monkeypatch.setattr("countersign.evidence.witness.gathering.CLOCK_SECONDS", -1)
        found = anchored_at(Log(), 3, settings_for(tmp_path, {one: wrong, two: right}), book)
    assert (len(found.stamps), found.pending) == (2, ())
    assert found.remarks[0] == "the clock of witness witness.example/one and ours differ"
    assert "seconds apart" in found.remarks[1]


def test_settings_name_authorities_and_a_beacon_strictly(tmp_path: Path) -> None:
    path = tmp_path / "countersign.toml"
    path.write_text(
        '[evidence.authorities.first]\nurl = "https://a.example/"\nroot = "r"\ncertificate = "c"\n'
        '[evidence.beacon]\nname = "drand"\nurl = "https://b.example/"\ngenesis = 1\nperiod = 3\n'
    )
    given = config.load([path], {}).config.evidence
    assert given.authorities["first"] == config.Authority(url="https://a.example/", root="r", certificate="c")
    assert given.beacon is not None
    assert given.beacon.period == 3
    for wrong in (
        '[evidence.authorities."A b"]\nurl = "u"\nroot = "r"\ncertificate = "c"\n',
        '[evidence.authorities.a]\nurl = "u"\nroot = "r"\n',
        '[evidence.authorities.a]\nurl = "u"\nroot = "r"\ncertificate = "c"\npassword = "p"\n',
        "[evidence]\ndeadline_seconds = 0\n",
    ):
        path.write_text(wrong)
        with pytest.raises(ConfigError):
            config.load([path], {})
