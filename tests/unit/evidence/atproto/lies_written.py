"""Lies in how blocks are written: each value has one form."""

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import Raw, block, cbor, entry, link
from tests.unit.evidence.atproto.stage import (
    BETWEEN,
    MEANT,
    MIDDLE,
    RECORD,
    Lie,
    entries,
    in_middle,
    lie,
    raw_node,
    row,
    with_record,
)


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
