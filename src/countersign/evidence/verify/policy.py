"""Reads a policy: whose keys count, how many witnesses, what else a bundle must have (C2SP tlog-policy and more)."""

import re
from collections.abc import Callable, Collection, Iterable

import msgspec

from countersign.errors import EvidenceError
from countersign.evidence.keys import LOG, WITNESS, Vkey, parse_vkey

MOST_BYTES = 65_536
"""A policy of a hundred witnesses has some 20 KB."""
NOBODY = b"none"
"""The quorum that asks for no witness."""

_ALLOWED = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")
_BLANK = re.compile(rb"[ \t]+")
_HASH = re.compile(r"[0-9a-f]{64}")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_REQUIRED = re.compile(r"(tsa|witness):([1-9][0-9]?)")


class Requires(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle must have: authorities and witnesses by number, platform proofs, a beacon."""

    tsa: int = 0
    witness: int = 0
    platform: bool = False
    beacon: bool = False

    def __add__(self, other: "Requires") -> "Requires":
        return Requires(
            tsa=max(self.tsa, other.tsa), witness=max(self.witness, other.witness),
            platform=self.platform or other.platform, beacon=self.beacon or other.beacon,
        )  # fmt: skip


class Pinned(msgspec.Struct, frozen=True, kw_only=True):
    """A time-stamp authority: its name here, and the SHA-256 of its root's and its own certificate in hex."""

    name: str
    root: str
    authority: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Witnesses or groups, of which `least` must have cosigned."""

    least: int
    members: tuple[bytes, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Whose word counts, and what must be there."""

    logs: tuple[Vkey, ...] = ()
    witnesses: dict[bytes, Vkey] = {}
    groups: dict[bytes, Group] = {}
    quorum: bytes = NOBODY
    authorities: tuple[Pinned, ...] = ()
    requires: Requires = Requires()

    def witness(self, name: str, key_id: bytes) -> Vkey | None:
        """Return the witness's key that a signature line names, if it is listed."""
        return next((key for key in self.witnesses.values() if (key.name, key.key_id) == (name, key_id)), None)

    def is_met(self, cosigned: Collection[Vkey]) -> bool:
        """Say whether these witnesses are a quorum."""
        if self.quorum == NOBODY:
            return True
        there = {name for name, key in self.witnesses.items() if key in cosigned}
        for name, group in self.groups.items():  # in the order of the file: members come before their groups
            if sum(member in there for member in group.members) >= group.least:
                there.add(name)
        return self.quorum in there

    def authority(self, root: str, authority: str) -> str | None:
        """Return the name under which an authority is pinned by both of its certificates."""
        found = (pin.name for pin in self.authorities if (pin.root, pin.authority) == (root, authority))
        return next(found, None)


def parse_policy(data: bytes) -> Policy:
    """Return a policy; EvidenceError (CS432) with the number of the line that is wrong."""
    if len(data) > MOST_BYTES or not _ALLOWED.fullmatch(data):
        raise _wrong("a policy has at most 65,536 bytes, and no control characters but tabs and line ends")
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), 1):
        items = [item for item in _BLANK.split(line) if item]
        if not items or items[0].startswith(b"#"):
            continue
        try:
            reader.take(items[0], items[1:])
        except EvidenceError as cause:
            raise _wrong(f"line {number}: {cause.message}") from cause
    return reader.policy()


def parse_requires(items: Iterable[str]) -> Requires:
    """Return what words such as `tsa:2`, `witness:1`, `platform`, `beacon` require; EvidenceError (CS432) for others.

    >>> parse_requires(["tsa:2", "beacon"])
    Requires(tsa=2, witness=0, platform=False, beacon=True)
    """
    found = Requires()
    for item in items:
        counted = _REQUIRED.fullmatch(item)
        if counted:
            found += Requires(tsa=int(counted[2])) if counted[1] == "tsa" else Requires(witness=int(counted[2]))
        elif item == "platform":
            found += Requires(platform=True)
        elif item == "beacon":
            found += Requires(beacon=True)
        else:
            raise _wrong("what can be required is tsa:N, witness:N (N from 1 to 99), platform, beacon")
    return found


