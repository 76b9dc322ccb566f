"""Reads IP addresses as people and dumps write them, and knows those that no provider can find a subscriber by."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_PRIVATE: Final = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.168.0.0/16", "224.0.0.0/3", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8",
        ),
    )
)  # fmt: skip
"""RFC 1918, 6598, 3927, 4193, 4291, 1122: not routed outside. Ranges for documentation (RFC 5737) count as public."""
_TRANSLATED: Final = ip_network("64:ff9b::/96")
"""What a translator in front of a server makes of an IPv4 client (RFC 6052, RFC 7755)."""
LONGEST_ADDRESS: Final = 80
"""An IPv6 address with brackets, zone and port has fewer characters."""


def address(written: str) -> Address:
    """Return an address, without port, brackets or zone; one of IPv4 inside IPv6 as IPv4. Raises ValueError.

    >>> address("[2001:db8::7]:443"), address("203.0.113.7:51234"), address("::ffff:203.0.113.7")
    (IPv6Address('2001:db8::7'), IPv4Address('203.0.113.7'), IPv4Address('203.0.113.7'))
    """
    text = written.strip()
    if len(text) > LONGEST_ADDRESS:
        raise ValueError("too long for an address")
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    found = ip_address(text.partition("/")[0].partition("%")[0])
    if isinstance(found, IPv6Address) and found in _TRANSLATED:
        return IPv4Address(int(found) & 0xFFFF_FFFF)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=65_536)
def neighbourhood(written: str) -> str:
    """Return what stands for the place of an address: itself, or of IPv6 its /64, which is one household or office.

    A device changes the rest of an IPv6 address by the day (RFC 8981, temporary addresses).

    >>> neighbourhood("2001:db8:1:2:aaaa::1") == neighbourhood("2001:db8:1:2:bbbb::7"), neighbourhood("203.0.113.7")
    (True, '203.0.113.7')
    """
    try:
        found = address(written)
    except ValueError:
        return written
    return str(found) if found.version == 4 else str(ip_network((int(found), 64), strict=False))


def is_private(found: Address) -> bool:
    """Say whether an address means something in one building only, so that it tells nothing of who was there.

    >>> is_private(address("192.168.1.20")), is_private(address("203.0.113.7")), is_private(address("fe80::1%eth0"))
    (True, False, True)
    """
    return any(found.version == network.version and found in network for network in _PRIVATE)
