"""Witnesses (C2SP tlog-witness): installations countersign each other, so that nobody can have two histories."""

from countersign.evidence.witness.gathering import Gathered, Witness, gather
from countersign.evidence.witness.keeper import Keeper, Reply, open_keeper
from countersign.evidence.witness.memory import KnownLog, Memory
from countersign.evidence.witness.serving import WitnessServer, listening

__all__ = [
    "Gathered", "Keeper", "KnownLog", "Memory", "Reply", "Witness", "WitnessServer", "gather", "listening",
    "open_keeper",
]  # fmt: skip
