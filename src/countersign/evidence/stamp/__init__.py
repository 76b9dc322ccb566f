"""Time stamps (RFC 3161): who else says that a checkpoint existed, and since when at the latest.

`authority` asks for them, `token` reads them. Reading needs none of what asking needs, and starts three times as fast,
so that who asks imports `authority` itself.
"""

from countersign.evidence.stamp.der import DerError
from countersign.evidence.stamp.request import fresh_nonce, request
from countersign.evidence.stamp.signature import StampError
from countersign.evidence.stamp.token import Stamp, read_stamp

__all__ = ["DerError", "Stamp", "StampError", "fresh_nonce", "read_stamp", "request"]
