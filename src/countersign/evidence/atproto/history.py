"""Reads the audit log of a did:plc as the chain that it is: which key signed for an account, from when to when.

The log certifies itself from the hash that the account is named by; only the times and the choice between forks are
the directory's word. Source: did:plc 0.3 ("Key Rotation & Account Recovery", "Audit Logs"). Rules 57 to 64.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import msgspec

from countersign.errors import NotProved
from countersign.evidence.atproto.cid import base32_text
from countersign.evidence.atproto.operations import Logged, logged, signer
from countersign.evidence.atproto.refused import refused
from countersign.evidence.atproto.strict_json import read_json

MAX_HISTORY: Final = 1_024
"""Operations of one account; who has more is nobody."""
RECOVERY: Final = timedelta(hours=72)
"""For so long a stronger rotation key can take an operation back."""


class KeyPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """One operation that is in force: the key that signed records from `start` until `end` (None: still does).

    `key` is None where the account had no key. Before `provisional_until` the operation can still be taken back.
    """

    operation: str
    key: str | None
    start: datetime
    end: datetime | None
    provisional_until: datetime


class History(msgspec.Struct, frozen=True):
    """The keys of an account, the oldest first, and how many operations were taken back."""

    did: str
    periods: tuple[KeyPeriod, ...]
    nullified: int

    @property
    def keys(self) -> tuple[str, ...]:
        """The did:keys that signed, the oldest first: in this order a commit is tried."""
        return tuple(dict.fromkeys(period.key for period in self.periods if period.key is not None))

    def at(self, time: datetime) -> KeyPeriod | None:
        """Return what was in force at a time; None if the account was not there yet."""
        return next((period for period in reversed(self.periods) if period.start <= time), None)


def history_of(log: bytes, *, did: str) -> History:
    """Return the keys of the account `did` by its audit log (JSON); raises NotProved (CS451, CS445)."""
    read = read_json(log, lambda message: _broken(f"the audit log cannot be read: {message}", 57))
    if not isinstance(read, list) or not 1 <= len(read) <= MAX_HISTORY:
        raise _broken("the audit log is no list of operations, or too long", 57)
    operations = [logged(item, did=did) for item in read]
    if any(later.created < earlier.created for earlier, later in pairwise(operations)):
        raise _broken("the times of the operations do not ascend", 57)
    chain = _chain(operations, did)
    in_force = {operation.cid for operation in chain}
    if any(operation.nullified == (operation.cid in in_force) for operation in operations):
        raise _broken("the log does not say rightly which operations were taken back", 64)
    return History(did, _periods(chain), len(operations) - len(chain))


def _chain(operations: Sequence[Logged], did: str) -> list[Logged]:
    """Return the operations in force after the last one."""
    genesis, *rest = operations
    _check_genesis(genesis, did)
    chain, signers = [genesis], [0]
    for operation in rest:
        index = _followed(operation, chain)
        place = signer(operation, chain[index].rotation_keys)
        if index + 1 < len(chain):
            _check_recovery(operation, place, chain[index + 1], signers[index + 1])
        chain[index + 1 :] = [operation]
        signers[index + 1 :] = [place]
    return chain


def _check_genesis(genesis: Logged, did: str) -> None:
    if genesis.prev is not None or genesis.kind == "plc_tombstone":
        raise _broken("the first operation is no beginning", 61)
    signer(genesis, genesis.rotation_keys)
    if did != "did:plc:" + base32_text(genesis.digest)[:24]:
        raise _broken("the first operation does not have the hash that names the account", 61)


def _followed(operation: Logged, chain: Sequence[Logged]) -> int:
    """Return the place in the chain of the operation that this one follows."""
    for index, earlier in enumerate(chain):
        if earlier.cid == operation.prev and earlier.kind != "plc_tombstone" and operation.kind != "create":
            return index
    raise _broken("an operation does not follow one that is in force", 62)


def _check_recovery(operation: Logged, place: int, first: Logged, signed_by: int) -> None:
    if place >= signed_by:
        raise _broken("an operation was taken back by a key that is not stronger", 63)
    if operation.created - first.created > RECOVERY:
        raise _broken("an operation was taken back after more than 72 hours", 63)


def _periods(chain: Sequence[Logged]) -> tuple[KeyPeriod, ...]:
    ends = [*(operation.created for operation in chain[1:]), None]
    return tuple(
        KeyPeriod(operation=operation.cid, key=operation.key, start=operation.created, end=end,
                  provisional_until=operation.created + RECOVERY)
        for operation, end in zip(chain, ends, strict=True)
    )  # fmt: skip


def _broken(message: str, rule: int) -> NotProved:
    return refused("CS451", message, rule)
