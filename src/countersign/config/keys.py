"""The settings that there are: what each is called, what it takes, and what it is when nobody says otherwise."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a secret is kept; the secret itself never stands in the configuration. Exactly one of the three is given.

    >>> Secret(env="EMBASSY_KEY")
    Secret(env='EMBASSY_KEY', file=None, keyring=None)
    """

    env: str | None = None
    file: str | None = None
    keyring: str | None = None

    def __post_init__(self) -> None:
        if sum(place is not None for place in (self.env, self.file, self.keyring)) != 1:
            raise ValueError("exactly one of env, file and keyring")


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody may be told, and how long an incident lasts."""

    alerts_per_period: Annotated[
        float, Meta(gt=0, le=100, description="false alerts promised at most, per account and period")
    ] = 1.0
    period_days: Annotated[float, Meta(ge=1, le=366, description="length of that period, in days")] = 30.0
    hard_cap: Annotated[
        int, Meta(ge=1, le=16, description="alerts per account in any 30 days; further incidents go to the digest")
    ] = 2
    incident_hours: Annotated[
        float, Meta(gt=0, le=744, description="an incident ends this many hours after its last alarm")
    ] = 24.0
    adopt_days: Annotated[
        float, Meta(gt=0, le=366, description="days until unanswered surprising actions count as a new habit")
    ] = 7.0


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Where the accounts are at home: hours and weekdays of their habits are counted in this time zone."""

    home_zone: Annotated[str, Meta(description="IANA time zone of accounts that `zones` does not name")] = "UTC"
    zones: Annotated[dict[str, str], Meta(description="table: account = IANA time zone")] = {}


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """Where histories are kept between runs."""

    path: Annotated[
        str, Meta(description="the database file; by default countersign/countersign.db in $XDG_DATA_HOME")
    ] = ""
    key: Annotated[
        Secret | None,
        Meta(description="where its key is kept; by default a file beside the database, made with it"),
    ] = None


class Show(msgspec.Struct, frozen=True, kw_only=True):
    """How output looks."""

    color: Annotated[
        Literal["auto", "always", "never"], Meta(description="`auto`: only on a terminal, and not under NO_COLOR")
    ] = "auto"
    plain: Annotated[bool, Meta(description="no boxes, no bars, nothing redrawn: for screen readers")] = False
    zone: Annotated[
        str | None, Meta(description="IANA time zone of times that are shown; by default the account's own")
    ] = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How surprise is measured."""

    preset: Annotated[
        Literal["rich", "compact"], Meta(description="`rich` for watched accounts, `compact` for a platform's")
    ] = "rich"


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A time-stamp authority: where it answers, and the files (PEM or DER) with its root's and its own certificate."""

    url: str
    root: str
    certificate: str
    allow_private: bool = False


class Beacon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A public beacon of the drand kind: where its newest round is read, when the first was, seconds between two."""

    name: str
    url: str
    genesis: Annotated[int, Meta(ge=0)]
    period: Annotated[int, Meta(ge=1)]
    allow_private: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Who outside says when the log stood where: authorities and a beacon; witnesses are kept by `witness`."""

    origin: Annotated[
        str, Meta(description="what the log is called, such as embassy.example/log; set it before the first entry")
    ] = ""
    authorities: Annotated[
        dict[Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")], Authority],
        Meta(description="table: name = { url, root, certificate }; two or more that do not know each other"),
    ] = {}
    beacon: Annotated[
        Beacon | None, Meta(description="table: { name, url, genesis, period }; without it no beacon is looked up")
    ] = None
    networks: Annotated[
        tuple[str, ...],
        Meta(description="paths of network tables (MaxMind DB, or lists of networks) in which addresses are looked up"),
    ] = ()
    deadline_seconds: Annotated[
        float, Meta(gt=0, le=60, description="how long a command waits for all of them together; then they are pending")
    ] = 5.0


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Requests for what would settle an incident, before it is deleted."""

    remind_days: Annotated[
        int, Meta(ge=0, le=366, description="days before the last day of a request from which you are reminded of it")
    ] = 14


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, decoded."""

    alarm: Alarm = Alarm()
    account: Account = Account()
    store: Store = Store()
    show: Show = Show()
    score: Score = Score()
    evidence: Evidence = Evidence()
    ask: Ask = Ask()
