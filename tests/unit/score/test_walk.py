"""Learning never helps a stranger: what he does is held back, goes into a copy, and is dropped if it was not us."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from countersign.activity import Activity, activity_id, to_columns
from countersign.engine.embedded import account_bounds
from countersign.profile.layout import Preset
from countersign.score.alarm import ADOPTED, ALARM, FIRST, NOT_US, US
from countersign.score.scorer import Scorer, score, scorer
from countersign.score.walk import LAG, Outcome

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
OWN, FOREIGN = 300, 12
"""Actions of the owner's first, then the stranger's."""


def deed(number: int, time: datetime, *, text: str, client: str, lang: str, links: tuple[str, ...] = ()) -> Activity:
    return Activity(
        id=activity_id("x", "office", "post", str(number)),
        native_id=str(number),
        platform="x",
        verb="post",
        actor="office",
        published=time,
        time_basis="given",
        content=text,
        instrument=client,
        lang=lang,
        links=links,
        source="actions",
    )


def own(number: int, time: datetime) -> Activity:
    return deed(number, time, text=f"The office is open on {time:%A}. Notice {number}.", client="Web App", lang="en")


def foreign(number: int, time: datetime) -> Activity:
    return deed(number, time, text="СРОЧНО!!! бесплатные монеты 🔥🔥", client="Poster 3000", lang="ru",
                links=(f"http://coins.example/{number}",))  # fmt: skip


def mornings(first: int, count: int, since: datetime, make: Callable[[int, datetime], Activity]) -> list[Activity]:
    return [make(first + at, since + timedelta(days=at, minutes=7 * at % 50)) for at in range(count)]


def story() -> pa.Table:
    """Return a life, a stranger's night in it, four quiet days, and the same stranger again."""
    life = mornings(0, OWN, START, own)
    night = START + timedelta(days=OWN, hours=-6)
    visits = [foreign(OWN + at, night + timedelta(minutes=at)) for at in range(FOREIGN)]
    quiet = mornings(OWN + FOREIGN, 4, START + timedelta(days=OWN + 1), own)
    again = [foreign(OWN + 50 + at, START + timedelta(days=OWN + 5, hours=18, minutes=at)) for at in range(FOREIGN)]
    return to_columns([*life, *visits, *quiet, *again])


ACTIONS = story()
NIGHT = range(OWN, OWN + FOREIGN)
AGAIN = range(ACTIONS.num_rows - FOREIGN, ACTIONS.num_rows)


@pytest.fixture(scope="module", params=["rich", "compact"])
def with_(request: pytest.FixtureRequest) -> Scorer:
    preset: Preset = request.param
    return scorer(preset, {}, {"": "UTC"})


def scored(with_: Scorer, said: dict[int, int] | None = None) -> Outcome:
    marks = np.zeros(ACTIONS.num_rows, dtype=np.int8)
    for row, mark in (said or {}).items():
        marks[row] = mark
    return score(ACTIONS, account_bounds(ACTIONS), with_, marks)


def bits(out: Outcome, rows: range) -> npt.NDArray[np.float64]:
    return out.units[rows.start : rows.stop] / 256.0


def test_an_action_becomes_habit_only_when_four_more_have_come(with_: Scorer) -> None:
    out = scored(with_)
    quiet = np.flatnonzero(np.cumsum(out.sums[:OWN] > 0) == 0)  # before the sum first left 0
    assert len(quiet) > LAG
    assert out.known[quiet].tolist() == np.maximum(0, quiet - LAG).tolist()


def test_a_strangers_first_actions_do_not_make_his_next_ones_familiar(with_: Scorer) -> None:
    out = scored(with_)
    assert np.any(out.flags[NIGHT.start : NIGHT.stop] & FIRST)
    assert bits(out, NIGHT).min() > 0.0
    assert bits(out, NIGHT)[-1] > 0.8 * bits(out, NIGHT)[1]


def test_while_nobody_answers_the_habit_stays_as_it_was_before(with_: Scorer) -> None:
    out = scored(with_)
    first = NIGHT.start + int(np.flatnonzero(out.flags[NIGHT.start : NIGHT.stop] & ALARM)[0])
    assert len(set(out.known[first + 1 : AGAIN.stop].tolist())) == 1
    assert bits(out, AGAIN).mean() > 0.8 * bits(out, NIGHT).mean()


def test_it_was_us_makes_it_familiar_and_it_was_not_us_does_not(with_: Scorer) -> None:
    last = NIGHT.stop - 1
    us, not_us, nobody = (scored(with_, {last: mark} if mark else None) for mark in (US, NOT_US, 0))
    assert bits(us, AGAIN).mean() < 0.6 * bits(nobody, AGAIN).mean()
    assert bits(not_us, AGAIN).mean() > 0.8 * bits(nobody, AGAIN).mean()
    assert not np.any((not_us.flags | us.flags) & ADOPTED)


def test_an_answer_changes_nothing_before_it(with_: Scorer) -> None:
    last = NIGHT.stop - 1
    us, nobody = scored(with_, {last: US}), scored(with_)
    assert np.array_equal(us.units[: last + 1], nobody.units[: last + 1])
    assert np.array_equal(us.flags[: last + 1], nobody.flags[: last + 1])


def test_walking_twice_gives_the_same_to_the_last_bit(with_: Scorer) -> None:
    one, other = scored(with_), scored(with_)
    for name in Outcome._fields:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_what_comes_later_never_changes_what_was_said_before(with_: Scorer) -> None:
    whole, half = scored(with_), ACTIONS.slice(0, 150)
    before = score(half, account_bounds(half), with_)
    assert np.array_equal(before.units, whole.units[:150])
    assert np.array_equal(before.sums, whole.sums[:150])
