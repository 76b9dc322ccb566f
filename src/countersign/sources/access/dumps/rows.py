"""Turns CSV, JSON and JSON lines into rows with names that can be compared, within limits."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from countersign.sources.access.asked import nothing

MOST_BYTES: Final = 64 << 20
MOST_ROWS: Final = 500_000
"""Sign-ins of one account for centuries; whoever has more has dumped other accounts too."""
DEEPEST: Final = 4
LONGEST_VALUE: Final = 4_000

Row = Mapping[str, str]
"""One record: its values as text, by name in small letters and digits only. "table" is the list it stood in."""


def rows(body: bytes, name: str) -> Iterator[Row | str]:
    """Yield the records of a dump; one that cannot be read as the text of why. Raises SourceError (CS190) for none."""
    if len(body) > MOST_BYTES:
        raise nothing(f"a dump of {len(body):,} bytes", name, hint="dump this account's sign-ins only")
    text = _text(body, name)
    head = text.lstrip()[:1]
    found = _json(text, name) if head in ("[", "{") else _csv(text, name)
    for number, row in enumerate(found):
        if number >= MOST_ROWS:
            raise nothing(f"a dump of more than {MOST_ROWS:,} rows", name, hint="dump this account's sign-ins only")
        yield row


def plain(written: str) -> str:
    """Return a name as it is compared.

    >>> plain("Last_Seen At"), plain("lastSeenAt")
    ('lastseenat', 'lastseenat')
    """
    return re.sub(r"[^a-z0-9]", "", written.lower())[:60]


def _text(body: bytes, name: str) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as cause:
        raise nothing("neither text in UTF-8 nor any other kind of access evidence", name,
                      hint="save a table as UTF-8; countersign evidence --help names the kinds") from cause  # fmt: skip


def _csv(text: str, name: str) -> Iterator[Row | str]:
    head = text.lstrip("\r\n").split("\n", 1)[0][:LONGEST_VALUE]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter, strict=True)
    titles = _titles(reader, name)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"not a row of CSV, so what follows cannot be told apart: {error}"
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(titles):
            yield f"a row of {len(cells)} cells under {len(titles)} titles"
            continue
        yield {title: cell.strip()[:LONGEST_VALUE] for title, cell in zip(titles, cells, strict=False)}


def _titles(reader: "Iterator[list[str]]", name: str) -> list[str]:
    try:
        titles = [plain(cell) for cell in next(reader)]
    except (StopIteration, csv.Error) as cause:
        raise nothing("there is no row in it", name, hint="a CSV begins with a row of titles") from cause
    if len({title for title in titles if title}) < 2:
        raise nothing("its first row is no row of titles", name, hint="such as: created_at,ip,user_agent")
    if len(set(titles)) != len(titles):
        raise nothing("two of its columns have one title", name, hint="which of them is meant cannot be told")
    return titles


def _json(text: str, name: str) -> Iterator[Row | str]:
    try:
        whole: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        yield from _lines(text, name)
        return
    yield from _objects(whole, "", 0)


def _lines(text: str, name: str) -> Iterator[Row | str]:
    """Yield JSON lines; a file of which no line is JSON is no dump."""
    understood = False
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            yield "a line that is not JSON"
            continue
        understood = True
        yield from _objects(value, "", 0)
    if not understood:
        raise nothing("it begins as JSON and is none", name, hint="save it again as it was given")


def _objects(value: Any, table: str, depth: int) -> Iterator[Row | str]:
    """Yield the objects of a list, or of the lists in an object, each with the name of its list."""
    if depth > DEEPEST:
        yield f"lists more than {DEEPEST} deep"
        return
    if isinstance(value, list):
        for one in value:
            yield from _objects(one, table, depth + 1)
        return
    if not isinstance(value, dict):
        yield "a value that is no record"
        return
    lists = {key: held for key, held in value.items() if isinstance(held, list) and held and isinstance(held[0], dict)}
    flat = _flat({key: held for key, held in value.items() if key not in lists})
    if not lists:
        yield {"table": plain(table), **flat}
    for key, held in lists.items():
        yield from _objects(held, key, depth + 1)


def _flat(record: Mapping[str, Any], depth: int = 0) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth < DEEPEST:
            for name, inner in _flat(value, depth + 1).items():
                found.setdefault(name, inner)
        elif value is not None and not isinstance(value, dict):
            found[plain(str(key))] = _cell(value)
    return found


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(str, value))[:LONGEST_VALUE] if isinstance(value, list) else str(value)[:LONGEST_VALUE]
