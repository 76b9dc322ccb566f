"""The scope guard: sixty ways to make this a tool for watching people, each refused (evidence.md 2.4 and C11)."""

from datetime import timedelta
from pathlib import Path

import pytest

from countersign.errors import ScopeError
from countersign.store import MOST_ACCOUNTS, Account, Store
from tests.unit.store.acts import EMBASSY, day, keep, post

PATTERNS = [
    "*", "a*", "?", "emb?ssy", "%", "emb%", "%emb", "[a-z]bc", "{a,b}", "{111}", "a|b", "^emb", "emb$",
    r"emb\d", "111*", "**",
]  # fmt: skip
SEVERAL = [
    "", "111,222", "111 222", "111;222", "111\n222", "111\t222", "111\r\n222",
    "111\x00222", "111, 222", " ", "'a'", '"a"',
    "<a>", "a" * 321, "111\u2028222", "111\u00a0222",
]  # fmt: skip
GROUPS = [
    "all", "ANY", "@all", "everyone", "#protest", "followers", "x.com/embassy/followers", "x.com/embassy/following",
    "x.com/i/lists/5", "list:5", "lists/5", "followers:111", "following:111", "search?q=embassy", "search/embassy",
    "at://did:plc:abc/app.bsky.graph.list/3k", "at://did:plc:abc/app.bsky.graph.starterpack/3k", "accounts.txt",
    "people.csv", "https://example.org/tags/protest", "hashtag/protest", "starter-pack/a", "names.jsonl", "u.xlsx",
]  # fmt: skip
ACCOUNTS = [
    "111", "ExamplianEmb", "@ExamplianEmb", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:web:localhost%3A8080",
    "alice@mastodon.example", "https://mastodon.example/users/alice", "u_3f9a",
    "embassy.example.org", "大使馆", "all_about_us",
    "listen.example", "anyone_else", "tagore",
]  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS + SEVERAL + GROUPS)
def test_what_is_not_one_named_account_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ScopeError) as refused:
        store.add_account(name, "x")
    assert refused.value.code == "CS211"
    assert refused.value.hint
    assert store.accounts() == ()


@pytest.mark.parametrize("name", PATTERNS[:4] + SEVERAL[:4])
def test_a_platform_is_named_too(store: Store, name: str) -> None:
    with pytest.raises(ScopeError):
        store.add_account("111", name)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_account_under_its_own_name_is_let_in(store: Store, name: str) -> None:
    assert store.add_account(name, "x").account == name


def test_the_fifty_first_account_is_refused_with_what_to_do(store: Store) -> None:
    for number in range(MOST_ACCOUNTS):
        store.add_account(f"office_{number}", "x")
    with pytest.raises(ScopeError, match="already holds 50") as refused:
        store.add_account("office_50", "x")
    assert "erase one" in refused.value.hint
    assert MOST_ACCOUNTS == 50
    assert len(store.accounts()) == 50


def test_the_fifty_first_cannot_enter_beside_an_import(store: Store) -> None:
    for number in range(MOST_ACCOUNTS):
        store.add_account(f"office_{number}", "x")
    with pytest.raises(ScopeError):
        keep(store, [post(1, 1)])
    assert store.imports() == ()


def test_at_the_limit_a_held_account_can_be_named_again(store: Store) -> None:
    for number in range(MOST_ACCOUNTS):
        store.add_account(f"office_{number}", "x")
    assert store.add_account("office_7", "x", reason="renewed").reason == "renewed"
    assert len(store.accounts()) == MOST_ACCOUNTS


def test_an_erased_account_makes_room(store: Store) -> None:
    for number in range(MOST_ACCOUNTS):
        store.add_account(f"office_{number}", "x")
    store.erase("office_3")
    store.add_account("office_50", "x")
    assert len(store.accounts()) == MOST_ACCOUNTS


@pytest.mark.parametrize(
    ("reason", "approvers"),
    [
        ("", ("Ann", "Bo")),
        ("   ", ("Ann", "Bo")),
        ("minister of ports", ()),
        ("minister of ports", ("Ann",)),
        ("minister of ports", ("Ann", "Ann")),
        ("minister of ports", ("Ann", " ann ")),
        ("minister of ports", ("Ann", "")),
    ],
)
def test_a_public_office_needs_its_reason_and_two_people(store: Store, reason: str, approvers: tuple[str, ...]) -> None:
    with pytest.raises(ScopeError) as refused:
        store.add_account("minister", "x", "public-office", reason, approvers=approvers)
    assert refused.value.code == "CS213"


def test_the_permission_for_a_public_office_ends_and_can_be_given_anew(path: Path) -> None:
    today = day(0)
    office = {"reason": "minister of ports, gazette 12/2026", "approvers": ("Ann", "Bo")}
    with Store.open(path, clock=lambda: today) as store:
        account = store.add_account(EMBASSY, "x", "public-office", **office)  # type: ignore[arg-type]
        assert account.expires == day(90)
        keep(store, [post(1, 1)], adding=())
        today = day(90)
        with pytest.raises(ScopeError, match="ended on 2026-04-01") as refused:
            keep(store, [post(2, 1)], adding=())
        assert refused.value.code == "CS212"
        store.add_account(EMBASSY, "x", "public-office", **office)  # type: ignore[arg-type]
        assert keep(store, [post(2, 1)], adding=()).new == 1


def test_ones_own_account_needs_no_renewal(path: Path) -> None:
    today = day(0)
    with Store.open(path, clock=lambda: today) as store:
        keep(store, [post(1, 1)])
        today += timedelta(days=4_000)
        assert keep(store, [post(2, 1)], adding=()).new == 1


def test_an_account_in_an_import_cannot_bring_its_own_permission(store: Store) -> None:
    claimed = Account(account=EMBASSY, platform="x", kind="public-office", expires=day(10_000), added=day(0))
    with pytest.raises(ScopeError):
        keep(store, [post(1, 1)], adding=(claimed,))
