"""Sends one HTTP request to an outsider and reads a short answer, in a limited time, from a checked address."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.outside.place import USUAL_PORT, Place, is_public

MOST_ANSWER = 64 * 1024
"""Bytes of an answer: a time stamp has 6 KB, three cosignatures have 8."""


class Unreachable(EvidenceError):
    """An outsider did not answer, or not as it should."""

    code = "CS462"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: the status, the type that it says to have, and the body."""

    status: int
    kind: str
    body: bytes


def ask(where: Place, body: bytes | None = None, *, kind: str = "text/plain", seconds: float) -> Answer:
    """Return the answer to a POST of `body`, or to a GET if there is none. Never follows a redirect.

    Raises Unreachable when it cannot be had within `seconds`, whatever the other side does. (Only to look up the name
    may take longer: the system gives no limit for that, `together` does.)
    """
    until = time.monotonic() + seconds
    try:
        with _connected(where, until) as connection:
            connection.request("GET" if body is None else "POST", where.path, body=body, headers=_headers(kind, body))
            with connection.getresponse() as response:
                answer = _answer(where, response)
        if time.monotonic() >= until:  # then it was cut, and may not be whole
            raise TimeoutError
        return answer
    except (OSError, UnicodeError, http.client.HTTPException) as cause:
        raise _unreachable(where, _words(cause, until)) from cause


def _headers(kind: str, body: bytes | None) -> dict[str, str]:
    headers = {"User-Agent": "countersign", "Connection": "close"}
    return headers if body is None else {**headers, "Content-Type": kind}


def _answer(where: Place, response: http.client.HTTPResponse) -> Answer:
    body = response.read(MOST_ANSWER + 1)
    if len(body) > MOST_ANSWER:
        raise _unreachable(where, "its answer is too long")
    if response.length:  # what was promised and did not come: http.client does not tell when it reads up to a limit
        raise http.client.IncompleteRead(body, response.length)
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(status=response.status, kind=kind, body=body)


@contextmanager
def _connected(where: Place, until: float) -> Iterator[http.client.HTTPConnection]:
    """Connect to a checked address of the host; when the time is over the connection is cut, wherever it is."""
    lines = [_line(where, until)]
    connection = http.client.HTTPConnection(_named(where), where.port)
    # A limit for each read would let a slow server go on for ever, one byte at a time: this is for all of it.
    watch = Timer(max(0.0, until - time.monotonic()), _cut, (lines,))
    watch.daemon = True
    watch.start()
    try:
        if where.scheme == "https":
            secured = _secured(lines[0], where)
            lines.append(secured)
            secured.do_handshake()  # only now, so that this too can be cut
        connection.sock = lines[-1]
        yield connection
    finally:
        watch.cancel()
        connection.close()
        for line in lines:
            line.close()


def _named(where: Place) -> str:
    return f"[{where.host}]" if ":" in where.host else where.host


def _line(where: Place, until: float) -> socket.socket:
    """Connect to the first address that answers; all of the name's are checked before, and it is looked up once."""
    found = [info[4][0] for info in socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)]
    addresses = list(dict.fromkeys(map(str, found)))
    if not where.private and not all(map(is_public, addresses)):
        raise _unreachable(where, "its address is of an inner network", hint="--allow-private, if that is meant")
    problem: OSError = OSError("no address")
    for address in addresses:
        try:
            line = socket.create_connection((address, where.port), timeout=max(0.01, until - time.monotonic()))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does: head and body go apart
            return line
        except OSError as cause:
            problem = cause
    raise problem


def _secured(line: socket.socket, where: Place) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=where.host, do_handshake_on_connect=False)


def _cut(lines: Sequence[socket.socket]) -> None:
    try:
        socket.socket.shutdown(lines[-1], socket.SHUT_RDWR)  # not TLS's own farewell, which would wait for an answer
    except OSError:
        return  # it has ended by itself


def _words(cause: Exception, until: float) -> str:
    if isinstance(cause, TimeoutError) or time.monotonic() >= until:
        return "it did not answer in time"
    if isinstance(cause, socket.gaierror | UnicodeError):
        return "there is no such host, or no network"
    if isinstance(cause, ssl.SSLError):
        return "its certificate does not hold, or the secure connection failed"
    return "it does not answer" if isinstance(cause, OSError) else "its answer is not HTTP"


def _unreachable(where: Place, why: str, *, hint: str = "") -> Unreachable:
    port = "" if where.port == USUAL_PORT[where.scheme] else f":{where.port}"
    return Unreachable(why, where=f"{where.scheme}://{_named(where)}{port}", hint=hint)
