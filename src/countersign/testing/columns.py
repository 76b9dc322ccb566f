"""Turns numbers into columns of actions, a hundred thousand rows at a time, without a loop over rows."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from countersign.activity import ACTIONS
from countersign.testing import traits
from countersign.testing.acts import SOURCE
from countersign.testing.dice import Dice
from countersign.testing.hand import palette, write
from countersign.testing.language import TAGS, TOPICS
from countersign.testing.traits import FRIENDS, HANDS, STRANGERS, VERBS

pc: Any = pyarrow.compute
Column = Any
"""An Arrow array, chunked or not: pyarrow's stubs do not know most of its calls, so they are left unchecked here."""
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

PIECES = 32
"""Sentences of each hand in each language; texts are put together from them."""

PIECE_LENGTH = 55
"""About how many characters one of them has."""

FIRST_ACCOUNT, FIRST_ACTION, FIRST_OBJECT = 3_000_000_000, 10_000_000_000, 5_000_000_000_000
OBJECT_AGE_S = 15_000.0
TEXT, TEXTS = pa.large_string(), pa.large_list(pa.large_string())
array: Any = pa.array
NONE, SPACE = pa.scalar("", TEXT), pa.scalar(" ", TEXT)
CLIENTS = array([f"Client {number}" for number in range(traits.CLIENTS)], TEXT)
_VERB, _TAG = array(VERBS, TEXT), array(TAGS, TEXT)


def table(seed: int, rng: np.random.Generator, start: int, account: Ints, seconds: Ints, text_length: int) -> pa.Table:
    """Return the actions of these accounts at these times (seconds since 1970) as a table of schema `ACTIONS`."""
    rows = len(account)
    verb, tongue = traits.verb(seed, rng, account), traits.tongue(seed, rng, account)
    on = verb != 0
    follows = verb == VERBS.index("follow")
    target = traits.acquaintance(seed, rng, account, among=FRIENDS, of=STRANGERS, trait=20)
    who, verbs = _numbers(FIRST_ACCOUNT + account), _VERB.take(array(verb))
    native = _numbers(FIRST_ACTION + start + np.arange(rows))
    time = _times(seconds)
    age = (OBJECT_AGE_S * np.exp(1.3 * rng.standard_normal(rows))).astype(np.int64) + 60
    text = _texts(seed, rng, account, np.where(on & (verb > 2), target, account), tongue, follows, text_length)
    columns = {
        "id": _joined("x:", who, ":", verbs, ":", native),
        "native_id": native,
        "platform": pa.repeat(pa.scalar("x", TEXT), rows),
        "account": who,
        "verb": verbs,
        "time": time,
        "start_time": time,
        "end_time": time,
        "time_basis": pa.repeat(pa.scalar("given", TEXT), rows),
        "object": _numbers(FIRST_OBJECT + rng.integers(0, 10**12, rows), known=on),
        "object_author": _joined("author", _numbers(target, known=on)),
        "object_time": _times(seconds - age, known=on & ~follows),
        "client": CLIENTS.take(array(traits.client(seed, rng, account))),
        "text": text,
        "text_length": pc.cast(pc.utf8_length(text), pa.int32()),
        "lang": _TAG.take(array(tongue, mask=follows)),
        "links": _links(seed, rng, account, ~follows),
        "mentions": _listed("author", target, verb == VERBS.index("reply")),
        "hashtags": _hashtags(seed, rng, account, ~follows),
        "sensitive": array(rng.random(rows) < 0.004 * (traits.uniform(seed, account, 24) > 0.9), mask=follows),
        "media": array(traits.share(seed, rng, account, 23).astype(np.int32), mask=follows),
        "source": pa.repeat(pa.scalar(SOURCE, TEXT), rows),
        "position": array(start + np.arange(rows)),
        "note": pa.nulls(rows, TEXT),
    }
    return pa.table([columns[name] for name in ACTIONS.names], schema=ACTIONS)


@cache
def _pieces() -> Column:
    """Return sentences by language, hand and number, in this order."""
    return array(
        [
            write(Dice("piece", tag, hand, number), style, tag, TOPICS[(hand + number % 3) % len(TOPICS)])
            for tag in TAGS
            for hand, style in enumerate(palette("author", HANDS))
            for number in range(PIECES)
        ],
        TEXT,
    )


def _texts(
    seed: int, rng: np.random.Generator, account: Ints, author: Ints, tongue: Ints, follows: Bools, length: int
) -> Column:
    if not length:
        return pa.nulls(len(account), TEXT)
    first = (tongue * HANDS + traits.hand(seed, author)) * PIECES
    parts = max(1, round(length / PIECE_LENGTH))
    found = [_pieces().take(array(first + rng.integers(0, PIECES, len(author)), mask=follows)) for _ in range(parts)]
    return found[0] if parts == 1 else pc.binary_join_element_wise(*found, SPACE)


def _links(seed: int, rng: np.random.Generator, account: Ints, possible: Bools) -> Column:
    site = traits.acquaintance(seed, rng, account, among=12, of=400_000, trait=21)
    shown = possible & traits.share(seed, rng, account, 25)
    page = _numbers(rng.integers(0, 10**6, len(account)))
    return _lists(_joined("https://site", _numbers(site), ".example/", page), shown)


def _hashtags(seed: int, rng: np.random.Generator, account: Ints, possible: Bools) -> Column:
    tag = traits.acquaintance(seed, rng, account, among=15, of=300_000, trait=22)
    return _listed("Tag", tag, possible & traits.share(seed, rng, account, 26))


def _listed(prefix: str, number: Ints, shown: Bools) -> Column:
    return _lists(_joined(prefix, _numbers(number)), shown)


def _lists(values: Column, shown: Bools) -> Column:
    offsets = array(np.concatenate(([0], np.cumsum(shown))))
    return pa.LargeListArray.from_arrays(offsets, values.filter(array(shown))).cast(TEXTS)


def _joined(*parts: Any) -> Column:
    """Return texts put together row by row; a plain string is the same in every row."""
    return pc.binary_join_element_wise(*(pa.scalar(one, TEXT) if isinstance(one, str) else one for one in parts), NONE)


def _numbers(values: Ints, *, known: Bools | None = None) -> Column:
    return array(values, mask=None if known is None else ~known).cast(TEXT)


def _times(seconds: Ints, *, known: Bools | None = None) -> Column:
    micros = array(seconds * 1_000_000, mask=None if known is None else ~known)
    return micros.cast(pa.timestamp("us", tz="UTC"))
