"""Writes the policy that a maker of bundles proposes; a reader who takes it from elsewhere need not trust the maker."""

from collections.abc import Mapping

import msgspec

from countersign.evidence.keys import Vkey


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Whose word should count: the log's keys, witnesses by name with how many of them, authorities, what is required.

    `authorities` are by name, with the SHA-256 (hex) of the root's and of the authority's own certificate.
    `requires` are words such as `tsa:2`.
    """

    logs: tuple[Vkey, ...]
    witnesses: Mapping[str, Vkey] = {}
    quorum: int = 0
    authorities: Mapping[str, tuple[str, str]] = {}
    requires: tuple[str, ...] = ()


def write_policy(proposed: Proposed) -> bytes:
    """Return a policy file (docs/reference/evidence-format.md, section 2)."""
    lines = ["# Whose word counts. Compare the key with one that you got from somewhere else."]
    lines += [f"log {key}" for key in proposed.logs]
    lines += [f"witness {name} {key}" for name, key in proposed.witnesses.items()]
    if proposed.quorum:
        lines += [f"group quorum-of-witnesses {proposed.quorum} {' '.join(proposed.witnesses)}"]
    lines += [f"quorum {'quorum-of-witnesses' if proposed.quorum else 'none'}"]
    lines += [f"tsa {name} {root} {own}" for name, (root, own) in proposed.authorities.items()]
    lines += [f"require {' '.join(proposed.requires)}"] if proposed.requires else []
    return "".join(f"{line}\n" for line in lines).encode("utf-8")
