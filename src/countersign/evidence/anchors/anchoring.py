"""Has a checkpoint countersigned and stamped outside, in limited time; what is missing is told, and never fatal."""

import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import msgspec

from countersign import config
from countersign.errors import CountersignError
from countersign.evidence import beacon as beacons
from countersign.evidence.anchors.book import MOST_REQUESTS, REQUEST_SECONDS, Book, NamedStamp
from countersign.evidence.keys import Vkey
from countersign.evidence.note import Note, parse_checkpoint, parse_note, verify_line, write_note
from countersign.evidence.outside import meanwhile
from countersign.evidence.stamp import Stamp
from countersign.evidence.stamp.authority import Authority, pinned, stamp
from countersign.evidence.witness import gather
from countersign.evidence.witness.gathering import Proof

DISAGREE_SECONDS = 60
"""Two authorities that were asked at the same moment and tell times further apart: one of them is wrong."""
STAMP_SECONDS = 3600
"""How often checkpoints without an incident are stamped."""
NO_AUTHORITY = "no time-stamp authority is set up: docs/how-to/anchor-your-log.md"
NO_WITNESS = "no witness is set up: docs/how-to/anchor-your-log.md"


class Anchors(msgspec.Struct, frozen=True, kw_only=True):
    """What outsiders say of a checkpoint.

    `note` is the checkpoint with the cosignatures that it has now; `stamps` one token an authority; `pending` says in
    words what was asked for and is still missing, and why; `remarks` what a person should know all the same.
    """

    note: bytes
    stamps: tuple[NamedStamp, ...]
    pending: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def cosignatures(self) -> tuple[bytes, ...]:
        """Return the lines after the log's own, each with its LF."""
        return tuple(f"{line}\n".encode() for line in parse_note(self.note).lines[1:])


def anchored(note: bytes, settings: config.Evidence, book: Book, *, proof: Proof, urgent: bool = True) -> Anchors:
    """Return a checkpoint (a signed note) with all that outsiders give within `settings.deadline_seconds`.

    What it has already, or the book has, is not asked for again: call this as often as you like, until nothing is
    pending. An `urgent` checkpoint (an incident's) is stamped now, another one only by authorities that gave no stamp
    within the hour. `proof` gives the consistency proof from an older size to this one, in this thread only. Raises
    EvidenceError if the note is no checkpoint or the book is damaged, ConfigError and BadUrl if an authority is not set
    up as it should be; nothing that the network does.
    """
    parsed, until = parse_note(note), time.monotonic() + settings.deadline_seconds
    checkpoint, text = parse_checkpoint(parsed.text), parsed.text.encode()
    listed, authorities, had = book.witnesses(checkpoint.origin), authorities_of(settings), book.stamps(text)
    rested = {name for name in authorities if not urgent and time.time() - book.last_stamp(name) < STAMP_SECONDS}
    asked, refused = _to_ask(book, authorities, rested | {one.name for one in had})
    stamping = meanwhile(
        {name: partial(stamp, text, one, seconds=settings.deadline_seconds) for name, one in asked.items()},
        seconds=settings.deadline_seconds,
    )
    missing = [one for one in listed if not _has(parsed, one.vkey)]
    gathered = gather(note, missing, proof=proof, seconds=until - time.monotonic())
    fresh, late = _sorted_out(stamping(), asked)
    book.saw(checkpoint.origin, dict(gathered.sizes))
    book.keep(text, fresh)
    unset = (*(() if listed else (NO_WITNESS,)), *(() if authorities else (NO_AUTHORITY,)))
    lines = (*parsed.lines, *(gathered.lines[name] for name in sorted(gathered.lines)))
    return Anchors(
        note=write_note(Note(text=parsed.text, lines=lines)),
        stamps=tuple(sorted((*had, *fresh), key=lambda one: one.name)),
        pending=(*gathered.pending, *refused, *late),
        remarks=(*gathered.remarks, *_disagreement(fresh), *unset),
    )


def drawn(settings: config.Evidence) -> beacons.BeaconRound | str:
    """Return the newest round of the beacon that is set up, for a `beacon` entry; or why there is none, in words."""
    given = settings.beacon
    if given is None:
        return "not looked up: no beacon is set up"
    beacon = beacons.Beacon(
        name=given.name, url=given.url, genesis=given.genesis, period=given.period, private=given.allow_private
    )
    wait = meanwhile(
        {given.name: partial(beacons.fetch_round, beacon, seconds=settings.deadline_seconds)},
        seconds=settings.deadline_seconds,
    )
    found = wait()[given.name]
    return f"not looked up: {found.message}" if isinstance(found, CountersignError) else found


def authorities_of(settings: config.Evidence) -> dict[str, Authority]:
    """Return the time-stamp authorities that are set up, with their certificates; raises ConfigError and BadUrl."""
    return {
        name: pinned(name, one.url, Path(one.root), Path(one.certificate), private=one.allow_private)
        for name, one in sorted(settings.authorities.items())
    }


def _to_ask(
    book: Book, authorities: Mapping[str, Authority], had: Iterable[str]
) -> tuple[dict[str, Authority], tuple[str, ...]]:
    """Return the authorities to ask now, and in words those that were asked too often lately."""
    missing = {name: one for name, one in authorities.items() if name not in had}
    asked = {name: one for name, one in missing.items() if book.may_ask(name)}
    often = f"asked {MOST_REQUESTS} times in {REQUEST_SECONDS // 60} minutes, so that it is left alone for a while"
    return asked, tuple(f"authority {name}: {often}" for name in missing if name not in asked)


def _sorted_out(
    results: Mapping[str, Stamp | CountersignError], asked: Mapping[str, Authority]
) -> tuple[tuple[NamedStamp, ...], tuple[str, ...]]:
    """Return the stamps that there are, and in words those that there are not."""
    stamps = tuple(
        NamedStamp(
            name=name,
            token=got.token,
            root=asked[name].root,
            certificate=asked[name].certificate,
            time=int(got.time.timestamp()),
        )
        for name, got in results.items()
        if isinstance(got, Stamp)
    )
    errors = {name: got for name, got in results.items() if isinstance(got, CountersignError)}
    return stamps, tuple(f"authority {name}: {error.message}" for name, error in errors.items())


def _has(note: Note, vkey: Vkey) -> bool:
    return any(line.of(vkey) and verify_line(line, vkey, note.text) for line in note.lines)


def _disagreement(stamps: Iterable[NamedStamp]) -> tuple[str, ...]:
    times = [one.time for one in stamps]
    if times and max(times) - min(times) > DISAGREE_SECONDS:
        return (f"the authorities' clocks are {max(times) - min(times)} seconds apart: one of them is wrong",)
    return ()
