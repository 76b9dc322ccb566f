"""Whoever has the file but not the key learns no target; with both there is still no way from a target to accounts."""

import hashlib
import inspect
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countersign.activity import NotUnderstood, Session
from countersign.incident.incident import Incident
from countersign.investigate.asked import Request
from countersign.score.surprise import Surprise
from countersign.store import ProfileState, Reminders, Store
from tests.unit.store.acts import EMBASSY, act, day, keep, like, snapshot

NewStore = Callable[[str], Store]

IN_THE_CLEAR = {
    "meta.name", "meta.value",
    "accounts.id", "accounts.platform", "accounts.account", "accounts.kind", "accounts.reason", "accounts.approvers",
    "accounts.added", "accounts.expires", "accounts.scored_until",
    "imports.id", "imports.at", "imported_accounts.import", "imported_accounts.account",
    "actions.id", "actions.account", "actions.verb", "actions.at", "actions.received",
    "snapshots.id", "snapshots.account", "snapshots.source", "snapshots.verb", "snapshots.as_of",
    "sessions.id", "sessions.account", "identities.id", "identities.account",
    "not_understood.id", "not_understood.import",
    "cursors.source", "cursors.ref", "cursors.cursor",
    "profiles.account", "profiles.slot", "incidents.number", "incidents.account", "reminders.incident",
    "marks.id", "marks.at", "marks.account", "marks.incident", "marks.verdict",
    "erasures.id", "erasures.at", "erasures.by", "erasures.ground", "erasures.actions",
    "log_leaves.leaf", "log_leaves.entry", "log_bodies.leaf", "log_owners.account", "log_owners.leaf",
    "log_actions.action", "log_actions.leaf", "log_tiles.place", "log_tiles.hashes",
    "log_checkpoints.size", "log_checkpoints.note", "log_keys.id", "log_keys.vkey",
    "log_anchors.id", "log_anchors.size", "log_anchors.kind", "log_anchors.name", "log_anchors.at", "log_anchors.data",
    "evidence.id", "evidence.account", "evidence.at",
}  # fmt: skip
KEYED = {
    "actions.key", "actions.target", "snapshots.listed", "sessions.key", "identities.key", "not_understood.key",
    "log_leaves.received", "evidence.key",
}  # fmt: skip
ENCRYPTED = {
    "actions.body", "imports.body", "sessions.body", "identities.body", "not_understood.body", "profiles.body",
    "incidents.body", "marks.body", "log_bodies.body", "log_keys.seed", "evidence.body",
    "reminders.body",
}  # fmt: skip
CANDIDATES = [str(2_079_814_480_427_442_000 + number) for number in range(3_000)]
LIKED = CANDIDATES[700:720]


def fill(store: Store, liked: list[str]) -> None:
    """Put one of everything that may name a target into a store."""
    acts = [
        like(
            one, after=number / 10, object_author=f"u{one}", content=f"text of {one}", links=(f"https://x.com/i/{one}",)
        )
        for number, one in enumerate(liked)
    ]
    acts.append(act("follow", liked[0], object=liked[0]))
    odd = NotUnderstood(source="x-archive", ref="like.js", position=1, reason="odd", body=liked[2].encode())
    keep(
        store, acts, snapshots=(snapshot(10), snapshot(10, ("follow",))), remarks=(f"like {liked[1]} is odd",),
        not_understood=(odd,),
        sessions=(Session(account=EMBASSY, platform="x", kind="ip use", ip="192.0.2.7", last_seen=day(1)),),
    )  # fmt: skip
    surprise = Surprise(row=0, id=f"x:{EMBASSY}:like:{liked[3]}", native_id=liked[3], account=EMBASSY, bits=20.0,
                        usual=6.0, learned=200, incident=1, shares=())  # fmt: skip
    incident = Incident(number=1, account=EMBASSY, platform="x", alarm_action=surprise.id, alarm_native_id=liked[3],
                        alert=True, actions=1, peak=20.0, threshold=9.0, surprises=(surprise,))  # fmt: skip
    habit = ProfileState(blob=hashlib.sha256(liked[4].encode()).digest() * 8, state_hash="77aa")
    store.save_outcome(EMBASSY, profiles=(habit,), incidents=(incident,), upto=day(20))
    asked = Request(name="access-log", what=f"who liked {liked[3]}", holder="X", until=day(60))
    store.reminders.save({1: Reminders(of=liked[3], requests=(asked,))})
    store.mark("it was not us", action=surprise.id, note=f"nobody here liked {liked[3]}")
    store.mark("looking", incident=1, note="192.0.2.7 is the office")


