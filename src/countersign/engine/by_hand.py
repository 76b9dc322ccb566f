"""Makes an incident of actions that somebody names: what raised no alarm can be investigated too."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from countersign.engine.embedded import surprises, when
from countersign.engine.verdict import AccountVerdict, Verdict
from countersign.errors import UsageError
from countersign.incident.grouping import AROUND, undone_of
from countersign.incident.incident import BY_HAND, Incident
from countersign.text import visible

MOST: Final = 1_000
"""Actions that can be named: more are a history."""


def with_chosen(verdict: Verdict, ids: Sequence[str]) -> tuple[Verdict, Incident]:
    """Return a verdict with the named actions (ids, or the platform's own) as one more incident, and that incident.

    What the account reaches otherwise is told without them. UsageError where there is no such action, or where they are
    of several accounts.
    """
    found = {one: row_of(verdict, one) for one in ids}
    missing = next((one for one, row in found.items() if row is None), None)
    if missing is not None or not found:
        hint = "countersign check --all --format jsonl lists their ids"
        raise UsageError(f"there is no action {visible(missing or '')}".rstrip(), hint=hint)
    rows = sorted({row for row in found.values() if row is not None})
    if len(rows) > MOST:
        raise UsageError(f"at most {MOST:,} actions can be chosen, not {len(rows):,}", hint="name fewer")
    account = next(one for one in verdict.accounts if one.start <= rows[0] < one.stop)
    if rows[-1] >= account.stop:
        raise UsageError("these actions are of several accounts", hint="an investigation is of one account's actions")
    incident = _incident(verdict, account, rows)
    others = tuple(_without(verdict, one, rows) if one is account else one for one in verdict.accounts)
    return msgspec.structs.replace(verdict, incidents=(*verdict.incidents, incident), accounts=others), incident


def row_of(verdict: Verdict, named: str) -> int | None:
    """Return the row of the action with this id, ours or the platform's; None if there is none."""
    actions = verdict.reading.actions
    for column in ("id", "native_id"):
        found = np.flatnonzero(actions[column].to_numpy() == named)
        if len(found):
            return int(found[0])
    return None


def _incident(verdict: Verdict, account: AccountVerdict, rows: Sequence[int]) -> Incident:
    actions, first, last = verdict.reading.actions, rows[0], rows[-1]
    members = tuple(surprises(verdict, rows))
    bounds = (account.start, account.stop)
    return Incident(
        number=BY_HAND, account=account.account, platform=account.platform, onset=when(actions, first),
        ended=when(actions, last), alarm_action=actions["id"][first].as_py(),
        alarm_native_id=actions["native_id"][first].as_py(), alert=False, actions=len(rows),
        peak=float(sum(max(one.bits, 0.0) for one in members)), threshold=0.0, surprises=members,
        before=tuple(range(max(account.start, first - AROUND), first)),
        after=tuple(range(last + 1, min(account.stop, last + 1 + AROUND))),
        undone=tuple(undone_of(actions, bounds, np.array(rows))),
        notes=("chosen by hand: no alarm brought these actions together",),
    )  # fmt: skip


def _without(verdict: Verdict, account: AccountVerdict, rows: Sequence[int]) -> AccountVerdict:
    """Return an account's answer with what it reaches outside of incidents and of these actions."""
    quiet = verdict.incident_of[account.start : account.stop] == 0
    quiet[[row - account.start for row in rows]] = False
    bits = verdict.bits[account.start : account.stop][quiet]
    bits = bits if len(bits) else np.zeros(1)
    return msgspec.structs.replace(
        account, usual=float(np.median(bits)), quantile99=float(np.quantile(bits, 0.99)), highest=float(bits.max())
    )
