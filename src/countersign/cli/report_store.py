"""Adds to a case what the store has: its log, exhibits, what people did and vouched for, claims, and the weighing."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from countersign.cli.console import Console
from countersign.cli.naming import DID
from countersign.cli.report_case import target_words
from countersign.cli.report_state import (
    Handed,
    State,
    acts_of,
    asked_about,
    bundled,
    corrections_of,
    exhibits_of,
    salts,
    sentence_digest,
    signed_digests,
    state_of,
    told_corrections,
)
from countersign.cli.report_weighing import weighed
from countersign.cli.rows import records
from countersign.engine.verdict import Verdict
from countersign.errors import EvidenceError
from countersign.incident.incident import Incident
from countersign.report import Case, Signature
from countersign.report.case import CaseAction, CaseExhibit
from countersign.report.composing import people
from countersign.report.readers import SaltOf
from countersign.report.words import Held, Words, each_held
from countersign.store import Store
from countersign.text import when

ERASED = "(erased from the log)"
FORGOTTEN = frozenset({"handle", "text", "link", "own words"})
"""What an erased record told, and no report tells again."""


def from_store(
    console: Console, store: Store, verdict: Verdict, incident: Incident, case: Case, handed: Handed | None = None,
    *, hands: bool = False,
) -> tuple[Case, SaltOf]:  # fmt: skip
    """Return the case with what backs it, and the salts that only this store makes."""
    state = state_of(store)
    if state is None:
        case = weighed(console, verdict, incident, case, store, hands=hands)
    else:
        case = _backed(store, verdict, incident, case, state, handed)
        case = weighed(console, verdict, incident, case, store, state, hands=hands)
        case = msgspec.structs.replace(case, corrections=told_corrections(case))
        case = msgspec.structs.replace(case, signatures=_signatures(case, state))
    return case, _remembered(salts(store), case)


def _remembered(salt_of: SaltOf, case: Case) -> SaltOf:
    """Return salts that can still be asked for when the store is closed."""
    key = salt_of(f"report {case.number}")

    return lambda value: hashlib.sha256(key + value.encode("utf-8", "surrogatepass")).digest()


def _backed(
    store: Store, verdict: Verdict, incident: Incident, case: Case, state: State, handed: Handed | None
) -> Case:
    exhibits, numbers = exhibits_of(store, _told(verdict, incident))
    if handed is not None:
        exhibits, numbers = _as_in_bundle(handed, exhibits, numbers, case)
    corrections = corrections_of(state, case.number)
    backed = msgspec.structs.replace(
        case, made=handed.made if handed else state.made,
        checkpoint=handed.checkpoint if handed else state.checkpoint, exhibits=exhibits, exhibit_of=numbers,
        actions=_shown(case.actions, incident, verdict, numbers), corrections=corrections,
        asked=asked_about(state, case.number),
        acts=acts_of(state, case.number, frozenset(one.leaf for one in exhibits)), version=1 + len(corrections),
        bundle=handed.bundle if handed else None,
    )  # fmt: skip
    return _forgetting(backed, {number for number in numbers.values() if _is_erased(store, exhibits, number)})


def _is_erased(store: Store, exhibits: tuple[CaseExhibit, ...], number: int) -> bool:
    return any(one.number == number and not store.log.leaf(one.leaf).kept for one in exhibits)


def _forgetting(case: Case, erased: set[int]) -> Case:
    """Return the case without the names and words that were in records which were erased.

    Whoever had theirs taken out of the log is not to be quoted by the next report of it.
    """
    gone = tuple(one for one in case.actions if one.exhibit in erased)
    told: set[str] = set()
    each_held((tuple(one.target for one in gone), tuple(one.because for one in gone)), _into(told))
    rest = tuple(
        msgspec.structs.replace(one, object="", links=()) if one in gone else one for one in case.actions
    )  # fmt: skip
    case = msgspec.structs.replace(case, actions=rest)
    return each_held(case, lambda held: ERASED if held.value in told and held.kind in FORGOTTEN else held)


def _into(values: set[str]) -> Callable[[Held], Held]:
    def keep(held: Held) -> Held:
        values.add(held.value)
        return held

    return keep


def _told(verdict: Verdict, incident: Incident) -> list[tuple[str, Words]]:
    """Return the incident's actions, then those that took them back, as a bundle numbers them."""
    rows = [one.row for one in incident.surprises]
    rows += [undo for _, undo in incident.undone if undo not in rows]
    return [
        (
            row["id"],
            (f"{DID[row['verb']]} ", *target_words(row), f", {_when(row)}"),
        )
        for row in records(verdict.reading.actions, rows)
    ]


def _when(row: Mapping[str, Any]) -> str:
    return when(row["time"], row["start_time"], row["end_time"])


def _shown(
    actions: tuple[CaseAction, ...], incident: Incident, verdict: Verdict, numbers: Mapping[str, int]
) -> tuple[CaseAction, ...]:
    """Return the actions with the exhibits that show them, and those that show that they were taken back."""
    ids = verdict.reading.actions["id"]
    undos = {ids[done].as_py(): ids[undo].as_py() for done, undo in incident.undone}
    return tuple(
        msgspec.structs.replace(one, exhibit=numbers.get(one.id), undo_exhibit=numbers.get(undos.get(one.id, "")))
        for one in actions
    )


def _as_in_bundle(
    handed: Handed, exhibits: tuple[CaseExhibit, ...], numbers: dict[str, int], case: Case
) -> tuple[tuple[CaseExhibit, ...], dict[str, int]]:
    """Return exhibits under the numbers that the bundle gives them; EvidenceError if it is of something else."""
    leaves = bundled(handed, exhibits)
    if not leaves:
        name = handed.bundle.name if handed.bundle else ""
        raise EvidenceError("the bundle has no record of this incident", where=name, code="CS420",
                            hint=f"countersign seal {case.number} -o case-{case.number}.zip")  # fmt: skip
    said = {one.leaf: one.shown for one in handed.exhibits}
    renumbered = {one.number: leaves[one.leaf] for one in exhibits if one.leaf in leaves}
    kept = tuple(
        msgspec.structs.replace(one, number=leaves[one.leaf], contents=f"{said[one.leaf]} in the bundle")
        for one in exhibits if one.leaf in leaves
    )  # fmt: skip
    return (
        tuple(sorted(kept, key=lambda one: one.number)),
        {action: renumbered[number] for action, number in numbers.items() if number in renumbered},
    )


def _signatures(case: Case, state: State) -> dict[str, Signature]:
    signed = signed_digests(state, case.number)
    found = {}
    for text in people(case):
        one = signed.get(sentence_digest(text))
        if one is not None:
            by = Held(kind="person", value=str(one.said.get("by", "")))
            found[text] = Signature(by=(by,), at=one.at, leaf=one.leaf)
    return found
