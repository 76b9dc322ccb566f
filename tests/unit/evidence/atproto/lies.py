"""What a lying host can sign or hand over instead of a proof: each with the rule that it breaks."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import Block, Raw, Signer, block, car, cbor, commit, entry, fields, link, node

SIGNER = Signer.made()
ONES = forge.keys_of(1, 24)
ZEROS = forge.keys_of(0, 400)
TWOS = forge.keys_of(2, 3)
RECORD = forge.record()
OTHER = forge.record(1)

# The tree that most lies are about: two keys in the root (layer 1), and a node of layer 0 in each of the three gaps.
A, B = next((low, high) for low, high in pairwise(ONES[4:]) if sum(low < key < high for key in ZEROS) >= 3)
LOW = [key for key in ZEROS if key < A][-3:]
BETWEEN = [key for key in ZEROS if A < key < B][:3]
HIGH = [key for key in ZEROS if key > B][:3]
MEANT = BETWEEN[1]
MISSING = BETWEEN[2]
CLAIMED = MEANT.decode()


def leaf(*keys: bytes) -> Block:
    return node(None, row(*keys))


def row(*keys: bytes) -> list[dict[str, Any]]:
    return [entry(key, RECORD.cid, before) for key, before in zip(keys, [b"", *keys], strict=False)]


def top(left: bytes | None, middle: bytes | None, right: bytes | None) -> Block:
    return node(left, [entry(A, RECORD.cid, b"", middle), entry(B, RECORD.cid, A, right)])


LEFT, MIDDLE, RIGHT = leaf(*LOW), leaf(*BETWEEN[:2]), leaf(*HIGH)
ROOT = top(LEFT.cid, MIDDLE.cid, RIGHT.cid)
COMMIT = commit(SIGNER, fields(ROOT.cid))
TRUE = car([COMMIT, ROOT, MIDDLE, RECORD])
TRUE_ABSENCE = car([COMMIT, ROOT, MIDDLE])


class Lie(NamedTuple):
    """A file, what it is said to show, and the first rule that it breaks."""

    car: bytes
    rule: int
    path: str = CLAIMED
    kind: Literal["inclusion", "exclusion"] = "inclusion"
    cid: bytes | None = None
    did: str = forge.DID
    key: str = SIGNER.key


LIES: dict[str, Callable[[], Lie]] = {}


def lie(tell: Callable[[], Lie]) -> Callable[[], Lie]:
    LIES[tell.__name__.replace("_", " ")] = tell
    return tell


def signed(root: bytes) -> Block:
    return commit(SIGNER, fields(root))


def under(root: Block, *rest: Block) -> bytes:
    """Return a proof in which everything is right but the nodes."""
    return car([signed(root.cid), root, *rest])


def in_middle(middle: Block, rule: int, path: bytes = MEANT) -> Lie:
    """Hang a node between the two keys of the root."""
    root = top(LEFT.cid, middle.cid, RIGHT.cid)
    return Lie(under(root, middle, RECORD), rule, path.decode())


def entries(*items: Any) -> Block:
    return block(cbor({"e": list(items), "l": None}))


def raw_node(data: bytes, rule: int) -> Lie:
    return in_middle(block(data), rule)


def with_commit(unsigned: dict[str, Any], rule: int, signature: Any = None) -> Lie:
    return Lie(car([commit(SIGNER, unsigned, signature), ROOT, MIDDLE, RECORD]), rule)


def with_record(held: Block, rule: int) -> Lie:
    middle = entries(entry(MEANT, held.cid))
    root = top(LEFT.cid, middle.cid, RIGHT.cid)
    return Lie(under(root, middle, held), rule)


# The file


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


# The way through the tree


@lie
def a_block_more_at_the_end() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, RECORD, OTHER]), 40)


@lie
def a_block_more_on_the_way() -> Lie:
    return Lie(car([COMMIT, ROOT, LEFT, MIDDLE, RECORD]), 37)


@lie
def a_second_commit() -> Lie:
    return Lie(car([COMMIT, commit(SIGNER, fields(ROOT.cid, rev=forge.LATER)), ROOT, MIDDLE, RECORD]), 37)


@lie
def a_node_left_out() -> Lie:
    return Lie(car([COMMIT, ROOT, RECORD]), 37)


@lie
def a_root_left_out() -> Lie:
    return Lie(car([COMMIT, MIDDLE, RECORD]), 37)


@lie
def a_record_left_out() -> Lie:
    return Lie(TRUE_ABSENCE, 40)


@lie
def another_record_in_its_place() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, OTHER]), 40)


@lie
def nodes_in_another_order() -> Lie:
    return Lie(car([COMMIT, MIDDLE, ROOT, RECORD]), 37)


@lie
def a_record_before_its_node() -> Lie:
    return Lie(car([COMMIT, ROOT, RECORD, MIDDLE]), 37)


@lie
def a_record_that_is_not_there() -> Lie:
    return Lie(TRUE, 38, MISSING.decode())


@lie
def another_version_of_the_record() -> Lie:
    return Lie(TRUE, 39, cid=OTHER.cid)


@lie
def absence_of_a_record_that_is_there() -> Lie:
    return Lie(TRUE_ABSENCE, 43, kind="exclusion")


@lie
def absence_with_a_record_left_over() -> Lie:
    return Lie(TRUE, 43, MISSING.decode(), "exclusion")


@lie
def absence_shown_only_down_to_the_root() -> Lie:
    return Lie(car([COMMIT, ROOT]), 37, MISSING.decode(), "exclusion")


@lie
def absence_shown_in_another_gap() -> Lie:
    return Lie(car([COMMIT, ROOT, LEFT]), 37, MISSING.decode(), "exclusion")


@lie
def absence_by_hiding_a_key_under_a_node_of_its_own_layer() -> Lie:
    """The root does not have A, where it belongs; a reader who stops at its layer would call it absent."""
    hidden = node(None, row(A))
    root = node(hidden.cid, row(B))
    return Lie(under(root, hidden), 31, A.decode(), "exclusion")


@lie
def a_path_of_one_part() -> Lie:
    return Lie(TRUE, 35, "self")


@lie
def a_path_of_three_parts() -> Lie:
    return Lie(TRUE, 35, CLAIMED + "/x")


@lie
def a_path_in_no_collection() -> Lie:
    return Lie(TRUE, 35, "like/3jzfcijpj2z2a", "exclusion")


@lie
def a_path_to_the_folder_above() -> Lie:
    return Lie(TRUE, 35, f"{forge.LIKE}/..", "exclusion")


# The commit and its signature


@lie
def a_commit_with_a_field_more() -> Lie:
    return with_commit({**fields(ROOT.cid), "zzzzzzzz": 1}, 16)


@lie
def a_commit_without_prev() -> Lie:
    unsigned = fields(ROOT.cid)
    del unsigned["prev"]
    return with_commit(unsigned, 16)


@lie
def a_commit_of_version_2() -> Lie:
    return with_commit({**fields(ROOT.cid), "version": 2}, 17)


@lie
def a_commit_whose_version_is_a_float() -> Lie:
    return with_commit({**fields(ROOT.cid), "version": Raw(bytes.fromhex("fb4008000000000000"))}, 8)


@lie
def a_commit_whose_tree_is_raw_bytes() -> Lie:
    return with_commit({**fields(ROOT.cid), "data": link(block(ROOT.data, codec=0x55).cid)}, 17)


@lie
def a_commit_whose_prev_is_text() -> Lie:
    return with_commit({**fields(ROOT.cid), "prev": "bafy"}, 17)


@lie
def a_commit_of_another_account() -> Lie:
    return with_commit({**fields(ROOT.cid), "did": "did:plc:" + "z" * 24}, 21)


@lie
def a_commit_of_a_key() -> Lie:
    return with_commit({**fields(ROOT.cid), "did": SIGNER.key}, 18)


@lie
def a_commit_of_an_account_in_capitals() -> Lie:
    return with_commit({**fields(ROOT.cid), "did": forge.DID.upper()}, 18)


@lie
def a_commit_without_a_revision() -> Lie:
    return with_commit({**fields(ROOT.cid), "rev": "zzzzzzzzzzzzz"}, 19)


@lie
def a_commit_with_its_fields_in_another_order() -> Lie:
    unsigned = fields(ROOT.cid)
    return with_commit({"rev": unsigned.pop("rev"), **unsigned}, 12)


@lie
def a_commit_that_is_a_list() -> Lie:
    return Lie(car([block(cbor([1, 2])), ROOT, MIDDLE, RECORD]), 16)


@lie
def a_short_signature() -> Lie:
    return with_commit(fields(ROOT.cid), 20, bytes(63))


@lie
def a_signature_in_der() -> Lie:
    return with_commit(fields(ROOT.cid), 20, bytes.fromhex("3046") + bytes(68))


@lie
def a_signature_as_text() -> Lie:
    return with_commit(fields(ROOT.cid), 20, "x" * 64)


@lie
def a_signature_with_high_s() -> Lie:
    unsigned = fields(ROOT.cid)
    r, s = SIGNER.numbers(cbor(unsigned))
    return with_commit(unsigned, 25, forge.joined(r, forge.ORDERS["k256"] - s))


@lie
def a_signature_of_zeros() -> Lie:
    return with_commit(fields(ROOT.cid), 25, bytes(64))


@lie
def a_signature_whose_r_is_the_order() -> Lie:
    return with_commit(fields(ROOT.cid), 25, forge.joined(forge.ORDERS["k256"], 1))


@lie
def a_signature_of_another_key() -> Lie:
    other = Signer.made(number=54321)
    return Lie(car([commit(other, fields(ROOT.cid)), ROOT, MIDDLE, RECORD]), 25)


@lie
def a_signature_on_the_other_curve() -> Lie:
    other = Signer.made("p256")
    return Lie(car([commit(other, fields(ROOT.cid)), ROOT, MIDDLE, RECORD]), 25)


@lie
def a_key_of_the_other_curve_with_the_same_number() -> Lie:
    return Lie(TRUE, 25, key=Signer.made("p256").key)


@lie
def a_signature_of_another_revision() -> Lie:
    return with_commit(fields(ROOT.cid), 25, SIGNER.sign(cbor(fields(ROOT.cid, rev=forge.LATER))))


@lie
def a_signature_over_the_commit_with_an_empty_one() -> Lie:
    unsigned = fields(ROOT.cid)
    return with_commit(unsigned, 25, SIGNER.sign(cbor({**unsigned, "sig": None})))


@lie
def a_proof_for_another_account() -> Lie:
    return Lie(TRUE, 21, did="did:web:example.com")


@lie
def a_key_that_is_none() -> Lie:
    return Lie(TRUE, 22, key="did:key:zQ3sh")


@lie
def a_key_with_a_letter_that_base_58_lacks() -> Lie:
    return Lie(TRUE, 22, key=SIGNER.key[:-1] + "0")


@lie
def a_key_with_a_zero_byte_before_it() -> Lie:
    return Lie(TRUE, 22, key="did:key:z1" + SIGNER.key.removeprefix("did:key:z"))


@lie
def a_key_that_is_no_point() -> Lie:
    return Lie(TRUE, 22, key="did:key:z" + forge.base58(b"\xe7\x01\x02" + b"\xff" * 32))


@lie
def a_key_of_a_third_kind() -> Lie:
    return Lie(TRUE, 22, key="did:key:z" + forge.base58(b"\xed\x01" + bytes(32)))


# How blocks are written


@lie
def a_number_in_more_bytes_than_needed() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "p": Raw(b"\x18\x00")}, second), 9)


@lie
def a_length_in_more_bytes_than_needed() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "k": Raw(b"\x59\x00" + cbor(BETWEEN[0])[1:])}, second), 9)


@lie
def a_tag_in_more_bytes_than_needed() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "v": Raw(b"\xd9\x00" + cbor(link(RECORD.cid))[1:])}, second), 9)


@lie
def a_node_with_its_fields_in_another_order() -> Lie:
    return in_middle(block(cbor({"l": None, "e": row(*BETWEEN[:2])})), 12)


@lie
def a_node_with_a_field_twice() -> Lie:
    rows = cbor(row(*BETWEEN[:2]))
    return raw_node(b"\xa3\x61e" + rows + b"\x61e" + rows + b"\x61l\xf6", 12)


@lie
def a_node_whose_list_has_no_length() -> Lie:
    return raw_node(b"\xa2\x61e\x9f" + b"".join(map(cbor, row(*BETWEEN[:2]))) + b"\xff\x61l\xf6", 9)


@lie
def a_node_whose_list_is_longer_than_it_is() -> Lie:
    return raw_node(b"\xa2\x61e\x9b" + b"\xff" * 8 + b"\x61l\xf6", 14)


@lie
def a_node_with_a_key_that_is_no_text() -> Lie:
    return in_middle(block(cbor({"e": row(*BETWEEN[:2]), 1: None})), 12)


@lie
def a_node_with_a_byte_after_it() -> Lie:
    return raw_node(MIDDLE.data + b"\0", 7)


@lie
def another_tag() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "v": Raw(b"\xd8\x2b" + cbor(link(RECORD.cid))[2:])}, second), 8)


@lie
def a_link_without_its_zero() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "v": Raw(b"\xd8\x2a\x58\x25\x01" + RECORD.cid)}, second), 13)


@lie
def a_link_of_another_codec() -> Lie:
    return in_middle(entries(*row(BETWEEN[0]), entry(MEANT, b"\x01\x70" + RECORD.cid[2:], BETWEEN[0])), 13)


@lie
def a_link_of_another_hash() -> Lie:
    return in_middle(entries(*row(BETWEEN[0]), entry(MEANT, b"\x01\x71\x13\x20" + RECORD.cid[4:], BETWEEN[0])), 13)


@lie
def a_record_with_a_float() -> Lie:
    return with_record(block(cbor({"n": Raw(bytes.fromhex("f93c00"))})), 8)


@lie
def a_record_with_undefined() -> Lie:
    return with_record(block(cbor({"n": Raw(b"\xf7")})), 8)


@lie
def a_record_with_a_long_simple_value() -> Lie:
    return with_record(block(cbor({"n": Raw(b"\xf8\xf5")})), 8)


@lie
def a_record_with_text_that_is_no_text() -> Lie:
    return with_record(block(cbor({"n": Raw(b"\x63\xed\xa0\x80")})), 11)


@lie
def a_record_with_an_integer_of_65_bits() -> Lie:
    return with_record(block(cbor({"n": 2**63})), 10)


@lie
def a_record_nested_65_deep() -> Lie:
    return with_record(block(cbor({"n": Raw(b"\x81" * 64 + b"\x00")})), 15)


@lie
def a_record_that_is_cut_off() -> Lie:
    return with_record(block(cbor({"n": 1})[:-1]), 14)


@lie
def a_record_that_is_no_map() -> Lie:
    return with_record(block(cbor(["$type", forge.LIKE])), 41)


@lie
def a_record_named_as_raw_bytes() -> Lie:
    return with_record(block(RECORD.data, codec=0x55), 42)


# The shape of the tree


@lie
def a_key_of_a_lower_layer_in_the_root() -> Lie:
    root = node(None, row(A, BETWEEN[0], B))
    return Lie(under(root, RECORD), 30, A.decode())


@lie
def a_key_of_the_upper_layer_in_a_node() -> Lie:
    root = node(None, [entry(A, RECORD.cid), entry(B, RECORD.cid, A, leaf(ONES[-1]).cid)])
    return Lie(under(root, leaf(ONES[-1]), RECORD), 31, ONES[-1].decode())


@lie
def a_layer_left_out() -> Lie:
    high = [key for key in ZEROS if key > TWOS[0]][:2]
    below = leaf(*high)
    root = node(None, [entry(TWOS[0], RECORD.cid, b"", below.cid)])
    return Lie(under(root, below, RECORD), 31, high[0].decode())


@lie
def something_under_the_lowest_layer() -> Lie:
    first, second = row(*BETWEEN[:2])
    return in_middle(entries({**first, "t": link(LEFT.cid)}, second), 31)


@lie
def something_before_the_lowest_layer() -> Lie:
    return in_middle(node(LEFT.cid, row(*BETWEEN[:2])), 31)


@lie
def keys_out_of_order() -> Lie:
    return in_middle(leaf(BETWEEN[1], BETWEEN[0]), 29)


@lie
def a_key_twice_in_a_node() -> Lie:
    return in_middle(entries(*row(MEANT), entry(MEANT, OTHER.cid, MEANT)), 29)


@lie
def a_key_again_under_itself() -> Lie:
    return in_middle(leaf(A), 31, A + b"0")


@lie
def a_key_left_of_its_place() -> Lie:
    return in_middle(leaf(LOW[0], MEANT), 33)


@lie
def a_key_right_of_its_place() -> Lie:
    return in_middle(leaf(MEANT, HIGH[0]), 33)


@lie
def a_key_outside_of_its_place_behind_an_empty_node() -> Lie:
    """Two layers down, where only the key of the root bounds it."""
    low = [key for key in ZEROS if key < TWOS[0]][-1]
    high = [key for key in ZEROS if key > TWOS[0]][0]
    below = leaf(low, high)
    between = node(below.cid, [])
    root = node(None, [entry(TWOS[0], RECORD.cid, b"", between.cid)])
    return Lie(under(root, between, below, RECORD), 33, high.decode())


@lie
def a_key_not_shortened() -> Lie:
    first, second = BETWEEN[:2]
    return in_middle(entries(*row(first), {"k": second, "p": 0, "t": None, "v": link(RECORD.cid)}), 27)


@lie
def a_key_shortened_too_little() -> Lie:
    first, second = BETWEEN[:2]
    size = forge.common(first, second) - 1
    return in_middle(entries(*row(first), {"k": second[size:], "p": size, "t": None, "v": link(RECORD.cid)}), 27)


@lie
def a_key_shortened_by_more_than_there_is() -> Lie:
    return in_middle(entries(*row(BETWEEN[0]), {"k": b"x", "p": 999, "t": None, "v": link(RECORD.cid)}), 27)


@lie
def a_first_key_that_is_shortened() -> Lie:
    return in_middle(entries({"k": MEANT[1:], "p": 1, "t": None, "v": link(RECORD.cid)}), 27)


@lie
def a_negative_length() -> Lie:
    return in_middle(entries({"k": MEANT, "p": -1, "t": None, "v": link(RECORD.cid)}), 26)


@lie
def a_length_that_is_true_or_false() -> Lie:
    return in_middle(entries({"k": MEANT, "p": False, "t": None, "v": link(RECORD.cid)}), 26)


@lie
def a_key_as_text() -> Lie:
    return in_middle(entries({"k": CLAIMED, "p": 0, "t": None, "v": link(RECORD.cid)}), 26)


@lie
def an_entry_without_a_record() -> Lie:
    return in_middle(entries({"k": MEANT, "p": 0, "t": None, "v": None}), 26)


@lie
def an_entry_without_a_field() -> Lie:
    return in_middle(entries({"k": MEANT, "p": 0, "v": link(RECORD.cid)}), 26)


@lie
def an_entry_with_a_field_more() -> Lie:
    return in_middle(entries({**entry(MEANT, RECORD.cid), "z": None}), 26)


@lie
def a_node_with_a_field_more() -> Lie:
    return in_middle(block(cbor({"e": row(*BETWEEN[:2]), "l": None, "z": None})), 26)


@lie
def a_node_whose_link_is_raw_bytes() -> Lie:
    raw = block(MIDDLE.data, codec=0x55)
    return Lie(under(top(LEFT.cid, raw.cid, RIGHT.cid), raw, RECORD), 26)


@lie
def a_commit_as_a_node() -> Lie:
    other = commit(SIGNER, fields(ROOT.cid, rev=forge.LATER))
    return Lie(under(top(LEFT.cid, other.cid, RIGHT.cid), other, RECORD), 26)


@lie
def an_empty_node_at_the_bottom() -> Lie:
    empty = node(None, [])
    return Lie(under(top(LEFT.cid, empty.cid, RIGHT.cid), empty), 32, kind="exclusion")


@lie
def an_empty_root_above_the_tree() -> Lie:
    root = node(ROOT.cid, [])
    return Lie(under(root, ROOT, MIDDLE, RECORD), 32)


@lie
def an_empty_root_written_in_another_way() -> Lie:
    root = block(b"\xa2\x61e\x9f\xff\x61l\xf6")
    return Lie(under(root), 9, kind="exclusion")


@lie
def a_key_without_a_collection() -> Lie:
    return in_middle(entries(entry(b"x" * 30, RECORD.cid)), 28)


@lie
def a_key_of_three_parts() -> Lie:
    return in_middle(entries(entry(MEANT + b"/x", RECORD.cid)), 28)


@lie
def a_key_with_a_letter_that_is_not_allowed() -> Lie:
    return in_middle(entries(entry(MEANT + "ö".encode(), RECORD.cid)), 28)


@lie
def a_key_of_no_bytes() -> Lie:
    return in_middle(entries(entry(b"", RECORD.cid)), 28)


@lie
def a_key_of_more_than_a_thousand_bytes() -> Lie:
    return in_middle(entries(entry(MEANT + b"0" * 1_000, RECORD.cid)), 28)


@lie
def more_entries_than_chance_gives() -> Lie:
    keys = forge.keys_of(0, 4_097, "a.b.c")
    root = leaf(*keys)
    return Lie(under(root, RECORD), 26, keys[0].decode())
