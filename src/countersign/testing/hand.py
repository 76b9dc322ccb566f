"""How one person writes: spelling, punctuation, emoji, length, so that operators of an account can be told apart."""

from functools import cache

import msgspec

from countersign.testing.dice import Dice
from countersign.testing.language import Language, language, sentence

EMOJI = ("🎉", "👏", "📷", "🌍", "🎶", "💙", "✈️", "🙏", "☀️", "📚", "🚀", "🍞", "🔥", "😂", "🏆", "🌲")


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """How one person writes. Rates are shares of sentences or texts, 0 to 1.

    `length` is the mean number of sentences; `dash` joins two sentences (empty: a full stop does); `variant` says
    that the second spelling is used (color, not colour); `signature` ends texts that answer somebody.
    """

    length: float = 1.6
    shouts: float = 0.1
    asks: float = 0.05
    emoji: float = 0.0
    emojis: tuple[str, ...] = EMOJI
    dash: str = ""
    variant: bool = False
    lower: bool = False
    bare: float = 0.0
    ellipsis: float = 0.0
    ampersand: float = 0.0
    quotes: str = '"'
    inline_tags: float = 0.0
    tags: float = 0.3
    links: float = 0.3
    signature: str = ""


def some_hand(dice: Dice) -> Hand:
    """Return the hand of somebody about whom nothing else is known."""
    emoji_at = dice.below(len(EMOJI) - 3)
    return Hand(
        length=dice.pick((1.0, 1.2, 1.6, 2.2)),
        shouts=dice.pick((0.0, 0.0, 0.1, 0.3, 0.7)),
        asks=dice.pick((0.0, 0.05, 0.15)),
        emoji=dice.pick((0.0, 0.0, 0.1, 0.4, 0.9)),
        emojis=EMOJI[emoji_at : emoji_at + 4],
        dash=dice.pick(("", "", "", " - ", " — ", "; ", " | ")),
        variant=dice.chance(0.5),
        lower=dice.chance(0.15),
        bare=dice.pick((0.0, 0.0, 0.2, 0.8)),
        ellipsis=dice.pick((0.0, 0.0, 0.0, 0.3)),
        ampersand=dice.pick((0.0, 0.0, 0.8)),
        inline_tags=dice.pick((0.0, 0.0, 0.5)),
        tags=dice.pick((0.05, 0.2, 0.5)),
        links=dice.pick((0.05, 0.2, 0.5)),
    )


@cache
def palette(label: str, size: int = 64) -> tuple[Hand, ...]:
    """Return a fixed set of hands, for the many authors who need one."""
    return tuple(some_hand(Dice(label, number)) for number in range(size))


def write(dice: Dice, hand: Hand, tag: str, topic: str, *, answer: bool = False) -> str:
    """Return a text of one or more invented sentences, as this hand would write it."""
    words = language(tag)
    parts = [sentence(dice, tag, topic, answer=answer)]
    while dice.chance(1 - 1 / hand.length) and len(parts) < 5:
        parts.append(sentence(dice, tag, topic))
    text = _joined(dice, hand, words, parts)
    if hand.variant:
        for first, second in words.variants.items():
            text = text.replace(first, second)
    if hand.emoji and dice.chance(hand.emoji):
        text += (" " if words.spaces else "") + dice.pick(hand.emojis) * (1 + dice.below(3))
    return text.lower() if hand.lower else text


def _joined(dice: Dice, hand: Hand, words: Language, parts: list[str]) -> str:
    if hand.ampersand and dice.chance(hand.ampersand):
        parts = [part.replace(" and ", " & ") for part in parts]
    space = " " if words.spaces else ""
    if hand.dash:
        return hand.dash.join(parts) + _end(dice, hand, words)
    return space.join(part + _end(dice, hand, words) for part in parts)


def _end(dice: Dice, hand: Hand, words: Language) -> str:
    throw = dice.throw()
    for share, end in ((hand.bare, ""), (hand.shouts, words.shout), (hand.asks, words.ask), (hand.ellipsis, "…")):
        throw -= share
        if throw < 0:
            return end
    return words.stop
