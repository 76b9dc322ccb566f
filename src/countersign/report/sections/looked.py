"""What was looked at and what was not: absence of data is never shown as "nothing found"."""

from collections import Counter
from collections.abc import Mapping

from countersign.investigate.claim import Answered
from countersign.investigate.evaluation import Outcome
from countersign.report.case import Case
from countersign.report.document import Block, Items, Paragraph, Sentence, Table
from countersign.report.readers import Reader
from countersign.report.words import Held, Words, told
from countersign.text import count, listed, utc

NOT_LOOKED_AT = (
    "No report of this kind looks at devices, at the contents of private messages, at the platform's own records of "
    "access unless they are named as an exhibit, or at who stood behind a screen. A thing that is not named here was "
    "not looked at; that nothing was found of it means nothing."
)
"""The fixed paragraph: the same in every report, for every reader."""


QUESTIONS: Mapping[str, str] = {
    "client": "Which application acted, and since when had it been let in?",
    "content": "What was acted on: leisure, a message, an advertisement?",
    "crowd": "Was the same seen on other watched accounts within the hour?",
    "fingerprint": "Do the keys of its records come from a process known to the account? (Bluesky)",
    "hand": "Is it like the way of working of somebody who is known to share the account?",
    "hours": "Does the hour fit the account's own day, the roster and declared journeys?",
    "presence": "Was a usual device in use elsewhere in the same minutes?",
    "recovery": "Were password, e-mail, phone, second factor or handle changed near it?",
    "sign-in": "Who was signed in: from access known to the account, or new to it?",
    "statements": 'What did the people with access answer to "Was this you?"',
    "tempo": "Was it done by the clock?",
    "undo": "Who took it back, and how soon?",
}
CAME_TO: Mapping[Outcome, str] = {
    "found": "found something, weighed in section 6",
    "direction": "found something without a number: it weighs nothing",
    "missing": "could not look: what it needs is missing (section 7)",
    "silent": "gave nothing: there was nothing of the kind to look at, or nothing that tells",
    "failed": "broke, and weighs nothing",
}


def looked_at(case: Case, reader: Reader) -> tuple[Block, ...]:
    """Return the counts of what was looked at, each thing with its outcome, what was said in public, and the limits."""
    outcomes = Counter(one.outcome for one in case.looked)
    parts = [f"{count(number)} {name}" for name, number in sorted(outcomes.items())]
    said = f"Of {count(len(case.looked))} things that could be looked at: {listed(parts)}." if parts else ""
    blocks: list[Block] = [Paragraph(sentences=(Sentence(words=(said,)),))] if said else []
    rows = tuple(((one.what,), (one.outcome,), one.because) for one in case.looked if one.outcome != "nothing found")
    if rows:
        blocks.append(Table(caption="What was looked at", head=("What", "Outcome", "Why, or what"), rows=rows))
    usual = [one.what for one in case.looked if one.outcome == "nothing found"]
    if usual:
        words = f"Looked at, and as usual in every action: {' '.join(usual)}"
        blocks.append(Paragraph(sentences=(Sentence(words=(words,)),)))
    blocks += _access(case, reader)
    blocks += _examined(case)
    if case.claims and reader != "platform":
        blocks.append(Items(sentences=tuple(claim_sentence(case, one) for one in case.claims)))
    return (*blocks, Paragraph(sentences=(Sentence(words=(NOT_LOOKED_AT,)),)))


def _access(case: Case, reader: Reader) -> list[Block]:
    """Return what is to be known of how the account was reached; outside of the team only how far that is known."""
    said = case.access_told if reader == "inside" else case.access_told[:1]
    return [Items(sentences=tuple(Sentence(words=one) for one in said))] if said else []


def _examined(case: Case) -> list[Block]:
    """Return what the investigation looked at, each with what came of it; nothing where nothing was weighed."""
    looked = case.evaluation.looked if case.evaluation else ()
    rows = tuple(
        ((QUESTIONS.get(one.examination, one.examination),), (CAME_TO[one.outcome],)) for one in looked
    )  # fmt: skip
    return (
        [Table(caption="What the investigation looked at", head=("What", "What came of it"), rows=rows)] if rows else []
    )


def claim_sentence(case: Case, answered: Answered) -> Sentence:
    """Return what the record says to something that was said in public; it is about whoever said it."""
    claim = answered.claim
    by: Words = (Held(kind="person", value=claim.by), " said") if claim.by else ("It was said",)
    between = utc(claim.start) if claim.start == claim.end else f"{utc(claim.start)} to {utc(claim.end)}"
    verb = {"supports": "supports this", "contradicts": "does not fit this", "cannot tell": "cannot tell"}
    words: Words = (
        *by, f" (of {between} UTC): ", Held(kind="own words", value=claim.text),
        f"; the record {verb[answered.answer]}: ", *told(answered.because, case.known, own=case.own), ".",
    )  # fmt: skip
    numbers = {case.exhibit_of[one] for one in answered.exhibits if one in case.exhibit_of}
    return Sentence(words=words, exhibits=tuple(sorted(numbers)), about_person=True)
