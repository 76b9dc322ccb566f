"""Says what was found, weighed, said and done in lines that every export shares: ratios, and never who did it."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from countersign.investigate.proposition import PROPOSITIONS, Key
from countersign.report.exports.saying import acted, sentence, text
from countersign.report.record import Found, Record, Wanted, Weighed
from countersign.text import day

HOW_TO_READ = (
    "A ratio says how many times more expected the findings are under the first explanation than under the second. It "
    "is not the probability of an explanation, and names nobody."
)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A few lines on a case: of what kind, its number among these, and when it was, if it was at some time."""

    kind: str
    number: int = 1
    title: str
    lines: str
    at: datetime | None = None

    @property
    def place(self) -> tuple[str, int]:
        """What sets it apart from all other notes of the case."""
        return self.kind, self.number


def notes(record: Record) -> Iterator[Note]:
    """Yield all that a record says beside what happened."""
    yield from _weighing(record)
    yield from _limits(record)
    yield from _people(record)


def pair(weighed: Weighed) -> str:
    """Return two explanations compared, in one line."""
    first, second = _named(weighed.first), _named(weighed.second)
    capped = ", capped" if weighed.capped else ""
    return (
        f"{first} over {second}: log10 of the ratio {weighed.log10:.4g} ({weighed.low:.4g} to {weighed.high:.4g}"
        f"{capped}): {weighed.words or 'no support either way'}"
    )


def finding(found: Found) -> str:
    """Return a finding with its ratios and where they are from, in lines."""
    cases = f" ({found.cases} cases)" if found.cases else ""
    ratios = [
        f"{_named(key)}: log10 {one.log10:.4g} ({one.low:.4g} to {one.high:.4g})" for key, one in found.ratios.items()
    ]
    return "\n".join([sentence(found.sentence), *ratios, f"{found.basis}: {text(found.source)}{cases}"])


def wanted(one: Wanted) -> str:
    """Return what would settle it: what, who has it, until when, which pair it bears on; and the request, if any."""
    until = f", until {day(one.until)}" if one.until else ""
    why = f" ({one.why_until})" if one.why_until else ""
    first, second = map(_named, one.pair)
    bears = f"Could move {first} over {second} by log10 {one.low:.4g} to {one.high:.4g}."
    return "\n".join([f"{text(one.what)}: {text(one.holder)} has it{until}{why}. {bears}", *map(text, one.request)])


def _weighing(record: Record) -> Iterator[Note]:
    if record.weights:
        turning = [f"What would turn it: {text(one)}" for one in record.flips]
        lines = "\n".join([HOW_TO_READ, *map(pair, record.weights), *turning])
        yield Note(kind="weights", title=f"Explanations in pairs (method {record.method})", lines=lines)
    for number, found in enumerate(record.findings, start=1):
        yield Note(kind="finding", number=number, title=f"Finding: {found.name}", lines=finding(found))
    for number, one in enumerate(record.wanted, start=1):
        yield Note(kind="wanted", number=number, title="What would settle it", lines=wanted(one))


def _limits(record: Record) -> Iterator[Note]:
    for number, looked in enumerate(record.looked, start=1):
        because = text(looked.because) or "no reason given"
        yield Note(
            kind="looked", number=number, title=f"Looked at: {looked.what}", lines=f"{looked.outcome}: {because}"
        )
    code = [f"{one.group} {one.name}, {one.package} {one.version}, SHA-256 {one.sha256}" for one in record.code]
    habit = f"The habit was learned from {record.habit_actions:,} actions."
    first = f"Weighing {record.method}, preset {record.preset or 'as shipped'}. {record.promise}".strip()
    yield Note(kind="method", title="Method, and the code that had a say", lines="\n".join([first, habit, *code]))
    if record.alarm:
        yield Note(kind="alarm", title="The alarm", lines=text(record.alarm))
    if record.bundle:
        lines = f"{record.bundle.name}, SHA-256 {record.bundle.sha256}; verify.py in it checks it"
        yield Note(kind="bundle", title="The bundle that goes along", lines=lines)


def _people(record: Record) -> Iterator[Note]:
    for kind, title, acts in (("act", "What was done", record.acts), ("correction", "Correction", record.corrections)):
        for number, act in enumerate(acts, start=1):
            yield Note(kind=kind, number=number, title=title, lines=f"{acted(act)} (leaf {act.leaf})", at=act.at)
    for number, answer in enumerate(record.answers, start=1):
        yield Note(kind="answer", number=number, title="Right of reply", lines=sentence(answer.sentence), at=answer.at)
    for number, claim in enumerate(record.claims, start=1):
        yield Note(kind="claim", number=number, title="Said in public", lines=sentence(claim.sentence))


def _named(key: Key) -> str:
    return PROPOSITIONS[key].words
