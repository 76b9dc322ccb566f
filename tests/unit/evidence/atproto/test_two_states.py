"""What two signed states prove together: exactly these operations, done and undone, removed, two histories."""

import random

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import (
    Operation,
    State,
    cut_record,
    equivocation,
    exclusion,
    head,
    inclusion,
    removal,
    transition,
    undo_shadow,
)
from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import DID, Block, Signer, Tree, car, commit, fields, tree

SIGNER = Signer.made()
KEYS = tuple(key for layer in range(4) for key in forge.keys_of(layer, 12))
RECORD, OTHER = forge.record(), forge.record(1)
FULL = dict.fromkeys(KEYS, RECORD.cid)


def state(root: bytes, rev: str = forge.REV, signer: Signer = SIGNER, did: str = DID) -> State:
    return State(car([commit(signer, fields(root, did, rev))]), (signer.key,))


def opened(made: Tree, rev: str = forge.LATER) -> State:
    """Return a later state with every node of its tree."""
    return State(car([commit(SIGNER, fields(made.root, rev=rev)), *in_order(made, made.root)]), (SIGNER.key,))


def in_order(made: Tree, cid: bytes) -> list[Block]:
    """Return the nodes as a walk comes to them: the link before all entries is written last."""
    data = made.blocks[cid]
    below = sorted((-1 if data.endswith(other) else data.index(other), other) for other in made.blocks if other in data)
    return [Block(cid, data), *(block for _, other in below for block in in_order(made, other))]


def gone(*keys: bytes) -> dict[bytes, bytes]:
    return {key: cid for key, cid in FULL.items() if key not in keys}


def deleted(key: bytes, cid: bytes = RECORD.cid) -> Operation:
    return Operation(action="delete", path=key.decode(), prev=cid)


def created(key: bytes, cid: bytes = RECORD.cid) -> Operation:
    return Operation(action="create", path=key.decode(), cid=cid)


def refused(rule: int, before: State, after: State, *operations: Operation, did: str = DID) -> None:
    with pytest.raises(NotProved) as error:
        transition(before, after, did=did, operations=operations)
    assert error.value.rule == rule, error.value.message


@pytest.mark.parametrize("key", KEYS)
def test_the_removal_of_any_record_is_shown_to_be_the_only_change(key: bytes) -> None:
    before, after = tree(FULL), tree(gone(key))
    proved = transition(state(before.root), opened(after), did=DID, operations=[deleted(key)])
    assert proved.operations == (deleted(key),)
    back = transition(state(after.root), opened(before), did=DID, operations=[created(key)])
    assert back.after.data == before.root


def test_many_operations_at_once_are_taken_back_in_any_order() -> None:
    rng = random.Random(7)
    for _ in range(40):
        removed, added, changed = (set(rng.sample(KEYS, size)) for size in (6, 5, 4))
        added, changed = added - removed, changed - removed - added
        before = {key: RECORD.cid for key in KEYS if key not in added}
        after = {key: OTHER.cid if key in changed else RECORD.cid for key in KEYS if key not in removed}
        operations = [*map(deleted, removed), *map(created, added)]
        operations += [Operation(action="update", path=key.decode(), cid=OTHER.cid, prev=RECORD.cid) for key in changed]
        rng.shuffle(operations)
        proved = transition(state(tree(before).root), opened(tree(after)), did=DID, operations=operations)
        assert len(proved.operations) == len(operations)


def test_a_repository_can_be_filled_and_emptied() -> None:
    one, nothing = tree({KEYS[0]: RECORD.cid}), tree({})
    assert (
        transition(state(nothing.root), opened(one), did=DID, operations=[created(KEYS[0])]).before.data == nothing.root
    )
    assert (
        transition(state(one.root), opened(nothing), did=DID, operations=[deleted(KEYS[0])]).after.data == nothing.root
    )


def test_more_than_was_said_is_refused() -> None:
    first, second = KEYS[:2]
    refused(50, state(tree(FULL).root), opened(tree(gone(first, second))), deleted(first))


def test_less_than_was_said_is_refused() -> None:
    first, second = KEYS[:2]
    refused(47, state(tree(FULL).root), opened(tree(gone(first))), deleted(first), deleted(second))


def test_another_version_than_was_said_is_refused() -> None:
    before, after = state(tree(FULL).root), opened(tree(gone(KEYS[0])))
    refused(50, before, after, deleted(KEYS[0], OTHER.cid))
    refused(47, before, opened(tree(FULL)), created(KEYS[0], OTHER.cid))


def test_a_change_of_what_was_not_named_is_refused() -> None:
    after = tree(gone(KEYS[0]) | {KEYS[1]: OTHER.cid})
    refused(50, state(tree(FULL).root), opened(after), deleted(KEYS[0]))


def test_operations_that_cannot_be_of_one_commit_are_refused() -> None:
    before, after = state(tree(FULL).root), opened(tree(gone(KEYS[0])))
    path = KEYS[0].decode()
    refused(45, before, after)
    refused(45, before, after, deleted(KEYS[0]), deleted(KEYS[0]))
    refused(45, before, after, *(created(f"a.b.c/{number}".encode()) for number in range(201)))
    refused(45, before, after, Operation(action="delete", path=path))
    refused(45, before, after, Operation(action="delete", path=path, cid=RECORD.cid, prev=RECORD.cid))
    refused(45, before, after, Operation(action="create", path=path, cid=RECORD.cid, prev=RECORD.cid))
    refused(45, before, after, Operation(action="update", path=path, cid=RECORD.cid))
    refused(45, before, after, Operation(action="update", path=path, cid=RECORD.cid, prev=RECORD.cid))
    refused(45, before, after, deleted(KEYS[0], b"short"))
    refused(35, before, after, Operation(action="delete", path="like", prev=RECORD.cid))


