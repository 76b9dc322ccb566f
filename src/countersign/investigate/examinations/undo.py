"""Looks at who took it back, and how soon: a slip is noticed by the hand that made it, within minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from countersign.activity import UNDONE_BY, Activity
from countersign.investigate.examinations.expecting import ESTIMATE, expected, reach
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.letter import named
from countersign.investigate.proposition import Key
from countersign.investigate.requests import kept, until
from countersign.investigate.span import at, last_time
from countersign.investigate.windows import WINDOWS
from countersign.text import duration

Undone = Literal["at once", "later", "not"]

_PAIR: Final[tuple[Key, Key]] = ("outsider", "slip")
"""The pair that the time of taking back tells apart best."""

AT_ONCE: Final = timedelta(minutes=15)
"""Whoever slips notices while still looking at the screen, or not before somebody else does. An estimate."""
LONG_ENOUGH: Final = timedelta(hours=24)
"""After a day that nobody took it back, it was left there."""

SHARES: Final[Mapping[Undone, Mapping[Key, float]]] = {
    "at once": {
        "slip": 0.6, "owner": 0.08, "insider": 0.03, "staged": 0.02, "outsider": 0.012, "app": 0.005, "platform": 0.01,
    },
    "later": {
        "slip": 0.3, "owner": 0.07, "insider": 0.65, "staged": 0.75, "outsider": 0.7, "app": 0.5, "platform": 0.6,
    },
    "not": {
        "slip": 0.1, "owner": 0.85, "insider": 0.32, "staged": 0.23, "outsider": 0.29, "app": 0.5, "platform": 0.39,
    },
}  # fmt: skip
"""In how many cases of each explanation it is taken back at once, later (by the team), or not within a day."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what taking back says; a time that no list holds is missing, not late."""
    undoable = [one for one in facts.actions if one.verb in UNDONE_BY]
    last = last_time(facts)
    if not undoable or last is None:
        return ()
    taken = [(one, facts.undone[one.id]) for one in undoable if one.id in facts.undone]
    timed = [(one, back) for one, back in taken if one.published and back.published and one.published <= back.published]
    if taken and not timed:
        return (_direction(facts, taken), *_missing_times(facts, taken))
    if not taken and facts.as_of - last < LONG_ENOUGH:
        return ()
    return (_weighed(facts, undoable, taken, timed),)


examination = Examination("undo", examine)


def _weighed(
    facts: Facts, undoable: Sequence[Activity], taken: Sequence[tuple[Activity, Activity]],
    timed: Sequence[tuple[Activity, Activity]],
) -> Finding:  # fmt: skip
    after, since = _soonest_after(facts, timed)
    kind: Undone = "not" if after is None else "at once" if after <= AT_ONCE and _same_client(timed) else "later"
    untimed = f", {len(taken) - len(timed)} of them at a time that is not known" if len(timed) < len(taken) else ""
    said = (
        "the record has nothing taken back within a day" if after is None
        else f"{len(taken)} of {len(undoable)} were taken back{untimed}, the first {duration(after)} after {since}"
    )  # fmt: skip
    return Finding(
        name="undo", group="timeline", ratios=expected(SHARES[kind]), basis="estimate", because=said,
        exhibits=tuple(one.id for pair in timed for one in pair), source=ESTIMATE,
        assumes="an outsider takes back at once what was just done" if kind == "at once" else "",
        assumed=("outsider",) if kind == "at once" else (),
    )  # fmt: skip


def _soonest_after(facts: Facts, timed: Sequence[tuple[Activity, Activity]]) -> tuple[timedelta | None, str]:
    """Return how soon it was first taken back, after the last action; or after its own, where more was done later."""
    last = last_time(facts)
    spans = [(one.published, back.published) for one, back in timed if one.published and back.published]
    if not spans or last is None:
        return None, ""
    soonest = min(back for _, back in spans) - last
    if soonest >= timedelta():
        return soonest, "the last"
    return min(back - done for done, back in spans), "it was done, while more was still to come"


def _same_client(timed: Sequence[tuple[Activity, Activity]]) -> bool:
    """Say whether it was taken back by the client that did it, or a client is not known."""
    return any(not one.instrument or not back.instrument or one.instrument == back.instrument for one, back in timed)


def _direction(facts: Facts, taken: Sequence[tuple[Activity, Activity]]) -> Finding:
    return Finding(
        name="undo", group="timeline", ratios={}, basis="direction",
        because=f"{len(taken)} of {len(facts.actions)} were taken back; at what time is not known",
        exhibits=tuple(one.id for one, _ in taken), source="no number without a time: at once speaks for a slip",
    )  # fmt: skip


def _missing_times(facts: Facts, taken: Sequence[tuple[Activity, Activity]]) -> Sequence[Missing]:
    """Return who still has the times of what was taken back; a list of likes taken back is kept nowhere on X."""
    posts = [(one, back) for one, back in taken if one.verb in ("post", "reply", "quote")]
    if facts.platform == "x" and posts:
        return (
            kept(
                facts, "deleted posts", "deleted-posts", group="timeline", what="when the posts were deleted",
                could_move=_move(), pair=_PAIR, since=_soonest(posts),
                fields=("deleted posts with the times of posting and deletion",),
            ),
        )  # fmt: skip
    return (_stream(facts, taken),) if facts.platform == "bluesky" else ()


def _stream(facts: Facts, taken: Sequence[tuple[Activity, Activity]]) -> Missing:
    end, why = until(facts, "jetstream", since=_soonest(taken)), WINDOWS["jetstream"].why
    return Missing(
        name="jetstream", group="timeline", what="when it was taken back, in Bluesky's public stream",
        holder="Jetstream, which anybody can read", could_move=_move(), pair=_PAIR,
        until=end, why_until=why,
        request=f"Please read every event of {named(facts)} in Jetstream from before the incident on (wantedDids, "
        "cursor), and keep the lines as they come: operation, collection, record key, revision, record, time. If the "
        "first version no longer reaches so far, read the second: it keeps when something was deleted.",
    )  # fmt: skip


def _move() -> tuple[float, float]:
    """Return how far a time could move it: that it was taken back is known, so "not" is out."""
    return reach((SHARES["at once"], SHARES["later"]), _PAIR)


def _soonest(taken: Sequence[tuple[Activity, Activity]]) -> datetime | None:
    """Return the soonest that something can have been taken back: lists of what was deleted count from there."""
    times = [back.published or back.start_time or one.published or one.end_time for one, back in taken]
    after = [max(time, done) for time, (one, _) in zip(times, taken, strict=True) if time and (done := at(one))]
    return min(after, default=None)
