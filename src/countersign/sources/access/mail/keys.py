"""Reads public keys of domains as people archive them: the TXT record alone, or as a line of a zone or of `dig`."""

import re
from collections.abc import Iterator
from typing import Final

from countersign.errors import SourceError
from countersign.sources.access.asked import DomainKey

MOST_BYTES: Final = 64 << 10
LONGEST_LINE: Final = 10_000
_NAME: Final = re.compile(
    r"((?<![\w.-])[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,5}\._domainkey\.[A-Za-z0-9._-]{1,200}?)\.?(?=[\s;:,]|$)"
)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_RECORD: Final = re.compile(r"(?:v\s*=\s*DKIM1|\bk\s*=|\bp\s*=).*", re.IGNORECASE)


def key_files(content: bytes, whence: str) -> tuple[DomainKey, ...]:
    """Return the keys in a file of archived TXT records; raises SourceError (CS193) if there is none.

    >>> key_files(b's1._domainkey.x.example. 300 IN TXT "v=DKIM1; k=rsa; " "p=MIGf"', "key.txt")[0].record
    'v=DKIM1; k=rsa; p=MIGf'
    """
    text = content[:MOST_BYTES].decode("utf-8", "replace")
    found = tuple(_keys(re.sub(r'"\s*\n\s*"', '" "', text.replace("\r\n", "\n")), whence))
    if not found:
        raise SourceError("there is no DKIM key in it", where=whence, code="CS193",
                          hint='a key is a TXT record such as "v=DKIM1; k=rsa; p=..."')  # fmt: skip
    return found


def key_name(selector: str, domain: str) -> str:
    """Return where in DNS a domain publishes a key (RFC 6376, 3.6.2.1).

    >>> key_name("s1", "X.example.")
    's1._domainkey.x.example'
    """
    return f"{selector}._domainkey.{domain}".lower().rstrip(".")


def _keys(text: str, whence: str) -> Iterator[DomainKey]:
    for line in (whole[:LONGEST_LINE] for whole in text.split("\n")):
        name = _NAME.search(line)
        quoted = "".join(re.sub(r"\\(.)", r"\1", part) for part in _QUOTED.findall(line))
        record = _RECORD.search(quoted or line[name.end() if name else 0 :])
        if record and re.search(r"\bp\s*=", record[0]):
            yield DomainKey(record=record[0].strip(), name=key_name_of(name[1]) if name else "", whence=whence)


def key_name_of(written: str) -> str:
    """Return a name in DNS as it is compared."""
    return written.lower().rstrip(".")
