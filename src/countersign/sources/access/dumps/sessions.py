"""Makes traces, grants and changes of a dump's rows, whatever its columns are called; it guesses nothing."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from countersign.activity import Activity, NotUnderstood, Session, activity_id
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.asked import Asked, nothing, unclear
from countersign.sources.access.dumps.columns import country_code, time_of, value
from countersign.sources.access.dumps.events import What, what_of
from countersign.sources.access.dumps.rows import Row, rows
from countersign.sources.access.dumps.whose import Whose
from countersign.sources.access.times import NoZone, TwoWays, Unsure
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import address, is_private
from countersign.text import counted, utc

SOURCE: Final = "sessions"
MOST_NOT_UNDERSTOOD: Final = 1_000
"""Rows that could not be read are kept up to here; all are counted."""

_ADMIN: Final[Mapping[str, str]] = {
    "changeemail": "email", "resetpassword": "password", "disable2fa": "second factor", "changerole": "role",
    "disable": "sign-in", "enable": "sign-in", "suspend": "suspension", "unsuspend": "suspension",
    "silence": "limits", "unsilence": "limits", "confirm": "email",
}  # fmt: skip
"""What an admin's act changes, by the beginning of its name in Mastodon's admin_action_logs."""


def sessions(body: bytes, name: str, asked: Asked) -> Told:
    """Return what a dump tells. Raises SourceError where nothing in it can be read or times do not say their zone.

    Rows of several accounts, or of a foreign one, are refused (ScopeError): whose sign-ins the others are is nobody's
    business here.
    """
    taking = _Taking(asked, name)
    for position, row in enumerate(rows(body, name)):
        try:
            taking.take(row, position)
        except (NoZone, TwoWays) as cause:
            raise unclear(cause, name) from cause
        except ValueError as error:
            taking.lose(row, position, error)
    whose = list(taking.whose.checked(asked, name))
    if not taking.found and not taking.passed["failed"]:
        why = f": {taking.lost[0].reason}" if taking.lost else ""
        raise nothing(f"no sign-in in it can be read{why}", name, hint="it needs columns such as created_at and ip")
    return taking.told([*_remarks(taking, asked), *whose])


class _Taking:
    """Takes a dump's rows one by one: what was found, what was passed over, and what was lost, with its time."""

    def __init__(self, asked: Asked, name: str) -> None:
        self.asked, self.name, self.whose = asked, name, Whose()
        self.found = list[Trace | Session | Activity]()
        self.passed: dict[What, list[datetime]] = {"failed": [], "ended": []}
        self.lost, self.unread_at, self.undated = list[NotUnderstood](), list[datetime](), 0

    def take(self, row: Row | str, position: int) -> None:
        """Take the next row; ValueError with the reason where it cannot be read."""
        if isinstance(row, str):
            raise ValueError(row)
        opened, last = time_of(row, "opened", self.asked), time_of(row, "last", self.asked)
        at = opened or last
        if at is None:
            raise ValueError("it has no time")
        what = what_of(row)
        if value(row, "action"):
            self.found.append(_change(value(row, "action"), row, at, self.asked))
            return
        if what == "sign-in":
            made = _grant if value(row, "scope") or (value(row, "client") and not value(row, "ip")) else _trace
            self.found.append(made(row, position, opened, last, self.asked))
        else:
            self.passed[what].append(at)
        self.whose.take(row)

    def lose(self, row: Row | str, position: int, error: ValueError) -> None:
        """Take a row that could not be read: around its time, if it has one, this is no whole list."""
        reason = str(error)[:200]
        self.lost.append(NotUnderstood(source=SOURCE, ref=self.name, position=position, reason=reason))
        near = error.near if isinstance(error, Unsure) else _time_at_all(row, self.asked)
        self.undated += near is None
        self.unread_at += [near] if near is not None else []

    def told(self, remarks: list[str]) -> Told:
        """Return what the rows told together."""
        traces = tuple(one for one in self.found if isinstance(one, Trace))
        listed = sorted(one.session.opened for one in traces if one.session.opened is not None)
        if len(self.lost) > MOST_NOT_UNDERSTOOD:
            remarks.append(f"{len(self.lost):,} rows were not understood; {MOST_NOT_UNDERSTOOD:,} of them are kept")
        if self.undated and listed:
            remarks.append(f"{counted(self.undated, 'row')} without a time that can be read: any may be a sign-in, so "
                           "that it is no whole list of any time")  # fmt: skip
            listed = []
        return Told(
            kind="sessions",
            traces=traces,
            grants=tuple(one for one in self.found if isinstance(one, Session)),
            changes=tuple(one for one in self.found if isinstance(one, Activity)),
            covers_from=listed[0] if listed else None,
            covers_until=listed[-1] if listed else None,
            unread_at=tuple(sorted(self.unread_at)[:MOST_NOT_UNDERSTOOD]),
            remarks=tuple(remarks),
            not_understood=tuple(self.lost[:MOST_NOT_UNDERSTOOD]),
        )


