"""Keeps, beside the store, which witnesses to ask, how many must agree, and what was stamped already."""

import hashlib
import time
from pathlib import Path

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.durable import database, make_database
from countersign.evidence.keys import WITNESS, Vkey, parse_vkey
from countersign.evidence.outside import place
from countersign.evidence.witness import Witness

MOST_REQUESTS, REQUEST_SECONDS = 10, 20 * 60
"""Requests to one authority in that time: half of what the strictest one that we know of takes."""
MOST_WITNESSES = 32

_APPLICATION = 0x43534142
_TABLES = """
CREATE TABLE witness (name TEXT PRIMARY KEY, url TEXT NOT NULL, vkey TEXT NOT NULL, private INTEGER NOT NULL) STRICT,
    WITHOUT ROWID;
CREATE TABLE seen (name TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (name, origin)) STRICT,
    WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE asked (authority TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE stamp (text BLOB NOT NULL, authority TEXT NOT NULL, time INTEGER NOT NULL, token BLOB NOT NULL,
    root BLOB NOT NULL, certificate BLOB NOT NULL, PRIMARY KEY (text, authority)) STRICT, WITHOUT ROWID
"""


class NoSuchWitness(EvidenceError):
    """A witness is not listed, or cannot be."""

    code = "CS472"


class NamedStamp(msgspec.Struct, frozen=True, kw_only=True):
    """A token with the name of its authority, the two certificates that it was checked by (DER), and its time."""

    name: str
    token: bytes
    root: bytes
    certificate: bytes
    time: int


class Book:
    """What is kept about outsiders, in one small file; any number of processes may use it."""

    def __init__(self, path: Path) -> None:
        make_database(path, _TABLES, _APPLICATION)
        self.path = path

    def add(self, url: str, vkey: Vkey, *, private: bool = False) -> Witness:
        """List a witness to ask from now on; raises BadUrl and NoSuchWitness for one that cannot be."""
        place(url, private=private)
        if vkey.algorithm != WITNESS:
            raise NoSuchWitness(
                "this is not the key of a witness", hint="its keeper sees it when it starts: witness serve"
            )
        with database(self.path, change=True) as db:
            (others,) = db.execute("SELECT count(*) FROM witness WHERE name <> ?", (vkey.name,)).fetchone()
            if others >= MOST_WITNESSES:
                raise NoSuchWitness(f"there are {MOST_WITNESSES} witnesses already")
            if any(
                parse_vkey(row[0]).key == vkey.key
                for row in db.execute("SELECT vkey FROM witness WHERE name <> ?", (vkey.name,))
            ):
                raise NoSuchWitness("this key is listed already, under another name")
            db.execute("DELETE FROM seen WHERE name = ?", (vkey.name,))
            db.execute("REPLACE INTO witness VALUES (?, ?, ?, ?)", (vkey.name, url, str(vkey), private))
        return Witness(url=url, vkey=vkey, private=private)

    def remove(self, name: str) -> None:
        """Ask a witness no more; raises NoSuchWitness."""
        with database(self.path, change=True) as db:
            if not db.execute("DELETE FROM witness WHERE name = ?", (name,)).rowcount:
                raise NoSuchWitness(f"no witness named {name} is listed", hint="countersign witness list")

    def witnesses(self, origin: str = "") -> tuple[Witness, ...]:
        """Return the witnesses by name, with the sizes up to which they have seen the log of this origin."""
        with database(self.path) as db:
            sizes = dict(db.execute("SELECT name, size FROM seen WHERE origin = ?", (origin,)).fetchall())
            rows = db.execute("SELECT name, url, vkey, private FROM witness ORDER BY name").fetchall()
        return tuple(
            Witness(url=url, vkey=parse_vkey(vkey), private=bool(private), size=sizes.get(name, 0))
            for name, url, vkey, private in rows
        )

    def saw(self, origin: str, sizes: dict[str, int]) -> None:
        """Remember up to which size witnesses have seen a log, so that the next question is the right one at once."""
        with database(self.path, change=True) as db:
            db.executemany("REPLACE INTO seen VALUES (?, ?, ?)", [(name, origin, size) for name, size in sizes.items()])

    @property
    def quorum(self) -> int:
        """Return how many witnesses must have countersigned; by default more than half of them."""
        with database(self.path) as db:
            found = db.execute("SELECT value FROM setting WHERE name = 'quorum'").fetchone()
            (count,) = db.execute("SELECT count(*) FROM witness").fetchone()
        usual = count // 2 + 1 if count else 0
        return min(int(found[0]), count) if found else usual

    def set_quorum(self, number: int) -> None:
        """Say how many witnesses must countersign; raises NoSuchWitness if there are not as many."""
        listed = len(self.witnesses())
        if not 0 <= number <= listed:
            raise NoSuchWitness(
                f"the number of witnesses that are listed is {listed}", hint="countersign witness add URL VKEY"
            )
        with database(self.path, change=True) as db:
            db.execute("REPLACE INTO setting VALUES ('quorum', ?)", (number,))

    def may_ask(self, authority: str) -> bool:
        """Say whether an authority may be asked now, and count it; it may not if it was asked too often lately."""
        now = int(time.time())
        with database(self.path, change=True) as db:
            db.execute("DELETE FROM asked WHERE at NOT BETWEEN ? AND ?", (now - REQUEST_SECONDS, now))
            (lately,) = db.execute("SELECT count(*) FROM asked WHERE authority = ?", (authority,)).fetchone()
            if lately < MOST_REQUESTS:
                db.execute("INSERT INTO asked VALUES (?, ?)", (authority, now))
        return bool(lately < MOST_REQUESTS)

    def stamps(self, text: bytes) -> tuple[NamedStamp, ...]:
        """Return the stamps of a checkpoint's text that were had already, by the names of their authorities."""
        query = "SELECT authority, token, root, certificate, time FROM stamp WHERE text = ? ORDER BY authority"
        with database(self.path) as db:
            rows = db.execute(query, (hashlib.sha256(text).digest(),)).fetchall()
        return tuple(
            NamedStamp(name=name, token=token, root=root, certificate=certificate, time=at)
            for name, token, root, certificate, at in rows
        )

    def last_stamp(self, authority: str) -> int:
        """Return when an authority last gave a stamp, by its own clock (seconds since 1970), 0 for never."""
        with database(self.path) as db:
            (found,) = db.execute("SELECT max(time) FROM stamp WHERE authority = ?", (authority,)).fetchone()
        return int(found or 0)

    def keep(self, text: bytes, stamps: tuple[NamedStamp, ...]) -> None:
        """Keep stamps of a checkpoint's text: the same text is never stamped twice by one authority."""
        digest = hashlib.sha256(text).digest()
        with database(self.path, change=True) as db:
            db.executemany(
                "INSERT OR IGNORE INTO stamp VALUES (?, ?, ?, ?, ?, ?)",
                [(digest, one.name, one.time, one.token, one.root, one.certificate) for one in stamps],
            )


def book_path(store: str | Path) -> Path:
    """Return where the book of a store lies.

    >>> book_path("/srv/countersign.db").name
    'countersign.db.anchors'
    """
    return Path(f"{store}.anchors")
