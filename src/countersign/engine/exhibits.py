"""Gathers what an incident is shown by: the sealed records of its actions, why they surprised, and who held them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from countersign.engine.custody import Custody, custody_of
from countersign.errors import EvidenceError
from countersign.evidence.bundle import Act, Exhibit, Leaf, ShownFields, take_apart
from countersign.evidence.bundle.fields import SALT_BYTES
from countersign.store import Store

Disclosure = Literal["whole", "fields", "withheld"]
"""How much of a record is shown: all its bytes, only chosen fields of it, or nothing but that it is in the log."""

THIRD_PERSONS = frozenset({"object", "object_author", "text", "mentions"})
"""Fields that tell of others than the account's owner: not shown where only fields are."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One action that is handed over: its id, what it was in words, its fields as text, and how much is shown."""

    id: str
    what: str
    fields: Mapping[str, str]
    shown: Disclosure = "whole"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed over: an incident's number, its title, its actions, and the weighing of them (plain values).

    Without `named` nobody of the team is named: of what people did only that it was done goes along, and its leaf.
    """

    number: int
    title: str
    account: str
    platform: str
    actions: tuple[Told, ...]
    weighing: Mapping[str, Any]
    named: bool = True


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Exhibits in their order with the leaves behind them, the chain of custody, fields shown, and what is missing."""

    exhibits: tuple[Exhibit, ...]
    custody: tuple[Act, ...]
    leaves: tuple[int, ...]
    open: frozenset[int]
    fields: tuple[ShownFields, ...]
    unsealed: tuple[str, ...]
    by_action: Mapping[str, int]
    """The number of the exhibit that is an action's record."""


Reporting = Callable[[Sequence[Exhibit]], Iterable[tuple[str, Mapping[str, Any]]]]
"""Gives the reports that go along, each in words and as the values of its entry, when it is known how the exhibits
before it are numbered."""


