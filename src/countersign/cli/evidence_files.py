"""Finds what a path holds: one file, the files of an archive or a folder, the mails of a mailbox; it never hangs."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from countersign.errors import SourceError
from countersign.sources import container
from countersign.sources.access.asked import nothing
from countersign.sources.access.mail import mailbox
from countersign.sources.access.reading import MOST_BYTES, MOST_IN_ALL, MOST_MEMBERS, members

Content = tuple[str, bytes]


def check_plain(path: str) -> None:
    """Raise SourceError (CS101) for what is neither a file nor a folder: reading it could wait for ever."""
    try:
        mode = os.stat(path).st_mode
    except OSError as cause:
        raise _unreadable(path, cause) from cause
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SourceError("not a plain file", where=path, code="CS101", hint="name a file, or a folder of files")


def contents(path: str) -> tuple[Content, ...] | None:
    """Return the files that an archive, a folder or a mailbox holds by their names; None for a file that is one."""
    if Path(path).is_dir():
        return tuple(_of_folder(path))
    if container.is_container(path):
        return tuple((f"{Path(path).name}/{name}", body) for name, body in members(path))
    mails = mailbox(whole(path))
    if not mails:
        return None
    if len(mails) > MOST_MEMBERS:
        raise nothing(f"a mailbox of {len(mails):,} mails", path, hint="add the platform's mails around the incident")
    return tuple((f"{Path(path).name}/{number}", body) for number, body in enumerate(mails, start=1))


def whole(path: str) -> bytes:
    """Return a file's bytes; SourceError for what is no plain file, is too large, or cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError("not a plain file", where=path, code="CS101", hint="name a file")
            if found.st_size > MOST_BYTES:
                raise nothing(
                    f"a file of {found.st_size:,} bytes", path, hint=f"at most {MOST_BYTES >> 20} MiB are read at once"
                )
            return file.read()
    except OSError as cause:
        raise _unreadable(path, cause) from cause


def _of_folder(path: str) -> Iterator[Content]:
    """Yield the plain files that lie in a folder itself; links and folders in it are not followed."""
    try:
        with os.scandir(path) as found:
            names = sorted(one.name for one in found if one.is_file(follow_symlinks=False) and one.name[:1] != ".")
    except OSError as cause:
        raise _unreadable(path, cause) from cause
    if not names:
        raise nothing("a folder without files", path, hint="name the files, or a folder that has them")
    if len(names) > MOST_MEMBERS:
        raise nothing(f"a folder of {len(names):,} files", path, hint="add the few that tell of access")
    taken = 0
    for name in names:
        body = whole(str(Path(path) / name))
        taken += len(body)
        if taken > MOST_IN_ALL:
            raise nothing("a folder with far too much in it", path, hint="add the few files that tell of access")
        yield f"{Path(path).name or path}/{name}", body


def _unreadable(path: str, cause: OSError) -> SourceError:
    return SourceError(f"it cannot be read ({cause.strerror})", where=path, code="CS101",
                       hint="check its name and who may read it")  # fmt: skip
