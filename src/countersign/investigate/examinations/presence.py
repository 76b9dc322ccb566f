"""Looks at who was there at the same minute: a usual device elsewhere in the app while another did it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from countersign.investigate.examinations.expecting import ESTIMATE, expected, reach
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.requests import kept
from countersign.investigate.span import first_time, is_timed, last_time

NEAR: Final = timedelta(minutes=5)
"""Two devices in use within this time are two hands, or one hand with two devices."""
OFTEN: Final = 0.1
"""How often a usual device of the team happens to be in use in the same minutes. An estimate."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what a presence elsewhere says, or that nothing of the kind was given."""
    first, last = first_time(facts), last_time(facts)
    if first is None or last is None or not is_timed(facts):
        return ()
    used = {one.instrument for one in facts.actions}
    own = {one.id for one in facts.actions} | {one.id for one in facts.undone.values()}
    posts = [
        one.id for one in facts.around
        if one.published and first - NEAR <= one.published <= last + NEAR and one.id not in own
        and one.instrument and one.instrument not in used and facts.clients.get(one.instrument)
    ]  # fmt: skip
    seen = [
        one for one in facts.sign_ins
        if one.session.kind == "presence" and one.session.opened
        and first - NEAR <= one.session.opened <= last + NEAR and one.session.client not in used
    ]  # fmt: skip
    if posts or seen:
        return (_elsewhere(facts, [*posts, *(one.ref for one in seen if one.ref)], len(posts) + len(seen)),)
    return () if any(one.session.kind == "presence" for one in facts.sign_ins) else _missing(facts)


examination = Examination("presence", examine)


def _elsewhere(facts: Facts, exhibits: Sequence[str], times: int) -> Finding:
    alone = len(facts.operators) == 1
    return Finding(
        name="presence", group="session", ratios=expected(_shares(facts)), basis="estimate",
        because=f"a usual client of the account was in use in the same minutes ({times} traces)",
        exhibits=tuple(exhibits),
        source=f"{ESTIMATE}; {'one operator cannot be in two places' if alone else 'several people share the account'}",
    )  # fmt: skip


def _shares(facts: Facts) -> dict[Key, float]:
    alone = len(facts.operators) == 1
    shares: dict[Key, float] = dict.fromkeys(("outsider", "app", "platform", "insider", "staged"), OFTEN)
    return shares | {"slip": OFTEN / (10 if alone else 2), "owner": OFTEN / (10 if alone else 2)}


def _missing(facts: Facts) -> Sequence[Missing]:
    """Return the lists of X that tell of somebody at a phone; each has an end of its own."""
    if facts.platform != "x":
        return ()
    pair: tuple[Key, Key] = ("outsider", "slip")
    move = reach((_shares(facts),), pair)
    return (
        kept(
            facts, "link clicks", "presence", group="session", could_move=move, pair=pair,
            what="links opened and advertisements shown on the account's phones",
            fields=("advertisement impressions and links opened, with time (UTC) and device",),
        ),
        kept(
            facts, "branch links", "deep-links", group="session", could_move=move, pair=pair,
            what="links from elsewhere by which X was entered on the account's phones",
            fields=("deep links by which the app was entered, with time (UTC), landing page and device",),
        ),
    )  # fmt: skip
