"""Says what would turn the answer: each estimate is moved over its range, each assumed share over all it could be."""

from collections.abc import Iterator, Sequence
from math import log10
from typing import Final

import msgspec

from countersign.investigate.evaluation import Evaluation
from countersign.investigate.finding import Finding, Ratio
from countersign.investigate.proposition import PROPOSITIONS, Key
from countersign.investigate.weighing import CANNOT_TELL, weigh

SHARES: Final = (0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
"""Shares at which an assumption is tried, as a person would say them."""

MOST: Final = 6
"""Sentences that are shown: the rest of them repeats."""


def flips(evaluation: Evaluation) -> tuple[str, ...]:
    """Return in words what would turn the answer, one assumption or estimate at a time; nothing if nothing would."""
    found: dict[str, None] = {}
    for number, finding in enumerate(evaluation.findings):
        if finding.basis == "direction":
            continue
        said = list(_by_share(evaluation, number, finding)) if finding.assumes else []
        found.update(dict.fromkeys(said or _by_range(evaluation, number, finding)))
    return tuple(found)[:MOST]


def _by_share(evaluation: Evaluation, number: int, finding: Finding) -> Iterator[str]:
    now = 10.0 ** finding.ratios[finding.assumed[0]].log10
    for word, shares in (
        ("more", [share for share in SHARES if share > now]),
        ("less", [share for share in reversed(SHARES) if share < now]),
    ):
        for share in shares:
            other = _answer(evaluation, number, _at(finding, finding.assumed, log10(share)))
            if other != evaluation.answer:
                yield f"{_said(other)} if {finding.assumes} in {word} than about {_percent(share)} of cases"
                break


def _by_range(evaluation: Evaluation, number: int, finding: Finding) -> Iterator[str]:
    for key, ratio in finding.ratios.items():
        for end in (ratio.low, ratio.high):
            if _answer(evaluation, number, _at(finding, (key,), end)) != evaluation.answer:
                other = _answer(evaluation, number, _at(finding, (key,), end))
                times = f"{10 ** abs(end - ratio.log10):.2g} times {'more' if end > ratio.log10 else 'less'}"
                yield f"{_said(other)} if {finding.name} were {times} to be expected of {_words(key)}"
                return


def _said(answer: str) -> str:
    return "it could not be told" if answer == CANNOT_TELL else f"the answer would be {_words(answer)}"


def _words(answer: str) -> str:
    found = [one.words for key, one in PROPOSITIONS.items() if key == answer]
    return found[0] if found else answer


def _percent(share: float) -> str:
    return f"{100 * min(share, 1.0):.2g} %"


def _at(finding: Finding, keys: Sequence[Key], value: float) -> Finding:
    moved = {key: Ratio(log10=value, low=value, high=value) for key in keys}
    return msgspec.structs.replace(finding, ratios={**finding.ratios, **moved})


def _answer(evaluation: Evaluation, number: int, finding: Finding) -> str:
    findings = list(evaluation.findings)
    findings[number] = finding
    return weigh(evaluation.incident, findings, margin=evaluation.margin).answer
