"""Whom an account deals with: old acquaintances again and again, and now and then somebody new."""

from collections.abc import Iterable

import msgspec

from countersign.testing.dice import Dice
from countersign.testing.language import TAGS, TOPICS, language, name

OFF_TOPIC = 0.08
"""Share of new authors who write about something that the account is not usually about."""

TRIES = 12
"""How many acquaintances are thought of before one who does not fit is taken."""

OFF_LANGUAGE = 0.004
"""Share of new authors who write in a language that nobody in the account usually reads."""

LEANING = 0.35
"""How often it does not matter that an acquaintance writes about something else."""

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
        self._met: dict[str, list[Author]] = {}
        self._count = 0
        self._times: dict[str, int] = {}
        for handle, tag, topic, weight in favourites:
            author = Author(handle=handle, tag=tag, topic=topic, hand=len(handle) % 64)
            for _ in range(weight):
                self._meet(author)

    def draw(self, dice: Dice, tag: str, topic: str) -> Author:
        """Return whom the account deals with next: somebody new, or an acquaintance who writes in this language,
        more often than not about this topic."""
        met, kinds = self._count, len(self._times)
        new = dice.throw() * (self._strength + met) < self._strength + self._discount * kinds
        author = stranger(dice, tag, topic) if new or tag not in self._met else self._fitting(dice, tag, topic)
        self._meet(author)
        return author

    def _fitting(self, dice: Dice, tag: str, topic: str) -> Author:
        author = self._old(dice, tag)
        for _ in range(TRIES):
            if author.topic == topic or dice.chance(LEANING):
                break
            author = self._old(dice, tag)
        return author

    def _old(self, dice: Dice, tag: str) -> Author:
        for _ in range(TRIES):
            author = dice.pick(self._met[tag])
            if dice.throw() * self._times[author.handle] >= self._discount:
                break
        return author

    def _meet(self, author: Author) -> None:
        self._count += 1
        self._met.setdefault(author.tag, []).append(author)
        self._times[author.handle] = self._times.get(author.handle, 0) + 1


def stranger(dice: Dice, tag: str, topic: str) -> Author:
    """Return an invented author, most likely of this language and topic."""
    ending = dice.pick(ENDINGS).format(dice.below(90) + 10)
    spoken = dice.pick(TAGS) if dice.chance(OFF_LANGUAGE) else tag
    other = dice.chance(OFF_TOPIC) or topic not in language(spoken).what
    return Author(
        handle=name(dice) + dice.pick(("", name(dice))) + ending,
        tag=spoken,
        topic=dice.pick(TOPICS) if other else topic,
        hand=dice.below(64),
    )
