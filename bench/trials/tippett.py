"""Draws a Tippett plot as SVG: of either hand's true cases, what share had a ratio greater than each value."""

from collections.abc import Mapping
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from countersign.investigate.hands.ratios import tippett

Values = NDArray[np.float64]

WIDTH, HEIGHT, MARGIN = 640, 400, 48
FURTHEST: Final = 3.0
"""log10 on either side: no ratio of the benchmark is capped higher."""
POINTS: Final = 121
COLOURS: Final = ("#0b6e4f", "#a23b72", "#3a6ea5", "#b8860b", "#555555", "#8b0000")


def drawn(curves: Mapping[str, tuple[Values, Values]], title: str) -> str:
    """Return the picture: for each name the curves of both hands (solid where the first was true, dashed the second).

    >>> drawn({"ours": (np.array([1.0]), np.array([-1.0]))}, "A & B").count("<polyline")
    2
    """
    levels = np.linspace(-FURTHEST, FURTHEST, POINTS).tolist()
    parts = [_axes(title)]
    for place, (name, (first, second)) in enumerate(curves.items()):
        colour = COLOURS[place % len(COLOURS)]
        parts.append(_line(levels, tippett(first, levels), f'stroke="{colour}"'))
        parts.append(_line(levels, tippett(second, levels), f'stroke="{colour}" stroke-dasharray="5 3"'))
        parts.append(text(WIDTH - MARGIN - 120, MARGIN + 16 * place + 12, name, f'fill="{colour}"'))
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n' + "\n".join(parts) + "\n</svg>\n"


def _axes(title: str) -> str:
    box = f'x="{MARGIN}" y="{MARGIN}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT - 2 * MARGIN}"'
    marks = [text(_across(level), HEIGHT - MARGIN + 18, f"{level:+d}") for level in range(-3, 4)]
    marks += [text(8, _down(share), f"{share:.0%}") for share in (0.0, 0.5, 1.0)]
    middle = f'<path d="M{_across(0)} {MARGIN}V{HEIGHT - MARGIN}" stroke="#bbb"/>'
    below = text(WIDTH / 2 - 60, HEIGHT - 8, "log10 LR greater than")
    head = f"<title>{escape(title)}</title>"
    return "\n".join([head, f'<rect {box} fill="none" stroke="#888"/>', middle, *marks, below, text(MARGIN, 28, title)])


def _line(levels: list[float], shares: tuple[float, ...], style: str) -> str:
    points = " ".join(f"{_across(level)},{_down(share)}" for level, share in zip(levels, shares, strict=True))
    return f'<polyline points="{points}" fill="none" stroke-width="1.5" {style}/>'


def text(x: float, y: float, words: str, style: str = 'fill="#222"') -> str:
    """Return words at a place, escaped."""
    return f'<text x="{x:g}" y="{y:g}" font-family="sans-serif" font-size="12" {style}>{escape(words)}</text>'


def _across(level: float) -> float:
    return round(MARGIN + (level + FURTHEST) / (2 * FURTHEST) * (WIDTH - 2 * MARGIN), 1)


def _down(share: float) -> float:
    return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)
