"""Through what: the application that the action came from."""

import pyarrow as pa

from countersign.profile.habit import Open
from countersign.score.signals.signal import Seen, Signal
from countersign.score.signals.words import usual


def _client(actions: pa.Table) -> pa.ChunkedArray:
    return actions["client"]


def _say_client(seen: Seen) -> str:
    return usual(f"from {seen.value}", seen)


client = Signal(
    name="client",
    question="Does this account act through that application?",
    habit=Open(slots=64, compact_slots=8, contexts=("lately", "by verb"), strength=1.0),
    observe=_client,
    say=_say_client,
    example="a post from a scheduling tool that nobody here uses",
    limits="The platform's own label; not given for likes. A copied application says nothing in the account's favour.",
)
