"""Tells apart the text that an account wrote and the text of what it acted on: two hands, never one habit."""

import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import WRITTEN

_WRITTEN = pa.array(sorted(WRITTEN), type=pa.large_string())
_NONE = pa.scalar(None, pa.large_string())


def written_text(actions: pa.Table) -> pa.ChunkedArray:
    """Return the text that the account wrote itself; null for every other action."""
    own = pc.is_in(actions["verb"], value_set=_WRITTEN)
    return pc.if_else(own, actions["text"], _NONE)


def others_text(actions: pa.Table) -> pa.ChunkedArray:
    """Return the text of what the account acted on (liked, reposted); null for what it wrote itself."""
    own = pc.is_in(actions["verb"], value_set=_WRITTEN)
    return pc.if_else(own, _NONE, actions["text"])
