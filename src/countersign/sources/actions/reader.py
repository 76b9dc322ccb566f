"""The source `actions`: what happened, from anywhere, as JSON lines, CSV or Parquet with documented columns."""

from collections.abc import Iterator

from countersign.activity import NotUnderstood, Parsed, Received
from countersign.sources.actions import files, jsonl
from countersign.sources.actions.single import SOURCE, activities


class ActionsSource:
    """Reads flat files of actions; each record names its account."""

    name = SOURCE

    def detect(self, ref: str) -> bool:
        """Say whether a file holds records that name an account and a verb; never raises."""
        for line in files.first_bytes(ref).split(b"\n")[:50]:
            try:
                values = jsonl.decoded(line)
            except Exception:
                continue
            if isinstance(values, dict) and "account" in values and ("verb" in values or "time" in values):
                return True
        return False

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield the records of a file as they are written; their position is the number of their line, from 1."""
        passed = int(cursor or 0)
        with files.opened(ref) as file:
            for position, (line, _whole) in enumerate(files.lines(file), 1):
                if position > passed:
                    yield Received(source=SOURCE, ref=ref, position=position, body=line)

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield the action that a record says, and what undid it."""
        row = jsonl.row_in(received.body)
        if row is None:
            return
        if isinstance(row, str):
            yield NotUnderstood(
                source=SOURCE, ref=received.ref, position=received.position, reason=row, body=received.body
            )
            return
        yield from activities(row, position=received.position, place=f"line-{received.position}")
