from datetime import timedelta

import msgspec
import pytest

from bench.protocol.data import Account, split
from bench.protocol.takeovers import MODES, Takeover, cases, disguise, stripped
from tests.bench.toys import account, accounts

TOYS = accounts()
BY_NAME = {toy.name: toy for toy in TOYS}
WEEK = timedelta(days=7)


def host_of(takeover: Takeover) -> Account:
    return BY_NAME[takeover.host]


def source_rows(takeover: Takeover) -> list[tuple[str | None, str | None]]:
    donor = BY_NAME[takeover.donor]
    return [(row.text, row.client) for row in donor.rows]


@pytest.mark.parametrize("mode", MODES)
def test_every_account_is_taken_over_as_often_as_asked_in_its_last_quarter(mode: str) -> None:
    found = cases(TOYS, mode, per_account=6)  # type: ignore[arg-type]
    assert [takeover.host for takeover in found] == [toy.name for toy in TOYS for _ in range(6)]
    assert all(takeover.place >= host_of(takeover).test_start for takeover in found)
    assert all(takeover.donor != takeover.host and len(takeover.injected) == 10 for takeover in found)


def test_the_modes_share_places_and_actions_so_that_only_the_disguise_differs() -> None:
    shift, match, mask = (cases(TOYS, mode, per_account=4) for mode in MODES)
    for one, two, three in zip(shift, match, mask, strict=True):
        assert (
            (one.host, one.donor, one.place)
            == (two.host, two.donor, two.place)
            == (three.host, three.donor, three.place)
        )
        assert [row.text for row in one.injected] == [row.text for row in two.injected]
        assert [row.client for row in one.injected] == [row.client for row in two.injected]


def test_a_shifted_attacker_keeps_hours_weekdays_and_gaps_and_starts_within_a_week() -> None:
    for takeover in cases(TOYS, "shift", per_account=4):
        after = takeover.injected[0].at - host_of(takeover).rows[takeover.place].at
        assert timedelta(0) < after <= WEEK
        donor_times = {row.text: row.at for row in BY_NAME[takeover.donor].rows}
        moves = {
            row.at - donor_times[(row.text or "").replace(f"@{takeover.host}", f"@{takeover.donor}")]
            for row in takeover.injected
        }
        assert len(moves) == 1
        assert moves.pop() % WEEK == timedelta(0)


def test_a_matching_attacker_takes_the_place_and_the_times_of_the_next_actions() -> None:
    for takeover in cases(TOYS, "match", per_account=4):
        own = host_of(takeover).rows[takeover.place + 1 : takeover.place + 11]
        assert [row.at for row in takeover.injected] == [row.at for row in own]
        assert {row.client for row in takeover.injected} == {f"{takeover.donor} app"}
        tail = takeover.tail(host_of(takeover).rows)
        assert [ordinal for _, ordinal in tail] == list(range(10))


def test_a_masked_attacker_has_the_victims_application_and_language_but_another_hand() -> None:
    for takeover in cases(TOYS, "mask", per_account=4):
        assert {row.client for row in takeover.injected} == {f"{takeover.host} app"}
        own = {row.text for row in host_of(takeover).rows}
        assert not own & {row.text for row in takeover.injected}


def test_the_attackers_actions_are_from_within_a_year() -> None:
    for takeover in cases(TOYS, "shift", per_account=4):
        place = host_of(takeover).rows[takeover.place].at
        times = {row.text: row.at for row in BY_NAME[takeover.donor].rows}
        assert all(
            abs(times[row.text] - place) <= timedelta(days=365) for row in takeover.injected if row.text in times
        )


def test_the_same_seed_gives_the_same_takeovers_and_another_seed_others() -> None:
    assert cases(TOYS, "shift", per_account=3) == cases(TOYS, "shift", per_account=3)
    assert cases(TOYS, "shift", per_account=3) != cases(TOYS, "shift", per_account=3, seed=2)


