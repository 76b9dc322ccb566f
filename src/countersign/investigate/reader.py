"""Puts the reader's own numbers beside ours: other ratios for findings, and the prior odds, which are never ours."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Final

import msgspec

from countersign.errors import UsageError
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.finding import Finding, Ratio
from countersign.investigate.proposition import KEYS, Key
from countersign.text import nearest

MOST: Final = 1e6
"""The largest odds or ratio that a reader may enter: our own weighing says no more either."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio of the reader's: of this finding, for this pair, instead of ours."""

    finding: str
    first: Key
    second: Key
    value: float


def parse_ratio(text: str) -> Own:
    """Return what a reader means by `FINDING=FIRST:SECOND:VALUE`; UsageError if it is not that.

    >>> own = parse_ratio("sign-in=outsider:slip:5")
    >>> own.finding, own.first, own.value
    ('sign-in', 'outsider', 5.0)
    """
    name, sign, rest = text.partition("=")
    parts = rest.split(":")
    if not sign or len(parts) != 3:
        raise UsageError(f"--ratio takes FINDING=FIRST:SECOND:VALUE, not {text}", hint="sign-in=outsider:slip:5")
    return Own(finding=name, first=_key(parts[0]), second=_key(parts[1]), value=_number(parts[2]))


def parse_prior(texts: Sequence[str]) -> dict[Key, float] | None:
    """Return the reader's prior odds, by explanation; those not named have 1. None if the reader gave none.

    >>> parse_prior(["slip=10"])["slip"]
    10.0
    """
    if not texts:
        return None
    given = {_key(name): _number(value) for name, _, value in (text.partition("=") for text in texts)}
    return {key: given.get(key, 1.0) for key in KEYS}


def with_ratios(findings: Sequence[Finding], owns: Sequence[Own]) -> tuple[Finding, ...]:
    """Return findings with the reader's ratios in the place of ours; UsageError for a finding that there is not."""
    found = {finding.name: finding for finding in findings}
    for own in owns:
        if own.finding not in found:
            near = nearest(own.finding, found)
            raise UsageError(
                f"there is no finding named {own.finding}", hint=f"did you mean {near}?" if near else ", ".join(found)
            )
        found[own.finding] = _with(found[own.finding], own)
    return tuple(found.values())


def posterior(evaluation: Evaluation, prior: Mapping[Key, float]) -> Evaluation:
    """Return an evaluation with the reader's prior odds and what they become; they add up to 1 over the seven."""
    sums = {key: sum(group[key] for group in evaluation.groups.values()) for key in KEYS}
    best = max(sums.values())
    parts = {key: prior[key] * 10.0 ** (sums[key] - best) for key in KEYS}
    whole = sum(parts.values())
    return msgspec.structs.replace(
        evaluation, prior=dict(prior), posterior={key: part / whole for key, part in parts.items()}
    )


def _with(finding: Finding, own: Own) -> Finding:
    held = {key: finding.ratios.get(key) for key in (own.first, own.second)}
    second = held[own.second]
    base = second.log10 if second else 0.0
    value = base + log10(own.value)
    return msgspec.structs.replace(
        finding,
        ratios={
            **finding.ratios,
            own.first: Ratio(log10=value, low=value, high=value),
            own.second: Ratio(log10=base, low=base, high=base),
        },
        basis="estimate",
        source="the reader's own ratio",
        assumes="",
        assumed=(),
    )


def _key(text: str) -> Key:
    for key in KEYS:
        if key == text.strip():
            return key
    raise UsageError(f"there is no explanation named {text}", hint=f"one of: {', '.join(KEYS)}")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 / MOST <= value <= MOST:
        raise UsageError(f"{text!r} is no ratio between 1/1,000,000 and 1,000,000", hint="slip=10 means ten to one")
    return value
