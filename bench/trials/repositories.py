"""Shows our reader of AT Protocol proofs every lie that a host can tell, and every damage: what does it believe?"""

from collections.abc import Callable, Iterator

from countersign.errors import NotProved
from countersign.evidence.atproto import State, exclusion, inclusion
from tests.unit.evidence.atproto import lies_commit, lies_file, lies_shape, lies_way, lies_written
from tests.unit.evidence.atproto.forge import DID
from tests.unit.evidence.atproto.stage import CLAIMED, LIES, SIGNER, TRUE

TOLD = (lies_commit, lies_file, lies_shape, lies_way, lies_written)
"""Importing these tells their lies."""


def accepted() -> tuple[int, int]:
    """Return how many lies, flipped bits and cut or lengthened proofs were believed, and how many were tried."""
    tried = list(_tried())
    return sum(_believed(show) for show in tried), len(tried)


def _tried() -> Iterator[Callable[[], object]]:
    for tell in LIES.values():
        lie = tell()
        shown = inclusion if lie.kind == "inclusion" else exclusion
        state = State(lie.car, (lie.key,))
        if lie.kind == "inclusion":
            yield lambda state=state, lie=lie: inclusion(state, did=lie.did, path=lie.path, cid=lie.cid)  # type: ignore[misc]
        else:
            yield lambda state=state, lie=lie, shown=shown: shown(state, did=lie.did, path=lie.path)  # type: ignore[misc]
    for data in (*_flipped(TRUE), *(TRUE[:length] for length in range(len(TRUE))), TRUE + b"\0"):
        yield lambda data=data: inclusion(State(data, (SIGNER.key,)), did=DID, path=CLAIMED)  # type: ignore[misc]


def _flipped(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def _believed(show: Callable[[], object]) -> bool:
    try:
        show()
    except NotProved:
        return False
    return True
