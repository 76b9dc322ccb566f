"""An import of 200,000 actions takes under twenty seconds, so that nobody is tempted to skip it."""

import time
from collections.abc import Iterator

import pytest

from countersign.activity import Activity, to_columns
from countersign.store import Store
from tests.unit.store.acts import EMBASSY, FILES, OURS, like, post, snapshot

ACTIONS = 200_000
SECONDS = 20.0


def history() -> Iterator[Activity]:
    for number in range(0, ACTIONS, 2):
        yield like(number, after=number / 1_440, before=800, content="The text of a liked post. " * 6)
        yield post(number + 1, number / 1_440, content="Our own text of a post. " * 5)


@pytest.mark.slow
def test_two_hundred_thousand_actions_are_imported_in_under_twenty_seconds_of_work(store: Store) -> None:
    actions = to_columns(history())
    before = time.process_time()
    first = store.import_reading(actions, files=FILES, adding=(OURS,), snapshots=(snapshot(800),))
    spent = time.process_time() - before
    assert first.new == ACTIONS
    assert spent < SECONDS
    assert store.import_reading(actions, files=FILES).already == ACTIONS
    assert store.actions(EMBASSY).num_rows == ACTIONS
