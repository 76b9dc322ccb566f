"""Hands a scenario's actions over as bytes, as a platform would, so that they can be sealed before they are parsed."""

from collections.abc import Iterator, Sequence

from countersign.activity import Activity, Parsed, Received, Session
from countersign.sources.activitystreams import write
from countersign.testing.scenarios import Scenario

SOURCE = "demo"


class Played:
    """A source whose one file is a scenario: one record an action or sign-in, as ActivityStreams 2.0."""

    name = SOURCE

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._values: Sequence[Activity | Session] = (*scenario.activities, *scenario.sessions)

    def detect(self, ref: str) -> bool:
        """Say whether a reference names this scenario."""
        return ref == self._scenario.name

    def open(self, ref: str, cursor: str | None = None) -> Iterator[Received]:
        """Yield each action and sign-in as the line of JSON that says it."""
        first = int(cursor) + 1 if cursor else 0
        for position, line in enumerate(write(self._values[first:]), start=first):
            yield Received(source=SOURCE, ref=ref, position=position, body=line)

    def parse(self, received: Received) -> Iterator[Parsed]:
        """Yield the action or sign-in that a line says."""
        yield self._values[received.position]
