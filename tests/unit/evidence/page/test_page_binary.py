"""The page reads DER, tokens and DRISL in one spelling only, and never breaks at hostile ones."""

from collections.abc import Callable
from random import Random

import libipld
import pytest

from tests import evidence_parts
from tests.unit.evidence.page.stage import Parts, Refused, refuses

DEEP = 100_000

# --- DER -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "30800201010000",
        "30810100",
        "3082000100",
        "300302010100",
        "1f0100",
        "3085000000000100",
        "30847fffffff",
        "3f00",
        "0200",
        "02020001",
        "02020000",
        "0202ff80",
        "0203",
    ],
)
def test_der_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "(bytes => bytes[0] === 2 ? integer(der(bytes)) : der(bytes))", bytes.fromhex(text))


@pytest.mark.parametrize(
    ("text", "number"), [("020100", 0), ("02017f", 127), ("02020080", 128), ("0201ff", -1), ("02020100", 256)]
)
def test_der_integers_are_read(parts: Parts, text: str, number: int) -> None:
    assert parts.call("(bytes => integer(der(bytes)))", bytes.fromhex(text)) == number


@pytest.mark.parametrize(
    ("text", "name"), [("06032b0601", "1.3.6.1"), ("0603550403", "2.5.4.3"), ("06028837", "2.999"), ("06010a", "0.10")]
)
def test_object_identifiers_are_read(parts: Parts, text: str, name: str) -> None:
    assert parts.call("(bytes => oid(der(bytes)))", bytes.fromhex(text)) == name


@pytest.mark.parametrize("text", ["0600", "060380012a", "06022a80", "06032a8001"])
def test_an_object_identifier_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "(bytes => oid(der(bytes)))", bytes.fromhex(text))


def test_a_token_of_an_authority_gives_its_time(parts: Parts) -> None:
    for kind, between in (("rsa", 0), ("ecdsa", 1), ("ecdsa", 2)):
        made = evidence_parts.authority(f"page {kind} {between}", kind, between=between)
        at = evidence_parts.seconds_ago(60).replace(microsecond=0)
        token = made.token(b"the text", at=at)
        assert parts.call("tokenTime", token, b"the text", made.certificate_der, made.root_der) == at.timestamp()
        assert refuses(parts, "tokenTime", token, b"another text", made.certificate_der, made.root_der)
        assert refuses(parts, "tokenTime", token, b"the text", made.root_der, made.root_der)
        assert refuses(parts, "tokenTime", token, b"the text", made.certificate_der, made.certificate_der)


def test_a_token_with_any_bit_changed_is_refused_or_says_the_same(parts: Parts) -> None:
    made = evidence_parts.authority("page rsa 0", "rsa")
    at = evidence_parts.seconds_ago(60).replace(microsecond=0)
    token = made.token(b"the text", at=at)
    rng, kept = Random(5), 0
    for _ in range(400):
        changed = bytearray(token)
        changed[rng.randrange(len(token))] ^= 1 << rng.randrange(8)
        try:
            assert (
                parts.call("tokenTime", bytes(changed), b"the text", made.certificate_der, made.root_der)
                == at.timestamp()
            )
            kept += 1
        except Refused:
            continue
    assert kept <= 8, "only the two bytes of parameters and of algorithms that mean the same may change"


@pytest.mark.parametrize(
    "made",
    [
        lambda: evidence_parts.make_authority("not critical", critical=False),
        lambda: evidence_parts.make_authority("no usage", usages=()),
        lambda: evidence_parts.make_authority("over", ends=evidence_parts.BEGAN.replace(year=2025)),
        lambda: evidence_parts.make_authority("between is no authority", between=1, ca=False),
        lambda: evidence_parts.make_authority("three between", between=3),
    ],
)
def test_an_authority_that_must_not_be_believed_is_not(
    parts: Parts, made: Callable[[], evidence_parts.Authority]
) -> None:
    bad = made()
    token = bad.token(b"the text")
    assert refuses(parts, "tokenTime", token, b"the text", bad.certificate_der, bad.root_der)


# --- DRISL ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1800",
        "1817",
        "190001",
        "1a0000ffff",
        "1b00000000ffffffff",
        "1bffffffffffffffff",
        "3bffffffffffffffff",
        "f90000",
        "fa00000000",
        "fb0000000000000000",
        "f7",
        "f0",
        "f800",
        "ff",
        "9fff",
        "5fff",
        "7fff",
        "bfff",
        "1c",
        "61ff",
        "62c080",
        "63eda080",
        "a201010202",
        "a26162016161",
        "a26161016161",
        "8201",
        "d82a4100",
        "d82a582500",
        "c100",
        "d9002a40",
        "0000",
        "a1616100" + "00",
        "41",
        "9b7fffffffffffffff",
        "a26161016262",
        "80" + "80",
        "bbffffffffffffffff",
    ],
)
def test_drisl_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "parseDrisl", bytes.fromhex(text))


def test_drisl_deeper_than_allowed_does_not_break_the_stack(parts: Parts) -> None:
    assert not refuses(parts, "parseDrisl", b"\x81" * 64 + b"\x00")
    assert refuses(parts, "parseDrisl", b"\x81" * 65 + b"\x00")
    assert refuses(parts, "parseDrisl", b"\x81" * DEEP + b"\x00")
    assert refuses(parts, "parseDrisl", b"\xa1\x61\x61" * DEEP)


def test_drisl_reads_what_the_library_writes(parts: Parts) -> None:
    value = {
        "a": [1, -1, 2**40, -(2**40), True, False, None, "é😂", b"\x00\xff"],
        "bb": {"": {}},
        "c" * 300: "d" * 70_000,
    }
    said = parts.call("parseDrisl", libipld.encode_dag_cbor(value))
    assert said["a"] == value["a"]
    assert said["bb"] == {"": {}}
    assert said["c" * 300] == "d" * 70_000
