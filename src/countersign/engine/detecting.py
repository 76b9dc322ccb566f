"""Finds out which source reads a file, and says plainly why none does."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

import msgspec

from countersign import plugins
from countersign.activity import Identity
from countersign.errors import SourceError
from countersign.sources.container import first_names
from countersign.sources.source import Source
from countersign.text import listed, nearest

STDIN: Final = "-"
SPLIT: Final = "x-archive"
"""The source whose owners get one archive in several files."""

_LOOKS_LIKE: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "It is a zip, but no archive that we know: give the download as the platform made it.",
    b"\x1f\x8b": "It is a gzip file, but no format we know is in it.",
    b"%PDF": "It is a PDF: give the archive or export that the platform offers for download.",
    b"<": "It is a web page or XML: give the archive or export that the platform offers for download.",
    b"[": "It is one JSON list: write one record a line instead (JSON lines).",
    b"{": "It is JSON, but its records name no account: see `countersign plugins` for what can be read.",
    b"SQLite": "It is a database: a Countersign store is named with --store.",
}
_CHECK: Final = "Check its name and whether you may read it."
_OTHERWISE: Final = "See `countersign plugins` for what can be read."


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to read: its files (several, if they are parts of one archive), and what reads them."""

    paths: tuple[str, ...]
    source: Source

    @property
    def ref(self) -> str:
        """Return what the source is to open."""
        return os.pathsep.join(self.paths)


def chosen(paths: Sequence[str], name: str | None) -> tuple[tuple[Chosen, ...], tuple[str, ...]]:
    """Return what is to be read, in the order given, and remarks on extensions that could not be loaded.

    Raises SourceError for a path that cannot be read, or that no source or more than one takes for its own.
    """
    sources, remarks = _known()
    if name is not None:
        sources = (_named(name, sources),)
    found = [Chosen(paths=(path,), source=_for(path, sources, forced=name is not None)) for path in paths]
    return _joined(found), remarks


def _known() -> tuple[tuple[Source, ...], tuple[str, ...]]:
    sources: list[Source] = []
    remarks: list[str] = []
    for plugin in plugins.registered():
        if plugin.group != "countersign.sources":
            continue
        try:
            sources.append(resolve_name(plugin.value))
        except (ImportError, AttributeError) as error:
            remarks.append(f"the source {plugin.name} of {plugin.package} could not be loaded: {error}")
    return tuple(sources), tuple(remarks)


def _named(name: str, sources: Sequence[Source]) -> Source:
    for source in sources:
        if source.name == name:
            return source
    names = [source.name for source in sources]
    meant = nearest(name, names)
    hint = f"Did you mean {meant}?" if meant else f"There are {listed(names)}."
    raise SourceError(f'no source is called "{name}"', hint=hint, code="CS160")


def _for(path: str, sources: Sequence[Source], *, forced: bool) -> Source:
    _check(path)
    if forced:
        return sources[0]
    claiming = [source for source in sources if source.detect(path)]
    if len(claiming) == 1:
        return claiming[0]
    if claiming:
        names = listed([source.name for source in claiming])
        raise SourceError(
            f"more than one source takes it for its own: {names}",
            where=path,
            hint="Say which with --source.",
            code="CS165",
        )
    raise SourceError("no known format", where=path, hint=_looks_like(path), code="CS164")


def _check(path: str) -> None:
    if path == STDIN:
        return
    if Path(path).is_dir():
        hint = "Give the files in it, or the archive as it was downloaded, not unpacked."
        raise SourceError("this is a folder", where=path, hint=hint, code="CS162")
    try:
        with Path(path).open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise SourceError("there is no such file", where=path, hint=_CHECK, code="CS161") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"it cannot be opened: {said}", where=path, hint=_CHECK, code="CS161") from None
    if empty:
        raise SourceError("the file is empty", where=path, hint="Download or export it again.", code="CS163")


def _looks_like(path: str) -> str:
    if path == STDIN:
        return _OTHERWISE
    with Path(path).open("rb") as file:
        head = file.read(64).lstrip()
    return next((hint for begin, hint in _LOOKS_LIKE.items() if head.startswith(begin)), _OTHERWISE)


def _joined(found: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """Return what is to be read with the files of one split archive as one.

    Files belong together if they are of one account and one moment; one that tells neither (a part without
    account.js) belongs to the only archive that is there.
    """
    parts = [one for one in found if one.source.name == SPLIT]
    if len(parts) < 2:
        return tuple(found)
    groups: dict[tuple[str, object], list[str]] = {}
    nameless: list[str] = []
    for one in parts:
        who = _identity(one)
        if who is None:
            nameless.extend(one.paths)
        else:
            groups.setdefault((who.account, who.as_of), []).extend(one.paths)
    if nameless and len(groups) != 1:
        return tuple(found)  # reading them says what is wrong with each
    whole = [
        Chosen(paths=tuple(paths), source=parts[0].source)
        for group in groups.values()
        for paths in _without_copies([*group, *nameless])
    ]
    return (*(one for one in found if one.source.name != SPLIT), *whole)


def _without_copies(paths: Sequence[str]) -> list[list[str]]:
    """Return the parts of one archive, and by itself each file that holds what another one holds: a copy, no part."""
    copies = [path for at, path in enumerate(paths) if first_names(path) in map(first_names, paths[:at])]
    return [[path for path in paths if path not in copies], *([path] for path in copies)]


def _identity(one: Chosen) -> Identity | None:
    try:
        first = next(one.source.open(one.ref), None)
    except SourceError:
        return None
    found = one.source.parse(first) if first else ()
    return next((each for each in found if isinstance(each, Identity)), None)
