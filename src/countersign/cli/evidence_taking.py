"""Takes one file of access evidence in: sealed as it lies there, then read, then kept; or nothing of it at all."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from countersign.cli.sealing import login
from countersign.errors import SourceError, UsageError
from countersign.evidence.log.spool import Spool
from countersign.sources import container
from countersign.sources.access.asked import Asked, DomainKey
from countersign.sources.access.mail import key_files, looks_like_a_mail, message
from countersign.sources.access.mail.lookup import published
from countersign.sources.access.mail.signature import wanted_keys
from countersign.sources.access.reading import MOST_BYTES, kind_of, members, read
from countersign.sources.access.told import KINDS, Kind, Told
from countersign.sources.networks import is_table, table_file
from countersign.sources.networks.lookup import LISTED
from countersign.store import Account, Evidence, KeptEvidence, Store
from countersign.text import listed

NETWORKS = "networks"
KINDS_TYPED = (*KINDS, NETWORKS, *LISTED)


class Adding(msgspec.Struct, frozen=True, kw_only=True):
    """How files are to be taken: as what, in which zone, with which keys, and whether DNS may be asked."""

    kind: str = ""
    zone: str = ""
    dns: bool = False
    keys: tuple[tuple[bytes, tuple[DomainKey, ...]], ...] = ()
    """Archived keys: each file's bytes, and what is in it."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was kept; `again` where it had been kept before."""

    kept: KeptEvidence
    again: bool = False


def archived_keys(paths: Sequence[str]) -> tuple[tuple[bytes, tuple[DomainKey, ...]], ...]:
    """Return the archived keys in some files."""
    contents = [(path, _bytes(path)) for path in paths]
    return tuple((content, key_files(content, Path(path).name)) for path, content in contents)


def added(store: Store, path: str, whom: Account | None, adding: Adding) -> Iterator[Taken]:
    """Keep a file, or each file of an archive; yield what was kept."""
    if adding.kind in (NETWORKS, *LISTED) or (not adding.kind and is_table(path)):
        table = table_file(path, "" if adding.kind == NETWORKS else adding.kind)
        again = _is_known(store, table.sha256, None)
        yield Taken(kept=store.evidence.add_table(table, by=login()), again=again)
        return
    account = whom or _only(store)
    if not container.is_container(path):
        yield _taken(store, Path(path).name, _bytes(path), account, adding)
        return
    taken, reasons = [], []
    for name, body in members(path):
        try:
            taken.append(_taken(store, f"{Path(path).name}/{name}", body, account, adding))
        except SourceError as error:
            reasons.append(f"{name}: {error.message}")
    if not taken:
        why = f"; {reasons[0]}" if reasons else ""
        raise SourceError(f"none of the {len(reasons)} files in it can be read{why}", where=path, code="CS190",
                          hint="countersign evidence --help names what can be read")  # fmt: skip
    yield from taken


def _taken(store: Store, name: str, body: bytes, account: Account, adding: Adding) -> Taken:
    digest = hashlib.sha256(body).hexdigest()
    kind = adding.kind or kind_of(body, name)
    with store.log.spool() as spool:
        spool.capture(f"evidence/{kind}", body, grade="D")
        keys, remarks = _keys(spool, body, name, adding)
        told = read(_kind(kind), body, name, _asked(store, account, adding, keys))
        told = msgspec.structs.replace(told, remarks=(*told.remarks, *remarks, *_before(told)))
        whence = next((key.whence for key in keys), "") if any(trace.signed for trace in told.traces) else ""
        evidence = Evidence(name=name, sha256=digest, size=len(body), told=told, key_from=whence)
        again = _is_known(store, digest, account)
        kept = store.evidence.add(evidence, spool, account=account.account, platform=account.platform, by=login())
    return Taken(kept=kept, again=again)


def _keys(spool: Spool, body: bytes, name: str, adding: Adding) -> tuple[tuple[DomainKey, ...], list[str]]:
    """Return the keys at hand for a mail, each sealed with it, and why others are not."""
    if not looks_like_a_mail(body):
        return (), []
    for content, _ in adding.keys:
        spool.capture("evidence/dkim-key", content, grade="D")
    archived = tuple(key for _, keys in adding.keys for key in keys)
    if not adding.dns:
        return archived, []
    answers = [published(one) for one in wanted_keys(message(body, name))[:5]]
    found = [one for one in answers if isinstance(one, DomainKey)]
    for key in found:
        spool.capture("evidence/dkim-key", f'{key.name}. TXT "{key.record}" ; {key.whence}\n'.encode(), grade="C")
    return (*archived, *found), [one for one in answers if isinstance(one, str)]


def _asked(store: Store, account: Account, adding: Adding, keys: tuple[DomainKey, ...]) -> Asked:
    known = store.identities(account.account, account.platform)
    handles = dict.fromkeys([who.handle for who in known[::-1] if who.handle])
    return Asked(account=account.account, platform=account.platform, handles=(*handles, account.account),
                 zone=adding.zone, keys=keys)  # fmt: skip


def _before(told: Told) -> Iterator[str]:
    """Yield when the newest sign-in of a list is: what happened later it cannot know."""
    if told.covers_until is not None and told.kind != "login-alert":
        yield f"it ends at {told.covers_until:%Y-%m-%d %H:%M} UTC: of anything later it says nothing"


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)


def _only(store: Store) -> Account:
    held = store.accounts()
    if len(held) == 1:
        return held[0]
    raise UsageError(
        f"whom is it about? The store holds {len(held)} accounts",
        hint=f"add --account: {listed(sorted(one.account for one in held))}" if held else "countersign import FILE",
    )


def _is_known(store: Store, sha256: str, account: Account | None) -> bool:
    whose = (account.platform, account.account) if account else ("", "")
    return any(
        one.evidence.sha256 == sha256 and (one.platform, one.account) == whose for one in store.evidence.every()
    )  # fmt: skip


def _bytes(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError("not a plain file", where=path, code="CS101", hint="name a file")
            if found.st_size > MOST_BYTES:
                raise SourceError(f"a file of {found.st_size:,} bytes", where=path, code="CS190",
                                  hint=f"at most {MOST_BYTES >> 20} MiB are read at once")  # fmt: skip
            return file.read()
    except OSError as cause:
        raise SourceError(f"it cannot be read ({cause.strerror})", where=path, code="CS101",
                          hint="check its name and who may read it") from cause  # fmt: skip
