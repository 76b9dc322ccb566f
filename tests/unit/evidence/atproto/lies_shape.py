"""Lies in the shape of the tree: each set of records has one."""

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import block, cbor, commit, entry, fields, link, node
from tests.unit.evidence.atproto.stage import (
    BETWEEN,
    CLAIMED,
    HIGH,
    LEFT,
    LOW,
    MEANT,
    MIDDLE,
    ONES,
    OTHER,
    RECORD,
    RIGHT,
    ROOT,
    SIGNER,
    TWOS,
    ZEROS,
    A,
    B,
    Lie,
    entries,
    in_middle,
    leaf,
    lie,
    row,
    top,
    under,
)


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
    high = next(key for key in ZEROS if key > TWOS[0])
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
