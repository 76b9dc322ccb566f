"""What comes from outside and tells a time: a witness's cosignature, an authority's stamp."""

from typing import Literal

import msgspec

from countersign.evidence.verify.times import write_time


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else says that the checkpoint existed at a time, in seconds since 1970.

    Only what the policy in force lists is counted.
    """

    kind: Literal["witness", "tsa"]
    name: str
    time: int
    counted: bool

    def to_json(self) -> dict[str, object]:
        """Return it as `--json` shows it."""
        return {"kind": self.kind, "name": self.name, "time": write_time(self.time), "counted": self.counted}
