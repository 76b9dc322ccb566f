"""Makes traces, grants and changes of a dump's rows, whatever its columns are called; it guesses nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from countersign.activity import Activity, NotUnderstood, Session, activity_id
from countersign.errors import ScopeError
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.asked import Asked, nothing
from countersign.sources.access.dumps.rows import Row, rows
from countersign.sources.access.times import NoZone, moment
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import address, is_private
from countersign.text import counted, utc

SOURCE: Final = "sessions"
MOST_NOT_UNDERSTOOD: Final = 1_000
"""Rows that could not be read are kept up to here; all are counted."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("createdat", "created", "loginat", "logintime", "signedinat", "signinat", "openedat", "opened",
               "timestamp", "time", "datetime", "date", "when", "at"),
    "last": ("lastseenat", "lastseen", "updatedat", "lastusedat", "lastused", "usedat", "lastactiveat", "lastactive",
             "lastactivity"),
    "ip": ("ip", "ipaddress", "loginip", "remoteip", "clientip", "sourceip", "remoteaddress", "address"),
    "agent": ("useragent", "agent", "ua", "browser", "device", "devicename"),
    "id": ("sessionid", "tokenid", "deviceid", "id"),
    "account": ("userid", "accountid", "account", "username", "user", "acct", "did", "handle"),
    "success": ("success", "successful", "succeeded", "ok"),
    "client": ("applicationname", "application", "clientname", "clientid", "client", "app", "appname"),
    "scope": ("scope", "scopes", "permissions"),
    "action": ("action", "actionname"),
    "method": ("authenticationmethod", "method"),
    "provider": ("provider",),
    "country": ("countrycode", "country"),
}  # fmt: skip
"""What columns are called, the best name first: Mastodon's tables, a PDS's account page, GoToSocial, spreadsheets."""
_NO: Final = frozenset({"false", "f", "0", "no", "n", "failure", "failed"})
_ADMIN: Final[Mapping[str, str]] = {
    "changeemail": "email", "resetpassword": "password", "disable2fa": "second factor", "changerole": "role",
    "disable": "sign-in", "enable": "sign-in", "suspend": "suspension", "unsuspend": "suspension",
    "silence": "limits", "unsilence": "limits", "confirm": "email",
}  # fmt: skip
"""What an admin's act changes, by the beginning of its name in Mastodon's admin_action_logs."""


def sessions(body: bytes, name: str, asked: Asked) -> Told:
    """Return what a dump tells. Raises SourceError where nothing in it can be read or times do not say their zone.

    Rows of several accounts are refused (ScopeError): whose sign-ins the others are is nobody's business here.
    """
    found: list[Trace | Session | Activity] = []
    lost: list[NotUnderstood] = []
    failed: list[datetime] = []
    accounts: Counter[str] = Counter()
    for position, row in enumerate(rows(body, name)):
        try:
            one = _understood(row, position, asked, failed)
        except NoZone as cause:
            raise nothing(f"its times do not say their zone: {str(cause)[:80]}", name,
                          hint="add --times-in UTC (as databases keep them), or its zone") from cause  # fmt: skip
        except ValueError as error:
            lost.append(NotUnderstood(source=SOURCE, ref=name, position=position, reason=str(error)[:200]))
            continue
        if not isinstance(row, str) and not isinstance(one, Activity):
            accounts[_value(row, "account")] += 1
        if one is not None:
            found.append(one)
    _of_one_account(accounts, asked, name)
    if not found and not failed:
        why = f": {lost[0].reason}" if lost else ""
        raise nothing(f"no sign-in in it can be read{why}", name, hint="it needs columns such as created_at and ip")
    return _told(found, lost, [*_remarks(found, failed, asked), *_as_told(accounts, asked)])


def _told(found: list[Trace | Session | Activity], lost: list[NotUnderstood], remarks: list[str]) -> Told:
    traces = tuple(one for one in found if isinstance(one, Trace))
    listed = sorted(one.session.opened for one in traces if one.session.opened is not None)
    if len(lost) > MOST_NOT_UNDERSTOOD:
        remarks.append(f"{len(lost):,} rows were not understood; {MOST_NOT_UNDERSTOOD:,} of them are kept")
    return Told(
        kind="sessions",
        traces=traces,
        grants=tuple(one for one in found if isinstance(one, Session)),
        changes=tuple(one for one in found if isinstance(one, Activity)),
        covers_from=listed[0] if listed else None,
        covers_until=listed[-1] if listed else None,
        remarks=tuple(remarks),
        not_understood=tuple(lost[:MOST_NOT_UNDERSTOOD]),
    )


