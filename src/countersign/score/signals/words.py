"""How a probability is said, so that every signal says it the same way."""

from countersign.score.signals.signal import Seen

VERB_WORDS = {
    "post": "a post", "reply": "a reply", "quote": "a quote", "repost": "a repost", "like": "a like",
    "follow": "a follow", "block": "a block", "mute": "a mute", "unlike": "taking back a like",
    "unrepost": "taking back a repost", "unfollow": "an unfollow", "unblock": "an unblock", "unmute": "an unmute",
    "delete": "a deletion", "update": "a change of the account", "grant": "a new application", "other": "something else",
}  # fmt: skip


def percent(share: float) -> str:
    """Return a share in words that never claim "never".

    >>> percent(0.31), percent(0.0123), percent(0.00004)
    ('31 %', '1.2 %', 'under 0.1 %')
    """
    if share < 0.001:
        return "under 0.1 %"
    if share < 0.095:
        return f"{100 * share:.1f} %"
    return f"{100 * share:.0f} %"


def usual(what: str, seen: Seen) -> str:
    """Return a sentence that sets the account's habit beside that of others.

    >>> usual("at 02:00", Seen(value=2, habit=0.0004, others=0.03, known=4112, verb="like"))
    'at 02:00: under 0.1 % of its actions (4,112 known), 3.0 % of others'
    """
    return f"{what}: {percent(seen.habit)} of its actions ({seen.known:,} known), {percent(seen.others)} of others'"[
        :-1
    ]
