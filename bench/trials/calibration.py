"""Draws a calibration plot as SVG: log10 LR as given against what held after isotonic recalibration, with counts."""

from html import escape
from typing import Final

from bench.trials.tippett import HEIGHT, MARGIN, WIDTH, Values, text
from countersign.investigate.hands.ratios import Step, calibration_curve

FURTHEST: Final = 3.0
"""log10 on either side; what the recalibration puts further, for want of a counter-example, is drawn at the edge."""
COLOUR: Final = "#0b6e4f"
LEAST_RADIUS, PER_ROOT = 2.0, 0.45


def drawn(own: Values, others: Values, title: str) -> str:
    """Return the picture: a dot a pool of cases, larger for more, its count beside it; on the diagonal is right.

    >>> import numpy as np
    >>> drawn(np.array([1.0, 2.0]), np.array([-1.0, -2.0]), "A & B").count("<circle")
    2
    """
    steps = calibration_curve(own, others)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [_axes(title), *(_dot(step) for step in steps)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n' + "\n".join(parts) + "\n</svg>\n"


def _axes(title: str) -> str:
    box = f'x="{MARGIN}" y="{MARGIN}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT - 2 * MARGIN}"'
    marks = [text(across(level), HEIGHT - MARGIN + 18, f"{level:+d}") for level in range(-3, 4)]
    marks += [text(8, down(level), f"{level:+d}") for level in range(-3, 4)]
    diagonal = f'<path d="M{across(-FURTHEST)} {down(-FURTHEST)}L{across(FURTHEST)} {down(FURTHEST)}" stroke="#bbb"/>'
    head = f"<title>{escape(title)}</title>"
    words = [text(WIDTH / 2 - 60, HEIGHT - 8, "log10 LR as given"), text(MARGIN + 8, MARGIN + 16, "what held")]
    frame = f'<rect {box} fill="none" stroke="#888"/>'
    return "\n".join([head, frame, diagonal, *marks, *words, text(MARGIN, 28, title)])


def _dot(step: Step) -> str:
    x, y = across(_within(step.said)), down(_within(step.held))
    radius = round(LEAST_RADIUS + PER_ROOT * step.cases**0.5, 1)
    dot = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{COLOUR}" fill-opacity="0.5"/>'
    return dot + text(round(x + radius + 2, 1), round(y + 4, 1), f"{step.cases}", 'fill="#555"')


def _within(level: float) -> float:
    return max(-FURTHEST, min(FURTHEST, level))


def across(level: float) -> float:
    """Return where a log10 LR as given lies from the left."""
    return round(MARGIN + (level + FURTHEST) / (2 * FURTHEST) * (WIDTH - 2 * MARGIN), 1)


def down(level: float) -> float:
    """Return where a log10 LR that held lies from the top."""
    return round(HEIGHT - MARGIN - (level + FURTHEST) / (2 * FURTHEST) * (HEIGHT - 2 * MARGIN), 1)
