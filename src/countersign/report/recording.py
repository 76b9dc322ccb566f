"""Makes a case into the record that other programs get: the same parts for the same reader as in the sections."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from countersign.investigate.evaluation import METHOD, Evaluation, Weight
from countersign.report.case import Access, Case, CaseAct, CaseAction, CaseExhibit
from countersign.report.ratios import said
from countersign.report.readers import Reader
from countersign.report.record import (
    Act,
    Action,
    Answer,
    Claim,
    Examined,
    Exhibit,
    Found,
    Record,
    Share,
    Span,
    Trace,
    Wanted,
    Weighed,
)
from countersign.report.sections.kept import reply_sentence
from countersign.report.sections.looked import claim_sentence
from countersign.report.sections.weighed import finding_sentence, has_it, last_asked, pairs
from countersign.report.sentence import Sentence
from countersign.report.words import Held, Kind, Words, told

Numbered = Callable[[Sentence], Sentence]
"""Gives a sentence about a person its number, and who vouched for it."""


def record(case: Case, reader: Reader, numbered: Numbered) -> Record:
    """Return the parts of a case that a reader gets; what stands in them is still to be redacted."""
    access = () if reader == "public" else case.access
    return Record(
        account_id=case.account_id, platform=case.platform, handles=tuple(one for one in case.own if one[:1] == "@"),
        key=f"{case.platform}:{case.account_id}:{case.number}:{_since(case).isoformat()}:{reader}", since=_since(case),
        did=case.did, span=case.span, state=case.state, alarm=case.alarm if reader == "inside" else (),
        flips=tuple(told(one, case.known, own=case.own) for one in (case.evaluation.flips if case.evaluation else ())),
        answer=case.evaluation.answer if case.evaluation else "not weighed",
        method=case.evaluation.method if case.evaluation else METHOD, preset=case.preset, promise=case.promise,
        habit_actions=case.habit.actions, highest_bits=case.habit.highest,
        actions=tuple(_action(one, case) for one in case.actions),
        access=_traces(access), grants=_traces(() if reader == "public" else case.grants),
        changes=_traces(() if reader == "public" else case.changes),
        acts=tuple(map(_act, case.acts)), corrections=tuple(map(_act, case.corrections)),
        answers=() if reader == "platform" else _answers(case, numbered),
        claims=() if reader == "platform" else _claims(case, numbered),
        looked=case.looked, exhibits=tuple(map(_exhibit, case.exhibits)), code=case.code, bundle=case.bundle,
        findings=_findings(case, reader, numbered), weights=_weights(case.evaluation, reader),
        wanted=tuple(_wanted(case, reader)), examined=_examined(case.evaluation),
        access_told=case.access_told if reader == "inside" else case.access_told[:1],
        own_ratios=case.own_ratios if reader == "inside" else (),
        theirs=_weights(case.theirs, reader) if reader == "inside" else (),
    )  # fmt: skip


def _since(case: Case) -> datetime:
    """Return when the first exhibit was sealed: more may be sealed later, but never before."""
    return min((_instant(one.at) for one in case.exhibits), default=case.made)


def _action(action: CaseAction, case: Case) -> Action:
    pieces = {piece.kind: piece for piece in action.target if isinstance(piece, Held)}
    return Action(
        number=action.number, verb=action.verb, did=action.did, target=action.target,
        when=Span(at=action.at, start=action.start, end=action.end),
        author=_one(pieces.get("handle")), text=_one(pieces.get("text") or pieces.get("own words")),
        object=_held("id", action.object), native_id=_held("id", action.native_id),
        instrument=_held("application", action.instrument), links=tuple(_held("link", one) for one in action.links),
        bits=action.bits, usual=action.usual,
        shares=tuple(Share(signal=name, bits=bits, because=why) for name, bits, why in action.because),
        undone=action.undone, exhibit=action.exhibit, undo_exhibit=action.undo_exhibit,
        undone_when=Span(at=action.undone_at, start=action.undone_start, end=action.undone_end),
    )  # fmt: skip


def _one(piece: Held | None) -> Words:
    return (piece,) if piece is not None else ()


def _held(kind: Kind, value: str) -> Words:
    return (Held(kind=kind, value=value),) if value else ()


def _traces(access: Iterable[Access]) -> tuple[Trace, ...]:
    return tuple(
        Trace(
            when=Span(at=one.at, start=one.start, end=one.end), until=one.until, what=one.what, place=one.place,
            vouched=one.vouched,
        )
        for one in access
    )  # fmt: skip


def _act(act: CaseAct) -> Act:
    return Act(at=_instant(act.at), by=act.by, what=act.what, leaf=act.leaf)


def _exhibit(one: CaseExhibit) -> Exhibit:
    return Exhibit(
        number=one.number, what=one.what, how=one.how, at=_instant(one.at), digest=one.digest, leaf=one.leaf,
        grade=one.grade, contents=one.contents,
    )  # fmt: skip


def _answers(case: Case, numbered: Numbered) -> tuple[Answer, ...]:
    return tuple(Answer(at=one.at, sentence=numbered(reply_sentence(one)), leaf=one.leaf) for one in case.replies)


def _claims(case: Case, numbered: Numbered) -> tuple[Claim, ...]:
    return tuple(
        Claim(start=one.claim.start, end=one.claim.end, answer=one.answer, sentence=numbered(claim_sentence(case, one)))
        for one in case.claims
    )


def _findings(case: Case, reader: Reader, numbered: Numbered) -> tuple[Found, ...]:
    if case.evaluation is None or reader == "public":
        return ()
    made = ((one, finding_sentence(case, one)) for one in case.evaluation.findings)
    return tuple(
        Found(
            name=one.name, group=one.group, sentence=numbered(sentence), ratios=one.ratios, basis=one.basis,
            source=told(one.source, case.known, own=case.own), cases=one.cases,
        )
        for one, sentence in made
        if reader == "inside" or not sentence.about_person
    )  # fmt: skip


def _weights(evaluation: Evaluation | None, reader: Reader) -> tuple[Weighed, ...]:
    return tuple(map(_weight, pairs(evaluation, reader))) if evaluation else ()


def _weight(weight: Weight) -> Weighed:
    words = said(weight)
    low, high = (weight.low, weight.high) if weight.log10 >= 0 else (-weight.high, -weight.low)
    return Weighed(
        first=words.first, second=words.second, log10=abs(weight.log10), low=low, high=high, words=words.words,
        capped=weight.capped,
    )  # fmt: skip


def _wanted(case: Case, reader: Reader) -> Iterable[Wanted]:
    for one in case.evaluation.missing if case.evaluation else ():
        theirs, last = has_it(case, one), last_asked(case, one)
        if reader == "platform" and not theirs:
            continue
        lines = one.request.split("\n") if theirs and reader != "public" else ()
        yield Wanted(
            what=told(one.what, case.known, own=case.own), holder=told(one.holder, case.known, own=case.own),
            until=one.until, why_until=one.why_until, pair=one.pair, low=one.could_move[0], high=one.could_move[1],
            request=tuple(told(line, case.known, own=case.own) for line in lines),
            outcome=last.outcome if last else "", on=last.on if last else None,
        )  # fmt: skip


def _examined(evaluation: Evaluation | None) -> tuple[Examined, ...]:
    looked = evaluation.looked if evaluation else ()
    return tuple(Examined(name=one.examination, outcome=one.outcome) for one in looked)


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
