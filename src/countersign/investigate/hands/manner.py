"""How an action was done, as numbers: its hour, what it carries, how its text is laid out; never by which client."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import cos, log2, pi, sin
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity

Matrix = NDArray[np.float64]

QUOTATION_MARKS = '"“”„«»「'
LENGTHS = (20, 40, 60, 80, 100, 115, 125, 132, 138)
"""Lengths of a text at which something may change; the last ones are where a text of 140 characters is crammed."""
PAUSES = (3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
"""Powers of two, in seconds: 8 seconds to 18 hours."""
LONGEST_PAUSE = 17.0
"""Taken for a pause that is not known: longer than any of `PAUSES`."""
HARMONICS = (1, 2, 3, 4)
ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_CLOCK = re.compile(r"\d ?[ap]\.?m|\d:\d\d", re.IGNORECASE)
_ENDS_WITH_NAME = re.compile(r"([#@])\w+\s*$")
_ENDS_WITH_ADDRESS = re.compile(r"https?://\S+\s*$")
_ABOVE_SYMBOLS = 0x2100
"""Where arrows, pictograms and emoji begin; letters of most alphabets are below."""


def manners(actions: Sequence[Activity], zone: str) -> Matrix:
    """Return a row of numbers an action, in the order of `NAMES`, then the pauses before and after it.

    The actions are in order of time. `instrument` is not looked at: it is what the answer is compared with.
    """
    home = ZoneInfo(zone)
    described = [list(_described(action, home).values()) for action in actions]
    rows = np.array(described, dtype=np.float64).reshape(len(actions), len(NAMES))
    return np.hstack([rows, _pauses([action.published for action in actions])])


def _described(action: Activity, home: ZoneInfo) -> dict[str, float]:
    text = action.content or ""
    plain = ADDRESS.sub(" ", text)
    local = action.published.astimezone(home) if action.published else None
    said = _clock(local) | _carried(action, text) | _layout(text, plain) | _letters(plain)
    return {name: float(value) for name, value in said.items()}


def _clock(local: datetime | None) -> dict[str, float]:
    known = local is not None
    hour = local.hour + local.minute / 60 if local else 0.0
    day = local.weekday() if local else -1
    waves = {f"{name} {k}": known * wave(2 * pi * k * hour / 24)
             for k in HARMONICS for name, wave in (("sine", sin), ("cosine", cos))}  # fmt: skip
    weekend = {f"weekend {name}": (day >= 5) * value for name, value in waves.items() if name[-1] in "12"}
    parts = {f"from {3 * part} to {3 * part + 3}": float(known and int(hour) // 3 == part) for part in range(8)}
    return waves | weekend | parts | {f"weekday {number}": float(day == number) for number in range(7)}


def _carried(action: Activity, text: str) -> dict[str, float]:
    links, tags, mentions = len(action.links), len(action.hashtags), len(action.mentions)
    return {
        "media": bool(action.media), "link": links > 0, "links": links > 1,
        "address": bool(action.media or links or ADDRESS.search(text)),
        "tag": tags > 0, "tags": tags > 1, "many tags": tags > 2,
        "mention": mentions > 0, "mentions": mentions > 1, "many mentions": mentions > 2,
        "reply": action.verb == "reply", "repost": action.verb == "repost", "quote": action.verb == "quote",
        "like": action.verb == "like",
    }  # fmt: skip


def _layout(text: str, plain: str) -> dict[str, float]:
    bare = plain.strip()
    ends = _ENDS_WITH_NAME.search(plain)
    layout: dict[str, float] = {
        "opens with a quotation": bare.startswith(tuple(QUOTATION_MARKS)), "opens with a name": bare.startswith("@"),
        "opens with a dot and a name": bare.startswith(".@"), "ends with a tag": bool(ends and ends[1] == "#"),
        "ends with a name": bool(ends and ends[1] == "@"),
        "ends with an address": bool(_ENDS_WITH_ADDRESS.search(text)),
        "ends with !": bare.endswith("!"), "ends with .": bare.endswith("."), "ends with ?": bare.endswith("?"),
        "exclamations": min(3, bare.count("!")), "questions": min(2, bare.count("?")),
        "commas": min(3, bare.count(",")), "dots": min(4, bare.count(".")), "ellipsis": "..." in bare or "…" in bare,
        "dash": " - " in bare or "--" in bare or "–" in bare, "ampersand": "&" in bare,
        "quotation": any(mark in bare for mark in QUOTATION_MARKS), "bracket": "(" in bare, "colon": ":" in bare,
        "semicolon": ";" in bare, "slash": "/" in bare, "new line": "\n" in text, "two spaces": "  " in text.strip(),
        "curved apostrophe": "’" in text, "straight apostrophe": "'" in text,
    }  # fmt: skip
    return layout | {f"longer than {length}": len(bare) > length for length in LENGTHS}


def _letters(plain: str) -> dict[str, float]:
    words = _WORD.findall(plain)
    count = max(1, len(words))
    shouted = sum(len(word) > 2 and word.isupper() for word in words)
    return {
        "digits": any(sign.isdigit() for sign in plain), "a time of day": bool(_CLOCK.search(plain)),
        "symbols": any(ord(sign) > _ABOVE_SYMBOLS for sign in plain),
        "shouted words": shouted / count, "a shouted word": shouted > 0,
        "capitalised words": sum(word[0].isupper() for word in words) / count,
        "no capital": all(not word[0].isupper() for word in words),
        "words": len(words) / 25, "length of words": sum(map(len, words)) / count / 5,
    }  # fmt: skip


def _pauses(times: Sequence[datetime | None]) -> Matrix:
    known = np.array([time.timestamp() if time else np.nan for time in times], dtype=np.float64)
    steps = np.full(len(times) + 1, LONGEST_PAUSE)
    if len(times) > 1:
        apart = np.abs(np.diff(known))
        steps[1:-1] = np.where(np.isnan(apart), LONGEST_PAUSE, np.log2(1 + np.nan_to_num(apart)))
    return np.hstack([_over(steps[:-1]), _over(steps[1:])])


def _over(steps: Matrix) -> Matrix:
    return np.asarray(steps[:, None] > np.array(PAUSES), dtype=np.float64)


def length_class(text: str | None) -> int:
    """Return how long a text is, in powers of two; 0 for none.

    >>> length_class(None), length_class("Thanks!"), length_class("x" * 140)
    (0, 3, 7)
    """
    return int(log2(1 + len(text))) if text else 0


def _names() -> Iterable[str]:
    nothing = Activity(id="", native_id="", platform="", verb="post", actor="")
    return _described(nothing, ZoneInfo("UTC"))


NAMES: tuple[str, ...] = tuple(_names())
"""What each number is, in words."""
PLACE: Mapping[str, int] = {name: place for place, name in enumerate(NAMES)}
