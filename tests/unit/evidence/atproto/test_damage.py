"""No damaged proof is taken for a proof: every bit, every length, and what a repository lacks."""

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import State, cut_commit, cut_record, cut_tree, exclusion, head, inclusion
from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import DID, Block, Signer, car, commit, fields, tree

KEYS = [key for layer in range(4) for key in forge.keys_of(layer, 5)]
THERE, AWAY = KEYS[0].decode(), f"{forge.LIKE}/3zzzzzzzzzzzz"
RECORD = forge.record()


def repository(signer: Signer) -> bytes:
    made = tree(dict.fromkeys(KEYS, RECORD.cid))
    blocks = [Block(*pair) for pair in made.blocks.items()]
    return car([commit(signer, fields(made.root)), RECORD, *blocks])


def accepted(held: bytes, key: str, path: str) -> bool:
    """Say whether a file shows anything at all about a path."""
    for show in (inclusion, exclusion):
        try:
            show(State(held, (key,)), did=DID, path=path)
        except NotProved:
            continue
        return True
    return False


@pytest.mark.parametrize("curve", ["k256", "p256"])
@pytest.mark.parametrize("path", [THERE, AWAY], ids=["inclusion", "exclusion"])
def test_no_bit_of_a_proof_can_be_changed(curve: str, path: str) -> None:
    signer = Signer.made(curve)
    proof = cut_record(repository(signer), path).car
    assert accepted(proof, signer.key, path)
    for place in range(len(proof)):
        for bit in range(8):
            changed = bytearray(proof)
            changed[place] ^= 1 << bit
            assert not accepted(bytes(changed), signer.key, path), (place, bit)


@pytest.mark.parametrize("path", [THERE, AWAY], ids=["inclusion", "exclusion"])
def test_no_proof_can_be_shorter_or_longer(path: str) -> None:
    signer = Signer.made()
    proof = cut_record(repository(signer), path).car
    assert not any(accepted(proof[:length], signer.key, path) for length in range(len(proof)))
    assert not any(accepted(proof + bytes([more]), signer.key, path) for more in range(256))


def test_no_bit_of_a_commit_can_be_changed() -> None:
    signer = Signer.made()
    held = cut_commit(repository(signer))
    assert head(State(held, (signer.key,)), did=DID).did == DID
    for place in range(len(held) * 8):
        changed = bytearray(held)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(NotProved):
            head(State(bytes(changed), (signer.key,)), did=DID)


def test_a_proof_is_cut_only_from_a_file_that_holds_it() -> None:
    signer, made = Signer.made(), tree(dict.fromkeys(KEYS, RECORD.cid))
    signed, nodes = commit(signer, fields(made.root)), [Block(*pair) for pair in made.blocks.items()]
    for cut, held, rule in [
        (cut_commit, car([signed, *nodes])[:30], 1),
        (cut_commit, car([signed])[:90], 2),
        (cut_commit, b"", 2),
        (cut_commit, b"\x01\xf6", 1),
        (cut_commit, car(nodes, root=signed.cid), 6),
        (cut_tree, car([signed, RECORD]), 48),
        (cut_tree, car([signed, *nodes[:-1], Block(nodes[-1].cid, RECORD.data)]), 4),
    ]:
        with pytest.raises(NotProved) as error:
            cut(held)
        assert error.value.rule == rule, error.value.message
    for held, rule in [(car([signed, *nodes]), 40), (car([signed, RECORD]), 37)]:
        with pytest.raises(NotProved) as error:
            cut_record(held, THERE)
        assert error.value.rule == rule, error.value.message


def test_a_repository_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    held = repository(Signer.made())
    monkeypatch.setattr("countersign.evidence.atproto.car.MAX_REPOSITORY", len(held) - 1)
    with pytest.raises(NotProved, match="too large"):
        cut_record(held, THERE)


def test_a_file_in_any_order_with_more_roots_and_blocks_twice_gives_the_same_proof() -> None:
    signer, made = Signer.made(), tree(dict.fromkeys(KEYS, RECORD.cid))
    signed, nodes = commit(signer, fields(made.root)), [Block(*pair) for pair in made.blocks.items()]
    header = forge.cbor({"roots": [forge.link(signed.cid), forge.link(RECORD.cid)], "version": 1})
    shuffled = [RECORD, *reversed(nodes), forge.record(5), signed, *nodes]
    held = forge.varint(len(header)) + header + b"".join(map(forge.framed, shuffled))
    assert cut_record(held, THERE) == cut_record(car([signed, RECORD, *nodes]), THERE)
