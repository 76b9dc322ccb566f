"""Tells how each of the seven explanations goes: what is done, from where, what gives it away, and what does not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from countersign.activity import Activity, Session
from countersign.testing.acts import account_number, action, undo
from countersign.testing.deeds import SCAM_HAND, SCAM_LINK, fraud, like, post, sign_in
from countersign.testing.dice import Dice
from countersign.testing.embassy import NETWORKS
from countersign.testing.habit import Network
from countersign.testing.hand import Hand, write
from countersign.testing.language import name
from countersign.testing.world import World

Answer = tuple[str, Literal["yes", "by mistake", "no", "no answer"]]

HOSTING: Final = Network(name="a hosting network", kind="hosting", asn=64511, prefix="2001:db8:bad::")
STRANGE_VPN: Final = Network(name="an unknown VPN", kind="vpn", asn=64512, prefix="2001:db8:bae::")
STRANGE_HOME: Final = Network(name="a home elsewhere", kind="home", asn=64513, prefix="2001:db8:baf::")
FOREIGN: Final = (HOSTING, STRANGE_VPN, STRANGE_HOME)
_OFFICE: Final = next(one for one in NETWORKS if one.kind == "office")
_SHARED_VPN: Final = next(one for one in NETWORKS if one.kind == "vpn")
_SHOUT: Final = Hand(length=1.6, shouts=0.6)
_DAYS: Final = 35
"""Cases fall into the last weeks of the account's history."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What a story is told on: the account's world, chance, and whether sign-ins are listed and people asked."""

    world: World
    dice: Dice
    listed: bool
    asked: bool


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What happened and what of it can become known. `hand` is 1 for the team's own, -1 for a stranger's."""

    actions: tuple[Activity, ...]
    undos: tuple[Activity, ...] = ()
    sessions: tuple[Session, ...] = ()
    grants: tuple[Session, ...] = ()
    changes: tuple[Activity, ...] = ()
    answers: tuple[Answer, ...] = ()
    crowd: int = 0
    crowd_by: Literal["url", "text", "client"] = "url"
    hand: float = 0.0
    trace: bool


def outsider(stage: Stage) -> Story:
    """Somebody with a stolen password, mostly from a network never seen; for money, for a message, or for noise."""
    dice, start = stage.dice, _any_time(stage)
    client = dice.weighted({"Twitter Web App": 6.0, "Twitter for Mac": 2.0, "Twitter for Android": 2.0})
    known = dice.chance(0.12)
    network = _SHARED_VPN if known else dice.weighted({HOSTING: 4.0, STRANGE_VPN: 4.0, STRANGE_HOME: 2.0})
    access = _access(stage, start, network, f"{network.prefix}99", client)
    what = dice.weighted({_frauds: 5.0, _decoy: 3.0, _vandal: 2.0})
    done = what(stage, start, client)
    taken = dice.chance(0.45)
    before = (_change(stage, start - timedelta(minutes=2 + dice.below(40))),) if taken else ()
    return Story(
        actions=done, undos=_later(stage, done, 0.75), sessions=(access,),
        changes=(*before, *_reaction(stage, done, 0.7)), answers=_denied(stage, 0.97), hand=-1.0,
        trace=(what is _frauds and taken) or (stage.listed and not known and (what is _frauds or taken)),
    )  # fmt: skip


def slip(stage: Stage) -> Story:
    """An operator believes to be in a private account, on the usual device; notices, or is told in the morning."""
    dice = stage.dice
    used = _usual(stage, evening=0.5)
    assert used.opened is not None  # `_usual` takes only such
    client, start = used.client or "", used.opened + timedelta(minutes=1 + dice.below(4))
    done = _leisure(stage, start, client)
    noticed, admitted = dice.chance(0.6), stage.asked and dice.chance(0.6)
    end = done[-1].published or start
    undos = (
        tuple(undo(stage.world.habit, one, end + timedelta(seconds=20 + 30 * n), client) for n, one in enumerate(done))
        if noticed else _later(stage, done, 0.75)
    )  # fmt: skip
    answers: tuple[Answer, ...] = (("operator C", "by mistake"),) if admitted else _denied(stage, 0.7)
    return Story(
        actions=done, undos=undos, sessions=(used,), answers=answers, hand=0.6, trace=noticed or admitted,
        changes=_reaction(stage, done, 0.15),
    )  # fmt: skip


