"""Lies in the file of a proof: what stands around the blocks."""

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import Block, block, car, cbor, link
from tests.unit.evidence.atproto.stage import (
    COMMIT,
    LEFT,
    MEANT,
    MIDDLE,
    MISSING,
    OTHER,
    RECORD,
    RIGHT,
    ROOT,
    TRUE,
    TRUE_ABSENCE,
    Lie,
    leaf,
    lie,
    top,
)


@lie
def two_roots() -> Lie:
    header = cbor({"roots": [link(COMMIT.cid), link(ROOT.cid)], "version": 1})
    blocks = [COMMIT, ROOT, MIDDLE, RECORD]
    return Lie(forge.varint(len(header)) + header + b"".join(map(forge.framed, blocks)), 1)


@lie
def another_version_of_the_file() -> Lie:
    return Lie(TRUE.replace(b"\x67version\x01", b"\x67version\x02"), 1)


@lie
def a_header_length_in_two_bytes() -> Lie:
    return Lie(b"\xba\x00" + TRUE[1:], 1)


@lie
def a_header_in_another_order() -> Lie:
    header = cbor({"version": 1, "roots": [link(COMMIT.cid)]})
    return Lie(forge.varint(len(header)) + header + TRUE[59:], 1)


@lie
def a_root_named_as_raw_bytes() -> Lie:
    raw = block(COMMIT.data, codec=0x55)
    return Lie(car([raw, ROOT, MIDDLE, RECORD]), 1)


@lie
def a_root_that_is_not_the_first_block() -> Lie:
    return Lie(car([ROOT, COMMIT, MIDDLE, RECORD], root=COMMIT.cid), 6)


@lie
def a_file_without_blocks() -> Lie:
    return Lie(TRUE[:59], 6)


@lie
def one_more_byte() -> Lie:
    return Lie(TRUE + b"\0", 2)


@lie
def a_block_cut_off() -> Lie:
    return Lie(TRUE + b"\x80\x01" + RECORD.cid, 2)


@lie
def a_block_without_bytes() -> Lie:
    return Lie(TRUE + forge.framed(block(b"")), 2)


@lie
def a_block_length_in_more_bytes_than_needed() -> Lie:
    length = forge.varint(36 + len(RECORD.data))
    return Lie(TRUE_ABSENCE + bytes([length[0] | 128, 0]) + RECORD.cid + RECORD.data, 2)


@lie
def a_block_length_without_end() -> Lie:
    return Lie(TRUE + b"\xff" * 12, 2)


@lie
def a_node_that_was_changed() -> Lie:
    return Lie(car([COMMIT, ROOT, Block(MIDDLE.cid, leaf(MEANT, MISSING).data), RECORD]), 4)


@lie
def a_record_that_was_changed() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, Block(RECORD.cid, OTHER.data)]), 4)


@lie
def a_tree_that_goes_round() -> Lie:
    """No node can link to one above it but by a wrong hash."""
    around = top(LEFT.cid, ROOT.cid, RIGHT.cid)
    return Lie(car([COMMIT, Block(ROOT.cid, around.data), RECORD]), 4)


@lie
def a_block_named_by_no_hash_at_all() -> Lie:
    return Lie(TRUE + forge.framed(Block(b"\x01\x71\x00\x20" + RECORD.data[:32].ljust(32, b"\0"), RECORD.data)), 3)


@lie
def a_block_named_the_old_way() -> Lie:
    return Lie(TRUE + forge.framed(Block(RECORD.cid[2:], RECORD.data + b"  ")), 3)


@lie
def a_block_that_stands_twice() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, RECORD, RECORD]), 5)


@lie
def more_blocks_than_a_proof_has() -> Lie:
    return Lie(car([COMMIT, *(forge.record(number) for number in range(4_096))]), 5)


@lie
def a_file_of_more_than_four_megabytes() -> Lie:
    large = [block(cbor(bytes([number]) * 1_500_000)) for number in range(3)]
    return Lie(car([COMMIT, ROOT, MIDDLE, RECORD, *large]), 1)


@lie
def a_block_of_more_than_two_megabytes() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, block(bytes(2 * 1024 * 1024 + 1))]), 2)
