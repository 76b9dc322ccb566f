"""Weighs findings for every pair of explanations: fused within a group, added between groups, never over the cap."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import msgspec

from countersign.investigate import scale
from countersign.investigate.evaluation import Evaluation, Pair, Weight
from countersign.investigate.finding import Finding, Group, Missing, Ratio
from countersign.investigate.proposition import KEYS, Key

CANNOT_TELL: Final = "cannot tell"

MARGIN: Final = 1.0
"""log10 by which the answer leads every other explanation: below a ratio of 10 ENFSI's word is "weak"."""

FINDING_CAP: Final = 3.0
"""The most that one finding says (log10) where no validation cases stand behind it (method.md 10.5)."""

TOTAL_CAP: Final = 6.0
"""The most that all findings together say (log10): "very strong", unless the platform signed all that they rest on."""

SIGNED_CAP: Final = 9.0
"""The most that even signed findings say: a shared mistake of ours is likelier than one in a thousand million."""

Levels = Mapping[Key, Ratio]


def weigh(
    incident: int, findings: Sequence[Finding], missing: Sequence[Missing] = (), *, margin: float = MARGIN
) -> Evaluation:
    """Return the weighing of findings: every pair's ratio with its words, and the answer or "cannot tell".

    Findings of one group depend on each other: of a group counts, for each explanation, the mean of its findings by
    the square of their strength (the widest difference that a finding makes): several never say more than the
    strongest of them, and a weak one hardly dilutes it. Groups are added. Ranges add as the root of their squares.
    """
    fused = fuse(findings)
    cap = SIGNED_CAP if findings and all(one.vouched for one in findings) else TOTAL_CAP
    weights = tuple(_weight(fused, pair, cap) for pair in combinations(KEYS, 2))
    return Evaluation(
        incident=incident,
        findings=tuple(findings),
        missing=tuple(missing),
        groups={group: {key: levels[key].log10 for key in KEYS} for group, levels in fused.items()},
        weights=weights,
        answer=answer(totals(fused), margin),
        margin=margin,
    )


def fuse(findings: Sequence[Finding]) -> dict[Group, Levels]:
    """Return one capped ratio a group and explanation; findings without numbers ("direction") take no part."""
    groups: dict[Group, list[Levels]] = {}
    for finding in findings:
        if finding.basis != "direction" and finding.ratios:
            groups.setdefault(finding.group, []).append(capped(finding))
    return {group: _mean(levels) for group, levels in sorted(groups.items())}


def capped(finding: Finding) -> Levels:
    """Return a finding's ratios for all explanations, against its best; none is further below it than its cap.

    Who is not named expects what was seen as the mean of those named does. What a cap is: `cap_of`.
    """
    named = {key: ratio for key, ratio in finding.ratios.items() if key in KEYS}
    mean = sum(ratio.log10 for ratio in named.values()) / len(named)
    best = max(ratio.log10 for ratio in named.values())
    cap = cap_of(finding)
    return {key: _floored(named.get(key) or _unknown(mean), best, cap) for key in KEYS}


def cap_of(finding: Finding) -> float:
    """Return the most (log10) that a finding may say: no more than its validation cases, and than its own history.

    So many cases of known truth, or so many past things of the account, can show no larger ratio. What was not
    validated is no measurement, and is held by `FINDING_CAP` and its history alone.
    """
    bounds = [finding.cases] if finding.basis == "measured" else []
    bounds += [finding.history] if finding.history else []
    return min([FINDING_CAP, *(math.log10(max(bound, 1)) for bound in bounds)])


def totals(fused: Mapping[Group, Levels]) -> dict[Key, float]:
    """Return the sum over groups for each explanation; only differences mean anything."""
    return {key: sum(levels[key].log10 for levels in fused.values()) for key in KEYS}


def ranked(evaluation: Evaluation) -> tuple[Key, ...]:
    """Return the explanations, the best supported first; equals keep the order of `KEYS`."""
    sums = {key: sum(group[key] for group in evaluation.groups.values()) for key in KEYS}
    return tuple(sorted(KEYS, key=lambda key: -round(sums[key], 9)))


def alike(evaluation: Evaluation) -> tuple[Key, ...]:
    """Return the explanations that the answer's margin does not part from the best supported one, the best first."""
    sums = {key: sum(group[key] for group in evaluation.groups.values()) for key in KEYS}
    best = max(sums.values())
    return tuple(key for key in ranked(evaluation) if round(best - sums[key], 9) < evaluation.margin)


def ratio_of(evaluation: Evaluation, first: Key, second: Key) -> Weight:
    """Return the weight of a pair in the order asked for."""
    for weight in evaluation.weights:
        if weight.pair == (first, second):
            return weight
        if weight.pair == (second, first):
            return msgspec.structs.replace(
                weight, pair=(first, second), log10=0.0 - weight.log10, low=0.0 - weight.high, high=0.0 - weight.low
            )
    return Weight(pair=(first, second), log10=0.0, low=0.0, high=0.0, words=scale.NO_SUPPORT)


def answer(sums: Mapping[Key, float], margin: float) -> str:
    """Return the explanation that leads every other by the margin, else "cannot tell".

    >>> answer({"outsider": 2.0, "slip": 0.5, "staged": 1.5}, 1.0)
    'cannot tell'
    """
    first, second, *_ = sorted(sums, key=lambda key: -sums[key])
    return first if round(sums[first] - sums[second], 9) >= margin else CANNOT_TELL


def _mean(levels: Sequence[Levels]) -> Levels:
    strengths = [_strength(one) ** 2 for one in levels]
    if not sum(strengths):
        return levels[0]
    return {key: _mixed([one[key] for one in levels], strengths) for key in KEYS}


def _strength(levels: Levels) -> float:
    values = [ratio.log10 for ratio in levels.values()]
    return max(values) - min(values)


def _mixed(ratios: Sequence[Ratio], weights: Sequence[float]) -> Ratio:
    total = sum(weights)
    values = [
        sum(weight * value for weight, value in zip(weights, part, strict=True)) / total
        for part in zip(*((one.log10, one.low, one.high) for one in ratios), strict=True)
    ]
    return Ratio(log10=values[0], low=values[1], high=values[2])


def _floored(ratio: Ratio, best: float, cap: float) -> Ratio:
    low, middle, high = (max(value - best, -cap) for value in (ratio.low, ratio.log10, ratio.high))
    return Ratio(log10=middle, low=low, high=min(high, 0.0) if middle == 0.0 else high)


def _unknown(mean: float) -> Ratio:
    return Ratio(log10=mean, low=mean, high=mean)


def _weight(fused: Mapping[Group, Levels], pair: Pair, cap: float) -> Weight:
    first, second = pair
    log10 = sum(levels[first].log10 - levels[second].log10 for levels in fused.values())
    spread = math.sqrt(sum(_width(levels[key]) ** 2 for levels in fused.values() for key in pair))
    kept = max(-cap, min(cap, log10))
    return Weight(
        pair=pair, log10=kept, low=max(-cap, min(cap, log10 - spread)), high=max(-cap, min(cap, log10 + spread)),
        words=scale.words(kept), capped=kept != log10,
    )  # fmt: skip


def _width(ratio: Ratio) -> float:
    return (ratio.high - ratio.low) / 2
