"""Which examinations were held to what was true, on which data, and how they did: for whoever judges the numbers."""

from collections.abc import Iterable

from countersign.investigate.finding import Finding
from countersign.investigate.scale import words
from countersign.investigate.validation import COMMAND, COMMIT, NOT_VALIDATED, VALIDATED, Validation
from countersign.investigate.weighing import FINDING_CAP, cap_of
from countersign.report.document import Block, Items, Sentence, Table
from countersign.report.ratios import figure
from countersign.report.words import Code, Words
from countersign.text import listed

HEAD = ("Name", "Basis", "Validated on", "Cases", "Cllr", "Calibration loss", "Says at most")
COST = (
    "Cllr is the cost of ratios on cases whose truth was known: 0 is perfect, 1 is what saying nothing costs. The "
    "calibration loss is what of it a better scale would mend."
)
ONE_PAIR = (
    "What is validated is the ratio of a member of the team to an outsider; no data tell of the other explanations: "
    "their shares are estimates. Cases of one account depend on each other; the data's accounts are not the reader's."
)
AGAIN: Words = (
    "The figures were made at commit ", Code(value=COMMIT), " of the program's repository, and are made again by ",
    Code(value=COMMAND), " on the same data.",
)  # fmt: skip


def validations(findings: Iterable[Finding]) -> tuple[Block, ...]:
    """Return the table of all examinations, those that others plugged in last, and how to read it."""
    rows = [_measured(name, one) for name, one in VALIDATED.items()]
    rows.append(_estimated())
    rows += [_plugged_in(one) for one in findings if one.name not in {*VALIDATED, *NOT_VALIDATED}]
    table = Table(caption="Examinations and how they were validated", head=HEAD, rows=tuple(rows))
    return table, Items(sentences=tuple(Sentence(words=note) for note in ((COST,), (ONE_PAIR,), AGAIN)))


def _measured(name: str, one: Validation) -> tuple[Words, ...]:
    misled = f"{100 * one.misleading:.1f} %" if one.misleading else "none"
    return (
        (name,), ("measured",), (f"{one.accounts} {one.on}",), (f"{one.cases} a side, {misled} misled by over 100",),
        (f"{one.cllr:.2f}",), (f"{one.loss:.3f}",), (f"{one.cases} ({words(one.cap)})",),
    )  # fmt: skip


def _estimated() -> tuple[Words, ...]:
    """Return one row for all of them: on a telephone each row is a card of its own."""
    names = listed(NOT_VALIDATED, most=len(NOT_VALIDATED))
    most = f"{figure(FINDING_CAP)} ({words(FINDING_CAP)})"
    return (names,), ("estimate",), ("expert's estimate; not validated",), ("-",), ("-",), ("-",), (most,)


def _plugged_in(one: Finding) -> tuple[Words, ...]:
    most = f"{figure(cap_of(one))} ({words(cap_of(one))})"
    cases = f"{one.cases}" if one.cases else "-"
    return (one.name,), (one.basis,), ("not by this program: see the finding",), (cases,), ("-",), ("-",), (most,)
