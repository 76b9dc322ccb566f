"""Which names of members are safe: one spelling each, inside the archive, readable the same by everybody."""

import re
import unicodedata
from typing import NamedTuple

import msgspec

from countersign.errors import HostileArchive
from countersign.sources.container.limits import MAX_ENTRIES, MAX_LEVELS, MAX_NAME, Rule, broken

_DRIVE = re.compile(r"[A-Za-z]:")


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file in an archive: its name and its size in bytes after unpacking."""

    name: str
    size: int


class _Complaint(NamedTuple):
    rule: Rule
    text: str


def decoded(raw: bytes, where: str) -> str:
    """Return a member's name, or raise HostileArchive if it is not safe.

    `raw` holds every byte that the archive gives for the name, so that a NUL cannot hide the rest of it.

    >>> decoded(b"data/like.js", "a.zip")
    'data/like.js'
    """
    if b"\x00" in raw:
        raise broken("NUL", f"a name holds a NUL byte: {shown(raw)}", where)
    if len(raw) > MAX_NAME:
        raise broken("name length", f"a name has {len(raw):,} bytes (at most {MAX_NAME:,})", where)
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise broken("name encoding", f"a name is not UTF-8: {shown(raw)}", where) from None
    if found := _complaint(name):
        raise broken(found.rule, f"{found.text}: {shown(raw)}", where)
    return name


def shown(raw: bytes) -> str:
    """Return a hostile name as plain ASCII for an error message, shortened.

    >>> shown("..\\u202e/x".encode())
    "'..\\\\u202e/x'"
    """
    return ascii(raw[:80].decode("utf-8", "backslashreplace"))


def _complaint(name: str) -> _Complaint | None:
    if unicodedata.normalize("NFC", name) != name:
        return _Complaint("name encoding", "a name is not in Unicode normal form C")
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in name):
        return _Complaint("name characters", "a name holds control characters")
    if "\\" in name:
        return _Complaint("backslash", "a name holds a backslash")
    if name.startswith("/"):
        return _Complaint("absolute", "a name is an absolute path")
    if _DRIVE.match(name):
        return _Complaint("drive", "a name begins with a drive letter")
    parts = name.removesuffix("/").split("/")
    if len(parts) > MAX_LEVELS:
        return _Complaint("name length", f"a name lies more than {MAX_LEVELS} folders deep")
    if ".." in parts:
        return _Complaint("climbs", "a name climbs out of its folder with ..")
    if "" in parts or "." in parts:
        return _Complaint("odd path", "a name has an empty or dot part")
    return None


class Names:
    """The names met so far in one archive: none twice, however it is spelt, and no file that is also a folder."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._files: set[str] = set()
        self._listed: dict[str, str] = {}

    def add(self, name: str) -> None:
        """Note a name (a folder's ends in a slash); raise HostileArchive if it clashes with an earlier one."""
        key = _folded(name.removesuffix("/"))
        if key in self._listed:
            raise self._clash("twins", name)
        self._listed[key] = name
        if len(self._listed) > MAX_ENTRIES:
            raise broken("too many entries", f"the archive has more than {MAX_ENTRIES:,} entries", self._where)
        if not name.endswith("/"):
            self._files.add(key)

    def check_folders(self) -> None:
        """Raise HostileArchive if a name is used both for a file and for a folder."""
        # Folders are not collected: 50,000 deep names would have millions of them.
        for key, name in self._listed.items():
            place = key.find("/")
            while place >= 0:
                if key[:place] in self._files:
                    raise self._clash("file and folder", name)
                place = key.find("/", place + 1)

    def _clash(self, rule: Rule, name: str) -> HostileArchive:
        text = {
            "twins": "two entries have the same name once case and spelling are set aside",
            "file and folder": "a name is used for a file and for a folder",
        }[rule]
        return broken(rule, f"{text}: {shown(name.encode())}", self._where)


def _folded(name: str) -> str:
    # Casefolding can undo normalisation and the other way round, so it is done until nothing moves (twice is enough).
    for _ in range(2):
        name = unicodedata.normalize("NFC", name).casefold()
    return unicodedata.normalize("NFC", name)
