"""Draws time lines and habits as SVG from data, legible at the width of a phone and in black and white."""

from datetime import UTC, datetime
from html import escape

from countersign.report.document import Hours, Lane, Timeline
from countersign.text.times import MONTHS

WIDTH = 320
"""Units of a picture: a phone's width in CSS pixels, so that letters are never drawn smaller than they are meant.

Colours stand as attributes too: printers of PDF do not apply the page's style to what is inside a picture.
"""
LEFT, RIGHT = 12, 308
LANE = 34
TOGETHER = 9.0
"""Units within which signs would cover each other: they are drawn as one, with their number."""
TALL = 84
SIGNS = {
    "●": '<circle cx="{x}" cy="{y}" r="4.5"/>',
    "○": '<circle cx="{x}" cy="{y}" r="4" class="hollow" fill="#fff" stroke="#333" stroke-width="2"/>',
    "▲": '<path d="M{x} {top}l5 9h-10z"/>',
}


def timeline(drawing: Timeline, says: str) -> str:
    """Return a time line as SVG: a lane for each kind of thing, a bar where only an interval is known."""
    height = LANE * len(drawing.lanes) + 34
    parts = [part for at, lane in enumerate(drawing.lanes) for part in _lane(drawing, lane, LANE * at + 26)]
    base = height - 26
    axis = [
        f'<path class="axis" stroke="#000" fill="none" d="M{LEFT} {base}H{RIGHT}"/>',
        f'<text x="{LEFT}" y="{base + 15}">{_tick(drawing.start)}</text>',
        f'<text x="{RIGHT}" y="{base + 15}" text-anchor="end">{_tick(drawing.end)}</text>',
    ]
    return _svg(height, says, [*parts, *axis])


def hours(drawing: Hours, says: str) -> str:
    """Return the hours of a day as SVG bars; those of the incident are marked by a sign below, not by colour."""
    most = max(*drawing.usual, 1)
    step = (RIGHT - LEFT) / 24
    base = TALL + 14
    parts: list[str] = []
    for hour, (usual, ours) in enumerate(zip(drawing.usual, drawing.incident, strict=True)):
        tall = round(TALL * usual / most, 1)
        x = round(LEFT + step * hour, 1)
        parts.append(f'<rect x="{x}" y="{round(base - tall, 1)}" width="{round(step - 2, 1)}" height="{tall}"/>')
        if ours:
            middle = round(x + step / 2 - 1, 1)
            parts.append(f'<path class="ours" d="M{middle} {base + 3}l5 9h-10z"/>')
    labels = [f'<text x="{round(LEFT + step * hour, 1)}" y="{base + 27}">{hour:02}</text>' for hour in range(0, 24, 6)]
    axis = f'<path class="axis" stroke="#000" fill="none" d="M{LEFT} {base}H{RIGHT}"/>'
    legend = f'<text x="{RIGHT}" y="{base + 27}" text-anchor="end">▲ incident</text>'
    return _svg(base + 34, says, [*parts, axis, *labels, legend])


def _svg(height: int, says: str, parts: list[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(says)}" '
        f'font-size="11" font-family="Liberation Sans, Arial, sans-serif" fill="#333" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _lane(drawing: Timeline, lane: Lane, y: int) -> list[str]:
    parts = [
        f'<text x="{LEFT}" y="{y - 12}">{lane.sign} {lane.title}</text>',
        f'<path class="lane" stroke="#777" stroke-dasharray="2 3" fill="none" d="M{LEFT} {y}H{RIGHT}"/>',
    ]
    points: list[list[float]] = []
    for mark in sorted(lane.marks, key=lambda one: (one.start, one.end)):
        start, end = _x(drawing, mark.start), _x(drawing, mark.end)
        if mark.start != mark.end:
            wide = round(max(end - start, 2.0), 1)
            parts.append(
                f'<rect class="between" fill="none" stroke="#333" x="{start}" y="{y - 4}" width="{wide}" height="8"/>'
            )
        elif points and start - points[-1][0] < TOGETHER:
            points[-1].append(start)
        else:
            points.append([start])
    for group in points:
        parts.append(SIGNS[lane.sign].format(x=group[0], y=y, top=y - 5))
        if len(group) > 1:
            parts.append(_number(group[0], y, len(group)))
    return parts


def _number(x: float, y: int, many: int) -> str:
    near_end = x > RIGHT - 40
    anchor = ' text-anchor="end"' if near_end else ""
    return f'<text x="{round(x - 9 if near_end else x + 9, 1)}" y="{y - 2}"{anchor}>{many}</text>'


def _x(drawing: Timeline, at: datetime) -> float:
    whole = (drawing.end - drawing.start).total_seconds() or 1.0
    share = (at - drawing.start).total_seconds() / whole
    return round(LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share)), 1)


def _tick(at: datetime) -> str:
    there = at.astimezone(UTC)
    return f"{there.day} {MONTHS[there.month - 1]} {there:%H:%M} UTC"
