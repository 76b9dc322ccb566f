"""Makes takeovers out of real actions: what another person would do in an account, at known places."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from bench.protocol.data import Account, Row

Mode = Literal["shift", "match", "mask", "reposts"]
"""`shift`: the attacker's own hours and application; `match`: the victim's times, the attacker's application; `mask`:
the victim's times, application and language tag, another hand; `reposts` (T3): reposts only, no text."""
MODES: tuple[Mode, ...] = ("shift", "match", "mask")
Variant = Literal["full", "noclient", "reposts"]
"""What every row of a stream, host's and attacker's alike, is stripped of: nothing; the client application; or
everything that comes of a repost's text."""

ACTIONS_OF_TAKEOVER = 10
REPOSTS_OF_SLIP = 3
WEEK = timedelta(days=7)
YEAR = timedelta(days=365)
LONGEST_RUN = timedelta(days=30)
"""Ten actions that took longer than this are no takeover but another account asleep."""
NEIGHBOURS = 20
"""How many host's rows on either side of the place show which fields the host's source gives there."""
TRIES = 400


class Takeover(msgspec.Struct, frozen=True):
    """Foreign actions put into an account after its row `place`; they replace the `replaced` rows that follow."""

    host: str
    donor: str
    mode: Mode
    place: int
    injected: tuple[Row, ...]
    replaced: int = 0

    def tail(self, rows: Sequence[Row]) -> list[tuple[Row, int]]:
        """Return what follows `place`, up to the last foreign action: pairs (row, ordinal of it or -1 if its own)."""
        own = [(row, -1) for row in self._own_rows(rows)]
        foreign = [(row, ordinal) for ordinal, row in enumerate(self.injected)]
        return sorted(own + foreign, key=lambda pair: (pair[0].at, pair[1] >= 0, pair[1]))

    def _own_rows(self, rows: Sequence[Row]) -> Iterator[Row]:
        last = self.injected[-1].at
        for row in rows[self.place + 1 + self.replaced :]:
            if row.at > last:
                return
            yield row


def cases(accounts: Sequence[Account], mode: Mode, *, seed: int = 1, per_account: int = 20) -> list[Takeover]:
    """Return takeovers of each account by the others; the three modes share places and donors' actions.

    The place is uniform in the last quarter of the host's actions, the donor uniform over the other accounts that
    have a run of actions within a year of it. Places for which none is found are left out.
    """
    return [
        takeover
        for host in accounts
        for ordinal in range(per_account)
        if (takeover := _case(host, accounts, mode, random.Random(f"{seed}/{host.name}/{ordinal}"))) is not None
    ]


def _case(host: Account, accounts: Sequence[Account], mode: Mode, rng: random.Random) -> Takeover | None:
    length = REPOSTS_OF_SLIP if mode == "reposts" else ACTIONS_OF_TAKEOVER
    for _ in range(TRIES):
        place = rng.randrange(host.test_start, len(host.rows) - ACTIONS_OF_TAKEOVER - 1)
        donor = rng.choice([account for account in accounts if account.name != host.name])
        run = _run(donor, host, place, length, mode, rng)
        if run is not None and not _coarse(host.rows[place : place + length + 1]):
            return _takeover(host, donor, mode, place, run)
    return None


def _run(
    donor: Account, host: Account, place: int, length: int, mode: Mode, rng: random.Random
) -> Sequence[Row] | None:
    when = host.rows[place].at
    near: Sequence[Row] = donor.between(when - YEAR, when + YEAR)
    if mode == "reposts":
        near = [row for row in near if row.verb == "repost"]
    if len(near) < length:
        return None
    start = rng.randrange(len(near) - length + 1)
    run = near[start : start + length]
    if _coarse(run) or run[-1].at - run[0].at > LONGEST_RUN:
        return None
    if mode != "reposts" and gives_language(host, place) and any(row.lang is None for row in run):
        return None
    return run


def _coarse(rows: Sequence[Row]) -> bool:
    return any(row.time_res is not None for row in rows)


def _takeover(host: Account, donor: Account, mode: Mode, place: int, run: Sequence[Row]) -> Takeover:
    disguised = [disguise(row, donor.name, host, place) for row in run]
    if mode in ("shift", "reposts"):
        return Takeover(host.name, donor.name, mode, place, tuple(moved(disguised, host.rows[place])))
    own = host.rows[place + 1 : place + 1 + len(run)]
    placed = [msgspec.structs.replace(row, time=mine.time) for row, mine in zip(disguised, own, strict=True)]
    if mode == "mask":
        placed = [
            msgspec.structs.replace(row, client=mine.client, lang=mine.lang)
            for row, mine in zip(placed, own, strict=True)
        ]
    return Takeover(host.name, donor.name, mode, place, tuple(placed), replaced=len(run))


def moved(rows: Sequence[Row], after: Row) -> list[Row]:
    """Return rows moved by the whole weeks that bring the first just after another row: hours and gaps are kept."""
    weeks = (after.at - rows[0].at) // WEEK + 1
    return [msgspec.structs.replace(row, time=row.at + weeks * WEEK) for row in rows]


def disguise(row: Row, donor: str, host: Account, place: int) -> Row:
    """Return a donor's row as the host's source would have given it, so that no artefact gives it away.

    Name and ids become the host's, and fields that only some sources give (`lang`, `sensitive`) are there exactly
    where the host's rows around the place have them.
    """
    like = host.rows[place]
    text = row.text.replace(f"@{donor}", f"@{host.name}") if row.text else row.text
    return msgspec.structs.replace(
        row,
        account=host.name,
        id=_native(f"{host.name}/{place}/{row.id}", like.id),
        target_id=row.target_id and _native(row.target_id, like.id),
        target_author=host.name if row.target_author == donor else row.target_author,
        mentions=tuple(host.name if name == donor else name for name in row.mentions),
        text=text,
        lang=row.lang if gives_language(host, place) else None,
        sensitive=_sensitive(row, host, place),
    )


def _native(what: str, like: str) -> str:
    digest = hashlib.sha256(what.encode()).hexdigest()
    return str(int(digest, 16))[: len(like)] if like.isdigit() else digest[: len(like)]


def _sensitive(row: Row, host: Account, place: int) -> bool | None:
    if not gives_sensitivity(host, place) or not _may_be_sensitive(row):
        return None
    return bool(row.sensitive)


def gives_language(host: Account, place: int) -> bool:
    """Say whether the host's source gives a language around a place."""
    near = _neighbours(host, place)
    return sum(row.lang is not None for row in near) * 2 >= len(near)


def gives_sensitivity(host: Account, place: int) -> bool:
    """Say whether the host's source says around a place if a post with a link is sensitive."""
    near = [row for row in _neighbours(host, place) if _may_be_sensitive(row)]
    return bool(near) and sum(row.sensitive is not None for row in near) * 2 >= len(near)


def _neighbours(host: Account, place: int) -> Sequence[Row]:
    return host.rows[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]


def _may_be_sensitive(row: Row) -> bool:
    # The platform's archives label only what holds one of its own short links.
    return "//t.co/" in (row.text or "")


def stripped(row: Row, variant: Variant) -> Row:
    """Return a row as a variant of the benchmark shows it."""
    if variant == "noclient":
        return msgspec.structs.replace(row, client=None)
    if variant == "reposts" and row.verb == "repost":
        return msgspec.structs.replace(
            row, text=None, lang=None, links=(), mentions=(), hashtags=(), sensitive=None, media=None
        )
    return row