def cells(path: Path) -> Iterator[tuple[str, object]]:
    """Yield every value of every table, as an attacker with the file reads it."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            found = db.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in found.description]
            for row in found:
                yield from ((f"{table}.{name}", value) for name, value in zip(names, row, strict=True))
    finally:
        db.close()


def raw(path: Path) -> bytes:
    files = sorted(file for file in path.parent.rglob("*") if file.is_file() and file.suffix != ".key")
    return b"".join(file.read_bytes() for file in files)


def confirmed(content: bytes, candidates: list[str]) -> list[str]:
    """Return the candidates of which any guess stands in the content; eight bytes are looked up before the whole."""
    windows = {content[start : start + 8] for start in range(len(content) - 7)}
    return [one for one in candidates if any(guess[:8] in windows and guess in content for guess in guesses(one))]


def guesses(native: str) -> Iterator[bytes]:
    """Yield what somebody who suspects one target would look for."""
    texts = (
        native, f"x:{EMBASSY}:like:{native}", f"x:{EMBASSY}:follow:{native}", f"https://x.com/i/web/status/{native}",
        f"https://x.com/i/{native}", f"text of {native}", f"u{native}",
    )  # fmt: skip
    for text in (one.encode() for one in texts):
        yield text
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s", "sha3_256"):
            digest = hashlib.new(name, text).digest()
            yield from (digest[:8], digest[:16], digest.hex()[:16].encode())
        yield hashlib.blake2b(text, digest_size=16).digest()
    yield int(native).to_bytes(8, "big")
    yield int(native).to_bytes(8, "little")


def test_every_column_is_in_the_clear_on_purpose_or_keyed_or_encrypted(store: Store) -> None:
    fill(store, LIKED)
    db = sqlite3.connect(store.path)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    columns = {f"{table}.{row[1]}" for table in tables for row in db.execute(f"PRAGMA table_info({table})")}
    db.close()
    assert {one for one in columns if not one.startswith("sqlite_")} == IN_THE_CLEAR | KEYED | ENCRYPTED
    assert not any(word in column for column in IN_THE_CLEAR for word in ("target", "object", "text", "body", "ip"))


def test_with_the_file_and_without_the_key_no_candidate_can_be_confirmed(store: Store) -> None:
    fill(store, LIKED)
    assert confirmed(raw(store.path), CANDIDATES) == []


def test_the_attack_does_find_a_target_that_is_in_the_clear(store: Store) -> None:
    """Else the test before this one would prove nothing."""
    store.add_account(LIKED[5], "x")
    assert confirmed(raw(store.path), CANDIDATES) == [LIKED[5]]


def test_no_time_in_the_clear_is_that_of_a_liked_post(store: Store) -> None:
    acts = [like(one, start_time=day(0), object_time=day(1)) for one in LIKED]
    keep(store, acts, snapshots=(snapshot(10),))
    seconds = {int(value) // 1_000_000 for _, value in cells(store.path) if isinstance(value, int)}
    assert {int(day(0).timestamp()), int(day(1).timestamp())}.isdisjoint(seconds)


def test_two_stores_that_differ_in_their_targets_only_look_alike(new_store: NewStore) -> None:
    """Whatever is readable is the same, and whatever is not has the same length: there is nothing to compare with."""
    looks = []
    for name, liked in (("a", LIKED), ("b", CANDIDATES[1_500:1_520])):
        store = new_store(name)
        fill(store, liked)
        looks.append([
            (column, len(value) if isinstance(value, bytes) or (isinstance(value, str) and "vkey" in column) else value)
            for column, value in sorted(cells(store.path), key=lambda cell: (cell[0], isinstance(cell[1], bytes)))
        ])  # fmt: skip
    assert looks[0] == looks[1]


def test_a_longer_text_does_not_show_in_the_length(new_store: NewStore) -> None:
    lengths = []
    for name, text in (("a", ""), ("b", "A liked post. " * 8)):
        store = new_store(name)
        keep(store, [like(1, content=text)])
        lengths.append([len(value) for column, value in cells(store.path) if column == "actions.body"])  # type: ignore[arg-type]
    assert lengths[0] == lengths[1]


def test_the_same_target_has_another_hash_for_each_account_and_each_store(new_store: NewStore) -> None:
    first, second = new_store("a"), new_store("b")
    first.add_account("222", "x")
    keep(first, [like(1), like(1, account="222", object="1")])
    keep(second, [like(1)])
    hashes = [value for store in (first, second) for column, value in cells(store.path) if column in KEYED]
    assert len(hashes) == 6
    assert len(set(hashes)) == 6


def test_within_an_account_the_index_does_tell_the_same_target(store: Store) -> None:
    keep(store, [like(1), act("unlike", 1, object="1")])
    hashes = [value for column, value in cells(store.path) if column == "actions.target"]
    assert len(hashes) == 2
    assert len(set(hashes)) == 1


def test_a_row_moved_to_another_place_is_noticed(store: Store) -> None:
    keep(store, [like(1), like(2)])
    db = sqlite3.connect(store.path)
    (one,), (other,) = db.execute("SELECT body FROM actions ORDER BY id").fetchall()
    db.execute("UPDATE actions SET body = CASE body WHEN ? THEN ? ELSE ? END", (one, other, one))
    db.commit()
    db.close()
    with pytest.raises(Exception, match="was altered"):
        store.actions(EMBASSY)
    assert len(store.examine()) == 1


def test_nothing_that_the_store_offers_goes_from_a_target_to_accounts() -> None:
    asked = {
        parameter
        for name, method in inspect.getmembers(Store, callable)
        if not name.startswith("_")
        for parameter in inspect.signature(method).parameters
    }
    assert asked == {
        "self", "path", "key", "wait", "clock", "account", "platform", "kind", "reason", "approvers", "by", "ground",
        "before", "actions", "files", "sessions", "identities", "not_understood", "remarks", "snapshots", "cursors",
        "adding", "progress", "source", "ref", "profiles", "dropped", "incidents", "upto", "slot", "verdict",
        "incident", "action", "note", "captures", "origin", "tables",
    }  # fmt: skip
    assert asked.isdisjoint({"target", "object", "uri", "url", "post", "text", "query", "sql", "where"})