def test_a_tail_mixes_the_owners_and_the_attackers_actions_in_order_of_time_and_ends_with_the_attack() -> None:
    for takeover in cases(TOYS, "shift", per_account=4):
        tail = takeover.tail(host_of(takeover).rows)
        assert [row.at for row, _ in tail] == sorted(row.at for row, _ in tail)
        assert [ordinal for _, ordinal in tail if ordinal >= 0] == list(range(10))
        assert tail[-1][1] == 9
        own = [row for row, ordinal in tail if ordinal < 0]
        start = takeover.place + 1
        assert own == list(host_of(takeover).rows[start : start + len(own)])


def test_a_slip_is_reposts_only_and_shows_nothing_of_their_text() -> None:
    for takeover in cases(TOYS, "reposts", per_account=4):
        shown = [stripped(row, "reposts") for row in takeover.injected]
        assert [row.verb for row in shown] == ["repost"] * 3
        assert all(row.text is None and row.lang is None and not row.hashtags and not row.mentions for row in shown)
        assert all(row.target_author and row.client for row in shown)


def test_without_client_no_row_has_one() -> None:
    assert {stripped(row, "noclient").client for row in TOYS[0].rows} == {None}


def test_a_language_tag_does_not_give_the_attacker_away_where_the_victims_archive_has_none() -> None:
    silent = account("alder", language=None)
    mixed = (silent, *TOYS[1:])
    for takeover in cases(mixed, "shift", per_account=4):
        tags = {row.lang for row in takeover.injected}
        assert tags == ({None} if takeover.host == "alder" else {"en"})
        assert takeover.host == "alder" or takeover.donor != "alder"


def test_a_sensitivity_label_is_there_exactly_where_the_victims_archive_gives_one() -> None:
    short = "look https://t.co/abc"
    labelled = [msgspec.structs.replace(row, text=short, sensitive=False) for row in TOYS[0].rows]
    host = Account("alder", tuple(labelled))
    linked = msgspec.structs.replace(TOYS[1].rows[5], text=short)
    assert disguise(linked, "birch", host, 50).sensitive is False
    assert disguise(TOYS[1].rows[5], "birch", host, 50).sensitive is None
    assert disguise(msgspec.structs.replace(linked, sensitive=True), "birch", TOYS[0], 50).sensitive is None


def test_an_action_known_only_to_the_day_is_neither_attack_nor_place() -> None:
    rough = tuple(account(name, coarse=470) for name in ("alder", "birch", "cedar"))
    found = cases(rough, "shift", per_account=4)
    assert found
    for takeover in found:
        assert takeover.place >= 469
        assert all(row.time_res is None for row in takeover.injected)


def test_a_disguised_row_has_the_hosts_name_and_a_new_id_in_the_hosts_form() -> None:
    row = msgspec.structs.replace(TOYS[1].rows[7], text="hello @birch", target_author="birch", mentions=("birch", "x"))
    worn = disguise(row, "birch", TOYS[0], 300)
    assert (worn.account, worn.target_author, worn.text, worn.mentions) == (
        "alder",
        "alder",
        "hello @alder",
        ("alder", "x"),
    )
    assert worn.id not in {own.id for own in TOYS[0].rows}
    assert len(worn.id) == 16
    numbered = Account("alder", tuple(msgspec.structs.replace(own, id="123456789012345678") for own in TOYS[0].rows))
    assert disguise(row, "birch", numbered, 300).id.isdigit()


def test_development_and_test_accounts_never_meet_and_the_smallest_public_account_is_not_tested() -> None:
    names = ["u_1", "u_2", "u_3", "u_4", "embassy", "ministry", "museum"]
    rows = TOYS[0].rows
    made = {name: Account(name, rows[: 10 * (number + 1)]) for number, name in enumerate(names)}
    sides = split(made)
    development, tested = ({one.name for one in sides[side]} for side in ("development", "test"))
    assert not development & tested
    assert development | tested == set(names)
    assert "embassy" in development
    assert tested & {"ministry", "museum"}
    assert split(dict(reversed(made.items()))) == sides
