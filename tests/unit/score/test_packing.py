"""An account's state can be kept in few bytes, comes back as it was, and has a hash that says so."""

import numpy as np
import pytest

from countersign.activity import to_columns
from countersign.errors import ScoreError
from countersign.profile.layout import Preset
from countersign.score.kernel import scratch
from countersign.score.observe import observe
from countersign.score.packing import packed, state_bytes, state_hash, unpacked
from countersign.score.scorer import Scorer, clocks, scorer
from countersign.score.walk import CEILINGS, States, blank, fresh, walk
from countersign.testing.scenarios import play


def learned(preset: Preset) -> tuple[Scorer, States]:
    """Return the state of the demo's account after its first 800 actions."""
    with_ = scorer(preset, {}, {"": "UTC"})
    actions = to_columns(play("slip").activities[:800])
    states = fresh(with_.plan, 1, shadows=1)
    rows = np.arange(actions.num_rows)
    seen = observe(actions, with_.signals, with_.zones)
    out = blank(actions.num_rows, len(with_.signals))
    walk(rows, np.zeros(len(rows), dtype=np.int32), 0, clocks(actions), np.zeros(len(rows), dtype=np.int8), seen,
         with_.plan.layout, states, with_.back, with_.weights, with_.promise, CEILINGS[preset],
         scratch(with_.plan.layout, len(with_.signals)), out)  # fmt: skip
    return with_, states


@pytest.mark.parametrize("preset", ["rich", "compact"])
def test_a_packed_state_comes_back_as_it_was(preset: Preset) -> None:
    with_, states = learned(preset)
    data = packed(states, 0)
    other = fresh(with_.plan, 1, shadows=1)
    assert state_hash(other, 0) != state_hash(states, 0)
    unpacked(other, 0, data)
    assert packed(other, 0) == data
    assert state_hash(other, 0) == state_hash(states, 0)
    assert np.array_equal(other.wide[0], states.wide[0])
    assert np.array_equal(other.counters[0], states.counters[0])


def test_a_compact_state_takes_at_most_1024_bytes() -> None:
    with_, states = learned("compact")
    assert state_bytes(with_.plan, states) <= 1024


def test_a_state_of_another_plan_is_refused() -> None:
    with_, states = learned("compact")
    with pytest.raises(ScoreError, match="does not fit"):
        unpacked(states, 0, packed(states, 0)[:-1])
    assert len(with_.signals) < len(scorer("rich", {}, {"": "UTC"}).signals)
