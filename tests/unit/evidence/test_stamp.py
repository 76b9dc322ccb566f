"""A time stamp is believed only if every part of it is right: forged, altered and odd ones are refused, and why."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import CountersignError
from countersign.evidence.stamp import DerError, StampError, fresh_nonce, read_stamp, request
from countersign.evidence.stamp import authority as asking
from countersign.evidence.stamp.authority import Authority as Pinned
from countersign.evidence.stamp.authority import certificate_in, second_opinion, stamp
from countersign.evidence.stamp.der import (
    SEQUENCE,
    children,
    encode,
    encode_integer,
    encode_oid,
    only,
)
from tests import evidence_parts as parts
from tests.evidence_parts import Authority, OpensslAuthority, authority, make_authority, signed_token, tst_info

TEXT = b"countersign.example/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(token: bytes, one: Authority, text: bytes = TEXT, nonce: int | None = None) -> datetime:
    return read_stamp(token, text, root=one.root_der, authority=one.certificate_der, nonce=nonce).time


def refused(token: bytes, one: Authority, why: str, text: bytes = TEXT, nonce: int | None = None) -> None:
    with pytest.raises((StampError, DerError), match=why):
        read(token, one, text, nonce)


@pytest.fixture(scope="module")
def one() -> Authority:
    return authority("one", "ecdsa", between=1)


def test_a_good_token_says_when_by_whom_and_stands_alone_or_in_an_answer(one: Authority) -> None:
    token = one.token(TEXT, at=NOW)
    assert read(token, one) == NOW
    for status in (0, 1):
        found = read_stamp(parts.response(token, status), TEXT, root=one.root_der, authority=one.certificate_der)
        assert found.token == token
        assert found.root_sha256 == hashlib.sha256(one.root_der).hexdigest()
    for status in (2, 3, 4, 5):
        refused(parts.response(token, status), one, "refused")


def test_a_token_that_brings_its_own_root_is_refused(one: Authority) -> None:
    """The hole of rfc3161-client up to 1.0.8: roots in the token were trusted."""
    forger = make_authority("one", between=0)
    for carried in ([forger.own.der, forger.root.der], [forger.own.der, forger.root.der, one.own.der, one.root.der]):
        refused(forger.token(TEXT, carried=carried), one, "another authority")
    twin = parts.issue("one", "ecdsa", by=forger.root, ca=False, extension=None)
    refused(signed_token(forger, tst_info(TEXT, nonce=None, at=NOW), signer=twin), one, "another authority")
    refused(one.token(TEXT, signer=forger.own, named=one.own.der), one, "another authority")


def test_a_token_in_the_name_of_the_authority_but_by_another_key_is_refused(one: Authority) -> None:
    impostor = parts.Issued(parts.issue("x", "ecdsa").key, one.own.certificate)
    refused(one.token(TEXT, signer=impostor), one, "signature does not hold")


def test_a_root_that_did_not_issue_the_authority_is_refused(one: Authority) -> None:
    other = make_authority("one", between=1)
    for root in (other.root_der, one.between[0].der, one.certificate_der):
        with pytest.raises(StampError):
            read_stamp(one.token(TEXT), TEXT, root=root, authority=one.certificate_der)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: make_authority("a", usages=()), "not for time stamps"),
        (lambda: make_authority("a", usages=(ExtendedKeyUsageOID.SERVER_AUTH,)), "not for time stamps"),
        (lambda: make_authority(
            "a", usages=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)), "not for time stamps"),
        (lambda: make_authority("a", critical=False), "not for time stamps"),
        (lambda: make_authority("a", ends=NOW - timedelta(days=1)), "not valid when"),
        (lambda: make_authority("a", between=1, ca=False), "does not come from the root"),
        (lambda: make_authority("a", between=3), "does not need"),
    ],
)  # fmt: skip
def test_an_authority_that_may_not_stamp_is_refused(made: Callable[[], Authority], why: str) -> None:
    made_one = made()
    refused(made_one.token(TEXT, at=NOW), made_one, why)


def test_two_intermediates_in_any_order_are_followed() -> None:
    two = authority("two", "ecdsa", between=2)
    for order in (two.between, two.between[::-1]):
        carried = [two.own.der, *(issued.der for issued in order), two.root.der]
        assert read(two.token(TEXT, at=NOW, carried=carried), two) == NOW
    refused(two.token(TEXT, carried=[two.own.der, two.between[0].der]), two, "does not come from the root")


def test_certificates_that_are_not_needed_or_stand_twice_are_refused(one: Authority) -> None:
    stranger = parts.issue("stranger", "ecdsa")
    needed = [one.own.der, one.between[0].der]
    refused(one.token(TEXT, carried=[*needed, stranger.der]), one, "does not come from the root")
    refused(one.token(TEXT, carried=[*needed, needed[1]]), one, "a certificate twice")
    direct = authority("direct", "ecdsa")
    assert read(direct.token(TEXT, at=NOW, carried=[]), direct) == NOW


def test_another_text_another_nonce_another_digest_are_refused(one: Authority) -> None:
    refused(one.token(TEXT), one, "something else", text=TEXT + b"x")
    refused(one.token(TEXT, nonce=7), one, "another request", nonce=8)
    refused(one.token(TEXT, nonce=None), one, "another request", nonce=8)


def attributes(one: Authority, info: bytes) -> list[bytes]:
    return list(parts.signed_attributes(info, one.own.der))


def test_signed_attributes_must_all_be_there_once_and_right(one: Authority) -> None:
    info = tst_info(TEXT, nonce=None, at=NOW)
    good = attributes(one, info)
    other = attributes(one, tst_info(TEXT, nonce=1, at=NOW))
    stranger = parts.signed_attributes(info, one.root.der)
    assert read(signed_token(one, info, attributes=good), one) == NOW
    kind = parts.attribute("1.2.840.113549.1.9.3", encode_oid("1.2.840.113549.1.7.1"))
    for changed, why in (
        (good[1:], "lacks a signed attribute"),
        (good[:1] + good[2:], "lacks a signed attribute"),
        (good[:2], "with the certificate that was pinned"),
        ([*good, good[0]], "twice"),
        ([good[0], other[1], good[2]], "another content"),
        ([good[0], good[1], stranger[2]], "with the certificate that was pinned"),
        ([kind, *good[1:]], "another kind of content"),
    ):
        refused(signed_token(one, info, attributes=changed), one, why)


def test_an_unsigned_attribute_and_a_critical_extension_are_refused(one: Authority) -> None:
    unsigned = encode(0xA1, parts.attribute("1.2.3.4", encode_integer(1)))
    refused(one.token(TEXT, unsigned=unsigned), one, "more than it should")
    extension = encode(SEQUENCE, encode_oid("1.2.3.4"), encode(1, b"\xff"), encode(4, b""))
    info = tst_info(TEXT, nonce=None, at=NOW, extra=encode(0xA1, extension))
    refused(signed_token(one, info), one, "critical extension")


def test_trailing_bytes_and_lengths_that_are_not_minimal_are_refused(one: Authority) -> None:
    token = one.token(TEXT)
    assert token[:2] == b"\x30\x82"
    for changed in (
        token + b"\0", b"\x30\x83\0" + token[2:], b"\x30\x80" + token[4:] + b"\0\0", token[:-1], b"", b"\x30",
        b"\x30\x84\0\0" + token[2:], parts.response(token) + b"\0", b"\0" * 70_000,
    ):  # fmt: skip
        refused(changed, one, ".")


def flips(data: bytes, one: Authority, step: int) -> list[int]:
    """Return which single bits of a token can change without its being refused; every error must be a typed one."""
    accepted = []
    for bit in range(0, len(data) * 8, step):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            read(bytes(flipped), one)
        except (StampError, DerError):
            continue
        accepted.append(bit)
    return accepted


def test_no_bit_of_a_token_can_change(one: Authority) -> None:
    assert flips(one.token(TEXT, at=NOW), one, 1) == []


def test_of_an_answer_only_the_two_words_for_granted_can_stand_for_each_other(one: Authority) -> None:
    answer = parts.response(one.token(TEXT, at=NOW))
    assert flips(answer, one, 16) == [64]
    assert flips(answer, one, 23) == []
    assert next(children(next(children(only(answer, SEQUENCE, "an answer"))))).whole == answer[6:9]


@pytest.mark.skipif(parts.OPENSSL is None, reason="the program openssl is not there")
def test_no_bit_of_a_real_token_can_change_and_openssl_agrees_on_the_whole(tmp_path: Path) -> None:
    for made in (authority("rsa", "rsa"), authority("one", "ecdsa", between=1)):
        real = OpensslAuthority(made, tmp_path / made.name)
        token = read_stamp(
            real.answer(request(TEXT, 9)), TEXT, root=made.root_der, authority=made.certificate_der, nonce=9
        ).token
        assert flips(token, made, 17 if made.name == "rsa" else 7) == []
        folder = tmp_path / made.name
        (folder / "token").write_bytes(token)
        (folder / "text").write_bytes(TEXT)
        arguments = ("-in", "token", "-token_in", "-data", "text", "-CAfile", "root.pem", "-untrusted", "chain.pem")
        assert b"Verification: OK" in real.run("ts", "-verify", *arguments).stdout
        asked = folder / "asked"
        asked.write_bytes(request(TEXT, 9))
        assert b"Certificate required: yes" in real.run("ts", "-query", "-in", "asked", "-text").stdout


@given(st.binary(max_size=200))
def test_any_bytes_give_a_typed_error(junk: bytes) -> None:
    made = authority("one", "ecdsa", between=1)
    with pytest.raises((StampError, DerError)):
        read(junk, made)


@given(st.integers(0, 1400), st.binary(min_size=1, max_size=6))
def test_a_token_with_other_bytes_in_it_gives_a_typed_error(at: int, junk: bytes) -> None:
    made = authority("one", "ecdsa", between=1)
    token = FIXED.setdefault("token", made.token(TEXT, at=NOW))
    for changed in (token[:at] + junk + token[at + len(junk) :], token[:at] + junk + token[at:]):
        if changed != token:
            with pytest.raises((StampError, DerError)):
                read(changed, made)


FIXED: dict[str, bytes] = {}


def pinned_at(url: str, made: Authority) -> Pinned:
    return Pinned(name=made.name, url=url, root=made.root_der, certificate=made.certificate_der, private=True)


def test_an_authority_is_asked_over_http_and_heard(one: Authority) -> None:
    with parts.answering(one.answer) as url:
        assert abs(stamp(TEXT, pinned_at(url, one), seconds=5).time - datetime.now(UTC)) < timedelta(seconds=10)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\x30\x03\x02\x01\x02", b"\x30\x05\x30\x03\x02\x01\x02", b"x" * 66_000]
)
def test_an_answer_that_is_none_is_an_error_in_words(body: bytes, one: Authority) -> None:
    with parts.answering(lambda _: body) as url, pytest.raises(CountersignError) as caught:
        stamp(TEXT, pinned_at(url, one), seconds=5)
    assert caught.value.message


def test_an_answer_that_was_recorded_is_refused_for_its_nonce(one: Authority) -> None:
    recorded = one.answer(request(TEXT, fresh_nonce()))
    with parts.answering(lambda _: recorded) as url, pytest.raises(StampError, match="another request"):
        stamp(TEXT, pinned_at(url, one), seconds=5)


def test_the_second_opinion_is_asked_and_heard(one: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned_one = pinned_at("https://stamp.example/", one)
    second_opinion(one.token(TEXT, nonce=7), TEXT, pinned_one, 7)
    for text, nonce in ((TEXT + b"x", 7), (TEXT, 8)):
        with pytest.raises(StampError, match="rfc3161-client does not accept"):
            second_opinion(one.token(TEXT, nonce=7), text, pinned_one, nonce)
    for old in ("1.0.8", "0.9", "x"):
        monkeypatch.setattr(asking, "version", lambda _, old=old: old)
        with pytest.raises(StampError, match="too old"):
            second_opinion(one.token(TEXT, nonce=7), TEXT, pinned_one, 7)


def test_a_certificate_is_pinned_from_pem_or_der_and_from_nothing_else(one: Authority, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for written in (one.own.pem, one.own.der):
        path.write_bytes(written)
        assert certificate_in(path) == one.own.der
    for wrong in (b"", b"x", one.own.pem * 2, one.own.der + b"x", one.own.pem[:100]):
        path.write_bytes(wrong)
        with pytest.raises(CountersignError, match="no certificate"):
            certificate_in(path)
