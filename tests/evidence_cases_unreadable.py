"""Bundles that cannot be read: each refused with its own code before anything of it is believed."""

import struct

from countersign.evidence.bundle import paths
from tests.evidence_cases import case, changed, contents, holds, leaf_of, unreadable, usual, without, zipped
from tests.evidence_world import (
    Case,
    policy,
    remade,
)


@case
def a_zip_that_is_cut_off() -> Case:
    return unreadable("E_ZIP", data=zipped()[:-1])


@case
def a_zip_with_a_byte_more() -> Case:
    return unreadable("E_ZIP", data=zipped() + b"\0")


@case
def a_zip_with_a_byte_before() -> Case:
    return unreadable("E_ZIP", data=b"\0" + zipped())


@case
def a_zip_without_its_comment() -> Case:
    data = zipped()
    return holds(data=data[:-22] + b"\0\0")


@case
def a_zip_with_another_comment() -> Case:
    data = zipped()
    return unreadable("E_ZIP", data=data[:-22] + struct.pack("<H", 5) + b"hello")


@case
def a_zip_of_a_newer_version() -> Case:
    return unreadable("E_VERSION", data=zipped()[:-1] + b"2")


@case
def an_empty_file() -> Case:
    return unreadable("E_ZIP", data=b"")


@case
def a_bag_without_its_first_file() -> Case:
    return unreadable("E_BAG", files=without(paths.BAGIT))


@case
def a_bag_of_another_version() -> Case:
    return unreadable("E_BAG", files=changed(paths.BAGIT, lambda data: data.replace(b"1.0", b"1.1")))


@case
def a_bundle_of_a_newer_version() -> Case:
    files = contents(lambda said: said.update(format="countersign-bundle/2", more=[1]))
    return unreadable("E_VERSION", files=remade({**files, "data/new.json": b"{}"}))


@case
def a_bundle_of_another_format() -> Case:
    return unreadable("E_SYNTAX", files=contents(lambda said: said.update(format="bundle")))


@case
def a_duplicate_key_in_json() -> Case:
    return unreadable(
        "E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(b'"size":', b'"size":1,"size":'))
    )


@case
def a_space_in_json() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(b'"size":', b'"size": ')))


@case
def a_line_end_after_json() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data + b"\n"))


@case
def a_float_in_json() -> Case:
    size = usual().size
    change = (b'"size":%d' % size, b'"size":%d.0' % size)
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(*change)))


@case
def json_that_is_nested_a_hundred_thousand_deep() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: b"[" * 100_000 + b"]" * 100_000))


@case
def a_number_of_a_million_digits() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: b'{"format":' + b"9" * 1_000_000 + b"}"))


@case
def an_unknown_field() -> Case:
    return unreadable("E_SYNTAX", files=contents(lambda said: said.update(zeta=1)))


@case
def a_missing_proof() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.proof_path(leaf_of("whole"))))


@case
def a_proof_of_no_leaf() -> Case:
    proof = usual().files[paths.proof_path(leaf_of("whole"))]
    return unreadable("E_SYNTAX", files=remade({**usual().files, paths.proof_path(0): proof}))


@case
def a_missing_body() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.body_path(leaf_of("whole"))))


@case
def a_missing_statement() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.STATEMENT))


@case
def a_checkpoint_with_bytes_after_it() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.CHECKPOINT, lambda data: data + b"x"))


@case
def a_checkpoint_that_is_cut_off() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.CHECKPOINT, lambda data: data[:-1]))


@case
def a_proof_with_base64_of_another_spelling() -> Case:
    path = paths.proof_path(leaf_of("whole"))
    head = b"extra "
    return unreadable("E_SYNTAX", files=changed(path, lambda data: data.replace(head, head + b" ", 1)))


@case
def the_makers_policy_is_no_policy() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.POLICY, lambda data: data + b"quorum none\n"))


@case
def a_policy_with_an_unknown_word() -> Case:
    return unreadable("E_POLICY", policy=policy() + b"trust everybody\n")


@case
def a_policy_with_two_quorums() -> Case:
    return unreadable("E_POLICY", policy=policy() + b"quorum none\n")


@case
def a_time_that_is_none() -> Case:
    return unreadable("E_USAGE", at="2026-02-30T00:00:00Z")


@case
def something_unknown_is_required() -> Case:
    return unreadable("E_USAGE", require="tsa:0")


@case
def an_older_checkpoint_that_is_none() -> Case:
    return unreadable("E_USAGE", checkpoint=b"nonsense")
