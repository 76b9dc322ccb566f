"""Keeps machine code in files beside what numba keeps, so that a later start need not make it again."""

import hashlib
import os
from pathlib import Path
from typing import Final, NamedTuple

FOLDER: Final = "NUMBA_CACHE_DIR"
"""The variable in which `keep_compiled` names the folder: each state of the sources has its own."""
_DIGEST: Final = hashlib.sha256().digest_size


class Code(NamedTuple):
    """An object file, and the name in it of the function to call."""

    symbol: str
    body: bytes


def kept(name: str) -> Code | None:
    """Return the code that was kept under a name, None if there is none or it was damaged."""
    path = _path(name)
    try:
        found = path.read_bytes() if path else b""
    except OSError:
        return None
    digest, rest = found[:_DIGEST], found[_DIGEST:]
    if not rest or hashlib.sha256(rest).digest() != digest:
        return None
    symbol, _, body = rest.partition(b"\n")
    return Code(symbol.decode(), body)


def keep(name: str, code: Code) -> None:
    """Keep code under a name, for whoever starts next; where that cannot be done, it is made again then."""
    path = _path(name)
    if path is None:
        return
    rest = code.symbol.encode() + b"\n" + code.body
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        part.write_bytes(hashlib.sha256(rest).digest() + rest)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _path(name: str) -> Path | None:
    """Return the file of a name, None where no folder was chosen (`keep_compiled`): then nobody vouches for its age."""
    folder = os.environ.get(FOLDER)
    return Path(folder, f"{name}.code") if folder else None
