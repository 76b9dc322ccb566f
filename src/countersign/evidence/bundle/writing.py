"""Puts a bundle on the disk as a zip or a folder: whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from countersign.errors import EvidenceError
from countersign.evidence.bundle.archive import FOLDER, zip_parts
from countersign.evidence.durable import sync_folder

FALLBACK_FOLDER = "countersign-bundle"


def write_file(target: Path, files: Mapping[str, bytes], *, replace: bool = False) -> int:
    """Write the zip of a bundle and return its size; the folder in it is named after the file.

    EvidenceError (CS423) if the file is there already and is not to be replaced. A crash leaves the old file or the
    new one, never half of one.
    """
    if target.exists() and not replace:
        raise _taken(target)
    temporary = _beside(target)
    try:
        with open(temporary, "xb") as file:
            for part in zip_parts(folder_name(target), files):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        _move(temporary, target, replace=replace)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return target.stat().st_size


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a bundle as a folder, which must not be there yet (EvidenceError, CS423)."""
    if target.exists():
        raise _taken(target)
    temporary = _beside(target)
    try:
        _fill(temporary, files)
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(target.parent)


def folder_name(target: Path) -> str:
    """Return the name of the folder in a zip: that of the file, where it can be.

    >>> folder_name(Path("case-1.zip")), folder_name(Path("mein fall.zip"))
    ('case-1', 'countersign-bundle')
    """
    return target.stem if FOLDER.fullmatch(target.stem) else FALLBACK_FOLDER


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folders = {folder, *(parent for path in files for parent in (folder / path).parents if folder in parent.parents)}
    for made in sorted(folders):
        made.mkdir()
    for path, data in files.items():
        with open(folder / path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for made in sorted(folders, reverse=True):
        sync_folder(made)


def _move(temporary: Path, target: Path, *, replace: bool) -> None:
    """Give the finished file its name; `link` refuses a name that was taken meanwhile, `rename` would not."""
    if replace:
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError as cause:
        raise _taken(target) from cause
    except OSError:  # a file system without hard links
        temporary.rename(target)
        return
    temporary.unlink()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")


def _taken(target: Path) -> EvidenceError:
    return EvidenceError("there is a file of this name already", where=str(target), hint="name another", code="CS423")
