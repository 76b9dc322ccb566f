"""What is imported, said and erased is in the log, in the same transaction; and the log stays true whatever happens."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from countersign.activity import Activity
from countersign.errors import EvidenceError, ScopeError, StoreError
from countersign.evidence import tree
from countersign.evidence.entry import commitment, write_entry
from countersign.evidence.log.checking import verify_folder
from countersign.evidence.note import parse_checkpoint, parse_note, verify_line
from countersign.store import Account, Captures, Store
from tests.unit.store.acts import EMBASSY, day, keep, like, post

OTHER = "222"
Owners = frozenset[tuple[str, str]]


class Told(NamedTuple):
    owners: tuple[Owners, ...]
    actions: tuple[tuple[str, int], ...]


def owned(*accounts: str) -> Owners:
    return frozenset(("x", account) for account in accounts)


def sealed_import(store: Store, acts: list[Activity], bodies: list[tuple[bytes, Owners]], **more: object) -> object:
    """Import actions, the n-th of which was told by the n-th body; further bodies told of no action."""
    with store.log.spool() as spool:
        numbers = [spool.capture("x-archive", body) for body, _ in bodies]
        told = Told(
            tuple(owners for _, owners in bodies), tuple((act.id, n) for act, n in zip(acts, numbers, strict=False))
        )
        return keep(store, acts, captures=Captures(spool=spool, sealed=told), **more)


def two_likes(store: Store) -> list[Activity]:
    acts = [like(1), like(2)]
    sealed_import(store, acts, [(b"like 1", owned(EMBASSY)), (b"like 2", owned(EMBASSY)), (b"header", owned())])
    return acts


def test_every_record_of_an_import_is_a_leaf_that_its_body_opens(store: Store) -> None:
    acts = two_likes(store)
    assert [one.entry.type for one in store.log.leaves(0, 9)] == ["capture", "capture", "capture", "custody"]
    assert store.leaves_of([one.id for one in acts]) == {acts[0].id: (0,), acts[1].id: (1,)}
    salt, body = store.log.body(1) or (b"", b"")
    entry = store.log.leaf(1).entry
    assert body == b"like 2"
    assert commitment(salt, body) == entry.commit
    assert (entry.grade, entry.len, entry.src) == ("D", 256, "x-archive")
    assert store.log.check().holds


def test_an_entry_made_by_the_template_is_what_the_writer_of_entries_writes(store: Store) -> None:
    two_likes(store)
    sealed_import(
        store, [post(9, 1)], [(b"both", owned(EMBASSY, OTHER))], adding=(Account(account=OTHER, platform="x"),)
    )
    for one in store.log.leaves(0, 99):
        assert write_entry(one.entry) == one.data


def test_nothing_in_the_clear_tells_a_body(store: Store) -> None:
    two_likes(store)
    files = [file.read_bytes() for file in store.path.parent.rglob("*") if file.is_file()]
    assert not any(b"like 1" in content or b"header" in content for content in files)


def test_importing_again_seals_nothing_twice(store: Store) -> None:
    acts = two_likes(store)
    two_likes(store)
    assert [one.entry.type for one in store.log.leaves(3, 99)] == ["custody", "custody"]
    assert store.leaves_of([acts[0].id]) == {acts[0].id: (0,)}


def test_the_same_bytes_of_two_accounts_are_two_leaves_with_nothing_in_common(store: Store) -> None:
    sealed_import(store, [like(1)], [(b"same", owned(EMBASSY))])
    other = [like(1, account=OTHER)]
    sealed_import(store, other, [(b"same", owned(OTHER))], adding=(Account(account=OTHER, platform="x"),))
    first, second = store.log.leaf(0).entry, store.log.leaf(2).entry
    assert first.acct != second.acct
    assert first.commit != second.commit
    marks = [bytes(mark) for (mark,) in store._db.execute("SELECT received FROM log_leaves WHERE received IS NOT NULL")]
    assert len(set(marks)) == 2


def test_what_is_of_no_account_that_is_kept_never_gets_into_the_log(store: Store) -> None:
    bodies = [(b"ours", owned(EMBASSY)), (b"theirs", owned(OTHER)), (b"anybody's", owned())]
    sealed_import(store, [like(1)], bodies)
    assert [store.log.body(leaf) and store.log.body(leaf)[1] for leaf in range(1)] == [b"ours"]  # type: ignore[index]
    assert [one.entry.type for one in store.log.leaves(0, 9)] == ["capture", "custody"]


def test_an_import_that_is_refused_leaves_no_entry(store: Store) -> None:
    with pytest.raises(ScopeError):
        sealed_import(store, [like(1)], [(b"like", owned(EMBASSY))], adding=())
    assert store.log.size == 0
    assert not store.log.folder.exists()


def test_an_answer_of_a_person_is_an_entry(store: Store) -> None:
    acts = two_likes(store)
    store.mark("it was not us", action=acts[0].id, note="caf\udce9", by="Ann")
    salt_body = store.log.body(4)
    assert salt_body is not None
    assert b'"act":"mark"' in salt_body[1]
    assert b'"by":"Ann"' in salt_body[1]


def test_an_erased_account_leaves_a_log_that_is_true_and_tells_nothing(store: Store) -> None:
    acts = two_likes(store)
    store.mark("looking", action=acts[0].id)
    store.erase(EMBASSY)
    assert [store.log.body(leaf) for leaf in range(5)] == [None] * 5
    assert [one.entry.leaf for one in store.log.leaves(5, 99)] == [0, 1, 2, 3, 4]
    assert store.log.check().holds
    assert store._db.execute("SELECT count(*) FROM log_leaves WHERE received IS NOT NULL").fetchone()[0] == 0


def test_what_is_forgotten_is_forgotten_in_the_log_too(store: Store) -> None:
    two_likes(store)
    assert store.forget(day(200)) == 2
    assert [one.kept for one in store.log.leaves(0, 4)] == [False, False, True, True]
    assert store.log.check().holds


def test_one_body_is_erased_once_and_only_where_there_is_one(store: Store) -> None:
    two_likes(store)
    store.log.erase([1], "third-person")
    assert (store.log.body(0) or (b"", b""))[1] == b"like 1"
    for leaf in (1, 4, 99):
        with pytest.raises(EvidenceError) as caught:
            store.log.erase([leaf], "third-person")
        assert caught.value.code == "CS413"
    with pytest.raises(EvidenceError):
        store.log.erase([0], "Not One Word")
    assert (store.log.body(0) or (b"", b""))[1] == b"like 1", "a refused erasure erases nothing"
    assert store.log.check().holds


def test_a_new_key_is_vouched_for_by_the_old_one_which_is_gone(store: Store) -> None:
    two_likes(store)
    old = store.log.key().vkey
    store.log.rotate_key()
    store.log.rotate_key()
    new = store.log.key().vkey
    note = parse_note(store.log.note() or b"")
    assert verify_line(note.lines[0], new, note.text)
    assert not verify_line(note.lines[0], old, note.text)
    seeds = [seed for (seed,) in store._db.execute("SELECT seed FROM log_keys ORDER BY id")]
    assert [seed is None for seed in seeds].count(False) * 3 == len(seeds)
    assert store.log.check().holds


def test_every_leaf_is_proved_in_every_later_checkpoint(store: Store) -> None:
    two_likes(store)
    for number in range(20):
        store.log.enter("analysis", {"number": number})
    sizes = store.log.checkpoints()
    roots = {at: parse_checkpoint(parse_note(store.log.note(at) or b"").text).root for at in sizes}
    for at in sizes:
        for leaf in range(at):
            hashed = tree.leaf_hash(store.log.leaf(leaf).data)
            assert tree.verify_inclusion(hashed, leaf, at, store.log.inclusion(leaf, at), roots[at])
        assert tree.verify_consistency(at, sizes[-1], store.log.consistency(at, sizes[-1]), roots[at], roots[sizes[-1]])


def test_a_long_log_is_published_in_tiles_that_hold(store: Store) -> None:
    for start in (0, 300, 600):
        bodies = [(f"body {number}".encode(), owned(EMBASSY)) for number in range(start, start + 300)]
        sealed_import(store, [like(start)], bodies)
        assert verify_folder(store.log.folder, vkey=store.log.key().vkey).holds
    assert store.log.check().holds
    assert sorted(path.name for path in (store.log.folder / "tile" / "0").iterdir()) == ["000", "001", "002", "003.p"]


def test_the_published_folder_is_the_same_however_it_was_made(store: Store) -> None:
    two_likes(store)
    store.log.enter("analysis", {})
    before = contents(store.log.folder)
    shutil.rmtree(store.log.folder)
    store.log.checkpoint()
    after = contents(store.log.folder)
    assert after.items() <= before.items()
    assert store.log.check().holds


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_changed_byte_of_the_folder_is_found(store: Store) -> None:
    two_likes(store)
    for path in sorted(path for path in store.log.folder.rglob("*") if path.is_file() and "mldsa" not in path.name):
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            found = verify_folder(store.log.folder)
            assert not found.holds or path.name == "checkpoint", f"{path.name} {place}"
        path.write_bytes(content)
        path.write_bytes(content[:-1])
        assert not verify_folder(store.log.folder).holds
        path.write_bytes(content)
    assert verify_folder(store.log.folder).holds


GRADED_UP = """CAST(replace(CAST(entry AS TEXT), '"D"', '"A"') AS BLOB)"""


@pytest.mark.parametrize(
    "damage",
    [
        f"DROP TRIGGER log_entries_are_only_added; UPDATE log_leaves SET entry = {GRADED_UP} WHERE leaf = 1",
        "DROP TRIGGER log_entries_stay; PRAGMA foreign_keys = OFF; DELETE FROM log_leaves WHERE leaf = 1",
        "DELETE FROM log_bodies WHERE leaf = 1",
        "UPDATE log_bodies SET body = (SELECT body FROM log_bodies WHERE leaf = 0) WHERE leaf = 1",
        "UPDATE log_bodies SET body = x'00' WHERE leaf = 1",
        "UPDATE log_tiles SET hashes = zeroblob(length(hashes))",
        "DELETE FROM log_tiles",
        "UPDATE log_checkpoints SET note = CAST(replace(CAST(note AS TEXT), 'a', 'b') AS BLOB)",
        "UPDATE log_keys SET vkey = 'x'",
        "DELETE FROM log_checkpoints",
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_store_is_found(store: Store, damage: str) -> None:
    two_likes(store)
    change(store.path, damage)
    assert store.log.check().is_false


def change(path: Path, sql: str) -> None:
    db = sqlite3.connect(path)
    db.executescript(sql)
    db.close()


def test_entries_cannot_be_changed_or_removed(store: Store) -> None:
    two_likes(store)
    for sql in ("UPDATE log_leaves SET entry = x'00'", "DELETE FROM log_leaves"):
        with pytest.raises(sqlite3.IntegrityError, match="an entry of the log is never"):
            store._db.execute(sql)


def test_a_folder_that_is_ahead_of_the_store_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    """As when the store was restored from a backup: to sign another history is the one thing a log must never do."""
    two_likes(store)
    store.close()
    shutil.copytree(store.path.parent, tmp_path / "backup")
    with Store.open(store.path, clock=lambda: day(100)) as later:
        later.log.enter("analysis", {"later": 1})
        ahead = contents(later.log.folder)
    backup = tmp_path / "backup" / store.path.name
    shutil.rmtree(f"{backup}.log")
    shutil.copytree(f"{store.path}.log", f"{backup}.log")
    with Store.open(backup, clock=lambda: day(100)) as restored:
        for write in (lambda: restored.log.enter("analysis", {"other": 1}), restored.log.checkpoint):
            with pytest.raises(EvidenceError) as caught:
                write()
            assert caught.value.code == "CS417"
        assert restored.log.size == 4
        assert [problem.code for problem in restored.log.check().problems] == ["E_SPLIT"]
        assert contents(restored.log.folder) == ahead


def test_a_folder_of_another_log_is_not_overwritten(store: Store, new_store: Callable[[str], Store]) -> None:
    two_likes(store)
    other = new_store("other")
    shutil.copytree(store.log.folder, other.log.folder)
    with pytest.raises(EvidenceError) as caught:
        two_likes(other)
    assert caught.value.code == "CS417"
    assert other.log.size == 0


def test_a_folder_that_lags_is_brought_up_when_the_store_is_opened(store: Store, tmp_path: Path) -> None:
    two_likes(store)
    shutil.copytree(store.log.folder, tmp_path / "older")
    store.log.enter("analysis", {})
    newest = store.log.note()
    shutil.rmtree(store.log.folder)
    shutil.copytree(tmp_path / "older", store.log.folder)
    with Store.open(store.path, clock=lambda: day(100)) as again:
        assert (again.log.folder / "checkpoint").read_bytes() == newest
        assert again.log.check().holds


def test_two_processes_write_one_log(store: Store) -> None:
    two_likes(store)
    with Store.open(store.path, clock=lambda: day(100)) as other:
        for number in range(6):
            (store, other)[number % 2].log.enter("analysis", {"number": number})
        assert store.log.size == other.log.size == 10
        assert store.log.check().holds


def test_the_name_of_a_log_is_chosen_before_its_first_entry_and_never_changes(path: Path) -> None:
    with Store.open(path, origin="embassy.example/log") as store:
        store.log.enter("analysis", {})
    with Store.open(path, origin="other.example/log") as store:
        store.log.enter("analysis", {})
        assert store.log.origin == "embassy.example/log"


def test_a_name_that_is_none_is_refused_before_anything_is_kept(path: Path) -> None:
    with Store.open(path, origin="two words") as store:
        with pytest.raises(EvidenceError) as caught:
            store.log.enter("analysis", {})
        assert caught.value.code == "CS412"
        assert store.log.size == 0


def test_witnesses_lines_are_added_once_and_published(store: Store) -> None:
    two_likes(store)
    line = "— w.example/1 AAAAAAAAAAA=\n".encode()
    assert store.log.countersign(4, [line]).endswith(line)
    assert store.log.countersign(4, [line]).count(line) == 1
    assert (store.log.folder / "checkpoint").read_bytes().endswith(line)
    with pytest.raises(EvidenceError):
        store.log.countersign(2, [line])
    assert store.log.check().holds


def test_what_outsiders_gave_is_kept_with_its_checkpoint(store: Store) -> None:
    two_likes(store)
    store.log.add_anchor(4, "tsr", "one", b"token", when=day(101))
    store.log.add_anchor(4, "tsr", "one", b"another", when=day(102))
    assert [(one.name, one.data, one.at) for one in store.log.anchors(4)] == [("one", b"token", day(101))]
    assert store.log.anchors() == store.log.anchors(4)


class Hands:
    """A clock whose hands a test sets."""

    def __init__(self) -> None:
        self.at = day(100)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def timed(path: Path, hands: Hands) -> Iterator[Store]:
    with Store.open(path, clock=hands) as opened:
        yield opened


def kinds(store: Store) -> list[str]:
    return [one.entry.type for one in store.log.leaves(0, 999)]


@pytest.mark.parametrize(("step", "jumps"), [(-1, 0), (-2, 1), (-3_600, 1), (3_600, 0), (7_200, 1), (315_360_000, 1)])
def test_a_clock_that_jumps_is_an_entry_and_time_in_the_log_never_runs_back(
    timed: Store, hands: Hands, step: int, jumps: int
) -> None:
    timed.log.enter("analysis", {})
    hands.at += timedelta(seconds=step)
    timed.log.enter("analysis", {})
    timed.log.enter("analysis", {})
    assert kinds(timed) == ["analysis", *["clock"] * jumps, "analysis", "analysis"]
    seen = [one.entry.seen for one in timed.log.leaves(0, 9)]
    assert seen == sorted(seen)
    if jumps:
        assert timed.log.leaf(1).entry.clock == "stepped"
    assert timed.log.check().holds


def test_a_clock_set_back_between_two_runs_is_noticed(timed: Store, hands: Hands, path: Path) -> None:
    timed.log.enter("analysis", {})
    timed.close()
    hands.at -= timedelta(hours=1)
    for expected in (["analysis", "clock", "analysis"], ["analysis", "clock", "analysis", "analysis"]):
        with Store.open(path, clock=hands) as again:
            again.log.enter("analysis", {})
            assert kinds(again) == expected
            assert again.log.leaves(2, 9)[-1].entry.clock == "stepped"


def test_a_body_too_large_to_keep_is_refused_before_it_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countersign.evidence.log.appending.MOST_BODY", 10)
    monkeypatch.setattr("countersign.evidence.log.spool.SMALL", 10)
    with store.log.spool() as spool, pytest.raises(EvidenceError) as caught:
        spool.capture("x", b"eleven bytes")
    assert caught.value.code == "CS414"


def test_a_large_spool_goes_to_a_file_without_a_name_and_comes_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countersign.evidence.log.spool.IN_MEMORY", 1_000)
    monkeypatch.setattr("countersign.evidence.log.spool.AT_ONCE", 2_000)
    bodies = [(bytes([number]) * 900, owned(EMBASSY)) for number in range(40)]
    sealed_import(store, [like(1)], bodies)
    assert [(store.log.body(leaf) or (b"", b""))[1] for leaf in range(40)] == [body for body, _ in bodies]
    assert {file.name.split(".db")[-1] for file in store.path.parent.iterdir() if file.is_file()} <= {
        "", ".key", "-wal", "-shm",
    }  # fmt: skip


def test_a_row_moved_or_another_key_is_noticed(store: Store) -> None:
    two_likes(store)
    change(store.path, "UPDATE log_bodies SET body = (SELECT body FROM log_bodies WHERE leaf = 0) WHERE leaf = 1")
    with pytest.raises(StoreError) as caught:
        store.log.body(1)
    assert caught.value.code == "CS201"


def test_a_report_is_plain_values(store: Store) -> None:
    two_likes(store)
    assert msgspec.json.encode(msgspec.to_builtins(store.log.check().problems)) == b"[]"
