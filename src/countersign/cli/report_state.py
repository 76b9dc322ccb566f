"""Reads from the store what a report stands on: the log's state, exhibits, what people did and vouched for."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from countersign.engine.custody import Custody, custody_of
from countersign.engine.requesting import asked_in
from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.bundle import Exhibit
from countersign.evidence.note import Checkpoint, parse_checkpoint, parse_note
from countersign.evidence.verify import FALSE, UNREADABLE, verify_bundle
from countersign.evidence.verify.bag import Bag, open_bag
from countersign.evidence.verify.reading import take
from countersign.incident.incident import Incident
from countersign.investigate.asked import Asked
from countersign.report import Report
from countersign.report.case import Bundle, Case, CaseAct, CaseExhibit
from countersign.report.readers import SaltOf
from countersign.report.sealed import is_record, read_record
from countersign.report.words import Held, Words, told
from countersign.store import Store
from countersign.text import day

REPORT_ACT, SENTENCE_ACT, CORRECTION_ACT, CLAIM_ACT = "report", "report-sentence", "report-correction", "claim"
"""What a custody entry says was done: a report was written, a sentence vouched for, something corrected, claimed."""
OWN_RATIO_ACT = "own-ratio"
"""The same: a reader put a ratio of their own beside ours."""
OF_THEMSELVES = frozenset({REPORT_ACT})
"""Acts that a report does not tell of: it would differ from itself each time that it is made."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the log that a report is about: its size, when that was, and its checkpoint in words."""

    made: datetime
    size: int
    checkpoint: str
    custody: tuple[Custody, ...]


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What goes along with a report: how its exhibits are numbered, when it was made, and its checkpoint in words."""

    exhibits: tuple[Exhibit, ...]
    made: datetime
    checkpoint: str
    bundle: Bundle | None = None
    """The bundle itself; None while it is still being made."""


class HandedBundle(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that goes along, with its bytes and the reports that it holds."""

    handed: Handed
    bundle: Bundle
    data: bytes
    reports: tuple[Report, ...]


def state_of(store: Store) -> State | None:
    """Return the newest state of the log that is not a report's own entry; None while it has no entry."""
    custody = tuple(custody_of(store))
    own = {one.leaf for one in custody if one.said["act"] in OF_THEMSELVES}
    last = next((leaf for leaf in range(store.log.size - 1, -1, -1) if leaf not in own), None)
    if last is None:
        return None
    size = next(at for at in sorted(store.log.checkpoints()) if at > last)
    note = store.log.note(size)
    assert note is not None  # every transaction signs one
    return State(
        made=instant(store.log.leaf(last).entry.seen), size=last + 1, checkpoint=checkpoint_words(note),
        custody=tuple(one for one in custody if one.leaf <= last and one.leaf not in own),
    )  # fmt: skip


def checkpoint_words(note: bytes) -> str:
    """Return a checkpoint as a report names it: the log, its size, and its root."""
    return _named(parse_checkpoint(parse_note(note).text))


def read_bundle(path: str) -> HandedBundle:
    """Return a bundle that goes along with a report; EvidenceError if it does not hold."""
    if verify_bundle(Path(path)).exit in (FALSE, UNREADABLE):
        raise EvidenceError("the bundle does not hold, and goes along with no report", where=path, code="CS420",
                            hint=f"countersign verify {path}")  # fmt: skip
    bag = open_bag(take(Path(path)))
    data = Path(path).read_bytes()
    reports = tuple(_reports(bag))
    bundle = Bundle(name=Path(path).name, sha256=hashlib.sha256(data).hexdigest())
    handed = Handed(
        exhibits=bag.statement.exhibits, made=instant(bag.statement.made), checkpoint=_named(bag.checkpoint),
        bundle=bundle,
    )  # fmt: skip
    return HandedBundle(handed=handed, bundle=bundle, data=data, reports=reports)


def exhibits_of(store: Store, actions: Sequence[tuple[str, Words]]) -> tuple[tuple[CaseExhibit, ...], dict[str, int]]:
    """Return the records of actions (their id, and what they are in words) as exhibits; and the number for each id."""
    held = store.leaves_of([action for action, _ in actions])
    found: dict[int, CaseExhibit] = {}
    numbers: dict[str, int] = {}
    for action, what in actions:
        if not held[action]:
            continue
        leaf = held[action][0]
        if leaf not in found:
            found[leaf] = _exhibit(store, leaf, len(found) + 1, what)
        numbers[action] = found[leaf].number
    return tuple(found.values()), numbers


def bundled(handed: Handed, exhibits: Sequence[CaseExhibit]) -> dict[int, int]:
    """Return the numbers that a bundle gives to leaves that are exhibits here."""
    numbers = {one.leaf: one.number for one in handed.exhibits if one.shown != "fields"}
    return {one.leaf: numbers[one.leaf] for one in exhibits if one.leaf in numbers}


def acts_of(state: State, number: int, captured: frozenset[int]) -> tuple[CaseAct, ...]:
    """Return what was done about an incident: imports that brought its records, answers, claims and signatures."""
    imports = [one.leaf for one in state.custody if one.said["act"] == "import"]
    brought = {next((at for at in imports if at > leaf), -1) for leaf in captured}
    return tuple(act for one in state.custody if (act := _act(one, number, brought)) is not None)


