"""Writes what to ask whom for: the exact account, the exact minutes, the exact fields, and until when it is there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from countersign.investigate.facts import Facts
from countersign.investigate.finding import Group, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.span import first_time, last_time
from countersign.investigate.windows import WINDOWS, Held
from countersign.text import counted, day

BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(hours=2)
"""Around the incident that is asked for: sign-ins precede actions, and whoever comes back comes soon."""

PLATFORMS: Final = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}

ACCESS_FIELDS: Final = (
    "each sign-in and each session in use: time (UTC), IP address with port, autonomous system, user agent",
    "the client application and, for API calls, the application's id and the token's date of issue",
    "each action of the account in this window: time (UTC), kind, session or token that it came by",
    "failed sign-ins; changes of password, e-mail address, phone, second factor; password resets asked for",
    "any action on the account by the platform's own staff or tools",
)


def holder(facts: Facts) -> str:
    """Return who runs the platform, as it is addressed."""
    named = {"bluesky": "the account's host (PDS)", "mastodon": "the instance's administrator"}
    return named.get(facts.platform, _called(facts))


def _called(facts: Facts) -> str:
    return "the platform" if facts.platform == "unknown" else PLATFORMS.get(facts.platform, facts.platform)


def until(facts: Facts, held: Held) -> datetime | None:
    """Return when what the incident left is deleted."""
    last = last_time(facts)
    return last + WINDOWS[held].kept if last else None


def asked(facts: Facts, fields: Sequence[str], *, before: datetime | None, why: str) -> str:
    """Return a request, ready to be sent: account, window in UTC, fields, and by when they are deleted."""
    first, last = first_time(facts), last_time(facts)
    window = f"from {_utc(first - BEFORE)} to {_utc(last + AFTER)}" if first and last else "the window named below"
    deadline = f"We understand that this is deleted on or about {day(before)} ({why})." if before else why
    platform = _called(facts)
    lines = (
        f"To: {holder(facts)}",
        f"Subject: preservation and disclosure of access records, account {facts.account}",
        "",
        f"We run the account {facts.account} on {platform}.",
        f"Under investigation: {counted(len(facts.actions), 'action')} in its name.",
        f"Please preserve, and disclose to us as the account's owner, for the time {window}:",
        *(f"  - {field}" for field in fields),
        deadline,
        "Please answer also if nothing is held: that is an answer too.",
    )  # fmt: skip
    return "\n".join(lines)


def access_log(facts: Facts) -> Missing:
    """Return the platform's access log as missing: what separates somebody foreign from the team best."""
    x = facts.platform == "x"
    end = until(facts, "ip-audit") if x else None
    why = WINDOWS["ip-audit"].why if x else _kept_where(facts)
    return Missing(
        name="access-log", group="session",
        what=f"{holder(facts)}'s access log{_around(facts)}", holder=holder(facts),
        could_move=(-2.3, 1.7), pair=("outsider", "slip"), until=end, why_until=why,
        request=asked(facts, ACCESS_FIELDS, before=end, why=why),
    )  # fmt: skip


def to_people(
    name: str, group: Group, what: str, whom: str, could_move: tuple[float, float], pair: tuple[Key, Key], text: str
) -> Missing:
    """Return something that people of the team hold: it is to be had now, and fades."""
    return Missing(
        name=name, group=group, what=what, holder=whom, could_move=could_move, pair=pair,
        why_until="memory fades; nothing deletes it", request=text,
    )  # fmt: skip


def _around(facts: Facts) -> str:
    first, last = first_time(facts), last_time(facts)
    if first is None or last is None:
        return ""
    if (first - BEFORE).date() == (last + AFTER).date():
        return f" for {day(first)} {first - BEFORE:%H:%M} to {last + AFTER:%H:%M} UTC"
    return f" from {_utc(first - BEFORE)} to {_utc(last + AFTER)}"


def _kept_where(facts: Facts) -> str:
    if facts.platform == "bluesky":
        return "sessions by app password leave no trace at the host; devices of OAuth sign-ins do, while they last"
    if facts.platform == "mastodon":
        return "login_activities and session_activations, for as long as the instance keeps them"
    return "how long it is kept is not known to us"


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
