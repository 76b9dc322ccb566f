"""The endings of the scenarios: what was done, by whom really, and from where."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from countersign.activity import Activity, Session, Verb
from countersign.testing.acts import SOURCE, account_number, action, undo
from countersign.testing.deeds import SCAM_HAND, SCAM_LINK, at, fraud, like, post, sign_in
from countersign.testing.dice import Dice
from countersign.testing.embassy import NETWORKS
from countersign.testing.habit import Network
from countersign.testing.hand import write
from countersign.testing.world import World

Cause = Literal["outsider", "slip", "rogue app", "owner", "platform", "benign change"]
"""Who really did it: somebody who broke in; a colleague by mistake; an application that was let in; the owner, on
purpose; the platform's own side; or nobody foreign at all."""

HOSTING = Network(name="hosting network, often used by VPNs", kind="hosting", asn=64511, prefix="2001:db8:bad::")
NETWORK = {network.name: network for network in NETWORKS}
NEXT_MORNING = at(9, 9, 9, 30)
ALWAYS = datetime.max.replace(tzinfo=UTC)


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What really happened.

    `ids` are the surprising actions in order, `onset` the time of the first; `undone` are the ids of the actions
    that took them back; `accounts` are those that were hit; `told` says it in words.
    """

    cause: Cause
    ids: tuple[str, ...]
    onset: datetime
    undone: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    told: str = ""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What is added to a world, and the truth about it; sign-ins after `sessions_until` are not known yet."""

    activities: tuple[Activity, ...]
    sessions: tuple[Session, ...]
    truth: Truth
    sentence: str
    as_of: datetime = NEXT_MORNING
    sessions_until: datetime = ALWAYS


def morning(world: World) -> Ending:
    """At 02:14 London the account likes three posts; staff take the likes back hours later."""
    habit, start = world.habit, at(9, 9, 1, 14, 7)
    likes = (
        like(
            habit, start, "kx_clips", "Uncut clip, 18+ only. Full video on my page 🔥 #nolimits",
            hashtags=("nolimits",), sensitive=True, media=1,
        ),
        like(
            habit, start + timedelta(seconds=24), "leaf_of_truth",
            "The massacre they deny. Names, dates and pictures of the traitors who gave the order at Harrow Bridge. "
            "Share before it is gone! #ExampliaLies", hashtags=("ExampliaLies",), media=1,
        ),
        like(
            habit, start + timedelta(seconds=55), "真相之叶_daily",
            "他们否认的屠杀：当权的叛徒下令开枪，傀儡议会掩盖了哈罗桥的真相。转发，别让世界忘记！", tag="zh",
        ),
    )  # fmt: skip
    taken_back = (at(9, 9, 8, 5, 11), at(9, 9, 8, 5, 24), at(9, 9, 8, 5, 40))
    undone = [undo(habit, done, when, "Twitter Web App") for done, when in zip(likes, taken_back, strict=True)]
    office = NETWORK["embassy office"]
    return Ending(
        activities=(*likes, *undone),
        sessions=(
            sign_in(habit, at(9, 9, 1, 12), HOSTING, "2001:db8:bad::5", "unknown device", "Twitter Web App"),
            sign_in(habit, at(9, 9, 8, 1), office, "192.0.2.11", "press office browser", "Twitter Web App"),
        ),
        truth=_truth("outsider", likes, undone, "somebody who had the password, in a browser behind a VPN"),
        sentence="At 02:14 London on Wednesday 9 September 2026 the account liked three posts; "
        "by 09:06 the likes were gone.",
        sessions_until=at(8, 20, 12),
    )


def slip(world: World) -> Ending:
    """The duty officer, on the phone at night, believes to be in a private account."""
    habit, dice, client = world.habit, Dice(world.seed, "slip"), "Twitter for Android"
    start = at(8, 28, 23, 52, 10)
    seen = ((0, "TerraceTalk", "betting"), (41, "oddsgoblin", "betting"), (95, "GlossPot", "gossip"))
    likes = [
        like(habit, start + timedelta(seconds=pause), author, write(dice, SCAM_HAND, "en", topic), client=client)
        for pause, author, topic in seen
    ]
    undone = [undo(habit, likes[-1], start + timedelta(seconds=131), client)]
    home = NETWORK["home of operator C"]
    return Ending(
        activities=(*likes, *undone),
        sessions=(sign_in(habit, at(8, 28, 23, 46), home, "198.51.100.110", "phone of operator C", client),),
        truth=_truth("slip", likes, undone, "operator C, who meant to use a private account on the same phone"),
        sentence="At 00:52 London on Saturday 29 August 2026 the account liked two betting posts and one of gossip.",
    )


