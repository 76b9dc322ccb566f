"""The story that a killed process was telling, from import to hand-over; and how to compare states of its store."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from countersign.activity import Activity, NotUnderstood, Session, Verb, activity_id, to_columns
from countersign.engine.exhibits import Case, Told, gather
from countersign.engine.handing import hand_over
from countersign.evidence.anchors import Anchors
from countersign.evidence.bundle import Proposed
from countersign.evidence.log.reading import Leaf
from countersign.evidence.log.spool import Spool
from countersign.incident.incident import Incident
from countersign.store import Account, Captures, Cursor, ImportedFile, ProfileState, Snapshot, Store

START = datetime(2026, 1, 1, tzinfo=UTC)
EMBASSY, OFFICE = "111", "222"
FILE = ImportedFile(path="twitter-2026.zip", source="x-archive", sha256="ab" * 32)
LIKES, POSTS = 330, 100
ALARMED = activity_id("x", EMBASSY, "like", "120")
CASE = Case(
    number=1, title="A like that was not ours", account=EMBASSY, platform="x", weighing={"parts": []},
    actions=(Told(id=ALARMED, what="like of 120", fields={"object": "120"}),),
)  # fmt: skip
Step = Callable[[Store], object]


def now() -> datetime:
    return START + timedelta(days=100)


def first_archive(store: Store) -> object:
    accounts = (Account(account=EMBASSY, platform="x", reason="ours"), Account(account=OFFICE, platform="x"))
    return _import(store, _archive(0, 10), as_of=10, adding=accounts)


def second_archive(store: Store) -> object:
    """Import an archive that overlaps the first: some likes are gone, some posts are better known, some are new."""
    return _import(store, _archive(100, 20), as_of=20, adding=())


def outcome(store: Store) -> object:
    incident = Incident(number=1, account=EMBASSY, platform="x", alarm_action=ALARMED, alarm_native_id="120",
                        alert=True, actions=1, peak=20.0, threshold=9.0)  # fmt: skip
    profiles = (
        ProfileState(blob=b"habit" * 400, state_hash="77aa"),
        ProfileState(blob=b"s", state_hash="1", slot="shadow"),
    )
    return store.save_outcome(EMBASSY, profiles=profiles, incidents=(incident,), upto=now())


def mark(store: Store) -> object:
    return store.mark("it was not us", incident=1, note="nobody was in the office", by="Ann")


def new_key(store: Store) -> object:
    return store.log.rotate_key()


def one_body(store: Store) -> object:
    """Erase what was received of the first like; the entry stays, and the log says why."""
    store.log.erase([0], "third-person")
    return store.log.size


def erasure(store: Store) -> object:
    return store.erase(OFFICE, by="Ann", ground="not ours any more")


def handing(store: Store) -> object:
    """Hand the incident over, as `seal` does without outsiders: the weighing, then the statement, are entries."""
    return hand_over(
        store, CASE, by="Ann", tool="countersign", now=now(), keys={}, proposing=lambda key: Proposed(logs=(key,)),
        anchoring=lambda note, _: Anchors(note=note, stamps=(), pending=()),
    )  # fmt: skip


def weighed(store: Store) -> object:
    """Do the first half of `handing`, where a fault between its two entries leaves it; it is then begun anew."""
    return gather(store, CASE, by="Ann")


STEPS: tuple[Step, ...] = (first_archive, second_archive, outcome, mark, new_key, one_body, erasure, handing)
IMPORTS: tuple[Step, ...] = (first_archive, second_archive)


def tell(path: Path, done: Callable[[int], None], start: int = 0) -> None:
    """Do the steps from `start` on, and say of each when it is acknowledged."""
    with Store.open(path, clock=now) as store:
        for number in range(start, len(STEPS)):
            STEPS[number](store)
            done(number + 1)


def state(path: Path) -> str:
    """Return all that a store holds as one digest; a store that is not there yet is an empty one."""
    digest = hashlib.sha256()
    with Store.open(path, clock=now) as store:
        for part in _parts(store):
            digest.update(part)
    return digest.hexdigest()


def actions_digest(path: Path) -> str:
    """Return what a store holds of the embassy's actions as one digest."""
    with Store.open(path, clock=now) as store:
        return hashlib.sha256(_columns(store.actions(EMBASSY))).hexdigest()


