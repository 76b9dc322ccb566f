"""Hands an incident over: states what there is, seals the statement, has the checkpoint anchored, and packs it all."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from countersign.engine.exhibits import Case, Gathered, Reporting, gather, no_report, opened_leaf
from countersign.engine.repository import Repository, proofs
from countersign.evidence.anchors import Anchors
from countersign.evidence.bundle import Parts, PlatformProof, Proposed, Saying, Stamped, bag, statement, tag_files
from countersign.evidence.bundle import write_policy as policy_of
from countersign.evidence.keys import MLDSA, Vkey
from countersign.evidence.note import parse_note
from countersign.evidence.sshsig import make_sshsig
from countersign.evidence.witness.gathering import Proof
from countersign.store import Store

MOST_CHECKPOINTS = 256
"""Older checkpoints to which a proof goes along: of these, and so of whoever kept one of them, the log only grew."""

Anchoring = Callable[[bytes, Proof], Anchors]
"""Has a signed note anchored; it may ask for the consistency proof from an older size."""


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle's files by path, the policy that goes by another way, and what a person should know of both."""

    files: Mapping[str, bytes]
    policy: bytes
    exhibits: int
    size: int
    anchors: Anchors
    unsealed: tuple[str, ...]

    @property
    def cosigned(self) -> int:
        """How many witnesses countersigned; the log's own second key is none."""
        note = parse_note(self.anchors.note)
        return sum(line.name != note.lines[0].name for line in note.lines)


def hand_over(
    store: Store, case: Case, *, by: str, tool: str, now: datetime, anchoring: Anchoring,
    proposing: Callable[[Vkey], Proposed], keys: Mapping[str, bytes], reporting: Reporting = no_report,
) -> HandedOver:  # fmt: skip
    """Return an incident as a bundle that outsiders can check; every step of it is an entry of the log.

    `keys` are DID documents or did:plc audit logs by account; `reporting` gives the reports that go along.
    Raises EvidenceError if nothing of it was sealed.
    """
    made = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = gather(store, case, by=by, reporting=reporting)
    repository = proofs(store, case, found.by_action, keys)
    tags = tag_files(title=case.title, tool=tool, made=made)
    key = store.log.key()
    saying = Saying(
        origin=key.name, title=case.title, tool=tool, made=made, exhibits=found.exhibits, custody=found.custody,
        platform=repository.claims,
    )  # fmt: skip
    said = statement(saying, tag_files=tags, key=key.vkey, sign=key.sign)
    leaf = store.log.enter_body("custody", said)
    size, anchors = _anchored(store, anchoring)
    policy = policy_of(proposing(key.vkey))
    parts = _parts(store, found, repository, size=size, anchors=anchors, said=said, leaf=leaf)
    return HandedOver(
        files=bag(msgspec.structs.replace(parts, tag_files=tags, policy=policy)), policy=policy,
        exhibits=len(found.exhibits), size=size, anchors=anchors, unsealed=found.unsealed,
    )  # fmt: skip


def _anchored(store: Store, anchoring: Anchoring) -> tuple[int, Anchors]:
    """Return the newest checkpoint with what outsiders say of it; the store keeps the cosignatures."""
    size, note = store.log.size, store.log.note()
    assert note is not None  # the statement is an entry
    anchors = anchoring(note, lambda old: store.log.consistency(old, size))
    fresh = [line for line in anchors.cosignatures if line not in note]
    if fresh:
        store.log.countersign(size, fresh)
    return size, anchors


def _parts(
    store: Store, found: Gathered, repository: Repository, *, size: int, anchors: Anchors, said: bytes, leaf: int
) -> Parts:
    vkeys = store.log.vkeys()
    text = parse_note(anchors.note).text.encode()
    key = store.log.key()
    return Parts(
        origin=key.name,
        size=size,
        tag_files={},
        statement=said,
        statement_leaf=opened_leaf(store, leaf, size, shown=True),
        exhibits=tuple(opened_leaf(store, one, size, shown=one in found.open) for one in found.leaves),
        checkpoint=anchors.note,
        log_key=key.vkey,
        keys=tuple(opened_leaf(store, one.leaf, size, shown=False) for one in store.log.of_kind("key")),
        fields=found.fields,
        consistency={
            old: store.log.consistency(old, size) for old in store.log.checkpoints()[-MOST_CHECKPOINTS:] if old < size
        },
        stamps=tuple(
            Stamped(name=one.name, token=one.token, root=one.root, authority=one.certificate) for one in anchors.stamps
        ),
        platform=tuple(
            PlatformProof(n=n, car=car, document=document, audit=audit)
            for n, (car, document, audit) in enumerate(repository.proofs, start=1)
        ),
        mldsa_key=next((one for one in reversed(vkeys) if one.algorithm == MLDSA), None),
        sshsig=make_sshsig(text, key),
    )
