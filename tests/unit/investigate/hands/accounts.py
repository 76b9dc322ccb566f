"""Made-up accounts that two hands share: one by day with links and tags, one by night with exclamations."""

import random
from datetime import UTC, datetime, timedelta

from countersign.activity import Activity

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY_APP, NIGHT_APP = "Desk", "Phone"
_DAY = ("The programme of our visit is here", "Join the ministers at the opening", "Read the statement of today")
_NIGHT = ("SAD! they never learn", "what a great crowd, thank you!", "Total disaster, so unfair!")


def by_day(number: int, rng: random.Random, **changes: object) -> Activity:
    when = START + timedelta(days=number // 3, hours=rng.choice((9, 10, 11, 14, 15)), minutes=rng.randrange(60))
    return _made("day", number, when, f"{rng.choice(_DAY)} {rng.randrange(99)} https://example.org/a", DAY_APP, changes,
                 links=("https://example.org/a",), hashtags=("visit",) if rng.random() < 0.6 else ())  # fmt: skip


def by_night(number: int, rng: random.Random, **changes: object) -> Activity:
    when = START + timedelta(days=number // 3, hours=rng.choice((20, 21, 22, 23)), minutes=rng.randrange(60))
    return _made("night", number, when, f"{rng.choice(_NIGHT)} {rng.randrange(99)}!", NIGHT_APP, changes)


def _made(
    hand: str, number: int, when: datetime, text: str, client: str, changes: dict[str, object],
    links: tuple[str, ...] = (), hashtags: tuple[str, ...] = (),
) -> Activity:  # fmt: skip
    fields: dict[str, object] = {
        "id": f"x:1:post:{hand}{number}", "native_id": f"{hand}{number}", "platform": "x", "verb": "post", "actor": "1",
        "published": when, "time_basis": "given", "content": text, "lang": "en", "instrument": client, "links": links,
        "hashtags": hashtags,
    }  # fmt: skip
    return Activity(**{**fields, **changes})  # type: ignore[arg-type]


def shared_account(each: int, seed: int = 1) -> list[Activity]:
    """Return so many actions of either hand, in order of time."""
    rng = random.Random(seed)
    made = [hand(number, rng) for number in range(each) for hand in (by_day, by_night)]
    return sorted(made, key=lambda one: (str(one.published), one.id))


def truth(actions: list[Activity]) -> dict[str, str]:
    return {one.id: "day" if ":day" in one.id else "night" for one in actions}
