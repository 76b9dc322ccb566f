"""Says what is missing as something to ask for: of whom, which fields, and until when it is there."""

from datetime import datetime
from typing import Final

from countersign.investigate.facts import Facts
from countersign.investigate.finding import TEAM, Group, Missing
from countersign.investigate.letter import called, letter, minutes, named, window
from countersign.investigate.proposition import Key
from countersign.investigate.span import is_timed, last_time
from countersign.investigate.windows import ARCHIVE_TAKES, WINDOWS, Held
from countersign.text import day

Move = tuple[float, float]
"""How far something could move log10 of a ratio: down, and up."""

ACCESS_FIELDS: Final = (
    "each sign-in and each session in use: time (UTC), IP address with port, autonomous system, user agent",
    "the client application and, for API calls, the application's id and the token's date of issue",
    "each action of the account in this window: time (UTC), kind, session or token that it came by",
    "failed sign-ins; changes of password, e-mail address, phone, second factor; password resets asked for",
    "any action on the account by the platform's own staff or tools",
)


def holder(facts: Facts) -> str:
    """Return who runs the platform, as it is addressed."""
    known = {"bluesky": "the account's host (PDS)", "mastodon": "the instance's administrator"}
    return known.get(facts.platform, called(facts))


def until(facts: Facts, held: Held, *, since: datetime | None = None) -> datetime | None:
    """Return when what the incident left is deleted; `since` is when it was made, if that is not the last action."""
    last = since or last_time(facts)
    return last + WINDOWS[held].kept if last else None


def kept(
    facts: Facts, held: Held, name: str, *, group: Group, what: str, could_move: Move, pair: tuple[Key, Key],
    fields: tuple[str, ...], since: datetime | None = None,
) -> Missing:  # fmt: skip
    """Return something that X lists for a while as missing, with the letter, and what the team can do itself."""
    end, why = until(facts, held, since=since), _counted(facts, WINDOWS[held].why)
    return Missing(
        name=name, group=group, what=what, holder=holder(facts), could_move=could_move, pair=pair, until=end,
        why_until=why, request=letter(facts, holder(facts), fields, before=end, why=why),
        ourselves=_archive(end) if facts.run_by_us else "",
    )  # fmt: skip


def access_log(facts: Facts, could_move: Move) -> Missing:
    """Return the platform's access log as missing: what separates somebody foreign from the team best."""
    what = f"{holder(facts)}'s access log{_around(facts)}"
    if facts.platform == "x":
        return kept(
            facts, "ip-audit", "access-log", group="session", what=what, could_move=could_move,
            pair=("outsider", "slip"), fields=ACCESS_FIELDS,
        )  # fmt: skip
    why = _kept_where(facts)
    return Missing(
        name="access-log", group="session", what=what, holder=holder(facts), could_move=could_move,
        pair=("outsider", "slip"), why_until=why,
        request=letter(facts, holder(facts), ACCESS_FIELDS, before=None, why=why),
    )  # fmt: skip


def devices(facts: Facts, could_move: Move) -> Missing:
    """Return the devices and applications on the host's account page as missing: the team can read them itself."""
    return to_people(
        "devices", "session", "the devices and applications that are signed in, with addresses", TEAM, could_move,
        ("outsider", "slip"),
        f"Please open the account page of {named(facts)} at its host and copy the lists of devices (address, browser, "
        "last seen) and of applications (since when), before any session is ended. Sign-ins by app password are not in "
        "them, and go on for up to two hours after the app password is removed. Then: countersign evidence add FILE",
        why="a device stands there as long as it is signed in; its end may take it off the list",
    )  # fmt: skip


def to_people(
    name: str, group: Group, what: str, whom: str, could_move: Move, pair: tuple[Key, Key], text: str, *,
    why: str = "memory fades; nothing deletes it",
) -> Missing:  # fmt: skip
    """Return something that people of the team hold: it is to be had now, and fades."""
    return Missing(
        name=name, group=group, what=what, holder=whom, could_move=could_move, pair=pair, why_until=why, request=text,
    )  # fmt: skip


def _counted(facts: Facts, why: str) -> str:
    return why if is_timed(facts) else f"{why}; counted from the latest that it can have been, so it may end sooner"


def _archive(end: datetime | None) -> str:
    by = f" before {day(end - ARCHIVE_TAKES)}" if end else ""
    return (
        f"ask X for the account's data archive{by} (Settings, Your account, Download an archive: it takes a day or "
        "more), and countersign import it"
    )


def _around(facts: Facts) -> str:
    asked = window(facts)
    if asked is None:
        return ""
    start, end = asked
    if start.date() == end.date():
        return f" for {day(start)} {start:%H:%M} to {end:%H:%M} UTC"
    return f" from {minutes(start)} to {minutes(end)}"


def _kept_where(facts: Facts) -> str:
    if facts.platform == "bluesky":
        return "sessions by app password leave no trace at the host; devices of OAuth sign-ins do, while they last"
    if facts.platform == "mastodon":
        return "login_activities and session_activations, for as long as the instance keeps them"
    return "how long it is kept is not known to us"
