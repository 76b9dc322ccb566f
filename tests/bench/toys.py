"""Small invented accounts for the benchmark's own tests: each with its hours, applications, friends and words."""

import random
from datetime import UTC, datetime, timedelta

from bench.protocol.data import Account, Row

FIRST = datetime(2016, 1, 4, tzinfo=UTC)
WORDS = {
    "alder": ("river", "boat", "harbour", "tide", "rope", "mast"),
    "birch": ("budget", "vote", "council", "ledger", "motion", "clerk"),
    "cedar": ("goal", "match", "keeper", "league", "corner", "whistle"),
}
HOURS = {"alder": 8, "birch": 14, "cedar": 20}


def account(name: str, *, actions: int = 600, language: str | None = "en", coarse: int = 0) -> Account:
    """Return an invented account that acts once or twice a day at its hour; its first `coarse` rows know the day."""
    dice = random.Random(name)
    rows = [_row(name, dice, number, language) for number in range(actions)]
    return Account(name, tuple(_coarsened(row) if number < coarse else row for number, row in enumerate(rows)))


def _row(name: str, dice: random.Random, number: int, language: str | None) -> Row:
    friend = f"friend_{dice.randrange(4)}_of_{name}"
    verb = dice.choice(["post", "post", "reply", "repost"])
    text = " ".join(dice.choice(WORDS[name]) for _ in range(8))
    return Row(
        id=f"{name.encode().hex()}{number:06x}",
        account=name,
        verb=verb,
        time=FIRST + timedelta(hours=16 * number) + timedelta(hours=HOURS[name], minutes=dice.randrange(120)),
        target_author=None if verb == "post" else friend,
        text=f"@{friend} {text}" if verb == "reply" else text,
        lang=language,
        client=f"{name} app",
        mentions=(friend,) if verb == "reply" else (),
        hashtags=(WORDS[name][0],) if dice.random() < 0.3 else (),
    )


def _coarsened(row: Row) -> Row:
    midnight = row.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Row(
        id=row.id, account=row.account, verb=row.verb, time=midnight, time_res="day", text=row.text, lang=row.lang,
        client=row.client, target_author=row.target_author, mentions=row.mentions, hashtags=row.hashtags,
    )  # fmt: skip


def accounts() -> tuple[Account, ...]:
    """Return three invented accounts of the same time."""
    return tuple(account(name) for name in WORDS)
