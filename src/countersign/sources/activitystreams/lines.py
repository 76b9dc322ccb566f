"""The source `activitystreams`: knows a file of ActivityStreams lines, opens it, and says what each line means."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received
from countersign.errors import SourceError
from countersign.sources import as2
from countersign.sources.activitystreams.foreign import foreign, items
from countersign.sources.activitystreams.names import PREFIX, SOURCE
from countersign.sources.activitystreams.own import Unreadable, is_own, own

MAX_LINE: Final = 16 << 20
"""Bytes of one line; a longer one is handed on in pieces of this length, to be counted as damaged."""
_FIRST_LINES: Final = 50
_KEPT: Final = 4_096
_MARK: Final = b"\xef\xbb\xbf"


class ActivityStreams:
    """Files with one ActivityStreams object a line."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether one of the first lines is an ActivityStreams object; never raises."""
        with suppress(OSError, ValueError), open(ref, "rb") as file:
            return any(_speaks(line) for line in file.read(1 << 20).split(b"\n")[:_FIRST_LINES])
        return False

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield the lines as they are written; their position is the number of the line, from 1."""
        after = int(cursor or 0)
        try:
            with open(ref, "rb") as file:
                for position, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
                    if position > after:
                        yield Received(source=SOURCE, ref=ref, position=position, body=line)
        except (OSError, ValueError) as error:
            raise SourceError(f"cannot read the file: {getattr(error, 'strerror', None) or error}", where=ref,
                              code="CS101", hint="Check the path and its permissions.") from error  # fmt: skip

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield what a line says; pure, and a line that cannot be read is yielded as `NotUnderstood`."""
        body = received.body.removeprefix(_MARK).strip()
        if body:
            yield from _parsed(received, as2.fields_in(body))


def _parsed(received: Received, line: as2.Fields | str) -> Iterator[Parsed]:
    held = None if isinstance(line, str) else items(line)
    if held is None:
        yield _one(received, line, received.body, f"line-{received.position}")
        return
    for number, item in enumerate(held, start=1):
        inner = item if isinstance(item, dict) else "not an object"
        yield _one(received, inner, msgspec.json.encode(item), f"line-{received.position}-{number}")


def _one(received: Received, line: as2.Fields | str, body: bytes, place: str) -> Parsed:
    try:
        if isinstance(line, str):
            raise Unreadable(line)
        return own(line) if is_own(line) else foreign(line, received.position, place)
    except Unreadable as error:
        return NotUnderstood(source=SOURCE, ref=received.ref, position=received.position, reason=str(error),
                             body=body[:_KEPT])  # fmt: skip


def _speaks(body: bytes) -> bool:
    line = as2.fields_in(body.removeprefix(_MARK).strip())
    if isinstance(line, str) or not as2.kind(line):
        return False
    context = str(line.get("@context", ""))
    return "activitystreams" in context or "actor" in line or as2.kind(line).startswith(PREFIX)
