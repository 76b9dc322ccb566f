"""Runs every registered examination over the facts, and ranks what would settle it."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from countersign.investigate.evaluation import Evaluation, Look, Outcome
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.sensitivity import flips
from countersign.investigate.weighing import MARGIN, ranked, weigh
from countersign.plugins import load

GROUP: Final = "countersign.examinations"


def investigate(facts: Facts, *, margin: float = MARGIN, examinations: Sequence[Examination] = ()) -> Evaluation:
    """Return the weighing of one incident by every registered examination, or by those given.

    An examination that breaks is told as `failed` and weighs nothing: the others still answer.
    """
    looks = [_look(examination, facts) for examination in examinations or load(GROUP)]
    found = [one for _, given in looks for one in given]
    whole = weighed(facts.incident.number, found, margin=margin)
    return msgspec.structs.replace(whole, looked=tuple(look for look, _ in looks))


def examined(facts: Facts, examinations: Sequence[Examination] = ()) -> tuple[Finding | Missing, ...]:
    """Return what every registered examination gives, or those that are named; whatever one raises is raised."""
    return tuple(one for examination in examinations or load(GROUP) for one in examination(facts))


def _look(examination: Examination, facts: Facts) -> tuple[Look, tuple[Finding | Missing, ...]]:
    try:
        given = tuple(examination(facts))
    except Exception as cause:  # code of anybody: one that breaks must not silence the others
        return Look(examination=examination.name, outcome="failed", because=type(cause).__name__), ()
    return Look(examination=examination.name, outcome=_outcome(given)), given


def _outcome(given: Sequence[Finding | Missing]) -> Outcome:
    findings = [one for one in given if isinstance(one, Finding)]
    if any(one.basis != "direction" for one in findings):
        return "found"
    return "direction" if findings else "missing" if given else "silent"


def weighed(incident: int, found: Iterable[Finding | Missing], *, margin: float = MARGIN) -> Evaluation:
    """Return the weighing of what examinations gave, with what is missing ranked and what would turn the answer."""
    every = list(found)
    findings = sorted((one for one in every if isinstance(one, Finding)), key=lambda one: (-_strength(one), one.name))
    missing = [one for one in every if isinstance(one, Missing)]
    first = weigh(incident, findings, margin=margin)
    ordered = tuple(sorted(missing, key=lambda one: (-_use(one, first), one.name)))
    return _with(first, ordered)


def _with(evaluation: Evaluation, missing: tuple[Missing, ...]) -> Evaluation:
    whole = msgspec.structs.replace(evaluation, missing=missing)
    return msgspec.structs.replace(whole, flips=flips(whole))


def _strength(finding: Finding) -> float:
    values = [ratio.log10 for ratio in finding.ratios.values()]
    return max(values) - min(values) if values else 0.0


def _use(missing: Missing, evaluation: Evaluation) -> float:
    """Return how far a missing thing could move the weighing; twice as useful where it separates the two in front."""
    low, high = missing.could_move
    front = set(ranked(evaluation)[:3])
    return (high - low) * (2.0 if set(missing.pair) <= front else 1.0)
