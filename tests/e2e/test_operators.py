"""Operators are groups of habits: named with consent, by two, for a while; shown only after it was logged."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from countersign.config import load
from countersign.engine.operators import KEPT, Named, names_of, whose
from countersign.investigate.hands.operators import Habit, Operator
from countersign.store import Store
from countersign.store.key import store_key
from tests.e2e.test_command_line import at_home
from tests.e2e.test_handing_over import Done, run

NAME = "Ana Example"
AGREED = ("--consent", "signed 3 Sep, folder 12", "--by", "bo", "--second", "cem")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with the store of the made-up embassy, where nobody is named yet."""
    folder = tmp_path_factory.mktemp("operators")
    with at_home(folder):
        assert run("demo", "--store", "s.db", "-q").code == 0
        yield folder


def operators(*more: str) -> Done:
    return run("operators", "--store", "s.db", *more)


def shown(reason: str = "incident 12: whom to call") -> list[str | None]:
    told = operators("--show-names", "--reason", reason, "--by", "bo", "--format", "json")
    return [one["name"] for one in json.loads(told.out)["operators"]]


def test_groups_have_letters_and_habits_and_no_names(place: Path) -> None:
    told = operators()
    assert told.code == 0
    assert "operator A, 29 % of its actions" in told.out
    assert "client: by Twitter for iPhone" in told.out
    assert "not people" in told.out


@pytest.mark.parametrize("without", ["--consent", "--second"])
def test_nobody_is_named_without_consent_or_by_one_alone(place: Path, without: str) -> None:
    at = AGREED.index(without)
    refused = operators("--name", f"operator A={NAME}", *AGREED[:at], *AGREED[at + 2 :])
    assert refused.code == 2
    assert not any(shown())


def test_one_who_vouches_twice_is_one(place: Path) -> None:
    assert operators("--name", f"operator A={NAME}", *AGREED[:4], "--second", "Bo ").code == 2


def test_names_are_shown_for_a_reason_which_is_in_the_log_first_and_forgotten_for_good(place: Path) -> None:
    assert operators("--show-names").code == 2
    given = operators("--name", f"operator A={NAME}", *AGREED)
    assert given.code == 0
    leaf = given.out.split("leaf ")[1].split(":")[0].replace(",", "")
    before = len(json.loads(run("log", "show", "--store", "s.db", "--last", "9999", "--format", "json").out)["entries"])
    assert NAME not in operators().out
    assert shown() == [NAME, None, None, None, None]
    after = len(json.loads(run("log", "show", "--store", "s.db", "--last", "9999", "--format", "json").out)["entries"])
    assert after == before + 1
    assert NAME.encode() not in (place / "s.db").read_bytes()
    assert run("log", "erase", leaf, "--ground", "consent-withdrawn", "--yes", "--store", "s.db").code == 0
    assert not any(shown())


def test_no_report_and_no_bundle_has_a_name(place: Path) -> None:
    assert operators("--name", f"operator B={NAME}", *AGREED).code == 0
    for reader in ("inside", "platform", "public"):
        run("report", "12", "--for", reader, "-o", f"{reader}.json", "--store", "s.db")
        assert NAME not in (place / f"{reader}.json").read_text(encoding="utf-8")
    assert run("seal", "12", "-o", "case.zip", "--report", "inside", "--store", "s.db").code == 0
    with zipfile.ZipFile(place / "case.zip") as bundle:
        assert all(NAME.encode() not in bundle.read(one) for one in bundle.namelist())


def test_a_name_counts_for_ninety_days(place: Path) -> None:
    assert operators("--name", f"operator C={NAME}", *AGREED).code == 0
    account = json.loads(operators("--format", "json").out)["account"]
    path = place / "s.db"
    with Store.open(path, key=store_key(path, load((), {}).config.store.key)) as store:
        now = datetime.now(UTC)
        assert names_of(store, account, "x", now=now)
        assert names_of(store, account, "x", now=now + KEPT - timedelta(minutes=5))
        assert not names_of(store, account, "x", now=now + KEPT + timedelta(minutes=5))
        assert not names_of(store, "another", "x", now=now)


def test_a_name_follows_the_habits_and_not_the_letter() -> None:
    phone = habits("by a telephone", "in fr", "at a weekend")
    desk = habits("by a desk", "in en", "in the week")
    named = Named(
        name=NAME, consent="", by="", second="", at=datetime(2026, 9, 1, tzinfo=UTC), leaf=1,
        habits=frozenset((one.trait, one.value) for one in phone),
    )  # fmt: skip
    now = [Operator(label="operator A", share=0.6, habits=desk), Operator(label="operator B", share=0.4, habits=phone)]
    assert set(whose(now, [named])) == {"operator B"}
    assert whose(now[:1], [named]) == {}


def habits(client: str, language: str, day: str) -> tuple[Habit, ...]:
    pairs = (("client", client), ("language", language), ("day", day))
    return tuple(Habit(trait=trait, value=value, share=0.9, others=0.1) for trait, value in pairs)
