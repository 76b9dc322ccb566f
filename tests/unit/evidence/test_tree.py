"""The tree gives the roots that RFC 6962 names, and no proof holds that a slow reading of the RFC does not give."""

import hashlib
import random

import pytest

from countersign.errors import EvidenceError
from countersign.evidence import tree

MOST = 130
LEAVES = [tree.leaf_hash(str(number).encode()) for number in range(MOST)]

# The eight entries and the roots of their prefixes that implementations of RFC 6962 have been compared by since 2013.
KNOWN_ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:k]) + slow_root(leaves[k:])).digest()


def slow_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*slow_path(m, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(m - k, leaves[k:]), slow_root(leaves[:k])]


def slow_consistency(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word: SUBPROOF."""
    if m == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*slow_consistency(m, leaves[:k], whole), slow_root(leaves[k:])]
    return [*slow_consistency(m - k, leaves[k:], False), slow_root(leaves[:k])]


ROOTS = [slow_root(LEAVES[:size]) for size in range(MOST + 1)]


def test_known_roots_are_reached() -> None:
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in KNOWN_ENTRIES]
    assert [tree.root_of(leaves[:size]).hex() for size in range(1, 9)] == KNOWN_ROOTS
    assert tree.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_every_root_is_that_of_the_rfc() -> None:
    assert [tree.root_of(LEAVES[:size]) for size in range(MOST + 1)] == ROOTS


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 64, 65, 100, 127, 128, 129, 130])
def test_proofs_are_those_of_the_rfc(size: int) -> None:
    leaves = LEAVES[:size]
    for index in range(size):
        assert list(tree.inclusion_proof(leaves, index)) == slow_path(index, leaves)
    for old in range(1, size + 1):
        assert list(tree.consistency_proof(leaves, old)) == slow_consistency(old, leaves, True)


def test_every_leaf_of_every_size_is_proved_and_no_other_leaf_or_place_is() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = tree.inclusion_proof(LEAVES[:size], index)
            assert tree.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            other = (index + 1) % size
            if other != index:
                assert not tree.verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
                assert not tree.verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])
            assert not tree.verify_inclusion(LEAVES[index], index, size, (*proof, ROOTS[1]), ROOTS[size])
            assert not tree.verify_inclusion(LEAVES[index], index, size, proof[:-1], ROOTS[size]) or not proof


def test_every_older_size_is_proved_and_no_other_history_is() -> None:
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = tree.consistency_proof(LEAVES[:new], old)
            assert tree.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
            assert not tree.verify_consistency(old, new, proof, ROOTS[old - 1 if old else 1], ROOTS[new])
            assert not tree.verify_consistency(old, new, (*proof, ROOTS[1]), ROOTS[old], ROOTS[new])
            if proof:
                assert not tree.verify_consistency(old, new, proof[:-1], ROOTS[old], ROOTS[new])
                assert not tree.verify_consistency(old, new, (), ROOTS[old], ROOTS[new])


def test_no_flipped_bit_of_a_proof_holds() -> None:
    chance = random.Random(7)
    for size in (2, 3, 7, 64, 100, 130):
        for index in chance.sample(range(size), min(size, 12)):
            proof = tree.inclusion_proof(LEAVES[:size], index)
            for place in range(len(proof)):
                assert not tree.verify_inclusion(LEAVES[index], index, size, flipped(proof, place), ROOTS[size])
            old = index + 1
            proof = tree.consistency_proof(LEAVES[:size], old)
            for place in range(len(proof)):
                assert not tree.verify_consistency(old, size, flipped(proof, place), ROOTS[old], ROOTS[size])


def test_what_is_misshapen_is_no_proof_and_no_error() -> None:
    assert not tree.verify_inclusion(LEAVES[0], 1, 1, (), ROOTS[1])
    assert not tree.verify_inclusion(LEAVES[0], -1, 1, (), ROOTS[1])
    assert not tree.verify_inclusion(LEAVES[0][:31], 0, 1, (), ROOTS[1])
    assert not tree.verify_inclusion(LEAVES[0], 0, 2, (LEAVES[1] + b"x",), ROOTS[2])
    assert not tree.verify_consistency(3, 2, (), ROOTS[3], ROOTS[2])
    assert not tree.verify_consistency(0, 0, (), ROOTS[1], ROOTS[1])
    assert not tree.verify_consistency(1, 2, (b"short",), ROOTS[1], ROOTS[2])


def test_what_is_not_there_cannot_be_asked_for() -> None:
    for ask, size in ((tree.inclusion_ranges, 2), (tree.consistency_ranges, 1)):
        with pytest.raises(EvidenceError) as caught:
            ask(2, size)
        assert caught.value.code == "CS405"


def test_the_root_of_a_range_is_made_of_whole_subtrees() -> None:
    def node(level: int, index: int) -> bytes:
        return tree.root_of(LEAVES[index << level : (index + 1) << level])

    for start, end in [*tree.inclusion_ranges(5, 130), *tree.consistency_ranges(77, 130), (0, 0), (0, 130)]:
        assert tree.range_root(start, end, node) == slow_root(LEAVES[start:end])


def flipped(proof: tuple[bytes, ...], place: int) -> tuple[bytes, ...]:
    part = proof[place]
    return (*proof[:place], bytes([part[0] ^ 1]) + part[1:], *proof[place + 1 :])
