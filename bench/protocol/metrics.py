"""The benchmark's figures: how early takeovers are found, at how many false alerts, and how sure that is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
import numpy as np

from bench.protocol.changes import QUIET, Change
from bench.protocol.data import Account, seconds
from bench.protocol.runs import Clean, Run, Scores
from bench.protocol.takeovers import Takeover

RESAMPLES = 2_000
CONFIDENCE = 0.95
PERIOD_DAYS = 30.0
ALLOWED_IN_WORST = 2
"""False alerts that the worst 30 days of an account may hold."""
_DAY_SECONDS = 86_400.0


class Figure(msgspec.Struct, frozen=True):
    """A mean over accounts, each counting once, with the 95 % interval of a bootstrap over accounts."""

    value: float
    low: float
    high: float
    accounts: int


class FalseAlerts(msgspec.Struct, frozen=True):
    """False alerts of accounts that nobody took over, per 30 days of their test part."""

    mean: float
    median: float
    p90: float
    worst: float
    quiet: dict[str, float]
    """By account 1 where no 30 days in a row hold more than two, else 0."""


def figure(by_account: Mapping[str, float], *, seed: int = 1) -> Figure:
    """Return the mean over accounts with its bootstrap interval (2,000 resamples of the accounts).

    >>> figure({"a": 1.0, "b": 0.0}).value
    0.5
    """
    values = np.array([by_account[name] for name in sorted(by_account)])
    if values.size == 0:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, values.size, (RESAMPLES, values.size))].mean(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Figure(float(values.mean()), float(low), float(high), int(values.size))


def auc(foreign: Scores, own: Scores) -> float:
    """Return the probability that a foreign action scores above an own one (Mann-Whitney; ties count half).

    >>> auc(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    order = np.sort(own)
    below = np.searchsorted(order, foreign, side="left")
    ties = np.searchsorted(order, foreign, side="right") - below
    return float((below + ties / 2).mean() / own.size)


def auc_by_account(hosts: Sequence[Account], takeovers: Sequence[Takeover], run: Run) -> dict[str, float]:
    """Return per account the AUC of the foreign actions against its own of the test part."""
    foreign: dict[str, list[Scores]] = {}
    for takeover, outcome in zip(takeovers, run.outcomes, strict=True):
        foreign.setdefault(takeover.host, []).append(outcome.scores)
    return {
        host.name: auc(np.concatenate(foreign[host.name]), run.clean[host.name].scores[host.test_start :])
        for host in hosts
        if host.name in foreign
    }


def detection_by_account(takeovers: Sequence[Takeover], run: Run, within: int) -> dict[str, float]:
    """Return per account the share of takeovers with an alert at one of the first `within` foreign actions."""
    return _shares(takeovers, [0 < outcome.alert <= within for outcome in run.outcomes])


def null_by_account(takeovers: Sequence[Takeover], run: Run, within: int) -> dict[str, float]:
    """Return per account how often the same test finds an alert at the owner's own next actions: what chance gives."""
    return _shares(takeovers, [_alert_after(run.clean[t.host], t.place, within) for t in takeovers])


def _alert_after(clean: Clean, place: int, within: int) -> bool:
    return any(place < alert <= place + within for alert in clean.alerts)


def _shares(takeovers: Sequence[Takeover], hits: Sequence[bool]) -> dict[str, float]:
    by_host: dict[str, list[bool]] = {}
    for takeover, hit in zip(takeovers, hits, strict=True):
        by_host.setdefault(takeover.host, []).append(hit)
    return {name: float(np.mean(found)) for name, found in by_host.items()}


def false_alerts(hosts: Sequence[Account], clean: Mapping[str, Clean]) -> FalseAlerts:
    """Return how many alerts the owners' own actions raised per 30 days, over the accounts."""
    rates = np.array(list(alerts_per_period(hosts, clean).values()))
    return FalseAlerts(
        mean=float(rates.mean()),
        median=float(np.median(rates)),
        p90=float(np.quantile(rates, 0.9)),
        worst=float(rates.max()),
        quiet={host.name: float(worst_period(host, clean[host.name]) <= ALLOWED_IN_WORST) for host in hosts},
    )


def alerts_per_period(hosts: Sequence[Account], clean: Mapping[str, Clean]) -> dict[str, float]:
    """Return per account the alerts of its test part, per 30 days."""
    return {host.name: _rate(host, clean[host.name]) for host in hosts}


def _rate(host: Account, clean: Clean) -> float:
    days = (seconds(host.rows[-1].at) - seconds(host.rows[host.test_start].at)) / _DAY_SECONDS
    return len(_tested(host, clean)) * PERIOD_DAYS / days


def worst_period(host: Account, clean: Clean) -> int:
    """Return the most alerts that any 30 days in a row of the test part hold."""
    times = [seconds(host.rows[alert].at) for alert in _tested(host, clean)]
    width = PERIOD_DAYS * _DAY_SECONDS
    return max((sum(start <= time < start + width for time in times) for start in times), default=0)


def _tested(host: Account, clean: Clean) -> list[int]:
    return [alert for alert in clean.alerts if alert >= host.test_start]


def quiet_by_account(changes: Sequence[Change], alerts: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return per account the share of its changes after whose first notice 14 days pass without an alert."""
    quiet = [_quiet_after_notice(times) for times in alerts]
    by_host: dict[str, list[bool]] = {}
    for change, is_quiet in zip(changes, quiet, strict=True):
        by_host.setdefault(change.host, []).append(is_quiet)
    return {name: float(np.mean(found)) for name, found in by_host.items()}


def _quiet_after_notice(times: Sequence[float]) -> bool:
    return all(time > times[0] + QUIET / timedelta(seconds=1) for time in times[1:])
