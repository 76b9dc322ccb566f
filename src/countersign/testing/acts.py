"""What the operators of an invented account do in a run: likes, reposts, posts, answers, with texts and targets."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec

from countersign.activity import UNDONE_BY, WRITTEN, Activity, Verb, activity_id
from countersign.testing.circle import Author, Circle
from countersign.testing.dice import Dice
from countersign.testing.habit import Habit
from countersign.testing.hand import palette, write
from countersign.testing.language import name
from countersign.testing.runs import Run

SOURCE = "demo"
SNOWFLAKE_EPOCH_MS = 1288834974657
"""X's ids count milliseconds from here, shifted by 22 bits (formats.md 1.1)."""

PAUSE_S = {"like": (35.0, 0.9), "repost": (60.0, 1.0), "follow": (25.0, 0.8)}
WRITING_PAUSE_S = (400.0, 0.8)
"""Median and deviation of the logarithm of the seconds before the next action of a run."""

SAME_AGAIN = 0.5
"""How often the next action of a run is of the same kind as the one before it, whatever the operator's weights."""

TURNING = 0.3
"""How often an operator turns to another topic, and maybe another language, in the middle of a run."""

MISTAKES = {"like": 0.006, "repost": 0.003, "post": 0.012}
"""How often an action is a slip of the thumb or has a misspelling, and is undone soon."""

SENSITIVE = ("adult",)
"""Topics of which the platform labels the posts as sensitive."""

NOVEL_DOMAIN = 0.12


class Draft(msgspec.Struct):
    """The account's memory while its actions are being made up."""

    habit: Habit
    circle: Circle
    followed: dict[str, bool]


def acts(habit: Habit, planned: list[Run]) -> list[Activity]:
    """Return the actions of all runs, in the order of their times."""
    circle = Circle(habit.favourites, discount=habit.discount, strength=habit.strength)
    draft = Draft(habit, circle, {})
    found = [action for run in planned for action in _of(draft, run)]
    return numbered(found)


def numbered(actions: list[Activity]) -> list[Activity]:
    """Return actions in the order of their times, with positions that say so."""
    ordered = sorted(actions, key=lambda action: (action.published or datetime.min.replace(tzinfo=UTC), action.id))
    return [msgspec.structs.replace(action, position=number) for number, action in enumerate(ordered)]


def action(habit: Habit, verb: Verb, when: datetime, native_id: str, **fields: object) -> Activity:
    """Return one action of an account at a known time."""
    return Activity(
        id=activity_id(habit.platform, habit.account, verb, native_id),
        native_id=native_id,
        platform=habit.platform,
        verb=verb,
        actor=habit.account,
        published=when,
        start_time=when,
        end_time=when,
        time_basis="given",
        source=SOURCE,
        **fields,  # type: ignore[arg-type]  # the caller's keywords are fields of Activity
    )


def undo(habit: Habit, done: Activity, when: datetime, client: str) -> Activity:
    """Return the action that takes another one back."""
    verb = UNDONE_BY[done.verb]
    return action(
        habit, verb, when, done.native_id, object=done.object, object_author=done.object_author, instrument=client
    )


