"""Which explanation the findings support, in pairs and in ENFSI's words; and what would settle it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations

from countersign.incident.incident import called
from countersign.investigate.asked import Asked, days_left, ends, standing
from countersign.investigate.evaluation import Evaluation, Weight
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.letter import DISCLOSE, TELL_OWNER, sealed_as, signed
from countersign.investigate.proposition import KEYS, PROPOSITIONS, Key
from countersign.investigate.scale import whole
from countersign.investigate.weighing import CANNOT_TELL, alike, ranked
from countersign.report.case import Case
from countersign.report.document import Block, Items, Letter, Paragraph, Sentence, Table
from countersign.report.ratios import ABOUT_A_PERSON, figure, named, one_to, said
from countersign.report.readers import Reader
from countersign.report.sections.own import own_ratios
from countersign.report.words import Held, Words, told
from countersign.text import day, listed, utc, when

NOT_WEIGHED = "Not looked at: the explanations were not weighed against each other, so none is supported over another."
NOT_SINGLED_OUT = "The findings do not single out one explanation: we cannot tell."
HOW_TO_READ = (
    "A ratio says how many times more expected these findings are if the left explanation is true than if the right "
    "one is. It is not the probability that an explanation is true: that also depends on what was known before, which "
    "is the reader's to judge."
)
PLATFORM_PAIRS: frozenset[Key] = frozenset({"platform", "app", "outsider"})
OF_PEOPLE = frozenset({"hand", "roster"})
"""Findings that tell of operators, if only as "operator A"."""
PLATFORMS_NAMED = frozenset({"X", "Bluesky", "Mastodon", "the account's host (PDS)", "the instance's administrator"})
"""How requests call who runs a platform."""
AROUND = timedelta(hours=24)
"""How far before and after the incident the platform is asked to look: a day covers a stolen session's sign-in in most
accounts, and every time zone."""
FIELDS_ASKED = (
    "every sign-in, session and token in that time: time (UTC), address and port, user agent, device, second factor",
    "for each action below: the session, application and IP address it came from",
    "changes of password, e-mail address, phone number, second factor and handle from 30 days before to 7 days after",
    "any action of your own staff or tools on this account in that time",
)


def conclusion(case: Case) -> list[Sentence]:
    """Return what the findings support, in at most two sentences; nothing where nothing was weighed."""
    if case.evaluation is None:
        return []
    return _conclusion(case.evaluation)


def explanations(case: Case, reader: Reader) -> tuple[Block, ...]:
    """Return the explanations, their comparison, the findings behind it, what would turn it, and the whole scale."""
    if case.evaluation is None:
        return (Paragraph(sentences=(Sentence(words=(NOT_WEIGHED,)),)),)
    evaluation = case.evaluation
    blocks: list[Block] = [
        Items(sentences=tuple(_conclusion(evaluation))),
        Paragraph(sentences=(Sentence(words=(HOW_TO_READ,)),)),
        _comparison(pairs(evaluation, reader)),
    ]
    if reader != "public":
        blocks.append(_propositions())
        blocks += _findings(case, evaluation, reader)
    if reader == "inside":  # a reason is free text, and may name anybody
        blocks += own_ratios(case)
    if evaluation.flips:
        turning = (told(_stop(f"What would turn it: {one}"), case.known, own=case.own) for one in evaluation.flips)
        blocks.append(Items(sentences=tuple(Sentence(words=words) for words in turning)))
    return (*blocks, scale())


def finding_sentence(case: Case, finding: Finding) -> Sentence:
    """Return a finding as a sentence with its exhibits; what tells of a person of the team needs a person."""
    words = told(_stop(finding.because), case.known, own=case.own)
    names_one = any(isinstance(piece, Held) and piece.kind == "person" for piece in words)
    numbers = {case.exhibit_of[one] for one in finding.exhibits if one in case.exhibit_of}
    return Sentence(
        words=words,
        exhibits=tuple(sorted(numbers)),
        about_person=names_one or finding.group == "statement" or finding.name in OF_PEOPLE,
    )


def what_would_settle(case: Case, reader: Reader) -> tuple[Block, ...]:
    """Return what is missing, who has it and until when; for the platform it is the request, ready to send."""
    missing = case.evaluation.missing if case.evaluation else ()
    if reader == "platform":
        return requests(case)
    rows = tuple(_missing_row(case, one) for one in missing)
    head = ("What", "Who has it", "Could move the ratio", "Of", "Ask by", "Asked")
    table = Table(caption="What would settle it, the most useful first", head=head, rows=rows)
    return (*((table,) if rows else ()), *(requests(case) if reader == "inside" else ()))


def requests(case: Case) -> tuple[Block, ...]:
    """Return what is to be sent to the platform: a letter for each thing it has, and the actions by its own ids."""
    asked = [one for one in (case.evaluation.missing if case.evaluation else ()) if has_it(case, one)]
    letters = tuple(
        _letter(case, one.what, one.request, last_asked(case, one)) for one in asked if _is_wanted(case, one)
    )
    return (*(letters if asked else (_general(case),)), _by_id(case))


def _general(case: Case) -> Letter:
    """Return the request for an incident that nobody weighed: which account, when, and what is asked for."""
    start, end = _window(case)
    text = "\n".join((
        f"{_who_writes(case)} {case.account} (native id {case.account_id}).",
        f"Our reference: {called(case.number)}. What happened: {case.did}; {case.span}.",
        f"First, please preserve what you hold of this account from {utc(start)} to {utc(end)} UTC:",
        *(f"  - {words}" for words in FIELDS_ASKED),
        DISCLOSE if case.run_by_us else TELL_OWNER,
        "Please answer also if nothing is held: that is an answer too.",
    ))  # fmt: skip
    return _letter(case, "who used the account", text, None)


def _who_writes(case: Case) -> str:
    return "We act for the owner of the account" if case.run_by_us else "We write about, and do not run, the account"


def _letter(case: Case, what: str, request: str, last: Asked | None) -> Letter:
    """Return a letter with the hash of what was sealed, a place to sign, and in its title how far it has got."""
    how = f" ({standing(last)})" if last else ""
    lines = signed(request, _seal(case)).split("\n")
    return Letter(
        title=f"Request: {what}{how}", lines=tuple(told(line, case.known, own=case.own) for line in lines)
    )  # fmt: skip


def _seal(case: Case) -> str:
    origin, _, rest = case.checkpoint.partition(" ")
    size, _, root = rest.partition(" ")
    return sealed_as(origin, int(size), root) if size.isdecimal() else ""


def last_asked(case: Case, missing: Missing) -> Asked | None:
    """Return what was done last about a request; None where nobody asked yet."""
    return next((one for one in reversed(case.asked) if one.name == missing.name), None)


def _is_wanted(case: Case, missing: Missing) -> bool:
    """Say whether there is still something to write: not where it came, or where nothing is held."""
    last = last_asked(case, missing)
    return last is None or last.outcome not in ("received", "nothing held")


def _by_id(case: Case) -> Table:
    rows = tuple(
        ((one.did,), (f"{when(one.at, one.start, one.end)}",), (Held(kind="id", value=one.native_id or one.id),))
        for one in case.actions
    )
    caption = f"The actions by the platform's own ids (account {case.account_id})"
    return Table(caption=caption, head=("Action", "When (UTC)", "Id"), rows=rows)


def scale() -> Table:
    """Return the whole scale of words, so that a reader sees what stands above and below."""
    rows = tuple(((ratio,), (words,)) for ratio, words in (line.split(": ", 1) for line in whole()))
    return Table(
        caption="The scale (ENFSI 2015): a ratio, and what it is called", head=("Ratio", "In words"), rows=rows
    )


def pairs(evaluation: Evaluation, reader: Reader) -> tuple[Weight, ...]:
    """Return the comparisons that a reader gets."""
    if reader == "platform":
        return tuple(one for one in evaluation.weights if set(one.pair) <= PLATFORM_PAIRS | {evaluation.answer})
    if reader == "public" and evaluation.answer != CANNOT_TELL:
        return tuple(one for one in evaluation.weights if evaluation.answer in one.pair)
    return evaluation.weights


def has_it(case: Case, missing: Missing) -> bool:
    """Say whether the platform has what is missing, and a request for it is written."""
    return bool(missing.request) and missing.holder in {case.platform, *PLATFORMS_NAMED}


def _conclusion(evaluation: Evaluation) -> list[Sentence]:
    if evaluation.answer == CANNOT_TELL or evaluation.answer not in PROPOSITIONS:
        return [Sentence(words=(NOT_SINGLED_OUT,)), *_left(evaluation)]
    answer: Key = next(key for key in KEYS if key == evaluation.answer)
    against = sorted((one for one in evaluation.weights if answer in one.pair), key=lambda one: abs(one.log10))
    if not against:
        return []
    nearest = said(against[0])
    person = bool(ABOUT_A_PERSON & {nearest.first, nearest.second})
    first = (
        f"The findings give {nearest.words} to {named(nearest.first)} over the next explanation, "
        f"{named(nearest.second)} ({nearest.ratio} to 1)."
    )
    second = f"They do not rule out {named(nearest.second)}."
    return [Sentence(words=(first,), about_person=person), Sentence(words=(second,), about_person=person)]


def _left(evaluation: Evaluation) -> list[Sentence]:
    """Return which explanations are left where none is singled out; nothing where all of them are."""
    left = alike(evaluation)
    others = [key for key in ranked(evaluation) if key not in left]
    if not others:
        return []
    first = f"Within a factor of {figure(evaluation.margin)} of each other: {_all(left)}."
    second = f"Less well supported: {_all(others)}."
    return [Sentence(words=(f"{first} {second}",), about_person=True)]


def _all(keys: Sequence[Key]) -> str:
    return listed([named(key) for key in keys], most=len(keys))


def _comparison(weights: tuple[Weight, ...]) -> Table:
    rows = tuple(
        ((f"{named(one.first)} : {named(one.second)}",), (one.ratio if one.tells else "about 1",), (one.words,))
        for one in map(said, sorted(weights, key=lambda one: -abs(one.log10)))
    )
    head = ("Compared", "Ratio", "Support for the left, in words")
    return Table(caption="Explanations in pairs, those told apart best first", head=head, rows=rows)


def _propositions() -> Table:
    rows = tuple(((one.words,), (one.credential,), (one.hand,), (one.meant,)) for one in PROPOSITIONS.values())
    head = ("Explanation", "Whose access", "Whose hand", "Meant")
    return Table(caption="The explanations; no two can be true at once", head=head, rows=rows)


def _findings(case: Case, evaluation: Evaluation, reader: Reader) -> list[Block]:
    wanted = [one for one in evaluation.findings if reader == "inside" or not finding_sentence(case, one).about_person]
    if not wanted:
        return []
    pair = _widest(pairs(evaluation, reader))
    rows = tuple(_finding_row(case, one, pair) for one in wanted)
    head = ("Finding", "Exhibits", f"{named(pair[0])} : {named(pair[1])}", "Where the number is from")
    personal = tuple(s for one in wanted if (s := finding_sentence(case, one)).about_person)
    table = Table(caption="The findings, each with its own ratio for one pair", head=head, rows=rows)
    return [table, Items(sentences=personal)] if personal else [table]


def _finding_row(case: Case, finding: Finding, pair: tuple[Key, Key]) -> tuple[Words, ...]:
    sentence = finding_sentence(case, finding)
    first, second = (finding.ratios.get(key) for key in pair)
    if finding.basis == "direction" or first is None or second is None:
        ratio = "a direction only" if finding.basis == "direction" else "not compared"
    else:
        ratio = one_to(first.log10 - second.log10)
    behind = f"{finding.basis}: {finding.source}"  # a measured one says there on how many cases it was validated
    behind += f" ({finding.cases} cases)" if finding.cases and finding.basis != "measured" else ""
    exhibits = ", ".join(map(str, sentence.exhibits)) or "-"
    return sentence.words, (exhibits,), (ratio,), told(behind, case.known, own=case.own)


def _widest(weights: tuple[Weight, ...]) -> tuple[Key, Key]:
    """Return the pair that the findings tell apart most, the better supported first."""
    if not weights:
        return next(combinations(KEYS, 2))
    found = said(max(weights, key=lambda one: abs(one.log10)))
    return found.first, found.second


def _missing_row(case: Case, missing: Missing) -> tuple[Words, ...]:
    low, high = missing.could_move
    until = _last_day(missing.until, case.made) if missing.until else "not known"
    why = f" ({missing.why_until})" if missing.why_until else ""
    first, second = missing.pair
    return (
        told(missing.what, case.known, own=case.own), told(missing.holder, case.known, own=case.own),
        (f"x 1/{figure(-low)} to x {figure(high)}" if low < 0 else f"x {figure(low)} to x {figure(high)}",),
        (f"{named(first)} : {named(second)}",), (f"{until}{why}",),
        (standing(last) if (last := last_asked(case, missing)) else "not asked yet",),
    )  # fmt: skip


def _last_day(until: datetime, made: datetime) -> str:
    """Return the last day to ask, and that it is over where it was when the report was made."""
    return ends(until, made) if days_left(until, made) < 0 else day(until)


def _window(case: Case) -> tuple[datetime, datetime]:
    known = [moment for one in case.actions for moment in (one.at, one.start, one.end, one.undone_at) if moment]
    return (min(known, default=case.made) - AROUND, max(known, default=case.made) + AROUND)


def _stop(sentence: str) -> str:
    """Return words as a sentence: with a capital, and a stop.

    >>> _stop("one of three")
    'One of three.'
    """
    whole = sentence[:1].upper() + sentence[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
