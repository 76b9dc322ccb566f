"""Measures a method by the protocol: runs it on all streams, and names every figure that comes of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bench.protocol.changes import KINDS, Change, Kind, changes
from bench.protocol.data import Account
from bench.protocol.entries import Reach, exact
from bench.protocol.metrics import (
    Figure,
    alerts_per_period,
    auc_by_account,
    detection_by_account,
    false_alerts,
    figure,
    null_by_account,
    quiet_by_account,
)
from bench.protocol.runs import Followed, Method, Reply, Run
from bench.protocol.takeovers import MODES, REPOSTS_OF_SLIP, Mode, Takeover, Variant, cases

REACH: Mapping[str, Reach] = {
    "auc_shift": Reach(0.95), "auc_match": Reach(0.94), "auc_mask": Reach(0.92),
    "shift_at_1": Reach(0.75), "shift_at_3": Reach(0.88), "shift_at_10": Reach(0.95),
    "match_at_1": Reach(0.62), "match_at_3": Reach(0.80), "match_at_10": Reach(0.92),
    "mask_at_1": Reach(0.22), "mask_at_3": Reach(0.52), "mask_at_10": Reach(0.80),
    "noclient_auc_shift": Reach(0.93), "noclient_shift_at_3": Reach(0.80),
    "false_alerts_ratio": Reach(0.5, 1.1), "worst_30_days": Reach(0.95),
    "t3_at_3": Reach(0.50), "t7_quiet": Reach(0.90),
}  # fmt: skip
"""What issue 2 asks of each figure, by its permanent name."""

WITHIN = (1, 2, 3, 5, 10)
NULL_WITHIN = (3, 10)
PREFIX: Mapping[Variant, str] = {"full": "", "noclient": "noclient_", "reposts": ""}
MODES_OF: Mapping[Variant, tuple[Mode, ...]] = {"full": MODES, "noclient": MODES, "reposts": ("reposts",)}
NAME_OF: Mapping[Mode, str] = {"shift": "shift", "match": "match", "mask": "mask", "reposts": "t3"}


class Sample(msgspec.Struct, frozen=True):
    """What all methods are measured on: accounts, their takeovers by variant, their owners' own changes."""

    hosts: tuple[Account, ...]
    takeovers: Mapping[Variant, tuple[Takeover, ...]]
    changes: tuple[Change, ...]


def sample(
    hosts: Sequence[Account], donors: Sequence[Account], data: Path, *, per_account: int, seed: int = 1
) -> Sample:
    """Return the sample for hosts, with attackers and colleagues from `donors` (accounts of the same side)."""
    names = {host.name for host in hosts}
    takeovers = {
        mode: tuple(t for t in cases(donors, mode, seed=seed, per_account=per_account) if t.host in names)
        for mode in NAME_OF
    }
    whole = {variant: tuple(t for mode in modes for t in takeovers[mode]) for variant, modes in MODES_OF.items()}
    owned = [change for kind in KINDS for change in changes(donors, kind, data, seed=seed) if change.host in names]
    return Sample(tuple(hosts), whole, tuple(owned))


def measure(method: Method, given: Sample) -> dict[str, Figure]:
    """Return every figure of a method by its name."""
    found: dict[str, Figure] = {}
    for variant, takeovers in given.takeovers.items():
        run = method.run(given.hosts, variant, takeovers)
        for mode in MODES_OF[variant]:
            found.update(_of_mode(given.hosts, takeovers, run, mode, PREFIX[variant] + NAME_OF[mode]))
        if variant == "full":
            found.update(_of_clean(given.hosts, run))
    return found | _of_changes(method, given)


def _of_mode(
    hosts: Sequence[Account], takeovers: Sequence[Takeover], run: Run, mode: Mode, name: str
) -> dict[str, Figure]:
    chosen = [index for index, takeover in enumerate(takeovers) if takeover.mode == mode]
    only = [takeovers[index] for index in chosen]
    part = Run(clean=run.clean, outcomes=tuple(run.outcomes[index] for index in chosen))
    prefix, _, bare = name.rpartition("_")
    found = {f"{prefix}_auc_{bare}".removeprefix("_"): figure(auc_by_account(hosts, only, part))}
    longest = REPOSTS_OF_SLIP if mode == "reposts" else WITHIN[-1]
    for within in (m for m in WITHIN if m <= longest):
        found[f"{name}_at_{within}"] = figure(detection_by_account(only, part, within))
    for within in (m for m in NULL_WITHIN if m <= longest):
        found[f"{name}_null_at_{within}"] = figure(null_by_account(only, part, within))
    return found


def _of_clean(hosts: Sequence[Account], run: Run) -> dict[str, Figure]:
    alerts = false_alerts(hosts, run.clean)
    return {
        "false_alerts_ratio": figure(alerts_per_period(hosts, run.clean)),
        "false_alerts_median": exact(alerts.median),
        "false_alerts_p90": exact(alerts.p90),
        "false_alerts_max": exact(alerts.worst),
        "worst_30_days": figure(alerts.quiet),
    }


def _of_changes(method: Method, given: Sample) -> dict[str, Figure]:
    replies: tuple[tuple[Reply, str], ...] = (("it was us", "t7_quiet"), ("unanswered", "t7_unanswered"))
    found: dict[str, Figure] = {}
    for reply, name in replies:
        alerts = method.follow(given.hosts, given.changes, reply)
        if alerts is not None:
            found |= _quiet(given.changes, alerts, name)
    return found


def _quiet(owned: Sequence[Change], alerts: Followed, name: str) -> dict[str, Figure]:
    by_kind = {kind: _quiet_of_kind(owned, alerts, kind) for kind in KINDS}
    whole = {name: figure(_over_kinds(tuple(by_kind.values())))}
    return whole | {f"{name}_{kind}": figure(by_account) for kind, by_account in by_kind.items() if by_account}


def _quiet_of_kind(owned: Sequence[Change], alerts: Followed, kind: Kind) -> dict[str, float]:
    chosen = [index for index, change in enumerate(owned) if change.kind == kind]
    return quiet_by_account([owned[index] for index in chosen], [alerts[index] for index in chosen])


def _over_kinds(by_kind: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = {name for by_account in by_kind for name in by_account}
    values = {name: [by_account[name] for by_account in by_kind if name in by_account] for name in names}
    return {name: sum(found) / len(found) for name, found in values.items()}
