"""Checks what is shown against what the log holds: bodies, the statement, exhibits, fields, custody (stages E, F)."""

import hashlib
from collections.abc import Iterator

from countersign.errors import EvidenceError
from countersign.evidence import canonical
from countersign.evidence.bundle import paths
from countersign.evidence.bundle.archive import Bytes
from countersign.evidence.bundle.documents import Digests, Exhibit, ShownFields, pre_authentication, read_document
from countersign.evidence.entry import rounded
from countersign.evidence.keys import verify
from countersign.evidence.verify.case import Case

IN_CUSTODY = frozenset({"custody", "capture", "analysis", "alert", "intent", "result"})
"""Types of entries that a step of custody can be."""
BESIDE = frozenset({"erasure", "beacon"})
"""Types of entries that come with the exhibits, but are none."""
OF_NO_CAPTURE = ("C", "D")
"""What the grade of an entry that is no capture can be said to be: we assert it, or a person does."""


def check_contents(case: Case) -> None:
    """Check every body, and every word that is said of one."""
    _check_bodies(case)
    _check_statement(case)
    _check_files(case)
    _check_exhibits(case)
    _check_erased(case)
    _check_fields(case)


def check_custody(case: Case) -> None:
    """Check that each step of custody is an entry of the log that is here."""
    for act in case.bag.statement.custody:
        entry = case.bag.entries.get(act.leaf)
        if entry is None or entry.type not in IN_CUSTODY:
            case.tell("E_CUSTODY", paths.STATEMENT, f"leaf {act.leaf} is not here, or is no step of custody")


def _check_bodies(case: Case) -> None:
    salts = {held.leaf: held.salt for held in case.bag.contents.exhibits if held.salt is not None}
    good = 0
    for leaf, salt in salts.items():
        if _opens(case, leaf, salt, case.bag.body(leaf) or b""):
            good += 1
        else:
            case.tell("E_COMMIT", paths.body_path(leaf), f"{_named(case, leaf)} does not match its hash in the log")
    case.count("bodies", good, len(salts))


def _opens(case: Case, leaf: int, salt: str, body: Bytes) -> bool:
    """Say whether a salt and a body are what the entry is bound to; a body of a GiB is hashed where it lies."""
    entry = case.bag.entries[leaf]
    bound = hashlib.sha256(bytes.fromhex(salt))
    bound.update(body)
    return entry.commit == bound.hexdigest() and entry.len == rounded(len(body))


def _named(case: Case, leaf: int) -> str:
    said = case.by_leaf.get(leaf)
    return f"exhibit {said.number}" if said else f"leaf {leaf}"


def _check_statement(case: Case) -> None:
    bag = case.bag
    place = bag.contents.statement
    if bag.entries[place.leaf].type != "custody" or not _opens(
        case, place.leaf, place.salt, bytes(bag.files[paths.STATEMENT])
    ):
        case.tell("E_STATEMENT", paths.STATEMENT, "the statement is not the one in the log")
    message = pre_authentication(bag.payload)
    keys = [key for key in case.chain if key.key_id.hex() == bag.envelope.signatures[0].keyid]
    if not any(verify(key, bag.signature, message) for key in keys):
        case.tell("E_STATEMENT", paths.STATEMENT, "the signature of the statement does not hold")


def _check_files(case: Case) -> None:
    here = {path for path in paths.TAG_FILES if path in case.bag.files}
    said = case.bag.statement.files
    wrong = {path for path in here & said.keys() if hashlib.sha256(case.bag.files[path]).hexdigest() != said[path]}
    for path in sorted(wrong | here ^ said.keys()):
        case.tell("E_FILES", path, "it is not the file that the statement names")


def _check_exhibits(case: Case) -> None:
    """Check that what is said of the exhibits is so, and that nothing is here of which nothing is said."""
    bag = case.bag
    exhibits = bag.statement.exhibits
    said = [exhibit.leaf for exhibit in exhibits]
    held = {one.leaf for one in bag.contents.exhibits}
    named = {act.leaf for act in bag.statement.custody}
    beyond = {leaf for leaf in held - set(said) if bag.entries[leaf].type not in BESIDE and leaf not in named}
    if [exhibit.number for exhibit in exhibits] != list(range(1, len(exhibits) + 1)):
        case.tell("E_EXHIBIT", paths.STATEMENT, "the exhibits are not numbered in order")
    if len(set(said)) != len(said) or beyond or not set(said) <= held:
        case.tell("E_EXHIBIT", paths.STATEMENT, "the exhibits that are here are not those that are spoken of")
    fields = {shown.leaf for shown in bag.contents.fields}
    if fields != {exhibit.leaf for exhibit in exhibits if exhibit.shown == "fields"}:
        case.tell("E_EXHIBIT", paths.STATEMENT, "the fields that are shown are not those that are spoken of")
    for exhibit in exhibits:
        for says in _wrong_with(case, exhibit):
            case.tell("E_EXHIBIT", f"exhibit {exhibit.number}", says)


def _wrong_with(case: Case, exhibit: Exhibit) -> Iterator[str]:
    entry = case.bag.entries.get(exhibit.leaf)
    if (case.bag.body(exhibit.leaf) is not None) != (exhibit.shown in ("whole", "fields")):
        yield "it is said to be shown and is not, or the other way round"
    if entry is not None and exhibit.grade not in ((entry.grade,) if entry.grade else OF_NO_CAPTURE):
        yield "its grade is not the one in the log"


def _check_erased(case: Case) -> None:
    held = {one.leaf for one in case.bag.contents.exhibits}
    erased = {entry.leaf for leaf, entry in case.bag.entries.items() if leaf in held and entry.type == "erasure"}
    for exhibit in case.bag.statement.exhibits:
        if exhibit.shown != "erased":
            continue
        if exhibit.leaf in erased:
            case.tell("I_ERASED", f"exhibit {exhibit.number}", "it was erased; the log still shows that it was there")
        else:
            case.tell("E_EXHIBIT", f"exhibit {exhibit.number}", "nothing in the log says that it was erased")


def _check_fields(case: Case) -> None:
    for fields in case.bag.contents.fields:
        withheld = _withheld(case, fields)
        if withheld is None:
            case.tell("E_FIELD", paths.body_path(fields.leaf), "fields that are shown are not those in the log")
        else:
            case.withheld_fields[fields.leaf] = withheld


def _withheld(case: Case, fields: ShownFields) -> int | None:
    """Return how many fields of a record are not shown; None if one that is shown is not in the log."""
    try:
        body = read_document(bytes(case.bag.body(fields.leaf) or b""), Digests)
    except EvidenceError:
        return None
    names = [name for _, name, _ in fields.shown]
    shown = {hashlib.sha256(canonical.write(list(field))).hexdigest() for field in fields.shown}
    sound = (
        case.bag.entries[fields.leaf].type == "analysis"
        and list(body.digests) == sorted(set(body.digests))
        and body.of < fields.leaf
        and len(set(names)) == len(names)
        and shown <= set(body.digests)
    )
    return len(body.digests) - len(shown) if sound else None
