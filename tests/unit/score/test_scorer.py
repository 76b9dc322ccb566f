"""Accounts are scored together as each alone: those beside it, and what a state was used for before, leave no trace."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from countersign.engine.embedded import account_bounds
from countersign.profile.layout import Preset
from countersign.score import scorer as scoring
from countersign.score.scorer import score, scorer
from countersign.score.walk import Outcome
from countersign.testing.population import Population, tables


@pytest.mark.parametrize(("preset", "least"), [("rich", 1), ("rich", 700), ("rich", 10_000), ("compact", 700)])
def test_many_accounts_are_scored_as_each_alone(preset: Preset, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "LEAST", least)  # accounts walked each by itself, some together, all together
    many = pa.concat_tables(tables(Population(accounts=8, actions=300)))
    with_, bounds = scorer(preset, {}, {"": "UTC"}), account_bounds(many)
    assert len(bounds) - 1 == 8
    together = score(many, bounds, with_)
    alone = [score(many.slice(start, stop - start), [0, stop - start], with_) for start, stop in pairwise(bounds)]
    for name in Outcome._fields:
        joined = np.concatenate([getattr(one, name) for one in alone])
        assert np.array_equal(getattr(together, name), joined), name
