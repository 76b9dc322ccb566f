"""Compares what was read with what `manifest.js` promises, and says how times of likes were found."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received, Remark
from countersign.sources.x_archive.names import SOURCE

_UNREADABLE: Final = "the tally of this archive cannot be read"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of an archive: rows by file, the manifest's own counts, and sentences about the whole."""

    read: Mapping[str, int] = {}
    declared: Mapping[str, int] = {}
    said: tuple[str, ...] = ()


def closing(received: Received) -> Iterator[Parsed]:
    """Yield the remarks on the archive as a whole, from its tally."""
    try:
        tally = msgspec.json.decode(received.body, type=Tally)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        yield NotUnderstood(source=SOURCE, ref=received.ref, position=0, reason=_UNREADABLE, body=received.body)
        return
    for text in (*_differences(tally), *tally.said):
        yield Remark(source=SOURCE, ref=received.ref, text=text)


def _differences(tally: Tally) -> Iterator[str]:
    for name, count in tally.declared.items():
        read = tally.read.get(name)
        if read is None and count:
            yield f"manifest.js names {name} with {rows(count)}, but the file is not in the archive"
        elif read is not None and read != count:
            yield f"manifest.js says {rows(count)} of {name}, {read:,} were read"


def rows(count: int) -> str:
    """Return a number of rows in words.

    >>> rows(1), rows(66)
    ('1 row', '66 rows')
    """
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
