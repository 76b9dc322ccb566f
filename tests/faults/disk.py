"""A disk as POSIX promises it: what was not synced may be there after a power cut, or not, or in part."""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

ROOT = 0
SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

Kind = Literal["enter", "leave", "move", "data", "cut", "sync", "acknowledged"]


class Op(msgspec.Struct, frozen=True, kw_only=True):
    """One change as it was asked for. `node` is a file or folder by number; `folder` and `name` where its name stands.

    `at` is the offset of data, the new length of a cut, or how many steps were acknowledged.
    """

    kind: Kind
    node: int = ROOT
    folder: int = ROOT
    name: str = ""
    old_folder: int = ROOT
    old_name: str = ""
    data: bytes = b""
    at: int = 0

    @property
    def synced_by(self) -> int:
        """Return the node whose fsync makes this change durable: the file's for bytes, the folder's for names."""
        return self.node if self.kind in ("data", "cut") else self.folder


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """Where the power failed (before op `at`), which unsynced changes are there all the same, and in which parts."""

    at: int
    kept: frozenset[int]
    torn: Mapping[int, tuple[tuple[int, int], ...]] = {}
    """Of some kept writes of data, the ranges of bytes that reached the disk; of all others, all."""


def pending(ops: Sequence[Op], at: int) -> list[int]:
    """Return the changes before `at` that no fsync before `at` made durable.

    >>> wrote = Op(kind="data", node=1, data=b"x")
    >>> pending([wrote, Op(kind="sync", node=1), wrote], 3)
    [2]
    """
    found, synced = [], set()
    for place in range(at - 1, -1, -1):
        op = ops[place]
        if op.kind == "sync":
            synced.add(op.node)
        elif op.kind != "acknowledged" and op.synced_by not in synced:
            found.append(place)
    return found[::-1]


def acknowledged(ops: Sequence[Op], at: int) -> int:
    """Return how many steps were acknowledged before `at`."""
    return max((op.at for op in ops[:at] if op.kind == "acknowledged"), default=0)


def build(ops: Sequence[Op], crash: Crash, folder: Path) -> None:
    """Make `folder` what the disk holds after a crash."""
    names: dict[int, dict[str, int]] = {}
    files: dict[int, bytearray] = {}
    lost = set(pending(ops, crash.at)) - crash.kept
    for place, op in enumerate(ops[: crash.at]):
        if place not in lost:
            _apply(op, names, files, crash.torn.get(place))
    _lay(folder, ROOT, names, files)


def _apply(
    op: Op, names: dict[int, dict[str, int]], files: dict[int, bytearray], ranges: Iterable[tuple[int, int]] | None
) -> None:
    match op.kind:
        case "enter":
            names.setdefault(op.folder, {})[op.name] = op.node
        case "leave":
            names.setdefault(op.folder, {}).pop(op.name, None)
        case "move":
            if names.setdefault(op.old_folder, {}).get(op.old_name) == op.node:
                del names[op.old_folder][op.old_name]
            names.setdefault(op.folder, {})[op.name] = op.node
        case "data":
            for start, end in ((0, len(op.data)),) if ranges is None else ranges:
                _write(files.setdefault(op.node, bytearray()), op.at + start, op.data[start:end])
        case "cut":
            _cut(files.setdefault(op.node, bytearray()), op.at)


def _write(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def _cut(content: bytearray, length: int) -> None:
    if len(content) < length:
        content.extend(bytes(length - len(content)))
    del content[length:]


def _lay(folder: Path, node: int, names: Mapping[int, Mapping[str, int]], files: Mapping[int, bytearray]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, below in names.get(node, {}).items():
        if below < 0:  # a folder: their numbers are negative
            _lay(folder / name, below, names, files)
        else:
            (folder / name).touch(0o600)
            (folder / name).write_bytes(files.get(below, b""))


def crashes(ops: Sequence[Op], count: int, rng: random.Random) -> list[Crash]:
    """Return different crashes, spread over the whole run, each losing what was not synced in another way."""
    found: dict[tuple[int, frozenset[int], str], Crash] = {}
    turn = 0
    while len(found) < count and turn < 20 * count:
        at = 1 + (turn * len(ops) // count + rng.randrange(1 + len(ops) // count)) % len(ops)
        crash = _crash(ops, at, _WAYS[turn % len(_WAYS)], rng)
        found.setdefault((at, crash.kept, repr(crash.torn)), crash)
        turn += 1
    return list(found.values())


_WAYS = ("all lost", "one lost", "one kept", "late kept", "some kept", "torn", "some kept and torn", "all kept")


def _crash(ops: Sequence[Op], at: int, way: str, rng: random.Random) -> Crash:
    loose = pending(ops, at)
    if not loose:
        return Crash(at=at, kept=frozenset())
    one, share = rng.choice(loose), rng.choice((0.1, 0.5, 0.9))
    some = frozenset(place for place in loose if rng.random() < share)
    match way:
        case "all lost":
            return Crash(at=at, kept=frozenset())
        case "one lost":
            return Crash(at=at, kept=frozenset(loose) - {one})
        case "one kept":
            return Crash(at=at, kept=frozenset({one}))
        case "late kept":
            return Crash(at=at, kept=frozenset(loose[rng.randrange(len(loose)) :]))
        case "some kept":
            return Crash(at=at, kept=some)
        case "torn":
            return Crash(at=at, kept=frozenset(loose), torn=_torn(ops, loose[-3:], rng))
        case "some kept and torn":
            return Crash(at=at, kept=some, torn=_torn(ops, some, rng))
    return Crash(at=at, kept=frozenset(loose))


def _torn(ops: Sequence[Op], places: Iterable[int], rng: random.Random) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return which bytes of some writes reached the disk: up to a byte, or some of their sectors."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for place in places:
        length = len(ops[place].data)
        if ops[place].kind == "data" and rng.random() < 0.5:
            found[place] = ((0, rng.randrange(length + 1)),)
        elif ops[place].kind == "data":
            sectors = [(start, min(start + SECTOR, length)) for start in range(0, length, SECTOR)]
            found[place] = tuple(sector for sector in sectors if rng.random() < 0.5)
    return found
