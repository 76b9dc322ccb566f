"""What the commands do with the store: find accounts in it by what people call them, read them, keep what was read."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import ACTIONS, Identity, Session
from countersign.cli.console import Console
from countersign.cli.progress import Progress
from countersign.cli.rows import whose
from countersign.cli.wholes import snapshots
from countersign.engine.columns import possible
from countersign.engine.ordering import order_of
from countersign.engine.reminding import refresh
from countersign.engine.verdict import AccountVerdict, Reading, Verdict
from countersign.errors import StoreError, UsageError
from countersign.incident.incident import Incident
from countersign.store import Account, Captures, ImportedFile, ImportResult, Store, imported_file, store_key
from countersign.text import listed, nearest

NO_STORE = "there is no store yet"


def open_store(console: Console, *, new: bool = False) -> Store:
    """Open the store that the settings name; only a command that keeps something may make a `new` one."""
    config = console.settings.config
    path = Path(config.store.path)
    if not new and not path.exists():
        raise StoreError(NO_STORE, where=str(path), hint="countersign import FILE keeps an account", code="CS209")
    return Store.open(path, key=store_key(path, config.store.key), origin=config.evidence.origin)


def called(store: Store, account: Account) -> str:
    """Return what to call an account of the store."""
    from countersign.cli.naming import account_named

    return account_named(account.account, account.platform, store.identities(account.account, account.platform)[::-1])


def named(store: Store, name: str) -> Account:
    """Return the account that a person means: by its handle or id, with or without `@` and `platform:`.

    Raises UsageError where none or several are meant.
    """
    platform, _, rest = name.partition(":")
    known = {account.platform for account in store.accounts()}
    where, wanted = (platform, rest) if platform in known and rest else (None, name)
    found = [one for one in store.accounts() if where in (None, one.platform) and _answers_to(store, one, wanted)]
    if len(found) == 1:
        return found[0]
    held = [called(store, account) for account in store.accounts()]
    if found:
        raise UsageError(f"{name} is held on {len(found)} platforms", hint=f"write {found[0].platform}:{name}")
    meant = nearest(name, held)
    words = f"did you mean {meant}?" if meant else f"held are: {listed(held) or 'none'}"
    raise UsageError(f"no file and no account of the store is named {name}", where=str(store.path), hint=words)


def kept_verdict(console: Console, names: Sequence[str], *, all_requests: bool = False) -> Verdict:
    """Return the answer for accounts of the store (for all, if none is named), with the numbers its incidents keep.

    What they ask for is looked at again where it changed: of those that can be due, or with `all_requests` of all.
    """
    from countersign.engine.embedded import check

    with open_store(console) as store:
        verdict = check(_reading(store, _meant(store, names)), console.settings, marks=_marks(store))
        verdict = _under_lasting_numbers(store, verdict)
        _remember(console, store, verdict, all_requests=all_requests)
        return verdict


def kept_reading(console: Console, names: Sequence[str]) -> Reading:
    """Return accounts of the store (all, if none is named) as if they had been read from files."""
    with open_store(console) as store:
        return _reading(store, _meant(store, names))


def keep(
    console: Console, store: Store, reading: Reading, *, accounts: Iterable[str], captures: Captures, by: str
) -> ImportResult:
    """Keep what was read of these accounts, in one transaction with what was sealed; each is let in by name."""
    wanted = set(accounts)
    own = _only(reading, wanted)
    files = [_file(path, source) for path, source in own.sources]
    with Progress(console, "Keeping") as progress:
        held = {(one.platform, one.account) for one in store.accounts()}
        pairs = _pairs(own) - held
        return store.import_reading(
            own.actions, files=files, sessions=own.sessions, identities=own.identities,
            not_understood=own.not_understood, remarks=own.remarks, snapshots=snapshots(own),
            adding=[Account(platform=platform, account=account) for platform, account in sorted(pairs)],
            progress=progress, captures=captures, by=by,
        )  # fmt: skip


def note_export(console: Console, reading: Reading, what: str) -> None:
    """Put into the evidence log that something of the store is written for others, before it is."""
    with open_store(console) as store:
        for platform, account in sorted(_pairs(reading)):
            store.log.enter("custody", {"act": "export", "v": 1, "what": what}, account=account, platform=platform)


def _remember(console: Console, store: Store, verdict: Verdict, *, all_requests: bool) -> None:
    from countersign.cli.asking import home_zone

    config = console.settings.config
    refresh(
        store, verdict, lambda account: str(home_zone(config.account, verdict, account)), datetime.now(UTC),
        tables=config.evidence.networks, all_of_them=all_requests,
    )  # fmt: skip


def held_of(console: Console, reading: Reading) -> set[str]:
    """Return which accounts of a reading the store holds already."""
    if not Path(console.settings.config.store.path).exists():
        return set()
    with open_store(console) as store:
        held = {(one.platform, one.account) for one in store.accounts()}
    return {account for platform, account in _pairs(reading) if (platform, account) in held}


def _marks(store: Store) -> dict[str, str]:
    """Return what people said last, by the action that set off the alarm, or that they spoke of."""
    alarms = {incident.number: incident.alarm_action for incident in store.incidents()}
    said: dict[str, str] = {}
    for mark in store.marks():
        action = mark.action if mark.incident is None else alarms.get(mark.incident)
        if action is not None:
            said[action] = mark.verdict
    return said


def _meant(store: Store, names: Sequence[str]) -> list[Account]:
    return [named(store, name) for name in names] or list(store.accounts())


def _answers_to(store: Store, account: Account, name: str) -> bool:
    handles = {who.handle.casefold() for who in store.identities(account.account, account.platform) if who.handle}
    bare = name.removeprefix("@")
    return account.account in (name, bare) or bare.casefold() in handles


def _reading(store: Store, accounts: Sequence[Account]) -> Reading:
    """Return accounts of the store as if they had been read from files."""
    tables = [store.actions(one.account, one.platform) for one in accounts]
    actions, odd = possible(pa.concat_tables([ACTIONS.empty_table(), *tables]).combine_chunks())
    order = order_of(actions) if odd else None  # kept by a version that believed any time
    return Reading(
        sources=((str(store.path), "store"),),
        actions=actions if order is None else actions.take(pa.array(order)),
        sessions=tuple(session for one in accounts for session in store.sessions(one.account, one.platform)),
        identities=tuple(who for one in accounts for who in store.identities(one.account, one.platform)[::-1]),
    )


def _under_lasting_numbers(store: Store, verdict: Verdict) -> Verdict:
    """Keep each account's incidents and return the verdict with the numbers and states that they have in the store."""
    kept: dict[int, Incident] = {}
    known = {incident.number for incident in store.incidents()}
    for account in verdict.accounts:
        found = [one for one in verdict.incidents if one.number in account.incidents]
        lasting = store.save_outcome(account.account, account.platform, incidents=found, upto=datetime.now(UTC))
        kept |= {one.number: other for one, other in zip(found, lasting, strict=True)}
        _raise_alerts(store, [one for one in lasting if one.number not in known])
    numbers = np.zeros(1 + max(kept, default=0), np.int32)
    for number, incident in kept.items():
        numbers[number] = incident.number
    return msgspec.structs.replace(
        verdict,
        accounts=tuple(_renumbered(account, kept) for account in verdict.accounts),
        incidents=tuple(sorted((_consistent(one) for one in kept.values()), key=lambda one: one.number)),
        incident_of=numbers[verdict.incident_of],
    )


