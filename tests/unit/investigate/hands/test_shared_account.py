"""The benchmark's account with a known answer: nothing that is scored may hold the label."""

import os
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the peers of the benchmark are not installed")

from bench.trials.hands import HANDS, SHARED, shared
from countersign.investigate.hands.manner import QUOTATION_MARKS

DATA = Path(os.environ.get("COUNTERSIGN_DATA", "nowhere"))


@pytest.mark.skipif(
    not (DATA / SHARED).is_file(), reason="the open data is not here: COUNTERSIGN_DATA names its folder"
)
def test_the_label_is_no_feature_and_the_parts_follow_each_other_in_time() -> None:
    given = shared(DATA)
    parts = [given.places[given.part(*ends)] for ends in ((0, 0.5), (0.5, 0.7), (0.7, 1))]
    times = [one.published for one in given.actions]
    assert {one.instrument for one in given.actions} == {None}
    assert not any((given.actions[at].content or "").lstrip().startswith(tuple(QUOTATION_MARKS)) for at in given.places)
    assert sum(map(len, parts)) == len(given.places) == len(given.hands)
    assert times == sorted(times, key=str)
    assert parts[0][-1] < parts[1][0] <= parts[1][-1] < parts[2][0]
    assert set(given.hands.tolist()) == set(HANDS.values())
