"""Made-up sentences in ten languages, so that invented accounts have something to say."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from countersign.testing.dice import Dice

TAGS = ("en", "fr", "zh", "es", "de", "pt", "ru", "ar", "ja", "tr")
TOPICS = ("culture", "trade", "study", "consular", "science", "sport", "food", "climate")
"""Topics that every language has; English and Chinese have a few more, for what an embassy would not touch."""

SYLLABLES = (
    "mar", "ro", "wick", "tol", "va", "ne", "il", "dor", "sen", "ka", "lim", "bre", "os", "ther", "un", "gal",
             "pi", "zor", "eth", "lan", "qui", "fen", "ol", "tar", "ys", "bo", "rin", "dal", "cu", "sel",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pieces of one language; `what` holds noun phrases a topic, `variants` a second spelling of some words."""

    tag: str
    spaces: bool
    stop: str
    ask: str
    shout: str
    frames: tuple[str, ...]
    answers: tuple[str, ...]
    who: tuple[str, ...]
    does: tuple[str, ...]
    when: tuple[str, ...]
    what: Mapping[str, tuple[str, ...]]
    variants: Mapping[str, str] = {}


@cache
def language(tag: str) -> Language:
    """Return a language by its tag.

    >>> language("fr").ask
    ' ?'
    """
    pieces = tomllib.loads(files(__package__).joinpath("lexicon", f"{tag}.toml").read_text("utf-8"))
    return msgspec.convert(pieces, Language)


def name(dice: Dice) -> str:
    """Return an invented name of a place or person: syllables put together, so that no list of names is needed.

    >>> name(Dice(1))
    'Rotol'
    """
    return "".join(dice.pick(SYLLABLES) for _ in range(2 + dice.below(2))).capitalize()


def sentence(dice: Dice, tag: str, topic: str, *, answer: bool = False) -> str:
    """Return one invented sentence about a topic, without its full stop."""
    words = language(tag)
    text = dice.pick(words.answers if answer else words.frames)
    while "{" in text:
        text = _SLOT.sub(lambda slot: _fill(dice, words, topic, slot[1]), text)
    return text[0].upper() + text[1:]


def _fill(dice: Dice, words: Language, topic: str, slot: str) -> str:
    if slot == "name":
        return name(dice)
    if slot == "count":
        return str(2 + dice.below(29))
    if slot in ("what", "what2"):
        return dice.pick(words.what[topic])
    choices: tuple[str, ...] = getattr(words, slot)
    return dice.pick(choices)
