"""Chooses the folder in which compiled code waits for the next start, so that only the first one is slow."""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import MutableMapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from countersign.config.places import base_folder

NUMBA_FOLDER: Final = "NUMBA_CACHE_DIR"
"""The variable that numba reads when it is imported (numba documentation, "Environment variables")."""
PREFIX: Final = "compiled-"
UNUSED_SECONDS: Final = 30 * 86_400.0
"""A folder of other sources that nobody used for so long belongs to a version that is gone."""
COMPILED: Final = ("profile", "score")
"""The parts of the package that hold compiled functions: other sources may change without compiling anything anew."""
_PACKAGE: Final = Path(__file__).resolve().parents[1]


def keep_compiled(environ: MutableMapping[str, str], *, package: Path = _PACKAGE) -> Path:
    """Name, in the variable that numba reads, the folder that compiled code is kept in; return it.

    To be called before numba is imported. Each state of the sources has a folder of its own: numba looks for changes
    only in the file of a function, not in those of the functions that it calls. A folder that the environment names
    already stays; where none can be kept, one is used that goes with the process. Safe in several processes at once.
    """
    if environ.get(NUMBA_FOLDER):
        return Path(environ[NUMBA_FOLDER])
    kept = base_folder(environ, "XDG_CACHE_HOME", ".cache") / "countersign"
    folder = kept / f"{PREFIX}{fingerprint(package)}"
    if _is_ours(folder):
        _forget_unused(kept, folder)
    else:
        folder = Path(tempfile.mkdtemp(prefix="countersign-compiled-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environ[NUMBA_FOLDER] = str(folder)
    if "numba" in sys.modules:  # too late for the variable
        sys.modules["numba"].config.reload_config()
    return folder


def fingerprint(package: Path) -> str:
    """Return 16 hexadecimal digits that change with any source of compiled functions, and with numba.

    >>> len(fingerprint(Path("nowhere")))
    16
    """
    found = hashlib.sha256(_numba().encode())
    for part in COMPILED:
        for path in sorted((package / part).rglob("*.py")):
            found.update(f"\0{path}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _numba() -> str:
    try:
        return version("numba")
    except PackageNotFoundError:
        return ""


def _is_ours(folder: Path) -> bool:
    """Make the folder where it is missing; say whether it can be used, and whether nobody else could have filled it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)  # it was used now
        return folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK)
    except OSError:
        return False


def _forget_unused(kept: Path, current: Path) -> None:
    oldest = time.time() - UNUSED_SECONDS
    for folder in kept.glob(f"{PREFIX}*"):
        try:
            unused = folder != current and folder.stat().st_mtime < oldest
        except OSError:
            continue  # another process was quicker
        if unused:
            shutil.rmtree(folder, ignore_errors=True)
