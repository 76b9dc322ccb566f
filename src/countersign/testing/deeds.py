"""Single actions and sign-ins, put together by hand, with which the ending of a scenario is told."""

from datetime import UTC, datetime, timedelta

from countersign.activity import Activity, Session, Verb
from countersign.testing.acts import SOURCE, account_number, action, snowflake
from countersign.testing.dice import Dice
from countersign.testing.habit import Habit, Network
from countersign.testing.hand import Hand, write
from countersign.testing.language import name

YEAR = 2026
STAY = timedelta(minutes=9)

SCAM_LINK = "https://double-your-coins.example/now"
SCAM_HAND = Hand(length=1.4, shouts=0.9, emoji=0.8, emojis=("🚀", "🔥"))


def at(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment of the year of the stories, in UTC."""
    return datetime(YEAR, month, day, hour, minute, second, tzinfo=UTC)


def like(
    habit: Habit, when: datetime, author: str, text: str, *, client: str = "Twitter Web App", tag: str = "en",
    hashtags: tuple[str, ...] = (), sensitive: bool = False, media: int = 0,
) -> Activity:  # fmt: skip
    """Return a like of somebody's post, written some hours before."""
    dice = Dice(habit.account, author, when)
    written = when - timedelta(seconds=600 + int(dice.lognormal(15_000, 0.7)))
    post_id = snowflake(written, dice)
    return action(
        habit, "like", when, post_id, object=post_id, object_author=author, object_time=written, instrument=client,
        content=text, content_length=len(text), lang=tag, hashtags=hashtags, sensitive=sensitive, media=media,
    )  # fmt: skip


def post(habit: Habit, when: datetime, text: str, *, client: str, links: tuple[str, ...] = ()) -> Activity:
    """Return an English post of the account."""
    return action(
        habit, "post", when, snowflake(when, Dice(habit.account, text)), instrument=client, content=text,
        content_length=len(text), lang="en", links=links, sensitive=False, media=0,
    )  # fmt: skip


def fraud(habit: Habit, dice: Dice, verb: Verb, when: datetime, client: str) -> Activity:
    """Return what somebody does with the account to advertise a fraud: any verb, always about the same thing."""
    author = name(dice) + dice.pick(("Coin", "Drop", "_x1000", "Vault"))
    text = write(dice, SCAM_HAND, "en", "scam")
    if verb == "post":
        return post(habit, when, f"{text} {SCAM_LINK}", client=client, links=(SCAM_LINK,))
    if verb == "like":
        return like(habit, when, author, text, client=client)
    if verb in ("follow", "update"):
        number = account_number(author if verb == "follow" else f"{author} {when}")
        return action(
            habit, verb, when, number, instrument=client, object=number if verb == "follow" else "profile",
            object_author=author if verb == "follow" else None,
        )  # fmt: skip
    written = when - timedelta(seconds=900)
    return action(
        habit, verb, when, snowflake(when, dice), instrument=client, object=snowflake(written, dice),
        object_author=author, object_time=written, content=text, content_length=len(text), lang="en",
        mentions=(author,) if verb == "reply" else (), sensitive=False, media=0,
    )  # fmt: skip


def sign_in(habit: Habit, when: datetime, network: Network, ip: str, device: str, client: str) -> Session:
    """Return a span of access that began at this time."""
    return Session(
        account=habit.account,
        platform=habit.platform,
        kind="ip use",
        opened=when,
        last_seen=when + STAY,
        ip=ip,
        asn=network.asn,
        network=network.name,
        device=device,
        client=client,
        meaning="this device used the account from this address, between these times",
        source=SOURCE,
    )
