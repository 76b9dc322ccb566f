"""Whom an account deals with: old acquaintances again and again, and now and then somebody new."""

from collections.abc import Iterable

import msgspec

from countersign.testing.dice import Dice
from countersign.testing.language import TAGS, TOPICS, name

OFF_TOPIC = 0.08
"""Share of new authors who write about something that the account is not usually about."""

TRIES = 12
"""How many acquaintances are thought of before one who does not fit, or a stranger, is taken."""

LEANING = 0.35
"""How often it does not matter that an acquaintance does not fit."""

ENDINGS = ("", "", "_news", "Now", "Daily", "_official", "Live", "Hub", "Today", "_{}")


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose posts are liked, reposted or answered; `hand` is an index into the palette of hands."""

    handle: str
    tag: str
    topic: str
    hand: int


class Circle:
    """The authors that an account deals with, drawn by a Pitman-Yor process (Pitman and Yor 1997).

    An author met n times comes again as n - `discount`; somebody new comes as `strength` + `discount` x (authors).
    """

    def __init__(self, favourites: Iterable[tuple[str, str, str, int]], *, discount: float, strength: float) -> None:
        self._discount, self._strength = discount, strength
        self._met: list[Author] = []
        self._times: dict[str, int] = {}
        for handle, tag, topic, weight in favourites:
            author = Author(handle=handle, tag=tag, topic=topic, hand=len(handle) % 64)
            for _ in range(weight):
                self._meet(author)

    def draw(self, dice: Dice, tag: str, topic: str) -> Author:
        """Return whom the account deals with next, mostly somebody who writes in this language or about this topic."""
        met, kinds = len(self._met), len(self._times)
        new = dice.throw() * (self._strength + met) < self._strength + self._discount * kinds
        author = stranger(dice, tag, topic) if new else self._fitting(dice, tag, topic)
        self._meet(author)
        return author

    def _fitting(self, dice: Dice, tag: str, topic: str) -> Author:
        for _ in range(TRIES):
            author = self._old(dice)
            if author.tag == tag and (author.topic == topic or dice.chance(LEANING)):
                return author
        return author if dice.chance(LEANING) else stranger(dice, tag, topic)

    def _old(self, dice: Dice) -> Author:
        while True:
            author = dice.pick(self._met)
            if dice.throw() * self._times[author.handle] >= self._discount:
                return author

    def _meet(self, author: Author) -> None:
        self._met.append(author)
        self._times[author.handle] = self._times.get(author.handle, 0) + 1


def stranger(dice: Dice, tag: str, topic: str) -> Author:
    """Return an invented author, most likely of this language and topic."""
    ending = dice.pick(ENDINGS).format(dice.below(90) + 10)
    other = dice.chance(OFF_TOPIC)
    return Author(
        handle=name(dice) + dice.pick(("", name(dice))) + ending,
        tag=dice.pick(TAGS) if dice.chance(OFF_TOPIC / 4) else tag,
        topic=dice.pick(TOPICS) if other else topic,
        hand=dice.below(64),
    )
