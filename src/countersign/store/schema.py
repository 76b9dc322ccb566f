"""The tables of the store, version by version: what each holds in the clear is all that a thief of the file learns."""

import sqlite3

APPLICATION_ID = 0x43536731
""""CSg1", written in the file's header (offset 68) so that no other program's database is taken for ours."""

_VERSION_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  platform TEXT NOT NULL, account TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('own', 'public-office')),
  reason TEXT NOT NULL, approvers TEXT NOT NULL, added INTEGER NOT NULL, expires INTEGER,
  scored_until INTEGER,
  UNIQUE (platform, account)
) STRICT;
CREATE TABLE imports (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE imported_accounts (
  import INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  PRIMARY KEY (import, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_of_account ON imported_accounts (account);
CREATE TABLE actions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  verb TEXT NOT NULL, at INTEGER, target BLOB CHECK (length(target) = 16),
  received INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX actions_of_account ON actions (account, target);
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  source TEXT NOT NULL, verb TEXT NOT NULL, as_of INTEGER NOT NULL, listed BLOB NOT NULL,
  UNIQUE (account, source, verb, as_of)
) STRICT;
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE, body BLOB NOT NULL
) STRICT;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE TABLE identities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE, body BLOB NOT NULL
) STRICT;
CREATE INDEX identities_of_account ON identities (account);
CREATE TABLE not_understood (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  import INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE, body BLOB NOT NULL
) STRICT;
CREATE INDEX not_understood_of_import ON not_understood (import);
CREATE TABLE cursors (source TEXT NOT NULL, ref TEXT NOT NULL, cursor TEXT NOT NULL, PRIMARY KEY (source, ref)) STRICT;
CREATE TABLE profiles (
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  slot TEXT NOT NULL CHECK (slot IN ('current', 'shadow')), body BLOB NOT NULL,
  PRIMARY KEY (account, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE incidents (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE, body BLOB NOT NULL
) STRICT;
CREATE INDEX incidents_of_account ON incidents (account);
CREATE TABLE marks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  incident INTEGER REFERENCES incidents ON DELETE CASCADE,
  verdict TEXT NOT NULL CHECK (verdict IN ('it was us', 'it was not us', 'not important', 'looking')),
  body BLOB NOT NULL
) STRICT;
CREATE INDEX marks_of_incident ON marks (incident);
CREATE INDEX marks_of_account ON marks (account);
CREATE TRIGGER marks_are_only_added BEFORE UPDATE ON marks BEGIN SELECT RAISE(ABORT, 'a mark is never changed'); END;
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL, by TEXT NOT NULL, ground TEXT NOT NULL, actions INTEGER NOT NULL
) STRICT;
"""

_VERSION_2 = """
CREATE TABLE log_leaves (
  leaf INTEGER PRIMARY KEY, entry BLOB NOT NULL, received BLOB CHECK (length(received) = 16)
) STRICT;
CREATE UNIQUE INDEX log_leaf_received ON log_leaves (received) WHERE received IS NOT NULL;
CREATE TRIGGER log_entries_are_only_added BEFORE UPDATE OF leaf, entry ON log_leaves
BEGIN SELECT RAISE(ABORT, 'an entry of the log is never changed'); END;
CREATE TRIGGER log_entries_stay BEFORE DELETE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'an entry of the log is never removed'); END;
CREATE TABLE log_bodies (leaf INTEGER PRIMARY KEY REFERENCES log_leaves, body BLOB NOT NULL) STRICT;
CREATE TABLE log_owners (
  account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE, leaf INTEGER NOT NULL REFERENCES log_leaves,
  PRIMARY KEY (account, leaf)
) STRICT, WITHOUT ROWID;
CREATE TABLE log_actions (
  action INTEGER NOT NULL REFERENCES actions ON DELETE CASCADE, leaf INTEGER NOT NULL REFERENCES log_leaves,
  PRIMARY KEY (action, leaf)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_actions_of_leaf ON log_actions (leaf);
CREATE TABLE log_tiles (place INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
CREATE TABLE log_checkpoints (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;
CREATE TABLE log_keys (id INTEGER PRIMARY KEY AUTOINCREMENT, vkey TEXT NOT NULL, seed BLOB) STRICT;
CREATE TABLE log_anchors (
  id INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL REFERENCES log_checkpoints,
  kind TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL,
  UNIQUE (size, kind, name)
) STRICT;
"""

_VERSION_3 = """
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
  account INTEGER REFERENCES accounts ON DELETE CASCADE,
  at INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_of_account ON evidence (account);
"""

_VERSION_4 = """
CREATE TABLE reminders (
  incident INTEGER PRIMARY KEY REFERENCES incidents ON DELETE CASCADE, body BLOB NOT NULL
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
"""MIGRATIONS[n] takes a store of version n to n + 1. One that was released is never edited: a new one is added."""


def version(db: sqlite3.Connection) -> int:
    """Return the version of the tables in a database (0: none yet)."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection, migrations: tuple[str, ...] | None = None) -> None:
    """Bring the tables to the newest version, each step whole or not at all."""
    steps = MIGRATIONS if migrations is None else migrations
    for number in range(version(db), len(steps)):
        db.executescript(f"BEGIN IMMEDIATE; {steps[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def blank() -> bytes:
    """Return the bytes of a new, empty store's file."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(db)
        return db.serialize()
    finally:
        db.close()
