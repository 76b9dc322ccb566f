"""Says a likelihood ratio in ENFSI's words: the whole scale, so that a reader can look the word up."""

from typing import Final

NO_SUPPORT: Final = "the findings do not tell these apart"

SCALE: Final[tuple[tuple[float, str], ...]] = (
    (10.0, "weak support"),
    (100.0, "moderate support"),
    (1_000.0, "moderately strong support"),
    (10_000.0, "strong support"),
    (1_000_000.0, "very strong support"),
    (float("inf"), "extremely strong support"),
)
"""Up to which ratio (edge included) each word holds. Source: ENFSI guideline for evaluative reporting (2015)."""

WEAKEST: Final = 2.0
"""Below this ratio a finding supports neither: ENFSI's weakest word begins at 2."""

_DIGITS: Final = 9
"""Decimals of log10 within which an edge is an edge, whatever the order in which findings were added up."""


def words(log10: float) -> str:
    """Return ENFSI's words for a likelihood ratio given as log10; an edge belongs to the lower band.

    A ratio below 1 is read the other way round: as much support for the second proposition.

    >>> words(2.0), words(2.1), words(-0.5), words(0.1)
    ('moderate support', 'moderately strong support', 'weak support', 'the findings do not tell these apart')
    """
    ratio = 10.0 ** round(abs(log10), _DIGITS)
    if round(ratio, 6) < WEAKEST:
        return NO_SUPPORT
    return next(word for edge, word in SCALE if round(ratio, 6) <= edge)


def whole() -> tuple[str, ...]:
    """Return the whole scale, a line each, as it is printed in every report."""
    edges = [1.0, *(edge for edge, _ in SCALE[:-1])]
    lines = [f"1 to {WEAKEST:g}: {NO_SUPPORT}"]
    for edge, (_, word) in zip([WEAKEST, *edges[1:]], SCALE, strict=True):
        last = next(upper for upper, other in SCALE if other == word)
        reach = f"more than {edge:,.0f}" if last == float("inf") else f"{edge:,.0f} to {last:,.0f}"
        lines.append(f"{reach}: {word}")
    return tuple(lines)
