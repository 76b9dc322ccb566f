"""Through what: the application that the action came from."""

import pyarrow as pa

from countersign.profile.habit import Open
from countersign.score.signals.signal import Seen, Signal, Unseen
from countersign.score.signals.words import dealt, named


def _client(actions: pa.Table) -> pa.ChunkedArray:
    return actions["client"]


def _say_client(seen: Seen) -> str:
    return dealt(f"through {named(seen.value)}", seen, done="used", of="actions")


def _no_client(_: Unseen) -> str:
    return "the source does not name the application"


client = Signal(
    name="client",
    question="Does this account act through that application?",
    habit=Open(slots=64, compact_slots=8, contexts=("lately", "by verb"), strength=1.0),
    observe=_client,
    say=_say_client,
    lacking=_no_client,
    example="a post from a scheduling tool that nobody here uses",
    limits="The platform's own label, which an intruder can copy; most sources give none for likes.",
)
