"""The first page: the case in one paragraph, and at most five findings with the exhibits that show them."""

from collections.abc import Mapping

from countersign.incident.incident import BY_HAND
from countersign.investigate.finding import Ratio
from countersign.investigate.proposition import KEYS, Key
from countersign.investigate.weighing import CANNOT_TELL, alike
from countersign.report.case import Case, CaseAction
from countersign.report.document import Block, Items, Paragraph, Sentence
from countersign.report.sections.looked import claim_sentence
from countersign.report.sections.weighed import conclusion, finding_sentence
from countersign.text import bits, count, duration

MOST_FINDINGS = 5
"""More than this nobody reads; the rest has its own section."""


def paragraph(case: Case) -> tuple[Block, ...]:
    """Return what happened, how unusual it was, and that nobody knows more than that."""
    said = [Sentence(words=(f"{case.account} {case.did}: {case.span}.",)), *_by_hand(case), *_public_for(case)]
    said.append(_unknown(case))
    return (Paragraph(sentences=tuple(said)),)


def key_findings(case: Case) -> tuple[Block, ...]:
    """Return the findings that matter most."""
    found = [_most_unusual(case), *_near_access(case), *conclusion(case), *_contradicted(case)]
    return (Items(sentences=tuple(found[:MOST_FINDINGS]), ordered=True),)


def exhibits_of(actions: tuple[CaseAction, ...]) -> tuple[int, ...]:
    """Return the numbers of the exhibits that show actions."""
    return tuple(sorted({one.exhibit for one in actions if one.exhibit is not None}))


def _by_hand(case: Case) -> list[Sentence]:
    words = "No alarm brought these actions together: somebody chose them."
    return [Sentence(words=(words,))] if case.number == BY_HAND else []


def _public_for(case: Case) -> list[Sentence]:
    undone = [one for one in case.actions if one.undone]
    if not undone:
        return [Sentence(words=("As far as these records show, none of it was taken back.",))]
    part = "All of it" if len(undone) == len(case.actions) else f"{count(len(undone))} of {count(len(case.actions))}"
    spans = [one.undone_at - one.at for one in undone if one.undone_at and one.at and one.at <= one.undone_at]
    if not spans:
        return [Sentence(words=(f"{part} was taken back; how long it stood is not known.",))]
    longest = duration(max(spans))
    few = f"; how long it stood is known of {count(len(spans))} only, at most {longest}."
    said = f", the last after {longest}." if len(spans) == len(undone) else few
    return [Sentence(words=(f"{part} was taken back{said}",), exhibits=exhibits_of(tuple(undone)))]


def _unknown(case: Case) -> Sentence:
    if case.evaluation is None:
        return Sentence(words=("We do not know who did it; the explanations were not weighed.",))
    if case.evaluation.answer == CANNOT_TELL:
        return Sentence(words=(f"We do not know who did it: {_fit(alike(case.evaluation))}.",))
    return Sentence(words=("We do not know who did it; section 6 says how far the findings support each explanation.",))


def _fit(left: tuple[Key, ...]) -> str:
    if len(left) == len(KEYS):
        return "the findings do not tell the explanations apart"
    return f"{len(left)} of {len(KEYS)} explanations fit the findings about alike, the others less well (section 6)"


def _most_unusual(case: Case) -> Sentence:
    first = max(case.actions, key=lambda one: one.bits)
    history = f" in {case.habit.history}" if case.habit.history else ""
    if first.bits > case.habit.highest:
        words = (
            f"Outside incidents, this account did nothing as unusual{history}: {bits(first.bits)} bits, where the most "
            f"otherwise was {bits(case.habit.highest)}."
        )
    elif case.number == BY_HAND:
        words = (
            f"The most unusual of them has {bits(first.bits)} bits, where the most that this account reached "
            f"otherwise{history} was {bits(case.habit.highest)}."
        )
    else:
        words = (
            f"Each action alone has been matched before{history} (at most {bits(first.bits)} bits, where the most "
            f"otherwise was {bits(case.habit.highest)}); together they are unusual."
        )
    return Sentence(words=(words,), exhibits=exhibits_of(case.actions))


def _near_access(case: Case) -> list[Sentence]:
    groups = ("session", "client", "timeline", "crowd")
    found = [one for one in (case.evaluation.findings if case.evaluation else ()) if one.group in groups]
    weightiest = sorted(found, key=lambda one: -_spread(one.ratios))
    return [finding_sentence(case, one) for one in weightiest[:2]]


def _spread(ratios: Mapping[Key, Ratio]) -> float:
    values = [ratio.log10 for ratio in ratios.values()]
    return max(values) - min(values) if values else 0.0


def _contradicted(case: Case) -> list[Sentence]:
    return [claim_sentence(case, one) for one in case.claims if one.answer == "contradicts"]
