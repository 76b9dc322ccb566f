"""A like's interval always holds the truth, and is narrowed only where the archive's own order passes its test."""

import random
from pathlib import Path

import pytest

from countersign.sources.x_archive.order import narrowed
from countersign.sources.x_archive.times import from_ms, to_ms
from tests.unit.sources.x_archive.archives import actions, id_at, js, packed, remarks
from tests.unit.sources.x_archive.like_streams import DAY_MS, NOW_MS, Like, history, laid_out

LAYOUTS = {
    "one stream": ((10**6, 25),),
    "two streams": ((250, 25), (10**6, 250)),
    "three streams": ((250, 25), (180, 50), (10**6, 250)),
}


def _file(likes: list[Like]) -> dict[str, str]:
    return {"data/like.js": js("like", [{"like": {"tweetId": id_at(like.made)}} for like in likes])}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("a_day", [0.3, 5, 150])
def test_no_narrowed_bound_is_past_the_like(layout: str, a_day: float) -> None:
    used = 0
    for seed in range(12):
        rng = random.Random(f"{layout} {a_day} {seed}")
        file = laid_out(history(rng, 1359 + 250 * seed, a_day=a_day), LAYOUTS[layout])
        order = narrowed([like.made for like in file])
        used += bool(order.bounds)
        assert all(bound <= like.liked for bound, like in zip(order.bounds, file, strict=False))
    assert used >= 6


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_narrowed_bound_is_past_the_like_when_rows_were_taken_out(layout: str) -> None:
    for seed in range(12):
        rng = random.Random(f"redacted {layout} {seed}")
        file = [like for like in laid_out(history(rng, 3000, a_day=8), LAYOUTS[layout]) if rng.random() > 0.05]
        order = narrowed([like.made for like in file])
        assert all(bound <= like.liked for bound, like in zip(order.bounds, file, strict=False))


def test_an_old_post_liked_lately_is_known_to_be_liked_lately() -> None:
    likes = history(random.Random(3), 2000, a_day=10, old=0, binges=0)
    likes[1500] = Like(likes[1500].liked - 900 * DAY_MS, likes[1500].liked)
    order = narrowed([like.made for like in likes])
    assert likes[1500].liked - 10 * DAY_MS < order.bounds[1500] <= likes[1500].liked


def test_a_hundred_thousand_likes_are_bounded() -> None:
    file = laid_out(history(random.Random(5), 100_000, a_day=40, binges=30), LAYOUTS["two streams"])
    order = narrowed([like.made for like in file])
    assert len(order.bounds) == 100_000
    assert all(bound <= like.liked for bound, like in zip(order.bounds, file, strict=True))


def test_likes_in_no_order_keep_their_hard_bounds_only() -> None:
    likes = history(random.Random(1), 3000, a_day=5)
    random.Random(2).shuffle(likes)
    order = narrowed([like.made for like in likes])
    assert order.bounds == ()
    assert order.violations > 0.05
    assert "pages are out of order" in order.said


def test_likes_oldest_first_keep_their_hard_bounds_only() -> None:
    order = narrowed([like.made for like in reversed(history(random.Random(1), 3000, a_day=5))])
    assert order.bounds == ()


def test_an_owner_who_mostly_likes_old_posts_keeps_hard_bounds_only() -> None:
    order = narrowed([like.made for like in history(random.Random(1), 3000, a_day=5, old=0.2)])
    assert order.bounds == ()


def test_a_short_file_is_not_tested() -> None:
    assert "too few" in narrowed([like.made for like in history(random.Random(1), 300, a_day=5)]).said


def test_the_archive_says_by_which_method_times_were_found(tmp_path: Path) -> None:
    file = laid_out(history(random.Random(9), 1500, a_day=6), LAYOUTS["two streams"])
    ref = packed(tmp_path / "a.zip", _file(file))
    found = actions(ref)
    assert {like.time_basis for like in found} == {"page order", "after object"}
    for read, like in zip(found, file, strict=True):
        assert read.published is None
        assert read.start_time is not None
        assert from_ms(like.made) <= read.start_time <= from_ms(like.liked)
        assert read.end_time is not None
        assert to_ms(read.end_time) == NOW_MS
    (said,) = remarks(ref)
    assert "from the page order of the file (2 newest-first streams" in said


def test_bounds_follow_their_likes_through_chunks_and_parts(tmp_path: Path) -> None:
    file = history(random.Random(9), 9000, a_day=20, old=0.01)
    rows = [{"like": {"tweetId": id_at(like.made), "fullText": "x" * 400}} for like in file]
    whole = packed(tmp_path / "a.zip", {"data/like.js": js("like", rows)})
    parts = {"data/like.js": js("like", rows[:5000]), "data/like-part1.js": js("like", rows[5000:], part=1)}
    one, two = actions(whole), actions(packed(tmp_path / "b.zip", parts))
    assert [like.start_time for like in one] == [like.start_time for like in two]
    assert sum(like.time_basis == "page order" for like in one) > 1000


def test_likes_of_2018_have_an_id_and_nothing_else(tmp_path: Path) -> None:
    (like,) = actions(packed(tmp_path / "a.zip", {"like.js": js("like", [{"like": {"tweetId": "20"}}])}))
    assert (like.object, like.content, like.object_author, like.start_time) == ("20", None, None, None)
    assert like.time_basis == "unknown"


def test_a_text_that_looks_like_a_record_shifts_no_bound(tmp_path: Path) -> None:
    rows = [{"like": {"tweetId": id_at(NOW_MS - 5000), "fullText": 'x"}}, {"like": {"tweetId": "7", "a": "'}}] * 3
    assert {like.native_id for like in actions(packed(tmp_path / "a.zip", {"data/like.js": js("like", rows)}))} == {
        id_at(NOW_MS - 5000)
    }
