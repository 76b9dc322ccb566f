from pathlib import Path

import pytest

from bench.protocol.changes import CAMPAIGN, JOURNEY, Change, changes
from bench.protocol.data import ARCHIVES
from tests.bench.toys import accounts

TOYS = accounts()
BY_NAME = {toy.name: toy for toy in TOYS}


@pytest.mark.parametrize("kind", ["travel", "campaign", "colleague"])
def test_a_change_lies_in_the_test_part_in_order_of_time(kind: str, tmp_path: Path) -> None:
    found = changes(TOYS, kind, tmp_path)  # type: ignore[arg-type]
    assert len(found) == 6
    for change in found:
        host = BY_NAME[change.host]
        assert change.place >= host.test_start
        times = [host.rows[change.place].at, *(row.at for row in change.rows)]
        assert times == sorted(times)


def actions_within(change: Change, length: object) -> int:
    start = BY_NAME[change.host].rows[change.place].at
    return sum(row.at - start <= length for row in change.rows)  # type: ignore[operator]


def test_a_traveller_does_the_same_things_six_to_nine_hours_off(tmp_path: Path) -> None:
    for change in changes(TOYS, "travel", tmp_path):
        own = {row.id: row for row in BY_NAME[change.host].rows}
        start = own[BY_NAME[change.host].rows[change.place].id].at
        for row in change.rows:
            hours = abs(row.at - own[row.id].at).total_seconds() / 3600
            away = own[row.id].at - start <= JOURNEY
            assert 6 <= hours <= 9 or row.at == start if away else hours == 0


def test_a_campaign_is_three_times_the_activity_with_no_action_twice(tmp_path: Path) -> None:
    for change in changes(TOYS, "campaign", tmp_path):
        host = BY_NAME[change.host]
        usual = sum(host.rows[change.place].at < row.at <= host.rows[change.place].at + CAMPAIGN for row in host.rows)
        assert actions_within(change, CAMPAIGN) == pytest.approx(3 * usual, abs=4)
        assert len({row.id for row in change.rows}) == len(change.rows)


def test_a_new_colleague_takes_three_tenths_of_the_actions(tmp_path: Path) -> None:
    for change in changes(TOYS, "colleague", tmp_path):
        own = {row.id for row in BY_NAME[change.host].rows}
        foreign = [row for row in change.rows if row.id not in own]
        assert len(foreign) / len(change.rows) == pytest.approx(0.3, abs=0.02)
        assert {row.account for row in change.rows} == {change.host}


def test_a_new_application_is_read_from_the_list_of_real_ones(tmp_path: Path) -> None:
    when = TOYS[0].rows[500].at.isoformat()
    lines = ["file,account,time,client", f"{ARCHIVES},alder,{when},new", f"other.gz,alder,{when},new",
             f"{ARCHIVES},alder,{TOYS[0].rows[10].at.isoformat()},old"]  # fmt: skip
    (tmp_path / "client_changes_open.csv").write_text("\n".join(lines))
    [change] = changes(TOYS, "application", tmp_path)
    assert (change.host, change.place) == ("alder", 499)
    assert change.rows[0] == TOYS[0].rows[500]
