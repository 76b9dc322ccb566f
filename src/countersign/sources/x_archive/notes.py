"""Finds the whole texts of long posts, of which `tweets.js` holds only the beginning."""

from collections.abc import Iterable
from typing import Final

import msgspec

from countersign.sources.x_archive.identity import first_fields
from countersign.sources.x_archive.records import inner, text
from countersign.sources.x_archive.rows import pieces
from countersign.sources.x_archive.tweets import MATCHED

LARGEST: Final = 2_000_000
"""Characters of long posts carried beside each chunk of posts; past it they stay cut, and a remark says so."""


class LongTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The texts by their beginnings, as JSON; and what a reader should know."""

    text: str = ""
    said: tuple[str, ...] = ()


def long_texts(bodies: Iterable[bytes]) -> LongTexts:
    """Return the whole texts of long posts, keyed by their first characters."""
    found: dict[str, str] = {}
    for body in bodies:
        for record in first_fields(pieces(body)):
            whole = text(inner(inner(record, "noteTweet"), "core"), "text")
            if whole and len(whole) > MATCHED:
                found[whole[:MATCHED]] = whole
    if sum(map(len, found.values())) > LARGEST:
        return LongTexts(said=("there are too many long posts: of each only the beginning is used",))
    return LongTexts(text=msgspec.json.encode(found).decode()) if found else LongTexts()
