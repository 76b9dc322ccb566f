"""The store opens only what is ours, whole, private and not newer than we are, and says what to do about the rest."""

import base64
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countersign.config import Secret
from countersign.errors import StoreError
from countersign.store import Store, encoded, key_file, schema, store_key
from countersign.store.schema import APPLICATION_ID, MIGRATIONS, migrate, version
from tests.unit.store.acts import EMBASSY, keep, like, post

VERSIONS = Path(__file__).parent / "versions"
KEY = b"k" * 32


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(path: Path, code: str, **how: object) -> StoreError:
    with pytest.raises(StoreError) as error:
        Store.open(path, **how)  # type: ignore[arg-type]
    assert error.value.code == code
    assert error.value.hint
    assert error.value.where
    return error.value


def filled(path: Path) -> Path:
    with Store.open(path) as store:
        keep(store, [post(1, 1), like(2)])
    return path


def test_all_that_is_made_is_readable_by_its_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        with Store.open(path) as store:
            keep(store, [post(1, 1)])
            modes = {one.name: mode(one) for one in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert mode(path.parent) == 0o700
    assert len(modes) == 4, "the store, its key, its log and its index of the log"
    assert set(modes.values()) == {0o600}


def test_closing_leaves_the_store_and_its_key_and_nothing_else(path: Path) -> None:
    filled(path)
    assert sorted(one.name for one in path.parent.iterdir()) == ["countersign.db", "countersign.db.key"]


def test_the_settings_that_keep_promises_are_on(store: Store) -> None:
    def setting(name: str) -> object:
        return store._db.execute(f"PRAGMA {name}").fetchone()[0]

    assert (setting("journal_mode"), setting("synchronous"), setting("foreign_keys")) == ("wal", 2, 1)
    assert (setting("secure_delete"), setting("application_id")) == (1, APPLICATION_ID)


def test_a_store_opens_again_with_what_was_kept(path: Path) -> None:
    filled(path)
    with Store.open(path) as store:
        assert store.actions(EMBASSY).num_rows == 2
        assert store.examine() == ()


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = filled(tmp_path / "elsewhere" / "countersign.db")
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    shutil.copy(key_file(elsewhere), key_file(path))
    assert "plain file" in refused(path, "CS208").message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"SQLite format 3\0" + bytes(84), bytes(4096)])
def test_a_file_of_something_else_is_refused_and_left_as_it_is(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    refused(path, "CS208", key=KEY)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE places (url TEXT)")
    db.commit()
    db.close()
    path.chmod(0o600)
    content = path.read_bytes()
    assert "another program" in refused(path, "CS208", key=KEY).message
    assert path.read_bytes() == content


def test_a_directory_in_its_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    refused(path, "CS208", key=KEY)


def test_a_pipe_in_its_place_is_refused_and_not_waited_for(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path, 0o600)
    refused(path, "CS208", key=KEY)


def test_a_store_that_others_can_read_is_refused(path: Path) -> None:
    filled(path).chmod(0o640)
    assert "chmod 600" in refused(path, "CS208").hint


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    refused(tmp_path / "file" / "countersign.db", "CS207")


def trouble(path: Path) -> str:
    """Return what opening or examining a store says of its damage; where it shows depends on where the damage is."""
    try:
        with Store.open(path) as store:
            return "; ".join(store.examine())
    except StoreError as error:
        return error.message if error.code == "CS201" else ""


@pytest.mark.parametrize("place", [100, 4_096 + 8, 30_000])
def test_damage_is_told_and_never_guessed_around(path: Path, place: int) -> None:
    content = bytearray(filled(path).read_bytes())
    content[place : place + 4_000] = b"\xa5" * len(content[place : place + 4_000])
    path.write_bytes(content)
    assert trouble(path)


def test_a_store_cut_short_is_told(path: Path) -> None:
    content = filled(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError) as error:
        Store.open(path)
    assert error.value.code == "CS201"


def test_another_key_is_refused_before_anything_is_read_or_written(path: Path) -> None:
    content = filled(path).read_bytes()
    assert "not the key" in refused(path, "CS204", key=KEY).message
    assert path.read_bytes() == content


def test_a_store_without_its_key_is_refused_and_gets_no_new_one(path: Path) -> None:
    key_file(filled(path)).unlink()
    assert "missing" in refused(path, "CS204").message
    assert not key_file(path).exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", base64.b64encode(b"k" * 31), b"k" * 32])
def test_a_key_file_that_holds_no_key_is_refused(path: Path, content: bytes) -> None:
    key_file(filled(path)).write_bytes(content)
    assert "not a store's key" in refused(path, "CS204").message


def test_a_key_that_others_can_read_is_refused(path: Path) -> None:
    key_file(filled(path)).chmod(0o644)
    assert "chmod 600" in refused(path, "CS204").hint


def test_a_key_behind_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    moved = key_file(filled(path)).rename(tmp_path / "key")
    key_file(path).symlink_to(moved)
    refused(path, "CS204")


def test_the_key_may_come_from_the_environment_or_a_named_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "elsewhere.key"
    named.write_text(encoded(KEY))
    named.chmod(0o600)
    monkeypatch.setenv("EMBASSY_KEY", encoded(KEY))
    assert store_key(path, Secret(env="EMBASSY_KEY")) == KEY == store_key(path, Secret(file=str(named)))
    with Store.open(path, key=KEY) as store:
        keep(store, [post(1, 1)])
    assert not key_file(path).exists()
    with pytest.raises(StoreError, match="not in the environment"):
        store_key(path, Secret(env="NO_SUCH_KEY"))
    with pytest.raises(StoreError, match="cannot be read"):
        store_key(path, Secret(file=str(tmp_path / "none")))


def test_a_keyring_that_is_not_installed_or_has_no_key_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(StoreError, match="not installed"):
        store_key(path, Secret(keyring="countersign"))

    class Ring:
        held: str | None = None

        @classmethod
        def get_password(cls, _service: str, _user: str) -> str | None:
            return cls.held

    monkeypatch.setitem(sys.modules, "keyring", Ring)
    with pytest.raises(StoreError, match="holds no key"):
        store_key(path, Secret(keyring="countersign"))
    Ring.held = encoded(KEY)
    assert store_key(path, Secret(keyring="countersign")) == KEY


def test_a_store_of_a_newer_countersign_is_refused(path: Path) -> None:
    with Store.open(path) as store:
        store._db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert "update countersign" in refused(path, "CS202").hint


def test_a_migration_is_whole_or_not_at_all() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS)
    newest = version(db)
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, (*MIGRATIONS, "CREATE TABLE half (a); INSERT INTO no_such_table VALUES (1);"))
    db.rollback()
    assert version(db) == newest
    assert db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchone() is None
    migrate(db, (*MIGRATIONS, "CREATE TABLE whole (a);"))
    assert version(db) == newest + 1
    db.close()


