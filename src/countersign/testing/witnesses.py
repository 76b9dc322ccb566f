"""Three made-up witnesses, so that a demonstration without a network shows what a countersigned log looks like."""

import secrets
import time

from countersign.evidence.anchors import Anchors
from countersign.evidence.bundle import Proposed
from countersign.evidence.keys import WITNESS, SigningKey, Vkey
from countersign.evidence.note import cosign, parse_note
from countersign.evidence.witness.gathering import Proof

NAMES = ("ministry", "newsroom", "university")
QUORUM = 2
_MADE_UP = "the witnesses of this demonstration are made up; no time stamp: nobody outside was asked"

_keys = {name: SigningKey(f"{name}.example/witness", secrets.token_bytes(32), WITNESS) for name in NAMES}


def anchoring(note: bytes, proof: Proof) -> Anchors:
    """Return a checkpoint with the cosignatures of the three."""
    text = parse_note(note).text
    now = int(time.time())
    lines = b"".join(cosign(text, key, now) for key in _keys.values())
    return Anchors(note=note + lines, stamps=(), pending=(), remarks=(_MADE_UP,))


def proposing(key: Vkey) -> Proposed:
    """Return the policy that takes a log's word when two of the three countersigned it."""
    return Proposed(logs=(key,), witnesses={name: one.vkey for name, one in _keys.items()}, quorum=QUORUM)
