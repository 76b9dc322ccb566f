"""The scope guard: which accounts may be kept at all, so that this never becomes a tool for watching people."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from countersign.errors import ScopeError

MOST_ACCOUNTS = 50
"""An embassy, a newsroom or a ministry runs fewer; whoever needs more is a platform, or is collecting people."""
LONGEST_NAME = 320
"""An address (64 + 1 + 255 characters, RFC 5321) is the longest name that an account bears."""
APPROVERS = 2
"""Nobody decides alone to watch an account that is not theirs."""
PUBLIC_OFFICE_DAYS = 90
"""A public role ends; the permission ends first and has to be given again."""

AccountKind = Literal["own", "public-office"]
"""`own`: its user runs it. `public-office`: an office's account, for a reason that two people put their names to."""

_WILDCARD = re.compile(r"[*?\[\]{}\\^$|]|%(?![0-9A-Fa-f]{2})")
_SEVERAL = re.compile(r"[\s,;<>\"'`\x00-\x1f\x7f]")
_GROUP = re.compile(
    r"^#|(^|[/:.@])(all|any|everyone|followers|following|followings|lists?|starter-packs?|hashtags?|tags?|search)([/:?]|$)"
    r"|app\.bsky\.graph\.(list|starterpack)|\.(txt|csv|tsv|json|jsonl|xlsx?)$",
    re.IGNORECASE,
)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account that the store may hold, named by its user, with why.

    `account` is the platform's own id, as in `Activity.actor`; `expires` is the end of the permission, None for an
    account of one's own.
    """

    account: str
    platform: str
    kind: AccountKind = "own"
    reason: str = ""
    approvers: tuple[str, ...] = ()
    added: datetime | None = None
    expires: datetime | None = None


def admit(asked: Account, held: Sequence[Account], now: datetime) -> Account:
    """Return the account with its dates, or refuse it: the one door by which an account enters the store.

    >>> from datetime import UTC
    >>> admit(Account(account="111", platform="x"), (), datetime(2026, 9, 9, tzinfo=UTC)).expires is None
    True
    """
    _is_one_account(asked.account)
    _is_one_account(asked.platform)
    if asked.kind == "public-office":
        _is_answered_for(asked)
    if not _is_held(asked, held) and len(held) >= MOST_ACCOUNTS:
        raise ScopeError(
            f"this store already holds {MOST_ACCOUNTS} accounts, the most it may",
            hint="erase one that is no longer watched, or keep another team's accounts in that team's own store",
            where=asked.account,
        )
    ends = now + timedelta(days=PUBLIC_OFFICE_DAYS) if asked.kind == "public-office" else None
    return msgspec.structs.replace(asked, added=now, expires=ends)


def still_permitted(account: Account, now: datetime) -> None:
    """Refuse to take in more of an account whose permission has ended."""
    if account.expires is None or now < account.expires:
        return
    raise ScopeError(
        f"the permission to keep {account.account} ended on {account.expires:%Y-%m-%d}",
        hint="add the account again with its reason and two approvers, or erase it",
        where=account.account,
        code="CS212",
    )


def _is_held(asked: Account, held: Sequence[Account]) -> bool:
    return any((one.platform, one.account) == (asked.platform, asked.account) for one in held)


def _is_one_account(name: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise _refused(name[:40], "is not the name of an account")
    if _WILDCARD.search(name):
        raise _refused(name, "is a pattern: it would match accounts that nobody named")
    if _SEVERAL.search(name):
        raise _refused(name, "is not one account")
    if _GROUP.search(name):
        raise _refused(name, "names a group of accounts, not one")


def _is_answered_for(asked: Account) -> None:
    if not asked.reason.strip():
        raise _unanswered(asked, "its reason: the office, and where its holder is documented")
    if len({name.strip().casefold() for name in asked.approvers if name.strip()}) < APPROVERS:
        raise _unanswered(asked, "two people who approve it")


def _refused(name: str, why: str) -> ScopeError:
    return ScopeError(f"{name!r} {why}", hint="name each account by itself, by its id", where=name, code="CS211")


def _unanswered(asked: Account, what: str) -> ScopeError:
    return ScopeError(
        f"{asked.account} is to be kept as a public office, without {what}",
        hint="give a reason and two approvers; accounts that you run yourself are of kind `own`",
        where=asked.account,
        code="CS213",
    )
