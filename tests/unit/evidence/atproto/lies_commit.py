"""Lies in the commit, its signature and its key."""

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import Raw, Signer, block, car, cbor, commit, fields, link
from tests.unit.evidence.atproto.stage import MIDDLE, RECORD, ROOT, SIGNER, TRUE, Lie, lie, with_commit


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


@lie
def a_key_of_a_third_kind_with_a_point_of_ours() -> Lie:
    return Lie(TRUE, 22, key="did:key:z" + forge.base58(b"\x81\x24" + compressed(SIGNER)))


@lie
def a_key_that_does_not_say_that_it_is_one() -> Lie:
    return Lie(TRUE, 22, key=SIGNER.key.removeprefix("did:key:z"))


@lie
def a_key_with_a_whole_point() -> Lie:
    numbers = SIGNER.private.public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
    return Lie(TRUE, 22, key="did:key:z" + forge.base58(b"\xe7\x01" + point))


def compressed(signer: Signer) -> bytes:
    numbers = signer.private.public_key().public_numbers()
    return bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32)
