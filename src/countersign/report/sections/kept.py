"""The second half: what was done, the exhibits, how to check them, the method, replies and corrections."""

from countersign.incident.incident import BY_HAND
from countersign.investigate.evaluation import METHOD
from countersign.report.case import Bundle, Case, CaseAct, Reply
from countersign.report.document import Block, Items, Paragraph, Sentence, Table
from countersign.report.sections.validated import validations
from countersign.report.words import Code, Words
from countersign.text import count, counted, utc

HOW_TO_CHECK = 10
"""The number of the section that tells how somebody checks a report: a bundle that carries one has its own."""

GRADES = {
    "A": "signed by the platform", "B": "corroborated", "C": "as this program collected it", "D": "as a person gave it",
}  # fmt: skip
ASSUMPTIONS = (
    "What the account did before is taken as its own habit; an earlier misuse that nobody noticed would be part of it.",
    "A record holds what was still there when it was taken; what was done and taken back before is not in it.",
    "Bits say how much better somebody else explains an action than this account's habit does: each is one doubling.",
    "Signals that overlap are discounted. Bits are no odds of a break-in.",
    "The words for a ratio are ENFSI's, and the prior is the reader's own.",
)
WITHHELD = (
    "A withheld field keeps its kind and a salted SHA-256: who is later given the salt and the value can check that "
    "this is what stood there; without the salt it cannot be guessed."
)


def what_was_done(case: Case) -> tuple[Block, ...]:
    """Return what people and the program did about it, as the log has it."""
    if not case.acts:
        words = "Nothing that was done about it is in the log." + (f" State: {case.state}." if case.state else "")
        return (Paragraph(sentences=(Sentence(words=(words,)),)),)
    rows = tuple(_act_row(one) for one in case.acts)
    return (Table(caption="What was done, times in UTC", head=("When (UTC)", "Who", "What", "Leaf"), rows=rows),)


def exhibits(case: Case) -> tuple[Block, ...]:
    """Return the register: number, what, how and when it was obtained, its commitment and its leaf."""
    if not case.exhibits:
        words = "Nothing of it was sealed: these are files as they were given, and nobody vouches for them."
        return (Paragraph(sentences=(Sentence(words=(words,)),)),)
    rows = tuple(
        ((str(one.number),), one.what, (f"{one.how} ({GRADES.get(one.grade, one.grade)})",), (one.at,),
         (Code(value=one.digest),), (str(one.leaf),), (one.contents,))
        for one in case.exhibits
    )  # fmt: skip
    head = ("No.", "What", "How obtained", "Sealed (UTC)", "SHA-256 (salted)", "Leaf", "Contents")
    return (Table(caption="Exhibits", head=head, rows=rows),)


def how_to_check(incident: int, checkpoint: str, bundle: Bundle | None) -> tuple[Block, ...]:
    """Return how somebody checks this without us."""
    if not checkpoint:
        words = "There is no log behind this report: ask for the files, and make it again from them."
        return (Paragraph(sentences=(Sentence(words=(words,)),)),)
    said: list[Sentence] = []
    if bundle is not None:
        said.append(Sentence(words=(
            "Check the bundle with ", Code(value=f"python3 verify.py {bundle.name} --policy POLICY"),
            ", without this program. Its SHA-256 is ", Code(value=bundle.sha256), ".",
        )))  # fmt: skip
        if bundle.holds_report:
            said.append(Sentence(words=(
                "The bundle holds this report too: ", Code(value=f"countersign report --from {bundle.name}"),
                " makes it again, the same to the last byte.",
            )))  # fmt: skip
    elif incident == BY_HAND:
        said.append(Sentence(words=("No bundle is made of actions that were chosen by hand: ask for their records.",)))
    else:
        said.append(Sentence(words=(
            "Ask for the bundle (", Code(value=f"countersign seal {incident} -o case-{incident}.zip"),
            "), and check it with verify.py, which lies in it, without this program.",
        )))  # fmt: skip
    said.append(Sentence(words=("The log's checkpoint is ", Code(value=checkpoint), ".")))
    said.append(Sentence(words=(WITHHELD,)))
    return (Paragraph(sentences=tuple(said)),)


def method(case: Case) -> tuple[Block, ...]:
    """Return by what rules and code it was said."""
    weighing = f", weighing {case.evaluation.method}" if case.evaluation else f", weighing {METHOD} not run"
    promise = f" {case.promise}." if case.promise else ""
    first = f"{case.tool}{weighing}, preset {case.preset or 'as shipped'}.{promise}"
    habit = f"The habit was learned from {counted(case.habit.actions, 'action')}."
    blocks: list[Block] = [
        Paragraph(sentences=(Sentence(words=(first,)), Sentence(words=(habit,)))),
        Items(sentences=tuple(Sentence(words=(one,)) for one in ASSUMPTIONS)),
    ]
    if case.evaluation:
        blocks += validations(case.evaluation.findings)
    if case.code:
        rows = tuple(
            ((one.name,), (one.group,), (f"{one.package} {one.version}",), (Code(value=one.sha256),))
            for one in case.code
        )
        blocks.append(Table(caption="Code that had a say", head=("Name", "Kind", "Package", "SHA-256"), rows=rows))
    return tuple(blocks)


def replies(case: Case) -> tuple[Block, ...]:
    """Return who was asked and what they said: their own words, and nothing made of them."""
    if not case.replies:
        words = "Nobody's answer is in the log: who was asked, and what they said, is not known here."
        return (Paragraph(sentences=(Sentence(words=(words,)),)),)
    return (Items(sentences=tuple(reply_sentence(one) for one in case.replies)),)


def corrections(case: Case) -> tuple[Block, ...]:
    """Return what an earlier version said otherwise."""
    if not case.corrections:
        return (Paragraph(sentences=(Sentence(words=(f"None: this is version {count(case.version)}.",)),)),)
    rows = tuple(_act_row(one) for one in case.corrections)
    return (Table(caption="Corrections, times in UTC", head=("When (UTC)", "Who", "What", "Leaf"), rows=rows),)


def reply_sentence(reply: Reply) -> Sentence:
    """Return who was asked and what they said; it is about whoever was asked."""
    said = {"no answer": "has not answered"}.get(reply.said, f"answered: {reply.said}")
    leaf = f" (leaf {reply.leaf})" if reply.leaf is not None else ""
    words: Words = (*reply.who, f' was asked "Was this you?" and {said}, {utc(reply.at)} UTC{leaf}.')
    return Sentence(words=words, about_person=True)


def _act_row(act: CaseAct) -> tuple[Words, ...]:
    return (act.at,), act.by or ("-",), act.what, (str(act.leaf),)
