"""Other invented accounts, each with its own habit, for events that hit many accounts and for background tables."""

from datetime import date, timedelta

from countersign.testing.dice import Dice
from countersign.testing.habit import Device, Habit, Network, Operator, Shift
from countersign.testing.hand import some_hand
from countersign.testing.language import TAGS, TOPICS, language, name

ZONE_OF = {
    "en": ("Europe/London", "America/New_York", "Australia/Sydney"), "fr": ("Europe/Paris", "Africa/Dakar"),
    "zh": ("Asia/Shanghai", "Asia/Singapore"), "es": ("Europe/Madrid", "America/Bogota"), "de": ("Europe/Berlin",),
    "pt": ("Europe/Lisbon", "America/Sao_Paulo"), "ru": ("Europe/Riga", "Asia/Almaty"), "ar": ("Africa/Cairo",),
    "ja": ("Asia/Tokyo",), "tr": ("Europe/Istanbul",),
}  # fmt: skip
CLIENTS = (
    "Twitter Web App", "Twitter for iPhone", "Twitter for Android", "SocialDesk", "DeskRelay", "Twitter for iPad",
    "PostKeeper", "NewsroomPush", "TweetDeck",
)  # fmt: skip
VERBS = {"like": 5.0, "repost": 2.0, "post": 2.0, "reply": 1.5, "quote": 0.3, "follow": 0.3}
PRIVATE = 0.3
"""Share of accounts of one person, who may be about anything, bets and gossip too: a background of offices only would
take every private interest for the mark of an intruder."""

NIGHT = 0.3
"""Share of operators whose shift may begin at any hour."""

KINDS = ("Ministry", "City", "Museum", "Radio", "Rowing", "Institute", "Mission", "Theatre")
NETWORK = Network(name="office", kind="office", asn=64507, prefix="198.51.100.2", addresses=9)


def office(number: int, *, seed: int = 7, days: int = 365, last: date = date(2026, 9, 8)) -> Habit:
    """Return the habit of the invented account of this number: one to four operators, mostly one language.

    >>> office(3).handle == office(3).handle != office(4).handle
    True
    """
    dice = Dice(seed, "office", number)
    tag = dice.weighted({tag: 6.0 if tag == "en" else 1.0 for tag in TAGS})
    place = name(dice)
    private = dice.chance(PRIVATE)
    subjects = tuple(language(tag).what) if private else TOPICS
    topics = {dice.pick(subjects): weight for weight in (0.2, 0.3, 0.5)}
    handle = f"{dice.pick(KINDS)}{place}{number}"
    return Habit(
        account=str(2_000_000_000 + seed % 1000 * 1_000_000 + number),
        handle=handle,
        name=f"{handle} (invented)",
        zone=dice.pick(ZONE_OF[tag]),
        first=last - timedelta(days=days - 1),
        last=last,
        operators=tuple(_operator(dice, who, tag, topics) for who in "ABCD"[: 1 if private else 1 + dice.below(4)]),
        networks=(NETWORK,),
        favourites=tuple((name(dice) + name(dice), tag, dice.pick(tuple(topics)), 1 + dice.below(9)) for _ in range(9)),
        domains=tuple(f"{name(dice).lower()}.example" for _ in range(5)),
        hashtags={topic: (name(dice), topic.capitalize()) for topic in language(tag).what},
        discount=dice.between(0.4, 0.75),
        strength=dice.between(4, 20),
    )


def _operator(dice: Dice, who: str, tag: str, topics: dict[str, float]) -> Operator:
    start = dice.between(0, 24) if dice.chance(NIGHT) else dice.between(6, 14)
    shift = Shift(
        weekdays=tuple(range(dice.pick((5, 5, 6, 7)))), start=start, end=start + 3 + dice.below(8),
        runs=dice.lognormal(0.5, 0.6),
    )  # fmt: skip
    devices = tuple(
        Device(name=f"{who}{number}", client=dice.pick(CLIENTS), networks={NETWORK.name: 1}, share=1 + 4 * number)
        for number in range(1 + dice.below(3))
    )
    second = dice.pick(TAGS)
    return Operator(
        name=f"operator {who}",
        shifts=(shift,),
        devices=devices,
        languages={second: 0.08, tag: 0.92} if second != tag and set(topics) <= set(TOPICS) else {tag: 1.0},
        topics=topics,
        verbs={verb: weight * dice.lognormal(1, 0.8) for verb, weight in VERBS.items()},
        hand=some_hand(dice),
        run=dice.between(1.5, 5),
        late=dice.pick((0.0, 0.01, 0.03)),
    )
