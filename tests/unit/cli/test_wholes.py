"""Only lists that are whole may tell that something was undone."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from countersign.activity import Identity
from countersign.cli.wholes import snapshots
from countersign.engine.verdict import Reading, Verdict

AS_OF = datetime(2026, 8, 20, tzinfo=UTC)


@pytest.fixture
def reading(make_verdict: Callable[..., Verdict]) -> Reading:
    who = Identity(account="111", platform="x", handle="ExamplianEmb", as_of=AS_OF)
    return msgspec.structs.replace(make_verdict().reading, identities=(who,))


def test_an_x_archive_lists_all_likes_as_of_its_making(reading: Reading) -> None:
    (found,) = snapshots(reading)
    assert (found.account, found.as_of, "like" in found.verbs, "post" in found.verbs) == ("111", AS_OF, True, False)


@pytest.mark.parametrize(
    "change",
    [
        {"not_understood_count": 1},
        {"remarks": ("manifest.js says 66 rows of like, 64 were read",)},
        {"sources": (("a.jsonl", "actions"),)},
        {"sources": (("a.zip", "x-archive"), ("b.car", "bluesky-car"))},
        {"identities": ()},
    ],
)
def test_nothing_is_concluded_from_a_list_that_may_be_short(change: dict[str, object], reading: Reading) -> None:
    assert snapshots(msgspec.structs.replace(reading, **change)) == ()
