import json

import pytest

from bench.protocol.entries import Reach, entry, exact, table, to_json
from bench.protocol.metrics import Figure

NAN = float("nan")


def test_a_full_run_decides_by_the_figure_itself() -> None:
    reached = entry("x", Figure(0.8, 0.7, 0.9, 14), "", reach=Reach(0.75), peers={}, why_short=None)
    missed = entry("x", Figure(0.7, 0.6, 0.8, 14), "", reach=Reach(0.75), peers={}, why_short=None)
    assert (reached.ok, missed.ok) == (True, False)


def test_a_short_run_decides_only_where_its_whole_interval_does() -> None:
    wide = entry("x", Figure(0.8, 0.7, 0.9, 4), "", reach=Reach(0.75), peers={}, why_short="4 accounts")
    low = entry("x", Figure(0.5, 0.4, 0.6, 4), "", reach=Reach(0.75), peers={}, why_short="4 accounts")
    assert (wide.ok, wide.why) == (None, "4 accounts")
    assert (low.ok, low.why) == (False, None)


def test_a_figure_that_should_lie_between_two_is_missed_on_both_sides() -> None:
    reach = Reach(0.5, 1.1)
    assert [reach.met(value) for value in (0.4, 0.5, 1.1, 1.2)] == [False, True, True, False]
    assert reach.bounds() == (0.5, 1.1)
    assert not reach.decided(Figure(0.8, 0.3, 1.3, 4))


def test_what_could_not_be_measured_is_not_called_reached_or_missed() -> None:
    row = entry("x", exact(NAN), "", reach=Reach(0.5), peers={"A": NAN}, why_short=None)
    assert (row.value, row.ok, row.peer, row.peers) == (None, None, None, {})
    assert row.why


def test_the_best_peer_is_the_highest_or_the_nearest_to_the_promise() -> None:
    peers = {"A": 0.6, "B": 0.9, "C": 3.0}
    assert entry("x", exact(1.0), "", reach=Reach(0.5), peers=peers, why_short=None).peer == 3.0
    assert entry("x", exact(1.0), "", reach=Reach(0.5, 1.1), peers=peers, why_short=None).peer == 0.9


def test_the_json_is_a_list_with_the_six_keys_that_others_read() -> None:
    rows = [entry(name, Figure(0.8, 0.7, 0.9, 14), "share", reach=Reach(0.75), peers={"A": 0.6}, why_short=None)
            for name in ("one", "two")]  # fmt: skip
    read = json.loads(to_json(rows))
    assert [row["name"] for row in read] == ["one", "two"]
    expected = {"name": "one", "value": 0.8, "unit": "share", "reach": 0.75, "peer": 0.6, "ok": True}
    assert expected.items() <= read[0].items()


@pytest.mark.parametrize(("value", "shown"), [(0.5, "0.500"), (300_000.0, "300,000")])
def test_the_table_shows_value_asked_and_best_peer(value: float, shown: str) -> None:
    text = table([entry("speed", exact(value), "", reach=Reach(0.4), peers={"river": 0.25}, why_short=None)])
    assert f"| speed | {shown} |  | >= 0.4 | yes | 0.250 (river) |" in text
