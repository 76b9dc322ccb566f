"""Finds in a dump's rows what they hold, whatever their columns are called: the time, the address, the device."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from countersign.sources.access.asked import Asked
from countersign.sources.access.dumps.rows import Row
from countersign.sources.access.times import moment

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "opened": ("createdat", "created", "loginat", "logintime", "signedinat", "signinat", "openedat", "opened", "start",
               "started", "startedat", "timestamp", "time", "datetime", "date", "when", "at", "createdatutc",
               "timestamputc", "datetimeutc", "dateutc", "timeutc"),
    "last": ("lastseenat", "lastseen", "updatedat", "lastusedat", "lastused", "usedat", "lastactiveat", "lastactive",
             "lastactivity", "lastaccess", "lastaccessat", "lastaccessed"),
    "ip": ("ip", "ipaddress", "loginip", "remoteip", "clientip", "sourceip", "remoteaddress", "address"),
    "agent": ("useragent", "agent", "ua", "browser", "device", "devicename"),
    "id": ("sessionid", "tokenid", "deviceid", "id"),
    "account": ("userid", "accountid", "account", "username", "user", "acct", "did", "handle"),
    "name": ("username", "acct", "handle", "did", "account", "user"),
    "success": ("success", "successful", "succeeded", "ok"),
    "outcome": ("status", "result", "outcome", "loginresult", "eventoutcome"),
    "event": ("event", "eventtype", "eventname", "type", "operation"),
    "error": ("failurereason", "error", "errorcode"),
    "client": ("applicationname", "application", "clientname", "clientid", "client", "app", "appname"),
    "scope": ("scope", "scopes", "permissions"),
    "action": ("action", "actionname"),
    "method": ("authenticationmethod", "method"),
    "provider": ("provider",),
    "country": ("countrycode", "country"),
}  # fmt: skip
"""What columns are called, the best name first: Mastodon's tables, a PDS's account page, GoToSocial, Keycloak, Auth0,
the sign-in logs of Google and Microsoft, spreadsheets."""
_BLANK: Final = frozenset({"-", "--", "n/a", "null", "none", "nil", "unknown", "undefined", "\\n"})
"""How dumps write that there is no value."""


def value(row: Row, what: str) -> str:
    """Return what a row holds of something, "" if nothing."""
    return next((found for name in _NAMES[what] if (found := _held(row, name))), "")


def time_of(row: Row, what: str, asked: Asked) -> datetime | None:
    """Return a row's time (UTC); None if it has none. Raises ValueError as `moment` does; also for one in the future.

    A column whose title ends with UTC says the zone of its times; day and time may stand in two columns.
    """
    name = next((one for one in _NAMES[what] if _held(row, one)), "")
    if not name:
        return None
    written = _held(row, name)
    if what == "opened" and name in ("time", "date") and ":" not in (day := _held(row, "date")) and day:
        written = f"{day} {_held(row, 'time')}"
    zone = ZoneInfo("UTC") if name.endswith("utc") else asked.time_zone
    found = moment(written, zone, order=asked.order)
    if asked.now is not None and found > asked.now:
        raise ValueError(f"a time that has not come yet: {written}")
    return found


def country_code(row: Row) -> str:
    """Return the code of the country that a row names, "" if none."""
    written = value(row, "country").upper()
    return written if len(written) == 2 and written.isascii() and written.isalpha() else ""


def _held(row: Row, name: str) -> str:
    found = row.get(name, "").strip()
    return "" if found.lower() in _BLANK else found
