"""Writes a request as plain text for a mail: whose account, which actions, which minutes; keep first, then disclose."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from countersign.activity import Activity, Verb
from countersign.incident.incident import BY_HAND
from countersign.investigate.facts import Facts
from countersign.investigate.span import first_time, last_time
from countersign.text import counted, day, visible

BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(hours=2)
"""Around the incident that is asked for: sign-ins precede actions, whoever comes back comes soon, and a token of
Bluesky outlives the app password that it came by for two hours."""

SAME_MATTER: Final = timedelta(days=2)
"""Until when a taking back is asked for in the same letter: who took it back is a part of the question."""

MOST_ACTIONS: Final = 40
"""Actions that a letter lists: more are better sent as a file."""

TO: Final = "To: "
"""How a letter begins."""

SIGNATURE: Final = ("", "Name, office:", "Date:")
"""Where somebody signs: who writes for an account stands behind it."""

DISCLOSE: Final = "Second, please disclose it to us for the account's owner; or tell us what you need from us for that."
TELL_OWNER: Final = (
    "Second, please tell the account's owner that you keep it: the owner alone can ask you to disclose it."
)
"""What is asked for once it is kept, by those who run the account, and by those who only watch it."""

_DONE: Final[Mapping[Verb, str]] = {
    "post": "post", "reply": "reply", "quote": "quote", "repost": "repost of", "like": "like of", "follow": "follow of",
    "block": "block of", "mute": "mute of", "unlike": "like taken back, of", "unrepost": "repost taken back, of",
    "unfollow": "follow taken back, of", "unblock": "block taken back, of", "unmute": "mute taken back, of",
    "delete": "deletion of", "update": "change of the profile,", "grant": "application let in,", "other": "action",
}  # fmt: skip
_PLATFORMS: Final = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}


def letter(facts: Facts, to: str, fields: Sequence[str], *, before: datetime | None, why: str) -> str:
    """Return a request: account, actions by the platform's own ids, window in UTC, fields, by when they are deleted.

    `signed` adds the hash of what we hold, and the place for a signature.
    """
    window = _window(facts)
    ends = (
        f"As we understand it, this is deleted on or about {day(before)}: {why}."
        if before
        else f"As we understand it: {why}."
    )
    return "\n".join((
        f"{TO}{to}",
        f"Subject: Preservation and disclosure of records, account {named(facts)}{_reference(facts, ', our ')}",
        "",
        _who_writes(facts),
        *([f"Our reference:{_reference(facts, ' ')}."] if facts.incident.number != BY_HAND else []),
        f"In question: {counted(len(facts.actions), 'action')} in the account's name.",
        *_actions(facts),
        "",
        f"First, please preserve what you hold of this account {window}, until we write that it may go:",
        *(f"  - {field}" for field in fields),
        ends,
        DISCLOSE if facts.run_by_us else TELL_OWNER,
        "Please answer also if nothing is held: that is an answer too.",
    ))  # fmt: skip


def leaves_the_house(request: str) -> bool:
    """Say whether a request is a letter to somebody else, and not a question to the team or a thing to do."""
    return request.startswith(TO)


def signed(request: str, seal: str) -> str:
    """Return a request with the hash by which we can show later what we held when we asked, and where to sign."""
    held = (f"What we hold on our side is sealed: {seal}",) if seal else ()
    return "\n".join((request, *held, *SIGNATURE))


def sealed_as(origin: str, size: int, root: str) -> str:
    """Return the public name of all that a log had sealed: the log, its size and its root in hex.

    >>> sealed_as("embassy.example/log", 2, "ab")
    'log embassy.example/log, 2 entries, root ab'
    """
    return f"log {origin}, {counted(size, 'entry', 'entries')}, root {root}"


def named(facts: Facts) -> str:
    """Return the account as its platform knows it: the handle, and the native id."""
    if not facts.handle or facts.handle.removeprefix("@") == facts.account:
        return visible(facts.account)
    return f"{visible(handle_of(facts))} (native id {visible(facts.account)})"


def handle_of(facts: Facts) -> str:
    """Return what people call the account, with its sign."""
    return facts.handle if facts.handle.startswith("@") else f"@{facts.handle}"


def called(facts: Facts) -> str:
    """Return what the platform is called."""
    return "the platform" if facts.platform == "unknown" else _PLATFORMS.get(facts.platform, visible(facts.platform))


def minutes(time: datetime) -> str:
    """Return a time to the minute, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _who_writes(facts: Facts) -> str:
    if facts.run_by_us:
        return f"We act for the owner of the account {named(facts)} on {called(facts)}."
    return f"We write about the account {named(facts)} on {called(facts)}, of a public office. We do not run it."


def _reference(facts: Facts, before: str) -> str:
    """Return how our side finds it again; nothing for actions that were chosen by hand."""
    return f"{before}incident {facts.incident.number}" if facts.incident.number != BY_HAND else ""


def window(facts: Facts) -> tuple[datetime, datetime] | None:
    """Return the time that is asked for: around the actions, and around what took them back soon after."""
    first, last = first_time(facts), last_time(facts)
    if first is None or last is None:
        return None
    back = [one.published for one in facts.undone.values() if one.published and one.published <= last + SAME_MATTER]
    return first - BEFORE, max((last, *back)) + AFTER


def _window(facts: Facts) -> str:
    asked = window(facts)
    if asked is None:
        return "for the time around these actions, which the platform alone knows"
    return f"from {minutes(asked[0])} to {minutes(asked[1])}"


def _actions(facts: Facts) -> Iterator[str]:
    for one in facts.actions[:MOST_ACTIONS]:
        back = facts.undone.get(one.id)
        taken = f"; taken back {_when(back)}" if back is not None else ""
        yield f"  - {_DONE[one.verb]} {_id(one)}, {_when(one)}{taken}"
    if len(facts.actions) > MOST_ACTIONS:
        yield f"  - and {len(facts.actions) - MOST_ACTIONS:,} more, which we send as a list"


def _id(one: Activity) -> str:
    native = visible(one.native_id or one.id)
    target = one.object if one.object and one.object != one.native_id else ""
    return f"{visible(target)} (record {native})" if target else native


def _when(one: Activity) -> str:
    """Return when something was done: an interval is said to be one, and never made a time."""
    if one.published is not None:
        return f"{one.published.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if one.start_time and one.end_time:
        return f"at some time between {minutes(one.start_time)} and {minutes(one.end_time)} (no time is given to us)"
    if one.start_time or one.end_time:
        bound = f"after {minutes(one.start_time)}" if one.start_time else f"before {minutes(one.end_time)}"  # type: ignore[arg-type]
        return f"at some time {bound} (no time is given to us)"
    return "at a time that is not known to us"
