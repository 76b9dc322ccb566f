"""What a reader put beside our ratios, and what the comparison becomes with it: disagreement is shown, not settled."""

from math import log10

from countersign.investigate.evaluation import Evaluation, Weight
from countersign.investigate.proposition import PROPOSITIONS
from countersign.investigate.weighing import CANNOT_TELL, ratio_of
from countersign.report.case import Case, OwnRatio
from countersign.report.document import Block, Paragraph, Sentence, Table
from countersign.report.ratios import named, one_to
from countersign.report.words import Words, told


def own_ratios(case: Case) -> list[Block]:
    """Return what a reader put beside ours, and what the comparison becomes with it; nothing if nobody did."""
    if case.theirs is None or case.evaluation is None:
        return []
    rows = tuple(_own_row(case, one) for one in case.own_ratios)
    head = ("Finding", "Compared", "Ours", "Theirs", "Who", "Why", "Leaf")
    table = Table(caption="Ratios that a reader put beside ours", head=head, rows=rows)
    changed = tuple(_beside(one, case.theirs) for one in case.evaluation.weights if _differs(one, case.theirs))
    answer = next((one.words for key, one in PROPOSITIONS.items() if key == case.theirs.answer), CANNOT_TELL)
    said = f"With these ratios in the place of ours the answer is: {answer}; the pairs that change stand below."
    blocks: list[Block] = [table, Paragraph(sentences=(Sentence(words=(said,)),))]
    if changed:
        beside = ("Compared", "With our ratios", "With theirs")
        blocks.append(Table(caption="What changes with the reader's ratios", head=beside, rows=changed))
    return blocks


def _own_row(case: Case, own: OwnRatio) -> tuple[Words, ...]:
    finding = next(one for one in case.evaluation.findings if one.name == own.finding) if case.evaluation else None
    first, second = (finding.ratios.get(key) if finding else None for key in (own.first, own.second))
    ours = one_to(first.log10 - second.log10) if first and second else "no number"
    pair = f"{named(own.first)} : {named(own.second)}"
    why = told(own.why, case.known, own=case.own) if own.why else ("not said",)
    return (own.finding,), (pair,), (ours,), (one_to(log10(own.value)),), own.by, why, (str(own.leaf),)


def _differs(ours: Weight, theirs: Evaluation) -> bool:
    return one_to(ours.log10) != one_to(ratio_of(theirs, *ours.pair).log10)


def _beside(ours: Weight, theirs: Evaluation) -> tuple[Words, ...]:
    pair = f"{named(ours.pair[0])} : {named(ours.pair[1])}"
    return (pair,), (one_to(ours.log10),), (one_to(ratio_of(theirs, *ours.pair).log10),)
