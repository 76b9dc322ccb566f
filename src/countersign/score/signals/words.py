"""How a figure is said, so that every signal says it the same way and none claims more than is known."""

from collections.abc import Sequence

from countersign.activity import WRITTEN
from countersign.score.signals.signal import Leaning, Seen, Unseen
from countersign.text import cut, listed, visible

VERB_WORDS = {
    "post": "a post", "reply": "a reply", "quote": "a quote", "repost": "a repost", "like": "a like",
    "follow": "a follow", "block": "a block", "mute": "a mute", "unlike": "taking back a like",
    "unrepost": "taking back a repost", "unfollow": "an unfollow", "unblock": "an unblock", "unmute": "an unmute",
    "delete": "a deletion", "update": "a change of the account", "grant": "a new application",
    "other": "something else",
}  # fmt: skip
MANY = {"post": "posts", "reply": "replies", "quote": "quotes", "repost": "reposts", "like": "likes"}
FITS: dict[Leaning, str] = {
    "itself": "fits its own habit better than that of others",
    "neither": "says little either way",
    "somebody else": "fits the habit of others better than its own",
}
LONGEST_NAME = 60
"""Cells of a foreign name in a sentence; the whole of it stands with the action."""
MOST_NAMES = 3


def percent(share: float, least: float = 0.001) -> str:
    """Return a share in words that never claim "never", nor more digits than are known.

    >>> percent(0.31), percent(0.012), percent(0.004), percent(0.0), percent(0.0, least=0.02), percent(0.999)
    ('31 %', '1 %', '0.4 %', 'under 0.1 %', 'under 2 %', 'nearly all')
    """
    if share < least:
        return f"under {_figure(least)} %"
    return "nearly all" if share >= 0.995 else f"{_figure(share)} %"


def _figure(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.0095 else f"{100 * share:.0f}"


def usual(what: str, seen: Seen, of: str = "actions") -> str:
    """Return a sentence that sets what the account's habit expects beside what others do.

    >>> usual("at 02:00", Seen(value=2, verb="like", leaning="somebody else", habit=0.0, others=0.03))
    'at 02:00: expected in under 0.1 % of its actions (others: 3 %)'
    >>> usual("a like", Seen(value=4, verb="like", leaning="itself", habit=0.42, others=0.06))
    'a like: expected in about 42 % of its actions (others: 6 %)'
    >>> usual("a like", Seen(value=4, verb="like", leaning="neither", habit=0.2, others=0.06, history=False))
    'a like: too little history of this to say how usual that is (others: 6 %)'
    """
    others = "" if seen.others is None else f" (others: {percent(seen.others)})"
    if seen.habit is None or not seen.history:
        return f"{what}: too little history of this to say how usual that is{others}"
    share = percent(seen.habit, seen.least)
    return f"{what}: expected in {share if share[0] in 'nu' else f'about {share}'} of its {of}{others}"


def dealt(what: str, seen: Seen, *, done: str, of: str) -> str:
    """Return a sentence on one value without end: whether the account is known to deal with it.

    "Never" is not said: a habit forgets, and learns nothing of an incident that nobody has answered. That it expects a
    value more than others do is sure knowledge that it holds it.

    >>> dealt("@kx", Seen(value="kx", verb="like", leaning="somebody else", habit=0.0), done="liked", of="likes")
    '@kx: as good as new to its habit'
    >>> dealt("@b", Seen(value="b", verb="like", leaning="itself", habit=0.03), done="liked", of="likes")
    '@b: liked before, expected in about 3 % of its likes'
    """
    if seen.habit is None or not seen.history:
        return usual(what, seen, of)
    if seen.habit >= seen.least:
        known = f"{done} before, " if seen.leaning == "itself" else ""
        return f"{what}: {known}expected in {'' if seen.habit >= 0.995 else 'about '}{percent(seen.habit)} of its {of}"
    return f"{what}: {done} before, but rarely" if seen.leaning == "itself" else f"{what}: as good as new to its habit"


def several(what: str, seen: Seen) -> str:
    """Return a sentence on several values at once, of which only the bits of all together are known."""
    return f"{what}: {FITS[seen.leaning] if seen.history else 'too little history of this to say more'}"


def compared(seen: Seen, *, like: str, unlike: str, neither: str, unit: str, learning: str) -> str:
    """Return a sentence on how a text compares with the account's own, in three grades.

    >>> seen = Seen(value=None, verb="post", leaning="somebody else", per_unit=0.8)
    >>> words = {"like": "reads like it", "unlike": "reads unlike it", "neither": "so-so", "learning": "too little"}
    >>> compared(seen, **words, unit="a run of characters")
    'reads unlike it: 0.8 bits a run of characters against it'
    """
    if not seen.history or seen.per_unit is None:
        return learning
    if seen.leaning == "neither":
        return neither
    size = abs(seen.per_unit)
    figure = f"{size:.1f} bits" if size >= 0.1 else "under 0.1 bits"
    against = seen.leaning == "somebody else"
    return f"{unlike if against else like}: {figure} {unit} {'against' if against else 'for'} it"


def named(value: str) -> str:
    """Return a foreign name such that it is harmless and short in a sentence."""
    return cut(visible(value[: 4 * LONGEST_NAME]), LONGEST_NAME) if value.strip() else "(no name)"


def names(values: Sequence[str | None]) -> str:
    """Return foreign names as a list in a sentence.

    >>> names(["a", "b", None, "c", "d"])
    'a, b, c and 1 more'
    """
    return listed([named(value) for value in values if value is not None], most=MOST_NAMES)


def no_time(unseen: Unseen) -> str:
    """Return why a time is not known."""
    if unseen.time_basis in ("after object", "page order"):
        return "the archive keeps no time for a like"
    if unseen.time_basis == "between":
        return "only known to lie between two moments"
    return "only the day is known" if unseen.time_basis == "day" else "no time is given"


def no_own_text(unseen: Unseen) -> str:
    """Return why there is no text of the account's own."""
    return "it has no text of its own" if unseen.verb not in WRITTEN else no_text(unseen)


def no_others_text(unseen: Unseen) -> str:
    """Return why there is no text of somebody else."""
    return "its text is its own" if unseen.verb in WRITTEN else no_text(unseen)


def no_text(unseen: Unseen) -> str:
    """Return why there is no text to look at."""
    return "the text is empty" if unseen.text == "empty" else "no text is given"