def snowflake(when: datetime, dice: Dice) -> str:
    """Return an id as X makes them: milliseconds since its epoch, then 22 bits."""
    return str((int(when.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS << 22) | dice.below(1 << 22))


def _of(draft: Draft, run: Run) -> Iterator[Activity]:
    dice, when, verb = run.dice, run.start, ""
    for _ in range(dice.geometric(run.operator.run)):
        if verb and dice.chance(TURNING):
            run = run._replace(topic=dice.weighted(run.operator.topics), tag=dice.weighted(run.operator.languages))
        if not (verb and dice.chance(SAME_AGAIN)):
            verb = dice.weighted(run.operator.verbs)
        done = _one(draft, run, cast(Verb, verb), when)
        yield done
        yield from _mistake(draft, run, done)
        median, sigma = PAUSE_S.get(verb, WRITING_PAUSE_S)
        when += timedelta(seconds=1 + int(dice.lognormal(median, sigma)))


def _one(draft: Draft, run: Run, verb: Verb, when: datetime) -> Activity:
    if verb == "post":
        return _written(draft, run, verb, when, None)
    author = draft.circle.draw(run.dice, run.tag, run.topic)
    if verb == "follow":
        if author.handle in draft.followed:
            return _passed_on(draft, run, "like", when, author)
        draft.followed[author.handle] = True
        return action(
            draft.habit, verb, when, account_number(author.handle),
            object=account_number(author.handle), object_author=author.handle, instrument=run.device.client,
        )  # fmt: skip
    if verb in WRITTEN:
        return _written(draft, run, verb, when, author)
    return _passed_on(draft, run, verb, when, author)


def account_number(handle: str) -> str:
    """Return a made-up account number for a handle.

    >>> account_number("kx_clips")
    '4299584787'
    """
    return str(1_000_000_000 + zlib.crc32(handle.encode()))


def _passed_on(draft: Draft, run: Run, verb: Verb, when: datetime, author: Author) -> Activity:
    dice = run.dice
    hand = palette("author")[author.hand]
    text = write(dice, hand, author.tag, author.topic)
    tags = (author.topic.capitalize(),) if dice.chance(hand.tags) else ()
    links = (
        (f"https://{author.handle.lower().replace('_', '-')}.example/{dice.below(9000)}",)
        if dice.chance(hand.links)
        else ()
    )
    text = " ".join((text, *("#" + tag for tag in tags), *links))
    written = when - timedelta(seconds=120 + int(dice.lognormal(15_000, 1.5)))
    post = snowflake(written, dice)
    return action(
        draft.habit, verb, when, post if verb == "like" else snowflake(when, dice),
        object=post, object_author=author.handle, object_time=written, instrument=run.device.client,
        content=text, content_length=len(text), lang=author.tag, links=links, hashtags=tags,
        sensitive=author.topic in SENSITIVE,
        media=int(dice.chance(0.4)),
    )  # fmt: skip


def _written(draft: Draft, run: Run, verb: Verb, when: datetime, author: Author | None) -> Activity:
    dice, hand = run.dice, run.operator.hand
    tag = author.tag if author and author.tag in run.operator.languages else run.tag
    text = write(dice, hand, tag, run.topic, answer=verb == "reply")
    tags = _hashtags(draft.habit, run) if verb != "reply" else ()
    text, shown = _tagged(dice, text, tags, inline=hand.inline_tags)
    links = _links(draft.habit, dice) if dice.chance(hand.links * (0.3 if verb == "reply" else 1.0)) else ()
    mentions = (author.handle,) if author and verb == "reply" else ()
    pieces = ("@" + m for m in mentions), (text,), ("#" + t for t in shown), links
    text = " ".join(piece for part in pieces for piece in part)
    if hand.signature and verb == "reply":
        text += " " + hand.signature
    before = when - timedelta(seconds=120 + int(dice.lognormal(9_000, 1.4)))
    return action(
        draft.habit, verb, when, snowflake(when, dice), instrument=run.device.client, content=text,
        object=snowflake(before, dice) if author else None, object_author=author.handle if author else None,
        object_time=before if author else None, content_length=len(text), lang=tag, links=links, mentions=mentions,
        hashtags=tags, sensitive=False, media=int(verb == "post" and dice.chance(0.35)),
    )  # fmt: skip


def _hashtags(habit: Habit, run: Run) -> tuple[str, ...]:
    dice, tags = run.dice, []
    if run.campaign and dice.chance(0.6):
        tags.append(run.campaign.hashtag)
    if dice.chance(run.operator.hand.tags):
        tags.append(dice.pick(habit.hashtags[run.topic]))
    if tags and dice.chance(0.1):
        tags.append(name(dice))
    return tuple(dict.fromkeys(tags))


def _tagged(dice: Dice, text: str, tags: tuple[str, ...], *, inline: float) -> tuple[str, tuple[str, ...]]:
    if tags and inline and dice.chance(inline):
        return f"#{tags[0]}: {text}", tags[1:]
    return text, tags


def _links(habit: Habit, dice: Dice) -> tuple[str, ...]:
    if dice.chance(NOVEL_DOMAIN):
        domain = name(dice).lower() + ".example"
    else:
        domain = dice.weighted({domain: 1 / (rank + 1) for rank, domain in enumerate(habit.domains)})
    return (f"https://{domain}/{name(dice).lower()}-{dice.below(900)}",)


def _mistake(draft: Draft, run: Run, done: Activity) -> Iterator[Activity]:
    share = MISTAKES.get(done.verb, 0.0)
    if done.published and share and run.dice.chance(share):
        after = done.published + timedelta(seconds=4 + int(run.dice.lognormal(25, 0.9)))
        yield undo(draft.habit, done, after, run.device.client)