def asked_about(state: State, number: int) -> tuple[Asked, ...]:
    """Return what was done about the requests of an incident, oldest first."""
    mine = (one for one in state.custody if one.said.get("incident") == number)
    return tuple(asked for one in mine if (asked := asked_in(one.said, one.leaf)) is not None)


def corrections_of(state: State, number: int) -> tuple[CaseAct, ...]:
    """Return what was corrected in the report of an incident, in the words of whoever did."""
    mine = [one for one in state.custody if one.is_about(CORRECTION_ACT, number)]
    return tuple(_said(one, (str(one.said["text"]),)) for one in mine)


def told_corrections(case: Case) -> tuple[CaseAct, ...]:
    """Return corrections with what they tell of others set apart: a note is free text, and every reader gets it."""
    named = dict(case.known)
    for act in (*case.acts, *case.corrections):
        named |= {piece.value: piece.kind for piece in (*act.by, *act.what) if isinstance(piece, Held)}
    return tuple(
        msgspec.structs.replace(
            one, what=tuple(part for piece in one.what for part in told(str(piece), named, own=case.own))
        )
        for one in case.corrections
    )  # fmt: skip


def signed_digests(state: State, number: int) -> dict[str, Custody]:
    """Return who vouched for which sentence, by the sentence's SHA-256."""
    return {str(one.said["sentence"]): one for one in state.custody if one.is_about(SENTENCE_ACT, number)}


def sentence_digest(text: str) -> str:
    """Return what a signature of a sentence is for: these words and no others."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def salts(store: Store) -> SaltOf:
    """Return where salts of withheld fields come from: keyed by the store's own key, the same for the same value."""
    return lambda value: bytes.fromhex("".join(store.log.pseudonym(f"report salt {part}", value) for part in range(4)))


def salts_of_files(paths: Sequence[str], incident: Incident) -> SaltOf:
    """Return salts that only who has the same files can make; of another incident they are others."""
    key = hashlib.sha256(f"{incident.number} {incident.alarm_action}".encode("utf-8", "surrogatepass"))
    for path in sorted(paths):
        if Path(path).is_file():
            with open(path, "rb") as file:
                key.update(hashlib.file_digest(file, "sha256").digest())
    return lambda value: hashlib.sha256(key.digest() + value.encode("utf-8", "surrogatepass")).digest()


def instant(seen: str) -> datetime:
    """Return an entry's time.

    >>> instant("2026-09-09T01:14:22Z").year
    2026
    """
    return datetime.fromisoformat(seen).astimezone(UTC)


def _named(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin} {checkpoint.size} {checkpoint.root.hex()}"


def _reports(bag: Bag) -> Iterator[Report]:
    """Yield the reports among the exhibits of a bundle that holds."""
    for exhibit in bag.statement.exhibits:
        body = bag.body(exhibit.leaf)
        if body is None or bag.entries[exhibit.leaf].type != "analysis":
            continue
        said = canonical.read_object(bytes(body))
        if is_record(said):
            yield read_record(said)


def _exhibit(store: Store, leaf: int, number: int, what: Words) -> CaseExhibit:
    found = store.log.leaf(leaf)
    entry = found.entry
    return CaseExhibit(
        number=number, what=what, how=f"imported as {entry.src}", at=entry.seen, digest=entry.commit or "",
        leaf=leaf, grade=entry.grade or "D", contents="kept" if found.kept else "erased",
    )  # fmt: skip


def _act(one: Custody, number: int, brought: set[int]) -> CaseAct | None:
    act = one.said["act"]
    asked = asked_in(one.said, one.leaf)
    if asked is not None:
        return _said(one, _asked(asked)) if one.said.get("incident") == number else None
    if act == "import":
        return _said(one, ("imported files that hold its records",)) if one.leaf in brought else None
    if one.said.get("incident") != number:
        return None
    words = {
        "mark": f"answered: {one.said.get('verdict', '')}", SENTENCE_ACT: "vouched for a sentence of the report",
        CLAIM_ACT: "entered what was said in public", CORRECTION_ACT: "corrected the report",
        OWN_RATIO_ACT: "put a ratio of their own beside ours",
    }.get(act)  # fmt: skip
    return _said(one, (words,)) if words else None


def _asked(one: Asked) -> Words:
    """Return what became of a request, with whom it was sent to and their number for it."""
    on = day(datetime(one.on.year, one.on.month, one.on.day, tzinfo=UTC))
    words: Words = ({
        "sent": f"sent the request {one.name} on {on}", "refused": f"the request {one.name} was refused on {on}",
        "nothing held": f"the request {one.name} was answered on {on}: nothing is held",
        "received": f"what the request {one.name} asked for came on {on}",
    }[one.outcome],)  # fmt: skip
    to: Words = (" to " if one.outcome == "sent" else " by ", Held(kind="person", value=one.to)) if one.to else ()
    reference: Words = (", their reference ", Held(kind="id", value=one.reference)) if one.reference else ()
    return (*words, *to, *reference)


def _said(one: Custody, what: Words) -> CaseAct:
    by = str(one.said.get("by", ""))
    who: Words = (Held(kind="person", value=by),) if by else ()
    return CaseAct(at=one.entry.seen, by=who, what=what, leaf=one.leaf)
