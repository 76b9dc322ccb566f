"""What a reader of access evidence is told beside the bytes: whose account it is, and what a user says of the file."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from countersign.errors import SourceError
from countersign.sources.access.pgp import Checked
from countersign.sources.access.times import DateOrder, NoZone, TwoWays

NOTHING_IN_IT: Final = "CS190"


class DomainKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that a domain published for its mails: its name in DNS, the record, and whence we have it.

    `name` is "" where a file does not say it; `at` is when it was fetched, None for a file that does not say.
    """

    record: str
    name: str = ""
    whence: str = ""
    at: datetime | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account a file is said to be about, and how to read it.

    `handles` are all names that the account is known by, `called` is what the file calls it, if a user said so; `zone`
    is that of times that name none, `order` that of short dates; `keys` are those that mails may be signed with. A time
    after `now` (None: it is not known) is a mistake. `pgp` is what was found of a lawful return's signature.
    """

    account: str
    platform: str
    handles: tuple[str, ...] = ()
    called: str = ""
    zone: str = ""
    order: DateOrder = ""
    now: datetime | None = None
    keys: tuple[DomainKey, ...] = ()
    pgp: Checked | None = None

    @property
    def time_zone(self) -> ZoneInfo | None:
        """Return the zone of times that name none, if the user said it."""
        return ZoneInfo(self.zone) if self.zone else None


def unclear(cause: NoZone | TwoWays, name: str) -> SourceError:
    """Return the error of a file whose times can be read in more than one way, with the way out."""
    if isinstance(cause, TwoWays):
        return nothing(f"its dates can be read in two ways: {str(cause)[:120]}", name,
                       hint="add --dates day-first, or --dates month-first")  # fmt: skip
    return nothing(f"its times do not say their zone: {str(cause)[:120]}", name,
                   hint="add --times-in UTC (as databases keep them), or the place, such as Europe/London")  # fmt: skip


def nothing(what: str, name: str, *, hint: str) -> SourceError:
    """Return the error of a file in which nothing could be read."""
    return SourceError(what, where=name, hint=hint, code=NOTHING_IN_IT)
