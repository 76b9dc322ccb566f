"""Says a weighing to a person: ratios in words, where each comes from, what would settle it, and what would turn it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from countersign.cli.console import Console
from countersign.cli.investigation import Subject, today
from countersign.cli.naming import account_named
from countersign.cli.tables import Column, laid_out
from countersign.incident.incident import called as named
from countersign.investigate.asked import days_left
from countersign.investigate.evaluation import METHOD, Evaluation, Weight
from countersign.investigate.facts import Facts
from countersign.investigate.finding import TEAM, Finding, Missing
from countersign.investigate.proposition import PROPOSITIONS, Key
from countersign.investigate.reach import reach
from countersign.investigate.weighing import CANNOT_TELL, alike, capped, ranked, ratio_of
from countersign.text import counted, day, hanging, listed, visible, wrapped

INTRODUCTION = (
    "Which explanation do the findings support? Ratios, not probabilities: how many times more expected are these "
    "findings if the left one is true than if the right one is."
)
SHORT: dict[Key, str] = {
    "outsider": "outsider took over", "slip": "staff slip", "insider": "staff on purpose", "app": "rogue application",
    "platform": "platform's side", "owner": "owner's own act", "staged": "staged",
}  # fmt: skip
MOST_REMARKS = 12
"""Sentences on access that are shown; all are in JSON."""
_PAIRS = (
    Column(key="first", title="more expected if", ours=True),
    Column(key="second", title="than if", ours=True), Column(key="ratio", title="about", ours=True, side="right"),
    Column(key="range", title="range", ours=True), Column(key="words", title="for the left one", ours=True),
)  # fmt: skip
_YOURS = Column(key="yours", title="yours", ours=True, side="right")


def evaluation_lines(console: Console, meant: Subject, ours: Evaluation, theirs: Evaluation | None) -> list[str]:
    """Return a weighing as text."""
    first, second = ranked(ours)[:2]
    return [
        f"{named(ours.incident)}: {_who(meant)}, {counted(len(meant.facts.actions), 'action')}",
        *wrapped(INTRODUCTION, console.prose).split("\n"),
        "",
        *_pairs(console, ours, theirs),
        "",
        *_findings(console, ours, (first, second)),
        *_access(console, meant.facts),
        *_quiet(console, ours),
        *_settling(console, meant, ours),
        *_turning(console, ours),
        *_odds(ours, theirs),
        *wrapped(_verdict(ours), console.prose).split("\n"),
        f"These findings do not show who. Method {METHOD}; the whole scale and every number: --format json",
    ]


def ratio(log10: float) -> str:
    """Return a ratio as a person says it, from its log10.

    >>> ratio(2.0), ratio(-2.3), ratio(0.04), ratio(0.5)
    ('100', '1/200', '1', '3')
    """
    value = 10.0 ** abs(log10)
    shown = f"{float(f'{value:.2g}'):,.0f}" if value >= 9.5 else f"{float(f'{value:.1g}'):g}"
    return shown if log10 >= 0 or shown == "1" else f"1/{shown}"


def _who(meant: Subject) -> str:
    return account_named(meant.facts.account, meant.facts.platform, meant.asked.verdict.reading.identities)


def _pairs(console: Console, ours: Evaluation, theirs: Evaluation | None) -> list[str]:
    best, *others = ranked(ours)
    rows = [_pair(ratio_of(ours, best, other)) for other in others]
    if theirs is not None:
        yours = [ratio(ratio_of(theirs, best, other).log10) for other in others]
        rows = [{**row, "yours": value} for row, value in zip(rows, yours, strict=True)]
    return laid_out(console, rows, (*_PAIRS, _YOURS) if theirs else _PAIRS, indent="  ")


def _pair(weight: Weight) -> dict[str, str]:
    first, second = weight.pair
    reach = "capped" if weight.capped else f"{ratio(weight.low)} to {ratio(weight.high)}"
    return {
        "first": SHORT[first], "second": SHORT[second], "ratio": ratio(weight.log10), "range": reach,
        "words": weight.words,
    }  # fmt: skip


def _findings(console: Console, ours: Evaluation, pair: tuple[Key, Key]) -> list[str]:
    title = f"{SHORT[pair[0]]} : {SHORT[pair[1]]}"
    columns = (
        Column(key="finding", title="finding", ours=True),
        Column(key="ratio", title=title, ours=True, side="right"),
        Column(key="from", title="from", ours=True),
    )
    rows = [{"finding": one.name, "ratio": _of(one, pair), "from": one.basis} for one in ours.findings]
    if not rows:
        return ["  Nothing that could be looked at says anything.", ""]
    said = [hanging(f"  {one.name}: ", _said(one), console.prose) for one in ours.findings]
    return [*laid_out(console, rows, columns, indent="  "), "", *said, ""]


def _quiet(console: Console, ours: Evaluation) -> Iterator[str]:
    """Yield which examinations gave nothing, and which broke: neither is the same as nothing found."""
    silent = [look.examination for look in ours.looked if look.outcome == "silent"]
    if silent:
        words = f"{listed(silent, most=len(silent))} (nothing of the kind to look at, or nothing that tells)"
        yield hanging("  Gave nothing: ", words, console.prose)
    for look in ours.looked:
        if look.outcome == "failed":
            yield hanging("  Broke: ", f"{look.examination} ({look.because}); it weighs nothing here", console.prose)
    if silent:
        yield ""


def _access(console: Console, facts: Facts) -> Iterator[str]:
    """Yield how far what is known of access reaches, what is to be known of it, and which tables were asked."""
    yield hanging("  How the account was reached: ", visible(reach(facts)), console.prose)
    shown = facts.access_remarks[:MOST_REMARKS]
    yield from (hanging("  - ", visible(one), console.prose) for one in shown)
    if len(facts.access_remarks) > len(shown):
        yield f"  - and {len(facts.access_remarks) - len(shown)} more, see --format json"
    if facts.tables:
        yield hanging("  Networks by: ", visible("; ".join(facts.tables)), console.prose)
    yield ""


def _said(one: Finding) -> str:
    return f"{visible(one.because)}. Numbers: {visible(one.source)}"


def _of(one: Finding, pair: tuple[Key, Key]) -> str:
    if one.basis == "direction" or not one.ratios:
        return "no number"
    levels = capped(one)
    return ratio(levels[pair[0]].log10 - levels[pair[1]].log10)


def _settling(console: Console, meant: Subject, ours: Evaluation) -> list[str]:
    if not ours.missing:
        return []
    columns = (
        Column(key="name", title="What would settle it"),
        Column(key="move", title="could move the ratio", ours=True),
        Column(key="until", title="ask by", ours=True),
    )
    now = today(meant.facts)
    rows = [{"name": one.name, "move": _move(one), "until": until(one, now)} for one in ours.missing]
    said = [hanging(f"  {one.name}: ", visible(one.what), console.prose) for one in ours.missing]
    return [*laid_out(console, rows, columns, indent="  "), "", *said, ""]


def until(one: Missing, now: datetime) -> str:
    """Return by when something missing is to be asked for."""
    if one.until is None:
        return "now" if one.holder == TEAM else "not known: soon"
    return f"gone since {day(one.until)}" if days_left(one.until, now) < 0 else day(one.until)


def _move(one: Missing) -> str:
    low, high = one.could_move
    return f"x {ratio(low)} to x {ratio(high)} ({one.pair[0]} : {one.pair[1]})"


def _turning(console: Console, ours: Evaluation) -> Iterator[str]:
    if ours.flips:
        yield "What would turn the answer:"
        yield from (hanging("  - ", visible(one), console.prose) for one in ours.flips)
        yield ""


def _odds(ours: Evaluation, theirs: Evaluation | None) -> Sequence[str]:
    shown = theirs or ours
    if shown.posterior is None:
        return ()
    parts = sorted(shown.posterior.items(), key=lambda one: -one[1])
    lines = [f"  {SHORT[key]:<20} {100 * share:6.2f} %" for key, share in parts]
    return ("With your prior odds, and if one of the seven is true:", *lines, "")


def _verdict(ours: Evaluation) -> str:
    if ours.answer == CANNOT_TELL:
        left = alike(ours)
        others = [SHORT[key] for key in ranked(ours) if key not in left]
        less = f" Less well supported: {listed(others, most=len(others))}." if others else ""
        near = listed([SHORT[key] for key in left], most=len(left))
        return f"Cannot tell. Within a factor of {ratio(ours.margin)} of each other: {near}.{less}"
    words = next(one.words for key, one in PROPOSITIONS.items() if key == ours.answer)
    return f"The findings support, against every other explanation: {words}."