def _time_at_all(row: Row | str, asked: Asked) -> datetime | None:
    """Return when a row that could not be read is of, if that can be read."""
    if isinstance(row, str):
        return None
    with suppress(ValueError):
        return time_of(row, "opened", asked) or time_of(row, "last", asked)
    return None


def _trace(row: Row, position: int, opened: datetime | None, last: datetime | None, asked: Asked) -> Trace:
    agent, ip = value(row, "agent"), value(row, "ip")
    if not ip and not agent:
        raise ValueError("it has neither an address nor a device")
    kind = "device" if opened is None else "session" if last is not None else "sign-in"
    method, provider = value(row, "method")[:60], value(row, "provider")[:60]
    said = " ".join(part for part in (f"by {method}" if method else "", provider) if part)
    number = value(row, "id")
    return Trace(
        session=Session(
            account=asked.account, platform=asked.platform, kind=kind, opened=opened, last_seen=last or opened,
            ip=str(address(ip)) if ip else None, device=agent[:500] or None, client=value(row, "client")[:200] or None,
            meaning=f"a line of a dump{', ' if said else ''}{said}", source=SOURCE, position=position,
        ),
        native_id=f"{row.get('table', '')}/{kind}/{number}" if number else "",
        country=country_code(row),
        operating_system=operating_system(agent),
        browser=browser(agent),
    )  # fmt: skip


def _grant(row: Row, position: int, opened: datetime | None, last: datetime | None, asked: Asked) -> Session:
    return Session(
        account=asked.account, platform=asked.platform, kind="application", opened=opened, last_seen=last,
        client=value(row, "client")[:200] or "an application without a name",
        permissions=tuple(value(row, "scope").replace(",", " ").split()[:50]),
        meaning="an application with access, by a dump", source=SOURCE, position=position,
    )  # fmt: skip


def _change(action: str, row: Row, at: datetime | None, asked: Asked) -> Activity:
    name = "".join(letter for letter in action.lower() if letter.isalnum())
    what = next((one for start, one in _ADMIN.items() if name.startswith(start)), "platform")
    native_id = f"{what}:admin:{value(row, 'id')[:40] or (at.isoformat() if at else '')}"
    return Activity(
        id=activity_id(asked.platform, asked.account, "update", native_id), native_id=native_id,
        platform=asked.platform, verb="update", actor=asked.account, published=at, start_time=at, end_time=at,
        time_basis="given", object=what, source=SOURCE,
        note=f"by an admin of the platform: {action[:80]}",
    )  # fmt: skip


def _remarks(taking: _Taking, asked: Asked) -> Iterator[str]:
    ips = [one.session.ip for one in taking.found if isinstance(one, Trace) and one.session.ip]
    private = sum(1 for ip in ips if is_private(address(ip)))
    if private:
        yield f"{counted(private, 'sign-in')} from a private address, of the server's own network: it tells nothing"
    yield from _passed(taking.passed["failed"], "sign-in that failed", "sign-ins that failed")
    yield from _passed(taking.passed["ended"], "row of the end of a sign-in", "rows of the end of a sign-in")
    if asked.zone:
        yield f"times without a zone are taken as of {asked.zone}, as was said"
    if asked.order:
        yield f"dates such as 10/08/2026 are read {asked.order.replace('-', ' ')}, as was said"


def _passed(times: list[datetime], one: str, many: str) -> Iterator[str]:
    if times:
        yield f"{counted(len(times), one, many)}, from {utc(min(times))} to {utc(max(times))} UTC: not counted"
