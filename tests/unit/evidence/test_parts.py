"""The parts that tests of evidence are built of are what they say: keys that sign, authorities that are believed."""

import pytest

from countersign.evidence.note import cosign, parse_note, sign_note, verify_line
from countersign.evidence.stamp import read_stamp, request
from tests.evidence_parts import OPENSSL, ORIGIN, OpensslAuthority, authority, log_key, witness_keys

TEXT = f"{ORIGIN}\n1\n{'A' * 43}=\n"


def test_the_log_and_three_witnesses_sign_a_checkpoint() -> None:
    key, witnesses = log_key(), witness_keys()
    note = parse_note(
        f"{TEXT}\n".encode() + sign_note(TEXT, key) + b"".join(cosign(TEXT, one, 1_790_000_000) for one in witnesses)
    )
    keys = (key, *witnesses)
    assert len({one.vkey.key_id for one in keys}) == 4
    assert all(verify_line(line, one.vkey, TEXT) for line, one in zip(note.lines, keys, strict=True))


@pytest.mark.parametrize(("kind", "between"), [("rsa", 0), ("rsa", 1), ("ecdsa", 0), ("ecdsa", 2)])
def test_an_authority_in_python_is_believed(kind: str, between: int) -> None:
    one = authority("one", "rsa" if kind == "rsa" else "ecdsa", between=between)
    stamp = read_stamp(one.token(b"text"), b"text", root=one.root_der, authority=one.certificate_der, nonce=7)
    assert (stamp.serial, stamp.nonce) == (99, 7)


@pytest.mark.skipif(OPENSSL is None, reason="the program openssl is not there")
def test_the_real_openssl_is_believed(tmp_path_factory: pytest.TempPathFactory) -> None:
    for one in (authority("one", "rsa", between=1), authority("two", "ecdsa")):
        real = OpensslAuthority(one, tmp_path_factory.mktemp(one.name))
        answer = real.answer(request(b"text", 12345))
        assert read_stamp(answer, b"text", root=one.root_der, authority=one.certificate_der, nonce=12345).serial > 0
