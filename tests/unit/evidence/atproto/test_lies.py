"""No lie of a host is taken for a proof, and each is refused for what is wrong with it."""

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import State, exclusion, inclusion
from tests.unit.evidence.atproto import lies_commit, lies_file, lies_shape, lies_way, lies_written
from tests.unit.evidence.atproto.forge import DID
from tests.unit.evidence.atproto.stage import CLAIMED, LIES, MISSING, RECORD, SIGNER, TRUE, TRUE_ABSENCE

TRUTH = (SIGNER.key,)
TOLD = (lies_file, lies_way, lies_commit, lies_written, lies_shape)  # importing a module tells its lies


def test_the_truth_that_the_lies_are_made_from_is_accepted() -> None:
    assert inclusion(State(TRUE, TRUTH), did=DID, path=CLAIMED).cid == RECORD.cid
    assert exclusion(State(TRUE_ABSENCE, TRUTH), did=DID, path=MISSING.decode()).path == MISSING.decode()


def test_there_are_more_than_a_hundred_lies() -> None:
    assert len(TOLD) == 5
    assert len(LIES) > 100


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused_by_the_rule_that_it_breaks(name: str) -> None:
    lie = LIES[name]()
    state = State(lie.car, (lie.key,))
    with pytest.raises(NotProved) as inside:
        inclusion(state, did=lie.did, path=lie.path, cid=lie.cid)
    if lie.kind == "inclusion":
        assert inside.value.rule == lie.rule, inside.value.message
    if lie.cid is None and lie.rule != 38:  # the file is true, only the claim is not
        with pytest.raises(NotProved) as outside:
            exclusion(state, did=lie.did, path=lie.path)
        if lie.kind == "exclusion":
            assert outside.value.rule == lie.rule, outside.value.message