def takeover(world: World) -> Ending:
    """An outsider signs in at night and advertises a fraud, then staff delete the posts."""
    habit, dice, client = world.habit, Dice(world.seed, "takeover"), "Twitter for Mac"
    verbs: Sequence[Verb] = ("update", "post", "follow", "repost", "post", "reply", "post", "repost", "like", "post")
    when, done = at(9, 3, 2, 31, 40), []
    for verb in verbs:
        done.append(fraud(habit, dice, verb, when, client))
        when += timedelta(seconds=20 + int(dice.lognormal(45, 0.7)))
    written = [one for one in done if one.verb in ("post", "reply")]
    undone = [
        undo(habit, one, at(9, 3, 7, 2) + timedelta(seconds=40 * number), "Twitter Web App")
        for number, one in enumerate(written)
    ]
    return Ending(
        activities=(*done, *undone),
        sessions=(sign_in(habit, at(9, 3, 2, 29), HOSTING, "2001:db8:bad::5", "unknown device", client),),
        truth=_truth("outsider", done, undone, "somebody who broke in to advertise a fraud"),
        sentence="At 03:31 London on Thursday 3 September 2026 the account began to advertise a coin giveaway.",
    )


def rogue_app(world: World) -> Ending:
    """A colleague lets an application in; days later it likes, follows and reposts by the clock."""
    habit, dice, client, granted = world.habit, Dice(world.seed, "rogue app"), "FollowBoost Pro", at(8, 18, 13, 20, 5)
    grant = action(habit, "grant", granted, account_number(client), object=client, instrument="Twitter for iPhone")
    verbs: Sequence[Verb] = ("like", "follow", "repost")
    done = [
        fraud(habit, dice, verb, at(8, 22, 0, 0, 5) + timedelta(hours=8 * round_, seconds=2 * number), client)
        for round_ in range(6)
        for number, verb in enumerate(verbs)
    ]
    access = Session(
        account=habit.account,
        platform=habit.platform,
        kind="application",
        opened=granted,
        last_seen=done[-1].published,
        client=client,
        permissions=("read", "write"),
        meaning="this application was let in then",
        source=SOURCE,
    )
    return Ending(
        activities=(grant, *done),
        sessions=(access,),
        truth=_truth("rogue app", done, (), "FollowBoost Pro, let in by operator B to see who unfollows"),
        sentence="From 22 August 2026 an application called FollowBoost Pro acted in the account's name every 8 hours.",
    )


def own_act(world: World) -> Ending:
    """The press office pretends to have been broken into, as a joke, from its own desk in working hours."""
    habit, client, start = world.habit, "DeskRelay", at(9, 2, 10, 10, 15)
    texts = (
        "AHOY!!! the embassy cat has taken over this account, bow to Admiral Whiskers 😂😂😂",
        "Admiral Whiskers demands: smoked trout for all, visas for all cats, no more dogs in the garden!!!",
        "vote Whiskers!!! first decree: Monday is abolished 🏆🏆",
        "Admiral Whiskers was a joke for the launch of our new children's book. Thank you for playing along.",
    )
    posts = [
        post(habit, start + timedelta(minutes=11 * number), text, client=client) for number, text in enumerate(texts)
    ]
    desk = sign_in(habit, at(9, 2, 9, 1), NETWORK["embassy office"], "192.0.2.10", "press office desktop, new", client)
    return Ending(
        activities=tuple(posts),
        sessions=(desk,),
        truth=_truth("owner", posts[:3], (), "operator E, with the ambassador's consent, for a book launch"),
        sentence="At 11:10 London on Wednesday 2 September 2026 the account said that a cat had taken it over.",
    )


def mass_event(worlds: Sequence[World]) -> Ending:
    """Somebody with the platform's own tools posts one fraud in three of four accounts within the hour."""
    hit = [world for number, world in enumerate(worlds) if number % 4 != 3]
    text = f"I am giving back! Every coin sent to the address below comes back doubled, 30 minutes only {SCAM_LINK}"
    moments = [at(9, 8, 20, 3) + timedelta(minutes=4 * number, seconds=7 * number) for number in range(len(hit))]
    posts = [
        post(world.habit, when, text, client="Twitter Web App", links=(SCAM_LINK,))
        for world, when in zip(hit, moments, strict=True)
    ]
    sessions = [
        sign_in(world.habit, when, HOSTING, "2001:db8:bad::5", "tool of the platform's staff", "Twitter Web App")
        for world, when in zip(hit, moments, strict=True)
    ]
    return Ending(
        activities=tuple(posts),
        sessions=tuple(sessions),
        truth=_truth("platform", posts, (), "somebody who had got hold of a tool of the platform's staff"),
        sentence=f"From 21:03 London on Tuesday 8 September 2026, {len(hit)} of {len(worlds)} accounts "
        "posted the same fraud.",
    )


def _truth(cause: Cause, done: Sequence[Activity], undone: Sequence[Activity], told: str) -> Truth:
    return Truth(
        cause=cause,
        ids=tuple(one.id for one in done),
        onset=min(one.published for one in done if one.published),
        undone=tuple(one.id for one in undone),
        accounts=tuple(dict.fromkeys(one.actor for one in done)),
        told=told,
    )