def no_report(_: Sequence[Exhibit]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Return no report."""
    return ()


def gather(store: Store, case: Case, *, by: str, reporting: Reporting = no_report) -> Gathered:
    """Return what shows an incident, after the weighing of it, the fields to be shown, and reports were sealed too.

    Raises EvidenceError if no record of it was ever sealed: an import of an older version, to be repeated.
    """
    held = store.leaves_of([action.id for action in case.actions])
    gathering = _Gathering(store, case, by)
    for action in case.actions:
        gathering.add(action, held[action.id])
    if not gathering.exhibits:
        raise EvidenceError(
            "no record of this incident was sealed", code="CS430",
            hint="import the file again with this version: countersign import FILE; then seal",
        )  # fmt: skip
    gathering.add_weighing()
    for what, said in tuple(reporting(tuple(gathering.exhibits))):
        gathering.add_report(what, said)
    return gathering.gathered()


class _Gathering:
    """The exhibits so far."""

    def __init__(self, store: Store, case: Case, by: str) -> None:
        self._store, self._case, self._by = store, case, by
        self._custody = tuple(custody_of(store))
        self._acts: dict[int, Act] = {}
        self._at: dict[int, int] = {}
        self._open: set[int] = set()
        self._fields: list[ShownFields] = []
        self._unsealed: list[str] = []
        self._by_action: dict[str, int] = {}
        self.exhibits: list[Exhibit] = []

    def add(self, action: Told, leaves: Sequence[int]) -> None:
        """Add the record of an action; of several sources the first that was sealed."""
        if not leaves:
            self._unsealed.append(action.what)
            return
        leaf = leaves[0]
        if leaf not in self._at:
            self._add_capture(action, leaf)
        self._by_action[action.id] = self._at[leaf]
        if action.shown == "fields":
            self._add_fields(action, leaf)

    def add_weighing(self) -> None:
        """Seal why the actions surprised, and add it; it names others, so it is shown only where all else is."""
        said = {**self._case.weighing, "exhibits": sorted(self._at), "v": 1}
        leaf = self._store.log.enter(
            "analysis", said, account=self._case.account, platform=self._case.platform
        )  # fmt: skip
        whole = all(action.shown == "whole" for action in self._case.actions)
        erased = any(one.shown == "erased" for one in self.exhibits)
        shown = "whole" if whole and not erased else "withheld"
        self._add(leaf, "C", "the weighing of these actions, part by part", "computed by countersign", "", shown)
        for mark in self._answers():
            self._acts[mark.leaf] = mark

    def add_report(self, what: str, said: Mapping[str, Any]) -> None:
        """Seal a report, and add it: it is for one reader, and holds no more than this reader may see."""
        leaf = self._store.log.enter("analysis", said, account=self._case.account, platform=self._case.platform)
        self._add(leaf, "C", what, "written by countersign", "", "whole")

    def gathered(self) -> Gathered:
        """Return all of it; acts of custody by their leaf."""
        return Gathered(
            exhibits=tuple(self.exhibits), custody=tuple(self._acts[leaf] for leaf in sorted(self._acts)),
            leaves=tuple(sorted({*self._at, *self._acts, *self._beside()})),
            open=frozenset(self._open | (set(self._acts) if self._case.named else set())),
            fields=tuple(self._fields), unsealed=tuple(self._unsealed), by_action=self._by_action,
        )  # fmt: skip

    def _add_capture(self, action: Told, leaf: int) -> None:
        imported = next((act for act in self._custody if act.leaf > leaf and act.said["act"] == "import"), None)
        named = imported.said["files"] if imported and self._case.named else ()
        files = ", ".join(os.path.basename(file["path"]) for file in named)
        source = str(self._store.log.leaf(leaf).entry.src)
        shown: Disclosure = "withheld" if action.shown == "fields" else action.shown
        self._add(leaf, "D", action.what, f"imported as {source}", files, shown)
        if imported is not None:
            self._acts.setdefault(imported.leaf, self._act(imported, f"imported {files or 'files'}"))

    def _add_fields(self, action: Told, of: int) -> None:
        salts = [os.urandom(SALT_BYTES) for _ in action.fields]
        apart = take_apart(of, action.fields, salts)
        leaf = self._store.log.enter_body("analysis", apart.body)
        self._fields.append(apart.show(leaf, sorted(set(action.fields) - THIRD_PERSONS)))
        self._add(leaf, "C", f"fields of: {action.what}", "taken from the record by countersign", "", "fields")

    def _add(self, leaf: int, grade: Literal["C", "D"], what: str, how: str, where: str, shown: Any) -> None:
        entry = self._store.log.leaf(leaf).entry
        kept = self._store.log.body(leaf) is not None
        shown = shown if kept else "erased"
        self._at[leaf] = len(self.exhibits) + 1
        if shown in ("whole", "fields"):
            self._open.add(leaf)
        media = "application/json" if entry.src != "bluesky-car" else "application/vnd.ipld.dag-cbor"
        self.exhibits.append(
            Exhibit(
                at=entry.seen,
                by=self._by,
                grade=entry.grade or grade,
                how=how,
                leaf=leaf,
                media=media,
                number=len(self.exhibits) + 1,
                shown=shown,
                what=what,
                where=where,
            )
        )

    def _beside(self) -> Iterator[int]:
        """Yield the leaves that exhibits need: what of them was erased, and the beacon before the first."""
        yield from (one.leaf for one in self._store.log.of_kind("erasure") if one.entry.leaf in self._at)
        yield from [one.leaf for one in self._store.log.of_kind("beacon") if one.leaf < min(self._at)][-1:]

    def _answers(self) -> list[Act]:
        mine = [act for act in self._custody if act.said.get("incident") == self._case.number]
        return [self._act(act, f"answered: {act.said['verdict']}") for act in mine if act.said["act"] == "mark"]

    def _act(self, act: Custody, words: str) -> Act:
        by = str(act.said.get("by", "")) if self._case.named else ""
        return Act(act=words, at=act.entry.seen, by=by, leaf=act.leaf)


def opened_leaf(store: Store, number: int, size: int, *, shown: bool) -> Leaf:
    """Return a leaf as a bundle holds it, proved for the log of this size; with what opens it where it is shown."""
    found = store.log.leaf(number)
    opened = store.log.body(number) if shown else None
    salt, body = opened or (None, None)
    return Leaf(index=number, entry=found.data, hashes=store.log.inclusion(number, size), salt=salt, body=body)
