"""What a reader of access evidence is told beside the bytes: whose account it is, and what a user says of the file."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from countersign.errors import SourceError

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

    `handles` are all names that the account is known by; `zone` is that of times that name none; `keys` are those
    that mails may be signed with.
    """

    account: str
    platform: str
    handles: tuple[str, ...] = ()
    zone: str = ""
    keys: tuple[DomainKey, ...] = ()

    @property
    def time_zone(self) -> ZoneInfo | None:
        """Return the zone of times that name none, if the user said it."""
        return ZoneInfo(self.zone) if self.zone else None


def nothing(what: str, name: str, *, hint: str) -> SourceError:
    """Return the error of a file in which nothing could be read."""
    return SourceError(what, where=name, hint=hint, code=NOTHING_IN_IT)