def _parts(store: Store) -> Iterator[bytes]:
    kept = (
        store.accounts(),
        store.imports(),
        store.not_understood(),
        store.incidents(),
        store.marks(),
        store.erasures(),
    )
    yield msgspec.json.encode(kept)
    yield msgspec.json.encode(store.cursor("x-api", "likes"))
    yield msgspec.json.encode([_entry(store, leaf) for leaf in store.log.leaves(0, store.log.size)])
    for account in store.accounts():
        name = account.account
        yield msgspec.json.encode((store.sessions(name), store.profile(name), store.profile(name, slot="shadow")))
        actions = store.actions(name)
        yield _columns(actions)
        yield msgspec.json.encode(store.leaves_of(actions["id"].to_pylist()))


def _entry(store: Store, leaf: Leaf) -> tuple[object, ...]:
    """Return what an entry says but for what is drawn by chance: keys, salts, and signatures in a statement."""
    salt_and_body = store.log.body(leaf.leaf) if leaf.kept else None
    body = salt_and_body[1].decode() if salt_and_body else None
    if body is not None and '"payloadType"' in body:
        body = "a statement"
    return (leaf.entry.type, leaf.entry.seen, leaf.entry.leaf, body)


def _columns(actions: pa.Table) -> bytes:
    return msgspec.json.encode(actions.to_pylist())


class Owned(NamedTuple):
    """Whose each capture is, and which capture told of which action."""

    owners: tuple[frozenset[tuple[str, str]], ...]
    actions: tuple[tuple[str, int], ...]


def _import(store: Store, activities: list[Activity], *, as_of: int, adding: tuple[Account, ...]) -> object:
    at = START + timedelta(days=as_of)
    snapshot = Snapshot(account=EMBASSY, platform="x", source="x-archive", as_of=at, verbs=("like",))
    session = Session(account=EMBASSY, platform="x", kind="ip use", last_seen=at, ip="192.0.2.7")
    odd = NotUnderstood(source="x-archive", ref="like.js", position=as_of, reason="no id", body=b"{}")
    with store.log.spool() as spool:
        return store.import_reading(
            to_columns(activities), files=(FILE,), adding=adding, snapshots=(snapshot,), sessions=(session,),
            not_understood=(odd,), cursors=(Cursor(source="x-api", ref="likes", cursor=str(as_of)),),
            remarks=("all read",), captures=_captured(spool, activities),
        )  # fmt: skip


def _captured(spool: Spool, activities: list[Activity]) -> Captures:
    numbers = [spool.capture("x-archive", f"record of {one.id}".encode()) for one in activities]
    owners = tuple(frozenset({(one.platform, one.actor)}) for one in activities)
    actions = tuple((one.id, number) for one, number in zip(activities, numbers, strict=True))
    return Captures(spool=spool, sealed=Owned(owners, actions))


def _archive(skipped: int, as_of: int) -> list[Activity]:
    likes = [_act("like", EMBASSY, n, as_of) for n in range(skipped, skipped + LIKES)]
    posts = [_act("post", EMBASSY, n, as_of) for n in range(POSTS)]
    return [*likes, *posts, _act("post", OFFICE, as_of, as_of)]


def _act(verb: Verb, account: str, number: int, as_of: int) -> Activity:
    return Activity(
        id=activity_id("x", account, verb, str(number)), native_id=str(number), platform="x", verb=verb, actor=account,
        start_time=START + timedelta(minutes=number), end_time=START + timedelta(days=as_of), time_basis="after object",
        object=str(number), content="Good morning. " * (number % 20), source="x-archive", position=number,
    )  # fmt: skip
