"""A made-up case with something of everything in it, and whatever hostile text a test wants."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from countersign.investigate.claim import Answered, claim
from countersign.investigate.evaluation import Evaluation, Weight
from countersign.investigate.finding import Finding, Missing, Ratio
from countersign.investigate.proposition import KEYS, Key
from countersign.report.case import (
    Access,
    Case,
    CaseAct,
    CaseAction,
    CaseExhibit,
    Code,
    Habit,
    Looked,
    Reply,
)
from countersign.report.words import Held, told

ONSET = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)
ADDRESS, DEVICE, STAFF, HANDLE, WORDS = (
    "192.0.2.77",
    "Blue Phone 9",
    "Ada Example",
    "@kx_clips",
    "Uncut clip <b>now</b>",
)
LINK = "https://clips.example/9"
PRINTS = ("html", "md", "json")
"""The forms of sections that are text and need nothing installed."""


def case(**changes: Any) -> Case:
    """Return the case; `words` and `handle` replace what strangers wrote."""
    words, handle = changes.pop("words", WORDS), changes.pop("handle", HANDLE)
    known = {ADDRESS: "address", DEVICE: "device", STAFF: "person", handle: "handle", words: "text", LINK: "link"}
    fields: dict[str, Any] = {
        "number": 1, "account": "@ExamplianEmb on X", "account_id": "1398600512", "platform": "x",
        "home_zone": "Europe/London", "did": "liked 2 posts", "span": "Wed 9 Sep 2026 02:14:07 London (01:14:07 UTC)",
        "made": datetime(2026, 9, 13, 16, 0, tzinfo=UTC), "tool": "countersign 0.1.0",
        "checkpoint": f"exemb.example/log 4180 {'ab' * 32}", "state": "open",
        "actions": tuple(action(number, handle, words) for number in (1, 2)),
        "others_around": 3,
        "access": (Access(at=ONSET - timedelta(minutes=2), what=("sign-in, ", Held(kind="device", value=DEVICE)),
                          place=(Held(kind="address", value=ADDRESS), " (hosting network)"), vouched="as told"),),
        "grants": (Access(at=ONSET - timedelta(days=3), what=("let in: ", Held(kind="application", value="Planner")),
                          place=(), vouched="as told"),),
        "changes": (Access(at=None, start=ONSET - timedelta(days=9), end=ONSET, vouched="as told", place=(),
                           what=("changed email", ": ", Held(kind="person", value="a…@mail.example"))),),
        "habit": Habit(usual_hours=tuple(range(24)), incident_hours=(0, 0, 2, *(0,) * 21), actions=4112,
                       history="23 months", highest=14.1, quantile99=13.0),
        "looked": (
            Looked(what="At what hour?", outcome="found", because=("between 02:00 and 03:00",)),
            Looked(what="By which application?", outcome="not looked at", because=("not observed",)),
            Looked(what="In which language?", outcome="nothing found", because=("as usual",)),
        ),
        "evaluation": evaluation(), "exhibit_of": {"x:1:like:1": 1, "x:1:like:2": 2},
        "exhibits": tuple(
            CaseExhibit(number=number, what=("liked ", Held(kind="handle", value=handle)), how="imported as x-archive",
                        at="2026-09-12T10:00:00Z", digest="cd" * 32, leaf=4170 + number, grade="D", contents="kept")
            for number in (1, 2)
        ),
        "acts": (CaseAct(at="2026-09-12T10:05:00Z", by=(Held(kind="person", value=STAFF),),
                         what=("answered: it was not us",), leaf=4175),),
        "replies": (Reply(who=(Held(kind="person", value=STAFF),), at=ONSET + timedelta(1), said="no", leaf=4176),),
        "claims": (answered(),),
        "code": (Code(name="whom", group="signals", package="countersign", version="0.1.0", sha256="ef" * 32),),
        "preset": "rich", "promise": "at most 1 alert in 30 days", "known": known,
        "own": ("1398600512", "ExamplianEmb", "@ExamplianEmb"),
    }  # fmt: skip
    return Case(**{**fields, **changes})


def action(number: int, handle: str, words: str) -> CaseAction:
    """Return a like that was taken back."""
    return CaseAction(
        number=number, id=f"x:1:like:{number}", verb="like", did="liked", native_id=f"20974158{number}",
        object=f"https://x.example/i/{number}", instrument="Web App", links=(LINK,),
        target=(Held(kind="handle", value=handle), ": ", Held(kind="text", value=words, lang="en")),
        at=ONSET + timedelta(seconds=24 * number), bits=21.2 - number, usual=6.1,
        because=(("whom", 6.8, told(f"{handle}: never before", {handle: "handle"})),), undone=True,
        undone_at=ONSET + timedelta(hours=7), exhibit=number,
    )  # fmt: skip


def evaluation(answer: str = "outsider") -> Evaluation:
    """Return a weighing in which the outsider stands 100 to 1 above all others."""
    ratios: dict[Key, Ratio] = {
        "outsider": Ratio(log10=0.0, low=0.0, high=0.0),
        "slip": Ratio(log10=-2.0333, low=-2.5, high=-1.5),
    }
    return Evaluation(
        incident=1, answer=answer, margin=1.0, groups={}, flips=("if 30 % of the team's sign-ins came by VPN",),
        findings=(
            Finding(name="sign-in", group="session", ratios=ratios, basis="published", source="a published study",
                    because=f"a new device, {DEVICE}, from {ADDRESS}", exhibits=("x:1:like:1",), cases=87),
            Finding(name="statement", group="statement", ratios=ratios, basis="estimate", source="an expert's estimate",
                    because=f"{STAFF} says no", exhibits=()),
        ),
        missing=(
            Missing(name="access-log", group="session", what="X's own access log", holder="X", could_move=(-2.3, 1.7),
                    pair=("outsider", "slip"), until=datetime(2026, 11, 8, tzinfo=UTC), why_until="60 days",
                    request="To: X\nPlease keep the access log."),
        ),
        weights=tuple(
            Weight(pair=pair, log10=2.0333 if "outsider" in pair else 0.05, low=1.5, high=2.5, words="")
            for pair in combinations(KEYS, 2)
        ),
    )  # fmt: skip


def answered() -> Answered:
    """Return a public statement that the record contradicts."""
    said = claim("We removed it within minutes.", "undone-within", ONSET, ONSET, detail="30", by=STAFF)
    return Answered(claim=said, answer="contradicts", because="it was public for 411 minutes", exhibits=("x:1:like:1",))


def salt_of(value: str) -> bytes:
    """Return a salt as a store would, but known."""
    return value.encode("utf-8", "surrogatepass").ljust(32, b"s")[:32]
