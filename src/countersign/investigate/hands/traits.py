"""What anyone can see of how an action was done, as words: for groups of habits that can be explained."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from countersign.activity import Activity
from countersign.investigate.hands.manner import QUOTATION_MARKS, length_class

Codes = NDArray[np.int64]

CLIENT: Final = "client"
TRAITS: Final = (CLIENT, "hour", "day", "language", "kind", "link", "media", "tag", "mention", "opening", "ending",
                 "length", "capitals")  # fmt: skip
REST: Final = "something else"
MOST_VALUES: Final = 16
"""Values of a trait that are told apart; all rarer ones are `REST`."""
_HOURS_TOGETHER: Final = 3


class Traits(msgspec.Struct, frozen=True, eq=False):
    """Which values of each trait are told apart, the commonest first; `REST` ends each list."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    zone: str

    def codes(self, actions: Sequence[Activity]) -> Codes:
        """Return for each action the place of its value in each trait's list, shape (actions, traits)."""
        home = ZoneInfo(self.zone)
        places = [{value: place for place, value in enumerate(listed)} for listed in self.values]
        kept = [TRAITS.index(name) for name in self.names]
        rows = [seen(action, home) for action in actions]
        found = [[known.get(row[at], len(known) - 1) for known, at in zip(places, kept, strict=True)] for row in rows]
        return np.array(found, dtype=np.int64).reshape(len(actions), len(self.names))


def traits_of(actions: Sequence[Activity], zone: str, names: Sequence[str] = TRAITS) -> Traits:
    """Return the traits with the values that these actions have."""
    home = ZoneInfo(zone)
    rows = [seen(action, home) for action in actions]
    listed = [_commonest([row[TRAITS.index(name)] for row in rows]) for name in names]
    return Traits(names=tuple(names), values=tuple(listed), zone=zone)


def _commonest(values: Sequence[str]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    order = sorted(counts, key=lambda value: (-counts[value], value))
    return (*order[: MOST_VALUES - 1], REST)


def seen(action: Activity, home: ZoneInfo) -> tuple[str, ...]:
    """Return an action's value of each of `TRAITS`, in words.

    >>> act = Activity(id="1", native_id="1", platform="x", verb="post", actor="a", content="Thanks!", lang="en")
    >>> seen(act, ZoneInfo("UTC"))[4:]
    ('a post', 'no link', 'no media', 'no hashtag', 'no mention', 'with a letter', 'with !', '7 to 14 signs', 'many')
    """
    return (
        f"by {action.instrument}" if action.instrument else "by an unknown application",
        *_time(action, home),
        f"in {action.lang.split('-')[0].lower()}" if action.lang else "in no stated language",
        f"a {action.verb}",
        "a link" if action.links else "no link",
        "media" if action.media else "no media",
        ("no hashtag", "one hashtag", "several hashtags")[min(2, len(action.hashtags))],
        ("no mention", "one mention", "several mentions")[min(2, len(action.mentions))],
        *_text((action.content or "").strip()),
    )


def _time(action: Activity, home: ZoneInfo) -> tuple[str, str]:
    if action.published is None:
        return "at an unknown hour", "on an unknown day"
    local = action.published.astimezone(home)
    start = local.hour // _HOURS_TOGETHER * _HOURS_TOGETHER
    return (
        f"from {start:02d}:00 to {start + _HOURS_TOGETHER:02d}:00",
        "at a weekend" if local.weekday() > 4 else "in the week",
    )


def _text(text: str) -> tuple[str, str, str, str]:
    if not text:
        return "no text", "no text", "no text", "no text"
    size = length_class(text)
    letters = [sign for sign in text if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters) / max(1, len(letters))
    capitals = "none" if upper == 0 else "some" if upper < 0.15 else "many" if upper < 0.5 else "most"
    return _opening(text), _ending(text), f"{2**size - 1} to {2 ** (size + 1) - 2} signs", capitals


def _opening(text: str) -> str:
    if text.startswith(tuple(QUOTATION_MARKS)):
        return "with a quotation"
    return {"@": "with a name", "#": "with a tag", ".": "with a dot"}.get(text[0], "with a letter")


def _ending(text: str) -> str:
    last = text.split()[-1]
    if "://" in last:
        return "with an address"
    named = {"#": "with a tag", "@": "with a name"}.get(last[0])
    return named or (f"with {last[-1]}" if last[-1] in ".!?…" else "without a stop")
