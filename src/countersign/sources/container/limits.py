"""What an uploaded archive may be at most, and what is said when it breaks a rule."""

from collections.abc import Mapping
from typing import Literal

from countersign.errors import HostileArchive, SourceError

MAX_ENTRIES = 50_000
"""No owner's archive that we met has more; each entry costs memory before anything is checked."""
MAX_FILE = 2_000_000_000
MAX_TOTAL = 20_000_000_000
"""Bytes after unpacking, a member and in all: what one machine can read in minutes."""
MAX_RATIO = 200
MAX_RATIO_ALL = 100
"""Unpacked to packed bytes: text of owners' archives stays below 40; deflate can reach 1,032."""
MAX_NAME = 1_024
"""Bytes in a name: longer ones cannot be stored on common file systems anyway."""
MAX_LEVELS = 64
"""Folders in a name: platforms nest at most a dozen; checking costs time for each."""
MAX_EXTRA = 1_024
"""Bytes of a header's extra fields: zip programs write fewer than 100; each may hold hundreds of empty fields."""
MAX_DIRECTORY = 128 * 1024 * 1024
"""Bytes of a zip's central directory: 50,000 entries of the longest name with room to spare."""
MAX_DEPTH = 64
"""Levels of nesting in JSON: real archives have fewer than 12; parsers recurse."""
MAX_GZIP_MEMBERS = 1_000
"""Concatenated gzip streams in one file: tools make one; thousands of empty ones only cost time."""
TAR_SLACK = 64 * 1024
"""Unpacked bytes of a tar that the ratios forgive: padding alone packs 200:1 in a small one."""

Rule = Literal[
    "not an archive", "truncated", "trailing", "leading", "hidden bytes", "ambiguous", "too many entries",
    "name encoding", "name characters", "name length", "NUL", "climbs", "absolute", "backslash", "drive", "odd path",
    "twins", "file and folder", "method", "encrypted", "link", "device", "sparse", "entry type", "overlap",
    "headers differ", "entry ratio", "whole ratio", "file size", "total size", "lying size", "checksum", "damaged",
    "volumes", "directory size", "depth", "gzip members", "extra length",
]  # fmt: skip

_AGAIN = "Download the archive again from the platform; if it still fails, it was damaged or made by hand."
_ASK = "The platform does not make such archives: ask who made or re-packed it, and keep it unopened."
_REPACK = "Re-pack it with an ordinary zip program, from the platform's own download."
_LARGE = "If the archive is really yours and really this large, take out the media folders and try again."

_RULES: Mapping[Rule, tuple[str, str]] = {
    "not an archive": ("CS111", "Give the .zip or .tar.gz that the platform offered for download."),
    "truncated": ("CS112", _AGAIN),
    "trailing": ("CS113", _ASK),
    "leading": ("CS114", _ASK),
    "hidden bytes": ("CS115", _ASK),
    "ambiguous": ("CS116", _ASK),
    "too many entries": ("CS117", _LARGE),
    "name encoding": ("CS118", _REPACK),
    "name characters": ("CS119", _ASK),
    "name length": ("CS120", _ASK),
    "NUL": ("CS121", _ASK),
    "climbs": ("CS122", _ASK),
    "absolute": ("CS123", _ASK),
    "backslash": ("CS124", _REPACK),
    "drive": ("CS125", _ASK),
    "odd path": ("CS126", _REPACK),
    "twins": ("CS127", _ASK),
    "file and folder": ("CS128", _ASK),
    "method": ("CS129", _REPACK),
    "encrypted": ("CS130", "Decrypt it first, with the program that encrypted it."),
    "link": ("CS131", _REPACK),
    "device": ("CS132", _ASK),
    "sparse": ("CS133", _REPACK),
    "entry type": ("CS134", _REPACK),
    "overlap": ("CS135", _ASK),
    "headers differ": ("CS136", _ASK),
    "entry ratio": ("CS137", _ASK),
    "whole ratio": ("CS138", _ASK),
    "file size": ("CS139", _LARGE),
    "total size": ("CS140", _LARGE),
    "lying size": ("CS141", _ASK),
    "checksum": ("CS142", _AGAIN),
    "damaged": ("CS143", _AGAIN),
    "volumes": ("CS144", "Join the parts, or give each whole archive that the platform offered by itself."),
    "directory size": ("CS145", _ASK),
    "depth": ("CS146", _ASK),
    "gzip members": ("CS147", _REPACK),
    "extra length": ("CS148", _REPACK),
}


def no_member(shown: str, path: str) -> SourceError:
    """Return the error that says that an archive has no such member."""
    hint = "Ask for one of the names that the archive lists."
    return SourceError(f"the archive has no member {shown}", hint=hint, where=path, code="CS102")


def broken(rule: Rule, message: str, where: str = "") -> HostileArchive:
    """Return the error that says which rule an archive breaks.

    >>> broken("climbs", "a name climbs out of the archive").code
    'CS122'
    """
    code, hint = _RULES[rule]
    return HostileArchive(message, hint=hint, where=where, code=code)
