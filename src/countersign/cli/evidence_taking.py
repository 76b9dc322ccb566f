"""Takes one file of access evidence in: sealed as it lies there, then read, then kept; or nothing of it at all."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from countersign.cli.evidence_files import check_plain, contents, whole
from countersign.cli.sealing import login
from countersign.errors import ScopeError, SourceError, UsageError
from countersign.evidence.log.spool import Spool
from countersign.sources.access.asked import Asked, DomainKey
from countersign.sources.access.mail import key_files, looks_like_a_mail, message
from countersign.sources.access.mail.lookup import published
from countersign.sources.access.mail.signature import wanted_keys
from countersign.sources.access.pgp import Checked, checked, is_key
from countersign.sources.access.reading import ARCHIVED, kind_of, read
from countersign.sources.access.times import DateOrder
from countersign.sources.access.told import KINDS, Kind, Told
from countersign.sources.networks import is_table, table_file
from countersign.sources.networks.lookup import LISTED
from countersign.store import Account, Evidence, KeptEvidence, Store
from countersign.text import counted, listed

CLOCKS = timedelta(days=1)
"""How far a server's clock may be ahead of ours before its times are taken to be mistakes."""
NETWORKS = "networks"
KINDS_TYPED = (*KINDS, NETWORKS, *LISTED)


class Adding(msgspec.Struct, frozen=True, kw_only=True):
    """How files are to be taken: as what, in which zone, with which keys, and whether DNS may be asked.

    `called` is what the files call the account, `order` how short dates are meant. `dry` keeps and asks nothing.
    """

    kind: str = ""
    zone: str = ""
    order: DateOrder = ""
    called: str = ""
    dns: bool = False
    dry: bool = False
    keys: tuple[tuple[bytes, tuple[DomainKey, ...]], ...] = ()
    """Archived keys: each file's bytes, and what is in it; public keys of PGP have no `DomainKey`."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was kept; `again` where it had been kept before.

    `left_out` says which files beside it, in the same whole, cannot be read, and why.
    """

    kept: KeptEvidence
    again: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def left_out_said(self) -> tuple[str, ...]:
        """Return a sentence on what was left out."""
        if not self.left_out:
            return ()
        return (
            f"{counted(len(self.left_out), 'file')} beside it cannot be read, and was left out: {self.left_out[0]}",
        )


def archived_keys(paths: Sequence[str]) -> tuple[tuple[bytes, tuple[DomainKey, ...]], ...]:
    """Return the archived keys in some files: of domains (DKIM), or of PGP."""
    found = []
    for path in paths:
        check_plain(path)
        content = whole(path)
        found.append((content, () if is_key(content) else key_files(content, Path(path).name)))
    return tuple(found)


def added(store: Store, path: str, whom: Account | None, adding: Adding) -> Iterator[Taken]:
    """Keep a file, or each file of an archive, a folder or a mailbox; yield what was kept.

    Files of a whole that cannot be read are told of with the first that can, and do not keep the others out.
    """
    check_plain(path)
    if adding.kind in (NETWORKS, *LISTED) or (not adding.kind and is_table(path)):
        yield _table(store, path, adding)
        return
    account = whom or _only(store)
    inside = contents(path)
    if inside is None:
        yield _taken(store, Path(path).name, whole(path), account, adding, beside=path)
        return
    taken, reasons = [], []
    for name, body in inside:
        try:
            taken.append(_taken(store, name, body, account, adding))
        except SourceError as error:
            reasons.append(f"{name}: {error.message}")
        except ScopeError as error:
            reasons.append(f"{name}: {error.message}; {error.hint}")
    if not taken:
        raise _none_of(reasons, path)
    yield msgspec.structs.replace(taken[0], left_out=tuple(reasons))
    yield from taken[1:]


def _none_of(reasons: Sequence[str], path: str) -> SourceError:
    """Return the error of a whole of which no file can be read."""
    if any(ARCHIVED in reason for reason in reasons):
        return SourceError("it is an archive that X gave", where=path, code="CS190",
                           hint="countersign import ARCHIVE.zip reads all of it")  # fmt: skip
    why = f"; {reasons[0]}" if reasons else ""
    return SourceError(f"none of the {len(reasons)} files in it can be read{why}", where=path, code="CS190",
                       hint="countersign evidence --help names what can be read")  # fmt: skip


def _table(store: Store, path: str, adding: Adding) -> Taken:
    table = table_file(path, "" if adding.kind == NETWORKS else adding.kind)
    again = _is_known(store, table.sha256, None)
    if adding.dry:
        evidence = Evidence(name=Path(path).name, sha256=table.sha256, table=table)
        return Taken(kept=KeptEvidence(evidence=evidence), again=again)
    return Taken(kept=store.evidence.add_table(table, by=login()), again=again)


def _taken(store: Store, name: str, body: bytes, account: Account, adding: Adding, beside: str = "") -> Taken:
    digest = hashlib.sha256(body).hexdigest()
    kind = adding.kind or kind_of(body, name)
    with store.log.spool() as spool:
        if not adding.dry:
            spool.capture(f"evidence/{kind}", body, grade="D")
        keys, remarks = _keys(spool, body, name, adding)
        asked = _asked(store, account, adding, keys)
        asked = msgspec.structs.replace(asked, pgp=_pgp(spool, kind, body, adding, beside))
        told = read(_kind(kind), body, name, asked)
        told = msgspec.structs.replace(told, remarks=(*told.remarks, *remarks, *_before(told)))
        whence = next((key.whence for key in keys), "") if any(trace.signed for trace in told.traces) else ""
        evidence = Evidence(name=name, sha256=digest, size=len(body), told=told, key_from=whence)
        again = _is_known(store, digest, account)
        if adding.dry:
            kept = KeptEvidence(account=account.account, platform=account.platform, evidence=evidence)
        else:
            kept = store.evidence.add(evidence, spool, account=account.account, platform=account.platform, by=login())
    return Taken(kept=kept, again=again)


def _pgp(spool: Spool, kind: str, body: bytes, adding: Adding, beside: str) -> Checked | None:
    """Return what GnuPG says of a lawful return, if a key was given; a signature apart lies beside it (.asc, .sig)."""
    keys = [content for content, domain in adding.keys if not domain]
    if kind != "legal-return" or not keys:
        return None
    apart = next((f"{beside}{end}" for end in (".asc", ".sig") if beside and Path(f"{beside}{end}").is_file()), "")
    signature = whole(apart) if apart else None
    for sealed in [] if adding.dry else [*keys, *((signature,) if signature else ())]:
        spool.capture("evidence/pgp", sealed, grade="D")
    return checked(body, keys, signature=signature)


def _keys(spool: Spool, body: bytes, name: str, adding: Adding) -> tuple[tuple[DomainKey, ...], list[str]]:
    """Return the keys at hand for a mail, each sealed with it, and why others are not."""
    if not looks_like_a_mail(body):
        return (), []
    for content in [] if adding.dry else [content for content, domain in adding.keys if domain]:
        spool.capture("evidence/dkim-key", content, grade="D")
    archived = tuple(key for _, keys in adding.keys for key in keys)
    if not adding.dns or adding.dry:
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
                 called=adding.called, zone=adding.zone, order=adding.order, keys=keys,
                 now=datetime.now(UTC) + CLOCKS)  # fmt: skip


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
