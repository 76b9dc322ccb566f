"""Asks DNS for the public key of a domain: only when a user says so, for this tells others that the mail exists."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import dns.exception
import dns.resolver

from countersign.sources.access.asked import DomainKey

WAIT_SECONDS = 5.0
LONGEST_RECORD = 8_192
"""A key of 4,096 bits takes some 800 characters."""


def published(
    name: str, *, resolver: Any = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> DomainKey | str:
    """Return the key that DNS has under a name now, or a sentence that says why there is none.

    `resolver` is one of dnspython's, by default the system's.
    """
    try:
        asking = dns.resolver.Resolver() if resolver is None else resolver
        answer = asking.resolve(name, "TXT", lifetime=WAIT_SECONDS)
        records = [b"".join(one.strings).decode("utf-8", "replace") for one in answer]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return f"{name} is not in DNS: the key is gone, and only an archived one can check the signature"
    except (dns.exception.DNSException, OSError, ValueError) as cause:
        return f"DNS could not be asked for {name} ({type(cause).__name__})"
    keys = [record for record in records if "p=" in record.replace(" ", "") and len(record) <= LONGEST_RECORD]
    if len(keys) != 1:
        return f"DNS has {len(keys)} keys under {name}: none is taken"
    at = now()
    return DomainKey(record=keys[0], name=name, whence=f"DNS, asked {at:%Y-%m-%d %H:%M:%S} UTC", at=at)
