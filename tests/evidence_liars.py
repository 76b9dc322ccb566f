"""Makers who hold all keys and say what is not so: bundles signed and sealed throughout that contradict themselves."""

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

from countersign.evidence.bundle import Parts, Saying
from tests.evidence_world import USUAL, Case, build, make_log, policy

ANY = frozenset({0, 1, 2, 3})
WORDS = (
    "",
    "x",
    "\u202e\x1b[2J",
    "a" * 3000,
    "😀",
    "did:web:ana.example",
    "app.bsky.feed.like",
    "../../etc",
    "\x7f\u2028",
)
TIMES = ("2026-09-09T01:14:22Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "now")


def liars(seed: int) -> Iterator[Case]:
    """Yield bundles whose statement, leaves or fields say something else than is there."""
    rng = Random(seed + 4)
    while True:
        plan = USUAL._replace(
            tell=lambda saying: _lied(rng, saying),
            change=lambda parts: _left_out(rng, parts),
            show=rng.choice((USUAL.show, (*USUAL.show, "erased"), USUAL.show[:2])),
            platform=rng.choice(("did", "plc", "plc-new", "")),
        )
        require = rng.choice((None, "platform", "beacon", "witness:3,tsa:2"))
        files = build(make_log(rng.randrange(4)), plan).files
        yield Case(ANY, None, files, policy=policy(), require=require, name="a maker who lies")


def _lied(rng: Random, saying: Saying) -> Saying:
    """Change some of what is said of exhibits, custody and platform."""
    for _ in range(rng.randrange(1, 4)):
        part = rng.choice(("exhibits", "custody", "platform"))
        told: list[Any] = list(getattr(saying, part))
        if not told:
            continue
        at = rng.randrange(len(told))
        match rng.randrange(6):
            case 0:
                del told[at]
            case 1:
                told.insert(rng.randrange(len(told) + 1), told[at])
            case 2:
                rng.shuffle(told)
            case _:
                name = rng.choice(told[at].__struct_fields__)
                told[at] = msgspec.structs.replace(told[at], **{name: _other(rng, name)})
        saying = msgspec.structs.replace(saying, **{part: tuple(told)})
    return saying


def _other(rng: Random, name: str) -> Any:
    match name:
        case "leaf":
            return rng.randrange(24)
        case "number" | "n":
            return rng.randrange(1, 5)
        case "exhibit":
            return rng.choice((None, 1, 2, 3, 9))
        case "grade":
            return rng.choice("ABCD")
        case "shown":
            return rng.choice(("whole", "fields", "withheld", "erased"))
        case "kind":
            return rng.choice(("inclusion", "exclusion"))
        case "at":
            return rng.choice(TIMES)
    return rng.choice(WORDS)


def _left_out(rng: Random, parts: Parts) -> Parts:
    """Leave out, double or swap some of what proves it."""
    if rng.random() < 0.5:
        return parts
    name = rng.choice(("exhibits", "keys", "fields", "stamps", "platform"))
    held: list[Any] = list(getattr(parts, name))
    if held and rng.random() < 0.7:
        del held[rng.randrange(len(held))]
    elif held and name == "exhibits":
        at = rng.randrange(len(held))
        held[at] = msgspec.structs.replace(held[at], body=rng.choice((None, b"", b"another", held[at].body)))
    elif held and name == "platform":
        at = rng.randrange(len(held))
        held[at] = msgspec.structs.replace(held[at], document=rng.choice((None, b"{}", b"[]", held[at].audit)))
    return msgspec.structs.replace(parts, **{name: tuple(held)})