def insider(stage: Stage) -> Story:
    """A member of the team, on purpose: mostly from the usual device, sometimes hidden behind a VPN."""
    dice = stage.dice
    hidden = dice.chance(0.2)
    used = _usual(stage, evening=0.15)
    start = (used.opened or _any_time(stage)) + timedelta(minutes=2)
    client = used.client or ""
    what = dice.weighted({_vandal: 6.0, _decoy: 2.0, _leisure: 2.0})
    if hidden:
        start, client = _any_time(stage), "Twitter Web App"
        used = _access(stage, start, STRANGE_VPN, f"{STRANGE_VPN.prefix}7", client)
    done = what(stage, start, client)
    undos = _later(stage, done, 0.8)
    return Story(
        actions=done, undos=undos, sessions=(used,), answers=_denied(stage, 0.9), hand=0.3 if hidden else 0.9,
        changes=_reaction(stage, done, 0.4),
        trace=stage.listed and not hidden and what is not _leisure and bool(undos),
    )  # fmt: skip


def app(stage: Stage) -> Story:
    """An application that was let in days ago: by the clock, or all at once."""
    dice, habit = stage.dice, stage.world.habit
    start = _any_time(stage).replace(minute=0, second=5)
    client = f"{name(dice)}Boost"
    clockwork, shown = dice.chance(0.65), dice.chance(0.8)
    verbs: Sequence[Literal["like", "follow", "repost"]] = ("like", "follow", "repost")
    step = timedelta(hours=dice.pick((4, 6, 8)))
    bursts = [start + n * step for n in range(5)] if clockwork else [start + timedelta(seconds=9 * n) for n in range(4)]
    done = tuple(
        fraud(habit, dice, verb, when + timedelta(seconds=2 * n), client)
        for when in bursts for n, verb in enumerate(verbs[: 3 if clockwork else 1])
    )  # fmt: skip
    granted = start - timedelta(days=1 + dice.below(30), hours=5)
    grant = Session(
        account=habit.account, platform=habit.platform, kind="application", opened=granted, client=client,
        permissions=("read", "write"), meaning="this application was let in then", source="demo",
    )  # fmt: skip
    crowd = 4 if dice.chance(0.2) else 0
    return Story(
        actions=done, undos=_later(stage, done, 0.5), grants=(grant,) if shown else (), answers=_denied(stage, 0.95),
        changes=_reaction(stage, done, 0.5), crowd=crowd, crowd_by="client", hand=-1.0, trace=shown or clockwork,
    )  # fmt: skip


def platform(stage: Stage) -> Story:
    """Somebody with the platform's own tools, or a fault of it: mostly on many accounts at once, without a sign-in."""
    dice = stage.dice
    start = _any_time(stage)
    many = dice.chance(0.75)
    what = _frauds if many or dice.chance(0.5) else _vandal
    done = what(stage, start, "Twitter Web App")
    changes = (_change(stage, start - timedelta(minutes=5)),) if dice.chance(0.15) else ()
    return Story(
        actions=done, undos=_later(stage, done, 0.6), answers=_denied(stage, 0.97), crowd=9 if many else 0,
        crowd_by="url", changes=(*changes, *_reaction(stage, done, 0.6)), hand=-1.0, trace=many,
    )  # fmt: skip


def owner(stage: Stage) -> Story:
    """The owner, or the team with the owner's will: unusual, in working hours, and not regretted."""
    dice = stage.dice
    used = _usual(stage, evening=0.2)
    start = (used.opened or _any_time(stage)) + timedelta(minutes=2)
    done = dice.weighted({_vandal: 7.0, _leisure: 3.0})(stage, start, used.client or "")
    says = stage.asked and dice.chance(0.75)
    undos = _later(stage, done, 0.1)
    answers: tuple[Answer, ...] = (("operator E", "yes"),) if says else _denied(stage, 0.6)
    return Story(
        actions=done, undos=undos, sessions=(used,), answers=answers, hand=0.9,
        trace=says or (stage.listed and not undos),
    )  # fmt: skip


def staged(stage: Stage) -> Story:
    """The team, or somebody for it, makes it look like a break-in: by a VPN, or carelessly from the own office."""
    dice = stage.dice
    start = _any_time(stage) if dice.chance(0.5) else (_usual(stage, evening=0.3).opened or _any_time(stage))
    careless = dice.chance(0.4)
    network = _OFFICE if careless else dice.weighted({STRANGE_VPN: 6.0, HOSTING: 3.0, _SHARED_VPN: 1.0})
    client = "Twitter Web App"
    ip = "192.0.2.10" if careless else f"{network.prefix}{dice.below(60)}"
    access = _access(stage, start, network, ip, client)
    done = dice.weighted({_decoy: 5.0, _vandal: 5.0})(stage, start, client)
    return Story(
        actions=done, undos=_later(stage, done, 0.85), sessions=(access,), answers=_denied(stage, 0.97), hand=0.3,
        changes=_reaction(stage, done, 0.6), trace=careless and stage.listed,
    )  # fmt: skip