def older(number: int, path: Path) -> Path:
    """Put a store of an older version at `path`, from its dump."""
    path.parent.mkdir()
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript((VERSIONS / f"{number}.sql").read_text(encoding="utf-8"))
    db.close()
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS) + 1))
def test_a_store_of_every_version_so_far_opens_with_all_it_held(path: Path, number: int) -> None:
    with Store.open(older(number, path), key=KEY) as store:
        assert version(store._db) == len(MIGRATIONS)
        assert store.actions(EMBASSY)["id"].to_pylist() == ["x:111:like:2", "x:111:post:1", "x:111:unlike:2"]
        assert [mark.verdict for mark in store.marks()] == ["it was us"]
        assert [one.reason for one in store.accounts()] == ["our own archive"]
        assert store.examine() == ()


@pytest.fixture
def writer(path: Path) -> Iterator[Callable[[], None]]:
    """Return how to start another process that holds a transaction on the store until the test ends."""
    started: list[subprocess.Popen[str]] = []
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('BEGIN IMMEDIATE'); print('writing', flush=True); sys.stdin.read()"
    )

    def start() -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"

    yield start
    for process in started:
        process.communicate("")


def test_while_another_process_writes_one_can_read_but_not_write(path: Path, writer: Callable[[], None]) -> None:
    filled(path)
    writer()
    with Store.open(path, wait=0.05) as store:
        assert store.actions(EMBASSY).num_rows == 2
        with pytest.raises(StoreError, match="another countersign is writing") as busy:
            keep(store, [post(3, 1)])
        assert busy.value.code == "CS203"


def test_two_that_make_the_store_at_once_make_one(path: Path) -> None:
    code = (
        "import sys; from countersign.store import Store\n"
        "with Store.open(sys.argv[1]) as store: store.add_account(sys.argv[2], 'x')"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in ("111", "222")]
    assert [process.wait() for process in both] == [0, 0]
    with Store.open(path) as store:
        assert sorted(one.account for one in store.accounts()) == ["111", "222"]
    assert sorted(one.name for one in path.parent.iterdir()) == ["countersign.db", "countersign.db.key"]


def test_an_sqlite_that_is_too_old_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreError, match="too old"):
        Store.open(path)


def test_a_new_store_is_a_whole_file_from_its_first_moment() -> None:
    content = schema.blank()
    assert content.startswith(b"SQLite format 3\0")
    assert int.from_bytes(content[68:72]) == APPLICATION_ID
