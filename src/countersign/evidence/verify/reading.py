"""Takes in what is to be verified, a zip or a folder, without writing, following links or running out of memory."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from countersign.evidence.bundle import paths
from countersign.evidence.bundle.archive import Bytes
from countersign.evidence.bundle.paths import MOST_BYTES, MOST_FILES
from countersign.evidence.verify.codes import Stop
from countersign.evidence.verify.zipped import read_zip

MOST_ZIP_BYTES = MOST_BYTES + (1 << 27)
"""The payload and, at most, 128 MiB of names and headers of 20,000 files."""
MOST_DEPTH = 8
"""A bundle's files are at most four folders down."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a bundle by path, and whether the zip was packed again by another program."""

    files: Mapping[str, Bytes]
    repacked: bool = False


def take(path: Path) -> Taken:
    """Return the files of a bundle; Stop (E_READ, E_ZIP, E_VERSION, E_EXTRA) if they cannot be had."""
    try:
        if path.is_dir():
            return Taken(files=_folder(path))
        unzipped = read_zip(read_file(path, most=MOST_ZIP_BYTES, too_large="E_ZIP"))
    except OSError as cause:
        raise Stop("E_READ", "", f"it cannot be read: {(cause.strerror or type(cause).__name__).lower()}") from cause
    return Taken(files=unzipped.files, repacked=unzipped.repacked)


def read_file(path: Path, *, most: int, too_large: str) -> bytes:
    """Return a file's bytes; Stop (E_READ, or `too_large`) if it is no regular file, or larger than `most` bytes."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Stop("E_READ", "", "it is neither a file nor a folder")
        data = file.read(most + 1)
    if len(data) > most:
        raise Stop(too_large, "", "it is too large")
    return data


def _folder(root: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for name in _names(os.fsencode(root), b"", 0):
        if len(files) == MOST_FILES:
            raise Stop("E_READ", "", "it has more than 20,000 files")
        data = read_file(Path(os.fsdecode(os.path.join(os.fsencode(root), name))), most=left, too_large="E_READ")
        files[name.decode("utf-8", "surrogateescape")] = data
        left -= len(data)
    return files


def _names(root: bytes, folder: bytes, depth: int) -> Iterator[bytes]:
    """Yield the paths of all files below a folder, relative to it, as bytes."""
    if depth > MOST_DEPTH:
        raise _odd(root, folder.decode("utf-8", "backslashreplace"), "a folder that no bundle has")
    with os.scandir(os.path.join(root, folder)) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        name = os.path.join(folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from _names(root, name, depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield name
        else:
            where = name.decode("utf-8", "backslashreplace")
            raise _odd(root, where, "a link or another thing that is no file")


def _odd(root: bytes, where: str, says: str) -> Stop:
    """Return why a folder with an odd thing in it is none that holds: a folder that is no bag at all is not read."""
    for path in (paths.BAGIT, paths.TAG_MANIFEST, paths.MANIFEST, paths.BUNDLE):
        if not _is_plain(os.path.join(root, path.encode())):
            return Stop("E_BAG", path, "a file is missing that every bundle has")
    return Stop("E_EXTRA", where, says)


def _is_plain(path: bytes) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False
