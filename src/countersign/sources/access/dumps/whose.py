"""Says whose sign-ins a dump has: of several accounts, or of a foreign one, it is refused; a bare number is as told."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from countersign.errors import ScopeError
from countersign.sources.access.asked import Asked
from countersign.sources.access.dumps.columns import value
from countersign.sources.access.dumps.rows import Row

_NUMBER: Final = re.compile(r"[0-9]+|[0-9a-fA-F-]{32,36}")
_ID: Final = re.compile(r"\d+$|did:|https?://")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
"""A person's address in a sign-on system. Mastodon writes its accounts so too: those are known handles."""


class Whose:
    """Counts what a dump calls the accounts whose sign-ins it has."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._names: Counter[str] = Counter()

    def take(self, row: Row) -> None:
        """Take the next row that was understood."""
        self._numbers[value(row, "account")[:200]] += 1
        self._names[value(row, "name")[:200]] += 1

    def checked(self, asked: Asked, name: str) -> Iterator[str]:
        """Yield what is to be said of whose sign-ins they are; ScopeError where they are not all of one account."""
        numbers = [one for one in self._numbers if one]
        if len(numbers) > 1:
            raise ScopeError(
                f"it has sign-ins of {len(numbers)} accounts", where=name,
                hint=f"ask for those of {_known_as(asked)} alone; nothing was kept",
            )  # fmt: skip
        said = next((one for one in self._names if one), next(iter(numbers), ""))
        if not said or _bare(said) in _ours(asked):
            return
        if _is_foreign(said, asked):
            raise ScopeError(
                f"it is about {said[:60]}, not about {_known_as(asked)}", where=name,
                hint=f"if that is how it calls this account, add --called {said[:60]!r}; nothing was kept",
            )  # fmt: skip
        yield f"it calls the account {said[:60]}: that this is our account is as told"


def _is_foreign(said: str, asked: Asked) -> bool:
    """Say whether a name is surely another account's: it is a handle or a DID, and ours is known and differs."""
    if asked.called:
        return True
    if said.startswith("did:"):
        return asked.platform == "bluesky"
    if _NUMBER.fullmatch(said) or ":" in said or "|" in said:
        return False
    known = [one for one in asked.handles if not _ID.match(one)]
    return bool(known) and not (_MAIL.fullmatch(said.lstrip("@")) and asked.platform != "mastodon")


def _known_as(asked: Asked) -> str:
    return asked.called or (asked.handles[0] if asked.handles else asked.account)


def _ours(asked: Asked) -> set[str]:
    names = (asked.called,) if asked.called else (asked.account, *asked.handles)
    return {_bare(one) for one in names}


def _bare(name: str) -> str:
    return name.lstrip("@").casefold()