def _understood(
    row: Row | str, position: int, asked: Asked, failed: list[datetime]
) -> Trace | Session | Activity | None:
    if isinstance(row, str):
        raise ValueError(row)
    opened, last = _time(row, "opened", asked), _time(row, "last", asked)
    if opened is None and last is None:
        raise ValueError("it has no time")
    action = _value(row, "action")
    if action:
        return _change(action, row, opened or last, asked)
    if _value(row, "success").lower() in _NO:
        failed.append(opened or last)  # type: ignore[arg-type]  # one of them is there
        return None
    if _value(row, "scope") or (_value(row, "client") and not _value(row, "ip")):
        return _grant(row, position, opened, last, asked)
    return _trace(row, position, opened, last, asked)


def _trace(row: Row, position: int, opened: datetime | None, last: datetime | None, asked: Asked) -> Trace:
    agent, ip = _value(row, "agent"), _value(row, "ip")
    if not ip and not agent:
        raise ValueError("it has neither an address nor a device")
    kind = "device" if opened is None else "session" if last is not None else "sign-in"
    method, provider = _value(row, "method")[:60], _value(row, "provider")[:60]
    said = " ".join(part for part in (f"by {method}" if method else "", provider) if part)
    number = _value(row, "id")
    return Trace(
        session=Session(
            account=asked.account, platform=asked.platform, kind=kind, opened=opened, last_seen=last or opened,
            ip=str(address(ip)) if ip else None, device=agent[:500] or None, client=_value(row, "client")[:200] or None,
            meaning=f"a line of a dump{', ' if said else ''}{said}", source=SOURCE, position=position,
        ),
        native_id=f"{row.get('table', '')}/{kind}/{number}" if number else "",
        country=_country(row),
        operating_system=operating_system(agent),
        browser=browser(agent),
    )  # fmt: skip


def _grant(row: Row, position: int, opened: datetime | None, last: datetime | None, asked: Asked) -> Session:
    return Session(
        account=asked.account, platform=asked.platform, kind="application", opened=opened, last_seen=last,
        client=_value(row, "client")[:200] or "an application without a name",
        permissions=tuple(_value(row, "scope").replace(",", " ").split()[:50]),
        meaning="an application with access, by a dump", source=SOURCE, position=position,
    )  # fmt: skip


def _change(action: str, row: Row, at: datetime | None, asked: Asked) -> Activity:
    name = "".join(letter for letter in action.lower() if letter.isalnum())
    what = next((one for start, one in _ADMIN.items() if name.startswith(start)), "platform")
    native_id = f"{what}:admin:{_value(row, 'id')[:40] or (at.isoformat() if at else '')}"
    return Activity(
        id=activity_id(asked.platform, asked.account, "update", native_id), native_id=native_id,
        platform=asked.platform, verb="update", actor=asked.account, published=at, start_time=at, end_time=at,
        time_basis="given", object=what, source=SOURCE,
        note=f"by an admin of the platform: {action[:80]}",
    )  # fmt: skip


def _remarks(found: list[Trace | Session | Activity], failed: list[datetime], asked: Asked) -> Iterator[str]:
    ips = [one.session.ip for one in found if isinstance(one, Trace) and one.session.ip]
    private = sum(1 for ip in ips if is_private(address(ip)))
    if private:
        yield f"{counted(private, 'sign-in')} from a private address, of the server's own network: it tells nothing"
    if failed:
        span = f"from {utc(min(failed))} to {utc(max(failed))} UTC"
        yield f"{counted(len(failed), 'sign-in')} failed, {span}: not counted"
    if asked.zone:
        yield f"times without a zone are taken as of {asked.zone}, as was said"


def _of_one_account(accounts: Counter[str], asked: Asked, name: str) -> None:
    named = [account for account in accounts if account]
    if len(named) > 1:
        raise ScopeError(
            f"it has sign-ins of {len(named)} accounts", where=name,
            hint=f"ask for those of {asked.handles[0] if asked.handles else asked.account} alone; nothing was kept",
        )  # fmt: skip


def _as_told(accounts: Counter[str], asked: Asked) -> Iterator[str]:
    ours = {asked.account.casefold(), *(handle.lstrip("@").casefold() for handle in asked.handles)}
    named = next((account for account in accounts if account), "")
    if named and named.lstrip("@").casefold() not in ours:
        yield f"it calls the account {named[:60]}: that this is our account is as told"


def _time(row: Row, what: str, asked: Asked) -> datetime | None:
    written = _value(row, what)
    return moment(written, asked.time_zone) if written else None


def _value(row: Row, what: str) -> str:
    return next((row[name] for name in _NAMES[what] if row.get(name)), "").strip()


def _country(row: Row) -> str:
    written = _value(row, "country").upper()
    return written if len(written) == 2 and written.isascii() and written.isalpha() else ""
