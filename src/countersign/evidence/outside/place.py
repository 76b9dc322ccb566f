"""Says which URLs and addresses may be asked at all: an outsider must not be a door into the inner network (SSRF)."""

import ipaddress
import re
from urllib.parse import urlsplit

import msgspec

from countersign.errors import EvidenceError

MOST_URL = 2_000
"""Characters; longer ones break servers, and nobody types them."""
USUAL_PORT = {"https": 443, "http": 80}

_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # ASCII without space and backslash, which readers of URLs read differently
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_HIDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""IPv6 addresses that stand for an IPv4 one (NAT64, 6to4, Teredo, compatible): it could be an inner one."""


class BadUrl(EvidenceError):
    """This URL is not one that we ask."""

    code = "CS463"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to ask: a URL taken apart, and whether its host may be one of an inner network."""

    scheme: str
    host: str
    port: int
    path: str
    private: bool

    def below(self, path: str) -> "Place":
        """Return the place of a path under this one.

        >>> place("https://witness.example/w").below("add-checkpoint").path
        '/w/add-checkpoint'
        """
        return msgspec.structs.replace(self, path=f"{self.path.rstrip('/')}/{path}")


def place(url: str, *, plain: bool = False, private: bool = False) -> Place:
    """Return where a URL leads; raises BadUrl for one that may not be asked.

    Only https on its usual port; with `plain` http too (for answers that are signed and tell nothing); with `private`
    any port, http, and addresses of an inner network: for a person who typed the URL and meant it.
    """
    if len(url) > MOST_URL or not _PRINTABLE.fullmatch(url):
        raise _bad(url, "it holds characters that a URL does not have")
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORT.get(parts.scheme, 0)
    except ValueError:
        raise _bad(url, "it is not a URL") from None
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and (plain or private)):
        raise _bad(url, "it does not begin with https://")
    if "@" in parts.netloc or parts.fragment or not _HOST.fullmatch(host):
        raise _bad(url, "it holds more than a host and a path")
    if port != USUAL_PORT[parts.scheme] and not private:
        raise _bad(url, "it names a port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(scheme=parts.scheme, host=host, port=port, path=path, private=private)


def is_public(address: str) -> bool:
    """Say whether an address is one of the public network, whichever way it is written.

    >>> [is_public(one) for one in ("9.9.9.9", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and _hides_another(found):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _hides_another(found: ipaddress.IPv6Address) -> bool:
    return bool(found.ipv4_mapped) or found.is_site_local or any(found in network for network in _HIDING)


def _bad(url: str, why: str) -> BadUrl:
    hint = "write https://HOST/PATH; with --allow-private also http, ports, and hosts of your own network"
    return BadUrl(f"this URL is not asked: {why}", where=url[:200], hint=hint)