class _Reader:
    """What the lines read so far have said."""

    def __init__(self) -> None:
        self._logs: list[Vkey] = []
        self._witnesses: dict[bytes, Vkey] = {}
        self._groups: dict[bytes, Group] = {}
        self._grouped: set[bytes] = set()
        self._quorum: bytes | None = None
        self._authorities: list[Pinned] = []
        self._requires = Requires()

    def take(self, keyword: bytes, items: list[bytes]) -> None:
        known: dict[bytes, tuple[Callable[..., None], int, int]] = {
            b"log": (self._log, 1, 2),
            b"witness": (self._witness, 2, 3),
            b"group": (self._group, 3, len(items)),
            b"quorum": (self._take_quorum, 1, 1),
            b"tsa": (self._tsa, 3, 3),
            b"require": (self._require, 1, len(items)),
        }
        if keyword not in known:
            raise _wrong("an unknown keyword")
        take, least, most = known[keyword]
        if not least <= len(items) <= most:
            raise _wrong("too few or too many items")
        take(*items)

    def policy(self) -> Policy:
        if self._quorum is None:
            raise _wrong("the line `quorum` is missing")
        return Policy(
            logs=tuple(self._logs), witnesses=self._witnesses, groups=self._groups, quorum=self._quorum,
            authorities=tuple(self._authorities), requires=self._requires,
        )  # fmt: skip

    def _log(self, vkey: bytes, _url: bytes = b"") -> None:
        key = _key(vkey, LOG)
        if key.key in {listed.key for listed in self._logs}:
            raise _wrong("a log's key stands twice")
        self._logs.append(key)

    def _witness(self, name: bytes, vkey: bytes, _url: bytes = b"") -> None:
        self._refuse_taken(name)
        key = _key(vkey, WITNESS)
        if key.key in {listed.key for listed in self._witnesses.values()}:
            raise _wrong("a witness's key stands twice")
        self._witnesses[name] = key

    def _group(self, name: bytes, least: bytes, *members: bytes) -> None:
        self._refuse_taken(name)
        if len(set(members)) != len(members) or self._grouped & set(members):
            raise _wrong("a witness or group is twice a member")
        for member in members:
            self._refuse_unknown(member)
        self._grouped |= set(members)
        count = {b"any": 1, b"all": len(members)}.get(least) or _count(least)
        if count > len(members):
            raise _wrong("a group asks for more members than it has")
        self._groups[name] = Group(least=count, members=members)

    def _take_quorum(self, name: bytes) -> None:
        if self._quorum is not None:
            raise _wrong("`quorum` stands twice")
        if name != NOBODY:
            self._refuse_unknown(name)
        self._quorum = name

    def _tsa(self, name: bytes, root: bytes, authority: bytes) -> None:
        pinned = Pinned(name=name.decode("utf-8", "surrogateescape"), root=_hash(root), authority=_hash(authority))
        for other in self._authorities:
            if other.authority == pinned.authority and other.name != pinned.name:
                raise _wrong("a certificate stands under two names")
        self._authorities.append(pinned)

    def _require(self, *items: bytes) -> None:
        self._requires += parse_requires(item.decode("latin-1") for item in items)

    def _refuse_taken(self, name: bytes) -> None:
        if name == NOBODY or name in self._witnesses or name in self._groups:
            raise _wrong("a name stands twice, or is `none`")

    def _refuse_unknown(self, name: bytes) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise _wrong("a name that no line above has given")


def _key(vkey: bytes, algorithm: int) -> Vkey:
    try:
        key = parse_vkey(vkey.decode("ascii"))
    except UnicodeDecodeError as cause:
        raise _wrong("a key that is no vkey") from cause
    if key.algorithm != algorithm:
        raise _wrong("a key of another use than its line says")
    return key


def _hash(text: bytes) -> str:
    found = text.decode("latin-1")
    if not _HASH.fullmatch(found):
        raise _wrong("a certificate is named by 64 hex digits")
    return found


def _count(text: bytes) -> int:
    found = text.decode("latin-1")
    if not _COUNT.fullmatch(found):
        raise _wrong("a group asks for `any`, `all` or a number of members")
    return int(found)


def _wrong(why: str) -> EvidenceError:
    return EvidenceError(why, hint="docs/reference/evidence-format.md, section 2", code="CS432")
