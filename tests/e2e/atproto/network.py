"""Runs a real Bluesky server with its did:plc directory on loopback, and talks to it."""

import json
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import libipld

from tests.e2e.atproto.oracle import FOLDER, held, need, node

PATIENCE = 60.0
"""Seconds to wait for what the server owes us."""


class Account(NamedTuple):
    """An account on the server, and what lets us write to it."""

    did: str
    token: str


class Network:
    """The server, its directory, and the events that it has sent."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.events: list[dict[str, Any]] = []
        self._places: dict[str, str] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self._until(lambda: bool(self._places))

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Network"]:
        """Start it, or skip the test where it is not installed."""
        need(FOLDER / "pds", "@atproto/pds")
        command = [node(), str(FOLDER / "pds" / "server.mjs")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                yield cls(process)
            finally:
                process.terminate()

    def account(self, name: str) -> Account:
        asked = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": "correct horse"}
        made = self.call("com.atproto.server.createAccount", asked)
        return Account(made["did"], made["accessJwt"])

    def write(self, account: Account, writes: list[dict[str, Any]]) -> dict[str, Any]:
        """Apply writes and wait for their event; return it."""
        asked = {"repo": account.did, "writes": writes}
        rev = self.call("com.atproto.repo.applyWrites", asked, account.token)["commit"]["rev"]
        self._until(lambda: any(event["rev"] == rev for event in self.commits(account.did)))
        return next(event for event in self.commits(account.did) if event["rev"] == rev)

    def commits(self, did: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("repo") == did and "ops" in event]

    def call(self, method: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        url = f"{self._places['pds']}/xrpc/{method}"
        return json.loads(_answer(urllib.request.Request(url, json.dumps(body).encode(), headers)) or b"null")

    def get(self, method: str, **query: str) -> bytes:
        return _answer(f"{self._places['pds']}/xrpc/{method}?{urllib.parse.urlencode(query)}")

    def directory(self, path: str) -> bytes:
        return _answer(f"{self._places['plc']}/{path}")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "pds" in said:
                self._places = said
            elif "frame" in said:
                _, event = libipld.decode_dag_cbor_multi(held(said["frame"]))
                self.events.append(event)

    def _until(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, "the server did not answer in time"
            assert self._process.poll() is None, "the server stopped"
            time.sleep(0.02)


def _answer(request: Any) -> bytes:
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        read: bytes = answer.read()
        return read
