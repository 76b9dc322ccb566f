"""Puts a small file where none is, whole or not at all, readable by its owner only."""

import contextlib
import os
import secrets
from pathlib import Path

from countersign.errors import StoreError


def place(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600 that appears complete and durable; one that is already there is left as it is.

    The directory is made if it is missing, mode 0700.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            _write(draft, content)
            with contextlib.suppress(FileExistsError):  # another process was first: its file is as good
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _make_durable(path.parent)
    except OSError as cause:
        raise StoreError(
            f"the file cannot be made ({cause.strerror})",
            hint="check the directory, its owner and the room on the disk",
            where=str(path),
            code="CS207",
        ) from cause


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _make_durable(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
