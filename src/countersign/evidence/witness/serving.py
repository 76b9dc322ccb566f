"""Puts a witness behind HTTP: limits are small, nothing more is told than the protocol says, nobody holds up others."""

import logging
import re
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Timer
from typing import Any

from countersign.evidence.outside import BadUrl
from countersign.evidence.witness.keeper import Keeper, Reply
from countersign.evidence.witness.submission import MOST_BODY

MOST_HEAD = 16 * 1024
"""Bytes of the request line and headers together; ours have 200."""
MOST_CONNECTIONS = 64
"""Clients served at once. For one more the oldest is cut off; who means well is done in some milliseconds."""
CONNECTION_SECONDS = 30.0
"""How long one connection lasts, however much it has to say: a log sends some KB and waits for one write to disk."""
READ_SECONDS = 10.0

_PATH = "/add-checkpoint"
_LENGTH = re.compile(r"[0-9]{1,7}")
_log = logging.getLogger(__name__)


class TooLarge(Exception):
    """A request's head is larger than any that is meant well."""


class WitnessServer(ThreadingHTTPServer):
    """An HTTP server for one witness; `serve_forever` until `shutdown`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, keeper: Keeper, host: str, port: int) -> None:
        self.keeper = keeper
        self._open: dict[int, socket.socket] = {}
        self._lock = Lock()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own; where there are too many, the oldest has had its time."""
        with self._lock:
            if len(self._open) >= MOST_CONNECTIONS:
                _cut(self._open.pop(next(iter(self._open))))
            self._open[id(request)] = request
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and end it when its time is over."""
        watch = Timer(CONNECTION_SECONDS, _cut, (request,))
        watch.daemon = True
        watch.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            watch.cancel()
            with self._lock:
                self._open.pop(id(request), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note that a connection failed; who it was is nobody's business."""
        del request, client_address
        _log.debug("a connection to the witness failed", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Answers `POST /add-checkpoint`, and refuses everything else."""

    protocol_version = "HTTP/1.1"
    server_version = "countersign-witness"
    timeout = READ_SECONDS
    wbufsize = -1  # head and body leave together, and at once: else each reply waits 40 ms for an acknowledgement
    disable_nagle_algorithm = True
    server: WitnessServer
    request_version = "HTTP/1.1"  # until a request line was read

    def setup(self) -> None:
        """Read through a counter, so that a head without end has one."""
        super().setup()
        self._plain = self.rfile
        self.rfile = _Counted(self._plain)  # type: ignore[assignment]  # all that is used of it: readline

    def handle_one_request(self) -> None:
        """Serve one request of a connection."""
        self.rfile.left = MOST_HEAD  # type: ignore[attr-defined]
        try:
            super().handle_one_request()
        except TooLarge:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def do_POST(self) -> None:
        """Countersign, or refuse."""
        body = self._body()
        if body is None:
            return
        if self.path != _PATH:
            return self._reply(Reply(status=404, body=b"there is nothing here but /add-checkpoint\n"))
        try:
            reply = self.server.keeper.add_checkpoint(body)
        except Exception:
            _log.exception("the witness could not answer")
            reply = Reply(status=500, body=b"the witness cannot answer now\n")
        self._reply(reply)

    def _body(self) -> bytes | None:
        """Return the whole body, or None once it was refused."""
        lengths = self.headers.get_all("Content-Length") or []
        if "Transfer-Encoding" in self.headers or len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
            return None
        length = int(lengths[0])
        if length > MOST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        body = self._plain.read(length)
        self.close_connection |= len(body) < length
        return body if len(body) == length else None

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer with a status alone, and end the connection: what follows in it cannot be told apart any more."""
        self.close_connection, self.request_version = True, self.protocol_version
        self._reply(Reply(status=status.value, body=f"{status.phrase.lower()}\n".encode()))

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request that is not HTTP, or of another method, without repeating any of it."""
        del message, explain
        self._refuse(HTTPStatus(code))

    def version_string(self) -> str:
        """Return what the server says it is: not which Python it runs on."""
        return self.server_version

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep no record of who asked for what."""

    def log_message(self, format: str, *args: Any) -> None:
        """Keep no record of who asked."""


class _Counted:
    """Lines of a head, up to a limit for all of them."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.left = MOST_HEAD

    def readline(self, most: int = -1) -> bytes:
        line: bytes = self._file.readline(min(most, self.left + 1) if most >= 0 else self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise TooLarge
        return line

    def close(self) -> None:
        self._file.close()

    @property
    def closed(self) -> bool:
        return bool(self._file.closed)


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def listening(keeper: Keeper, address: str) -> WitnessServer:
    """Return a server for a witness at HOST:PORT (`[::1]:8080` for IPv6), port 0 for any; raises BadUrl, OSError."""
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise BadUrl(
            "this is not an address to listen at", where=address, hint="write HOST:PORT, such as 127.0.0.1:7380"
        )
    return WitnessServer(keeper, host.removeprefix("[").removesuffix("]"), int(port))
