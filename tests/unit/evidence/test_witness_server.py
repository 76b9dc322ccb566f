"""A witness on the network: the protocol over HTTP, and clients that mean harm, are slow, or send nonsense."""

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from countersign.errors import EvidenceError
from countersign.evidence.witness import Keeper, WitnessServer, listening, serving
from countersign.evidence.witness.submission import MOST_BODY
from tests.unit.evidence.witness_parts import Log, served, witness


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WitnessServer]:
    with served(witness(tmp_path)) as found:
        yield found


def connect(server: WitnessServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)


def post(connection: http.client.HTTPConnection, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
    connection.request("POST", path, body)
    answer = connection.getresponse()
    return answer.status, answer.headers["Content-Type"], answer.read()


def raw(server: WitnessServer, request: bytes, *, most: float = 5) -> bytes:
    """Send bytes and return everything that comes back until the other side ends the connection."""
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=most) as line:
        line.sendall(request)
        found = b""
        while part := line.recv(65536):
            found += part
        return found


def test_several_checkpoints_go_over_one_connection(server: WitnessServer) -> None:
    log, connection = Log(), connect(server)
    assert post(connection, log.submission(0, 3))[0] == 200
    assert post(connection, log.submission(1, 5)) == (409, "text/x.tlog.size", b"3\n")
    status, kind, body = post(connection, log.submission(3, 5))
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert body.startswith("— witness.example/one ".encode())
    assert body.endswith(b"\n")
    connection.close()


def test_all_other_paths_and_methods_are_refused(server: WitnessServer) -> None:
    for path in ("/", "/add-checkpoint/", "/add-checkpoint?x", "/../add-checkpoint"):
        connection = connect(server)
        assert post(connection, b"old 0\n", path)[0] == 404
        connection.close()
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "X" * 200):
        assert raw(server, f"{method} /add-checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".encode()).startswith(b"HTTP/1.1 501")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n", b"411"),
        (f"POST /add-checkpoint HTTP/1.1\r\nContent-Length: {MOST_BODY + 1}\r\n\r\n".encode(), b"413"),
        (b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 5_000 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n", b"431"),
        (b"\r\n\r\n", b""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b""),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n", b"501"),
    ],
)
def test_a_request_that_is_not_meant_well_gets_a_status_and_nothing_of_itself_back(
    server: WitnessServer, request_bytes: bytes, status: bytes
) -> None:
    # Some of these end the connection while we still send: then there is no answer to read, which is an answer too.
    try:
        found = raw(server, request_bytes)
    except ConnectionError:
        found = b"HTTP/1.1 " + status
    assert status in found.partition(b"\r\n")[0] or found == b""
    for told in (b"Traceback", b"python", b"Python", b"script", b"aaaa", b"bbbb", b".py"):
        assert told not in found


def test_a_defect_of_ours_is_500_and_tells_nothing(server: WitnessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Keeper, body: bytes) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Keeper, "add_checkpoint", broken)
    connection = connect(server)
    assert post(connection, Log().submission(0, 3)) == (
        500, "text/plain; charset=utf-8", b"the witness cannot answer now\n"
    )  # fmt: skip
    connection.close()


def test_slow_clients_hold_up_nobody(server: WitnessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 8)
    address = ("127.0.0.1", server.server_address[1])
    slow = [socket.create_connection(address, timeout=5) for _ in range(20)]
    for line in slow:
        line.sendall(b"POST /add-checkpoint HT")
    connection = connect(server)
    began = time.monotonic()
    assert post(connection, Log().submission(0, 3))[0] == 200
    assert time.monotonic() - began < 2
    connection.close()
    for line in slow:
        line.close()


def test_a_client_that_drips_is_cut_off(server: WitnessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CONNECTION_SECONDS", 0.4)
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=5) as line:
        began = time.monotonic()
        while time.monotonic() - began < 5:
            try:
                line.sendall(b"P")
            except OSError:
                break
            time.sleep(0.05)
        assert time.monotonic() - began < 3


def test_a_body_that_never_comes_whole_is_no_request(server: WitnessServer) -> None:
    body = Log().submission(0, 3)
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=5) as line:
        line.sendall(f"POST /add-checkpoint HTTP/1.1\r\nContent-Length: {len(body) + 5}\r\n\r\n".encode() + body)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1000) == b""
    assert server.keeper.memory.logs()[0].size == 0


def test_many_logs_at_once_are_served(tmp_path: Path) -> None:
    with served(witness(tmp_path)) as server:
        log, answers = Log(), []

        def go(size: int) -> None:
            connection = connect(server)
            answers.append(post(connection, log.submission(0, size))[0])
            connection.close()

        threads = [Thread(target=go, args=(size,)) for size in range(1, 21)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [200] + [409] * 19


@pytest.mark.parametrize("address", ["", "7380", ":7380", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "a:-1"])
def test_a_wrong_address_to_listen_at_is_an_error_of_usage(address: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError):
        listening(witness(tmp_path), address)
