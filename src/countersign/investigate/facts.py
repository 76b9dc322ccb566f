"""All that examinations may look at, as values: the incident, what was around it, and how the account is reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from countersign.activity import Activity, Session
from countersign.incident.incident import Incident

NetworkKind = Literal["home", "mobile", "office", "hosting", "vpn", "tor", "private", "unknown"]


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a roster: who (an unnamed label such as "operator A") was on duty from when to when (UTC)."""

    who: str
    start: datetime
    end: datetime
    source: str = ""


class Travel(msgspec.Struct, frozen=True, kw_only=True):
    """A journey that was declared: who, from when to when, to which country (ISO 3166-1 alpha-2), in which zones."""

    who: str
    start: datetime
    end: datetime
    country: str = ""
    zones: tuple[str, ...] = ()
    source: str = ""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """One trace of access with what tables say of its address, and how it is vouched for.

    `vouched` is "platform-signed" where a login-alert mail's DKIM signature holds, else "as told".
    """

    session: Session
    country: str = ""
    asn: int | None = None
    network: NetworkKind = "unknown"
    operating_system: str = ""
    browser: str = ""
    vouched: Literal["platform-signed", "as told"] = "as told"
    ref: str = ""
    notice: bool = False
    """Whether this is a platform's own notice of a new sign-in, rather than a line of a list."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """That what is told of access from `start` to `end` contradicts itself, and a sentence on how."""

    start: datetime
    end: datetime
    because: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a person answered when asked "was this you?", sealed: `said` is yes, by mistake, no, or no answer."""

    who: str
    said: Literal["yes", "by mistake", "no", "no answer"]
    at: datetime
    leaf: int | None = None


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """What the model of hands says of one action: log10 P(how it was done | hand), for each known operator and for
    somebody unknown ("unknown")."""

    action: str
    log10: Mapping[str, float]
    cases: int
    source: str
    together: int = 1
    """Of how many actions, taken to be one hand's, this is said; `action` is the first of them."""


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """The same thing on another account at the same time: what was the same, and when (crowd)."""

    account: str
    what: Literal["url", "text", "target", "client", "time"]
    at: datetime


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One incident with all that is known around it. Everything may be empty: absence is for examinations to tell.

    `actions` are those of the incident in order, `undone` maps an action's id to the action that took it back,
    `around` are the account's actions from a day before to two days after; `history` counts the account's actions by
    client and hour (home time). `sign_ins` and all else are as far as they are known up to `as_of`; `sign_ins_from` and
    `sign_ins_until` bound what lists of sign-ins cover: the span that holds the incident, else the latest one, and
    `covers` are all of these spans. `doubts` are where what is told of sign-ins contradicts itself; `access_remarks`
    are sentences on how the account was reached that whoever reads the result should know, and `tables` the tables of
    networks in use with their dates. `grants` are applications with access and since when.
    """

    incident: Incident
    account: str
    platform: str
    handle: str = ""
    """What people call the account, as its platform said last; empty where it is not known."""
    run_by_us: bool = True
    """Whether it is the team's own account: of a public office that is only watched, nobody speaks for the owner."""
    home_zone: str
    as_of: datetime
    actions: tuple[Activity, ...]
    undone: Mapping[str, Activity] = {}
    around: tuple[Activity, ...] = ()
    loose: Mapping[str, int] = {}
    """How many more may lie around it, by verb: they have no time, and began to be possible long before."""
    clients: Mapping[str, int] = {}
    hours: tuple[int, ...] = ()
    operators: tuple[str, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()
    sign_ins_from: datetime | None = None
    sign_ins_until: datetime | None = None
    covers: tuple[tuple[datetime, datetime], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    access_remarks: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    grants: tuple[Session, ...] = ()
    changes: tuple[Activity, ...] = ()
    """Changes of password, e-mail, phone, second factor, handle, from 30 days before to 7 days after."""
    duties: tuple[Duty, ...] = ()
    travels: tuple[Travel, ...] = ()
    statements: tuple[Statement, ...] = ()
    hands: tuple[Hand, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    watched_accounts: int = 1
    domains: Mapping[str, int] = {}
    """How often the account linked to each domain before."""
    authors: Mapping[str, int] = {}
    """How often it dealt with each account before."""
    clocks: tuple[int, ...] = ()
    """Bluesky: the clock ids in the keys of its records before, in order (a process keeps one for its life)."""
