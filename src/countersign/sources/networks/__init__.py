"""Looks addresses up in tables that lie on this disk: whose network, which country, VPN or hosting; nobody is asked."""

from countersign.sources.networks.addresses import Address, address, is_private, neighbourhood
from countersign.sources.networks.lookup import NetworkFact, Networks, TableFile, is_table, opened, table_file

__all__ = [
    "Address",
    "NetworkFact",
    "Networks",
    "TableFile",
    "address",
    "is_private",
    "is_table",
    "neighbourhood",
    "opened",
    "table_file",
]  # fmt: skip
