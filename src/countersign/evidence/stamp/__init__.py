"""Time stamps (RFC 3161): who else says that a checkpoint existed, and since when at the latest."""

from countersign.evidence.stamp.authority import Authority, granted, pinned, stamp
from countersign.evidence.stamp.der import DerError
from countersign.evidence.stamp.request import fresh_nonce, request
from countersign.evidence.stamp.signature import StampError
from countersign.evidence.stamp.token import Stamp, read_stamp

__all__ = [
    "Authority", "DerError", "Stamp", "StampError", "fresh_nonce", "granted", "pinned", "read_stamp", "request",
    "stamp",
]  # fmt: skip