def test_states_that_do_not_follow_each_other_are_refused() -> None:
    before, after = tree(FULL).root, tree(gone(KEYS[0]))
    refused(44, state(before, forge.LATER), opened(after, forge.REV), deleted(KEYS[0]))
    refused(44, state(before), opened(after, forge.REV), deleted(KEYS[0]))
    refused(21, state(before, did="did:web:example.com"), opened(after), deleted(KEYS[0]))


def test_what_a_proof_does_not_open_cannot_have_been_touched() -> None:
    after = tree(gone(KEYS[0]))
    root = Block(after.root, after.blocks[after.root])
    closed = State(car([commit(SIGNER, fields(root.cid, rev=forge.LATER)), root]), (SIGNER.key,))
    refused(47, state(tree(FULL).root), closed, deleted(KEYS[0]))


def test_nodes_out_of_order_or_left_over_are_refused() -> None:
    after = tree(gone(KEYS[0]))
    signed, nodes = commit(SIGNER, fields(after.root, rev=forge.LATER)), in_order(after, after.root)
    for blocks in ([*nodes[:-2], nodes[-1], nodes[-2]], [*nodes, RECORD], [*nodes[:1], nodes[2], nodes[1], *nodes[3:]]):
        refused(48, state(tree(FULL).root), State(car([signed, *blocks]), (SIGNER.key,)), deleted(KEYS[0]))
    refused(48, state(tree(FULL).root), State(car([signed, *nodes[1:]]), (SIGNER.key,)), deleted(KEYS[0]))
    refused(37, opened(tree(FULL), forge.REV), opened(after), deleted(KEYS[0]))


def test_a_shadow_is_two_revisions_of_the_same_records() -> None:
    root, other = tree(FULL).root, tree(gone(KEYS[0])).root
    assert undo_shadow(state(root), state(root, forge.LATER), did=DID).before.data == root
    for before, after, rule in [
        (state(root), state(root), 51),
        (state(root, forge.LATER), state(root), 51),
        (state(root), state(other, forge.LATER), 51),
        (state(root), opened(tree(FULL)), 37),
        (state(root), state(root, forge.LATER, Signer.made(number=2)), 25),
    ]:
        keys = (SIGNER.key,)
        with pytest.raises(NotProved) as error:
            undo_shadow(before, State(after.car, keys), did=DID)
        assert error.value.rule == rule


def test_two_histories_are_two_trees_of_one_revision() -> None:
    root, other = tree(FULL).root, tree(gone(KEYS[0])).root
    shown = equivocation(state(root), state(other), did=DID)
    assert (shown.before.data, shown.after.data) == (root, other)
    for one, two in [(state(root), state(root)), (state(root), state(other, forge.LATER))]:
        with pytest.raises(NotProved) as error:
            equivocation(one, two, did=DID)
        assert error.value.rule == 52


def test_a_removal_is_one_record_there_and_then_gone() -> None:
    key = KEYS[5]
    path = key.decode()
    there = inclusion(proof(tree(FULL), path), did=DID, path=path)
    away = exclusion(proof(tree(gone(key)), path, forge.LATER), did=DID, path=path)
    assert removal(there, away).after.rev == forge.LATER
    early = exclusion(proof(tree(gone(key)), path), did=DID, path=path)
    elsewhere = exclusion(proof(tree(FULL), "a.b.c/x", forge.LATER), did=DID, path="a.b.c/x")
    for wrong in (early, elsewhere):
        with pytest.raises(NotProved) as error:
            removal(there, wrong)
        assert error.value.rule == 53


def proof(made: Tree, path: str, rev: str = forge.REV) -> State:
    blocks = [commit(SIGNER, fields(made.root, rev=rev)), *(Block(*pair) for pair in made.blocks.items()), RECORD]
    return State(cut_record(car(blocks), path).car, (SIGNER.key,))


def test_a_commit_is_tried_with_the_keys_in_their_order() -> None:
    other = Signer.made("p256", 99)
    held = state(tree({}).root).car
    assert head(State(held, (other.key, SIGNER.key)), did=DID).key == SIGNER.key
    with pytest.raises(NotProved, match="signature"):
        head(State(held, ()), did=DID)


def test_closed_parts_cannot_be_joined_or_left_alone() -> None:
    """Where a key stood between two parts that nobody opened, nobody knows the node that was there without it."""
    ones, zeros = forge.keys_of(1, 2), forge.keys_of(0, 200)
    for tops in (ones[:1], ones):
        after = tree(dict.fromkeys([*tops, *zeros], RECORD.cid))
        root = Block(after.root, after.blocks[after.root])
        closed = State(car([commit(SIGNER, fields(root.cid, rev=forge.LATER)), root]), (SIGNER.key,))
        refused(49, state(tree(FULL).root), closed, created(tops[0]))