def _raise_alerts(store: Store, incidents: Sequence[Incident]) -> None:
    """Put into the evidence log what was found, before anybody is told: one entry an account, at its first finding."""
    if incidents:
        said = {
            "act": "alert",
            "incidents": [{"action": one.alarm_action, "alert": one.alert, "number": one.number} for one in incidents],
            "v": 1,
        }
        store.log.enter("alert", said, account=incidents[0].account, platform=incidents[0].platform)


def _renumbered(account: AccountVerdict, kept: dict[int, Incident]) -> AccountVerdict:
    return msgspec.structs.replace(account, incidents=tuple(kept[number].number for number in account.incidents))


def _consistent(incident: Incident) -> Incident:
    members = tuple(msgspec.structs.replace(one, incident=incident.number) for one in incident.surprises)
    return msgspec.structs.replace(incident, surprises=members)


def _only(reading: Reading, accounts: set[str]) -> Reading:
    return msgspec.structs.replace(
        reading,
        actions=reading.actions.filter(
            pc.is_in(reading.actions["account"], pa.array(sorted(accounts), pa.large_string()))
        ),
        sessions=tuple(one for one in reading.sessions if one.account in accounts),
        identities=tuple(one for one in reading.identities if one.account in accounts),
    )


def _pairs(reading: Reading) -> set[tuple[str, str]]:
    beside: tuple[Session | Identity, ...] = (*reading.sessions, *reading.identities)
    return whose(reading.actions) | {(one.platform, one.account) for one in beside}


def _file(path: str, source: str) -> ImportedFile:
    return imported_file(path, source) if Path(path).is_file() else ImportedFile(path=path, source=source)
