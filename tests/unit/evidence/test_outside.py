"""Outsiders are asked at public addresses only, unless a person allows others, and can neither lead us nor hold us."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from countersign.evidence.outside import (
    Answer,
    BadUrl,
    Unreachable,
    ask,
    is_public,
    meanwhile,
    place,
    together,
)

INNER = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:0:7f00:1::",
    "2001:db8::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "9.9.9.9", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"]

BAD_URLS = [
    "", "witness.example", "//witness.example/", "ftp://witness.example/", "file:///etc/passwd", "http://witness.example/",
    "https://", "https:///x", "https://a@witness.example/", "https://a:b@witness.example/", "https://witness.example:8443/",
    "https://witness.example:80/", "https://witness.example:x/", "https://witness.example:99999/",
    "https://witness.example/#x", "https://witness.example/a b", "https://witness.example/\n", "https://witness.exam\tple/",
    "https://witness.example\\@127.0.0.1/", "https://wítness.example/", "https://witness.example/\x00",
    "https://wit ness.example/", "https://-witness.example/", "https://witness_example*/", "HTTPS//witness.example",
    "https://[::1/", "https://[fe80::1%25eth0]/", "https://witness.example/" + "a" * 2_000, "javascript:alert(1)",
    "https://?x", "https://witness.example\r\nHost: a/", "gopher://witness.example/", "https:witness.example",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_an_inner_or_special_address_is_not_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_is_more_or_less_than_https_host_and_path_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        place(url)


def test_what_a_person_allows_is_allowed_and_no_more() -> None:
    assert place("https://witness.example/w?a=b").path == "/w?a=b"
    assert place("http://stamp.example/tsr", plain=True).port == 80
    assert place("http://localhost:8080", private=True).port == 8080
    assert place("https://[2606:4700::1111]/").host == "2606:4700::1111"
    for url in ("http://stamp.example:81/", "ftp://stamp.example/"):
        with pytest.raises(BadUrl):
            place(url, plain=True)
    with pytest.raises(BadUrl):
        place("http://a@localhost/", private=True)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]",
             "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]
)  # fmt: skip
def test_no_way_of_writing_this_machine_is_connected_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises((Unreachable, BadUrl)):
        ask(place(f"https://{host}/"), seconds=2)


def test_a_name_with_one_inner_address_among_its_addresses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*args: Any, **kwargs: Any) -> list[Any]:
        return [(2, 1, 6, "", ("9.9.9.9", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(Unreachable, match="inner network"):
        ask(place("https://witness.example/"), seconds=2)


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise the second time (DNS rebinding) gains nothing: it is looked up once."""
    looked_up: list[str] = []
    connected: list[Any] = []

    def look_up(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        looked_up.append(host)
        return [(2, 1, 6, "", ("9.9.9.9" if len(looked_up) == 1 else "127.0.0.1", 443))]

    def connect(address: Any, *args: Any, **kwargs: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        ask(place("https://witness.example/"), seconds=2)
    assert (looked_up, connected) == (["witness.example"], [("9.9.9.9", 443)])


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection after the other with a function that talks raw bytes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                try:
                    talk(line)
                except OSError:
                    continue

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    def talk(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(answer)

    return talk


def test_an_answer_is_read_whole() -> None:
    with speaking(saying(b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; x\r\nContent-Length: 2\r\n\r\nok")) as url:
        assert ask(place(url, private=True), b"body", seconds=2) == Answer(status=200, kind="text/plain", body=b"ok")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with speaking(saying(moved)) as url:
        assert ask(place(url, private=True), seconds=2).status == 302


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\0" * 100, b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 70_000,
    ],
)  # fmt: skip
def test_an_answer_that_is_broken_or_too_long_is_unreachable(answer: bytes) -> None:
    with speaking(saying(answer)) as url, pytest.raises(Unreachable):
        ask(place(url, private=True), b"x", seconds=3)


def test_a_server_that_drips_is_cut_off_in_its_head_and_in_its_body() -> None:
    def drip(start: bytes) -> Callable[[socket.socket], None]:
        def talk(line: socket.socket) -> None:
            line.sendall(start)
            for _ in range(100):
                line.sendall(b"x")
                time.sleep(0.05)

        return talk

    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"):
        with speaking(drip(start)) as url:
            began = time.monotonic()
            with pytest.raises(Unreachable, match="in time"):
                ask(place(url, private=True), seconds=0.3)
            assert time.monotonic() - began < 2


def test_a_server_that_speaks_no_tls_is_unreachable_over_https() -> None:
    with speaking(saying(b"HTTP/1.1 200 OK\r\n\r\n")) as url, pytest.raises(Unreachable, match="secure connection"):
        ask(place(url.replace("http:", "https:"), private=True), seconds=3)
    with speaking(lambda line: time.sleep(3)) as url:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="in time"):
            ask(place(url.replace("http:", "https:"), private=True), seconds=0.3)
        assert time.monotonic() - began < 2


def test_jobs_run_at_the_same_time_and_one_that_fails_is_told_apart() -> None:
    def slow() -> str:
        time.sleep(0.2)
        return "slow"

    def broken() -> str:
        raise ZeroDivisionError

    def refused() -> str:
        raise Unreachable("no")

    began = time.monotonic()
    found = together({"a": slow, "b": slow, "c": broken, "d": refused, "e": lambda: time.sleep(9)}, seconds=0.6)
    assert time.monotonic() - began < 1.5
    words = {name: got if isinstance(got, str) else getattr(got, "message", "") for name, got in found.items()}
    assert (words["a"], words["b"], words["d"]) == ("slow", "slow", "no")
    assert "ZeroDivisionError" in words["c"]
    assert "in time" in words["e"]
    assert meanwhile({"a": slow}, seconds=2)() == {"a": "slow"}