def _access(stage: Stage, start: datetime, network: Network, ip: str, client: str) -> Session:
    """Return a sign-in shortly before, from a device that the account never had."""
    device = f"device {stage.dice.below(99)}"
    return sign_in(stage.world.habit, start - timedelta(minutes=3), network, ip, device, client)


def _any_time(stage: Stage) -> datetime:
    last = stage.world.habit.last
    day = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(days=2 + stage.dice.below(_DAYS))
    return day + timedelta(seconds=stage.dice.below(86_400))


def _usual(stage: Stage, *, evening: float) -> Session:
    """Return a span of access as the team has it; `evening` of them the duty officer's at home, late."""
    last, dice = stage.world.habit.last, stage.dice
    if dice.chance(evening):
        home = next(one for one in NETWORKS if one.name == "home of operator C")
        day = _any_time(stage).replace(hour=20, minute=0) + timedelta(minutes=dice.below(300))
        return sign_in(stage.world.habit, day, home, f"{home.prefix}10", "phone of operator C", "Twitter for Android")
    since = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(days=_DAYS)
    held = [one for one in stage.world.sessions if one.kind == "ip use" and one.opened and one.opened > since]
    return dice.pick(held)


def _frauds(stage: Stage, start: datetime, client: str) -> tuple[Activity, ...]:
    count = 2 + stage.dice.below(6)
    return tuple(
        post(stage.world.habit, start + timedelta(seconds=70 * n), f"{write(stage.dice, SCAM_HAND, 'en', 'scam')} {n} "
             f"{SCAM_LINK}", client=client, links=(SCAM_LINK,))
        for n in range(count)
    )  # fmt: skip


def _decoy(stage: Stage, start: datetime, client: str) -> tuple[Activity, ...]:
    first = like(stage.world.habit, start, f"{name(stage.dice)}_clips", "Uncut, 18+", client=client, sensitive=True)
    return (first, *_likes(stage, start + timedelta(seconds=25), client, "Truth", "The order they deny"))


def _vandal(stage: Stage, start: datetime, client: str) -> tuple[Activity, ...]:
    texts = [f"{write(stage.dice, _SHOUT, 'en', 'gossip')} {n}" for n in range(1 + stage.dice.below(3))]
    return tuple(
        post(stage.world.habit, start + timedelta(minutes=3 * n), text, client=client) for n, text in enumerate(texts)
    )


def _leisure(stage: Stage, start: datetime, client: str) -> tuple[Activity, ...]:
    return _likes(stage, start, client, "Goals", "What a match")


def _likes(stage: Stage, start: datetime, client: str, whose: str, said: str) -> tuple[Activity, ...]:
    habit, dice = stage.world.habit, stage.dice
    return tuple(
        like(habit, start + timedelta(seconds=40 * n), f"{name(dice)}{whose}", f"{said}, {n}", client=client)
        for n in range(1 + dice.below(4))
    )


def _later(stage: Stage, done: Sequence[Activity], chance: float) -> tuple[Activity, ...]:
    """Return how the team took it back, an hour to a day later; follows and profiles too, if they can be."""
    if not stage.dice.chance(chance):
        return ()
    end = max(one.published for one in done if one.published) + timedelta(minutes=60 + stage.dice.below(900))
    undoable = [one for one in done if one.verb in ("like", "post", "repost", "follow", "reply")]
    return tuple(
        undo(stage.world.habit, one, end + timedelta(seconds=20 * n), "Twitter Web App")
        for n, one in enumerate(undoable)
    )


def _reaction(stage: Stage, done: Sequence[Activity], chance: float) -> tuple[Activity, ...]:
    end = max(one.published for one in done if one.published)
    if not stage.dice.chance(chance):
        return ()
    return (_change(stage, end + timedelta(hours=3 + stage.dice.below(40))),)


def _change(stage: Stage, when: datetime) -> Activity:
    what = stage.dice.pick(("password", "email"))
    return action(stage.world.habit, "update", when, account_number(f"change {when}"), object=what)


def _denied(stage: Stage, chance: float) -> tuple[Answer, ...]:
    """Return what the others say when asked: mostly no, some nothing."""
    said: Answer = ("operator C", "no" if stage.dice.chance(chance) else "no answer")
    return (said,) if stage.asked else ()
