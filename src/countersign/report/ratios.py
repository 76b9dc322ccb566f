"""Says likelihood ratios to people: one significant figure, ENFSI's words, and the whole scale they come from."""

import math

import msgspec

from countersign.investigate.evaluation import Weight
from countersign.investigate.proposition import PROPOSITIONS, Key
from countersign.investigate.scale import NO_SUPPORT, words

TELLS_NOTHING = NO_SUPPORT
MOST = 300.0
"""The largest log10 that is shown as a number: beyond, a float has no value."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison the way it is said: the better supported explanation first."""

    first: Key
    second: Key
    ratio: str
    words: str

    @property
    def tells(self) -> bool:
        """Whether the findings tell the two apart."""
        return self.words != TELLS_NOTHING


def said(weight: Weight) -> Said:
    """Return a comparison the way it is said.

    >>> said(Weight(pair=("slip", "outsider"), log10=-2.1, low=-3, high=-1, words="", capped=False)).ratio
    'about 100'
    """
    first, second = weight.pair if weight.log10 >= 0 else weight.pair[::-1]
    size = abs(weight.log10)
    start = "at least" if weight.capped else "about"
    return Said(first=first, second=second, ratio=f"{start} {_beside_its_word(size)}", words=words(size))


def _beside_its_word(size: float) -> str:
    """Return the figure of a ratio such that it never reaches the word above: 9.6 is no 10 that is called weak.

    >>> _beside_its_word(0.982), _beside_its_word(1.0), _beside_its_word(1.98)
    ('9', '10', '90')
    """
    rounded = figure(size)
    up = len(rounded) > len(figure(math.floor(round(size, 9)))) if 0 < size < MOST else False
    return figure(math.floor(size) + math.log10(9)) if up else rounded


def figure(log10: float) -> str:
    """Return a ratio with one significant figure.

    >>> figure(2.38), figure(0.1), figure(6.9)
    ('200', '1', '8,000,000')
    """
    value = 10 ** min(log10, MOST)
    return f"{float(f'{value:.1g}'):,.0f}" if value >= 1 else f"{value:.1g}"


def one_to(log10: float) -> str:
    """Return a ratio with one significant figure, the larger side first named.

    >>> one_to(2.0), one_to(-0.7)
    ('100', '1 : 5')
    """
    return figure(log10) if log10 >= 0 else f"1 : {figure(-log10)}"


def named(key: Key) -> str:
    """Return an explanation in words.

    >>> named("slip")
    'a member of the team, by mistake'
    """
    return PROPOSITIONS[key].words


ABOUT_A_PERSON: frozenset[Key] = frozenset({"slip", "insider", "owner", "staged"})
"""Explanations that say something of a person of the team: a sentence for or against one needs a person's signature."""
