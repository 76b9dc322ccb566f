"""A DID document gives the key that it says, in each way that the network has written it, and nothing else."""

import json
from typing import Any, NoReturn

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countersign.errors import EvidenceError, NotProved
from countersign.evidence.atproto import key_in_document
from tests.unit.evidence.atproto.forge import DID, Signer, base58

SIGNER, OTHER = Signer.made(), Signer.made("p256", 8)
KEY = SIGNER.key.removeprefix("did:key:")


def method(**changes: Any) -> dict[str, Any]:
    return {"id": f"{DID}#atproto", "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY} | changes


def read(*methods: Any, **changes: Any) -> str:
    return key_in_document(json.dumps({"id": DID, "verificationMethod": list(methods)} | changes).encode(), did=DID)


def test_the_key_of_records_is_read() -> None:
    assert read(method()) == read(method(id="#atproto")) == SIGNER.key


def test_other_keys_are_passed_over_and_the_first_of_two_counts() -> None:
    other = OTHER.key.removeprefix("did:key:")
    foreign = [7, method(id=f"{DID}#other", publicKeyMultibase=other), method(controller="did:web:example.com")]
    assert read(*foreign, method(), method(publicKeyMultibase=other)) == SIGNER.key


@pytest.mark.parametrize("form", [PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint], ids=str)
@pytest.mark.parametrize("signer", [SIGNER, OTHER], ids=["k256", "p256"])
def test_old_ways_of_writing_a_key_are_read(signer: Signer, form: PublicFormat) -> None:
    kind = {"k256": "EcdsaSecp256k1VerificationKey2019", "p256": "EcdsaSecp256r1VerificationKey2019"}[signer.curve]
    point = signer.private.public_key().public_bytes(Encoding.X962, form)
    assert read(method(type=kind, publicKeyMultibase="z" + base58(point))) == signer.key


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"type": "JsonWebKey2020"}, 56),
        ({"type": None}, 56),
        ({"publicKeyMultibase": 1}, 56),
        ({"publicKeyMultibase": "x"}, 22),
        ({"publicKeyMultibase": "z" * 5_000}, 22),
        ({"type": "EcdsaSecp256k1VerificationKey2019"}, 22),
        ({"type": "EcdsaSecp256k1VerificationKey2019", "publicKeyMultibase": "mAAAA"}, 56),
        ({"type": "EcdsaSecp256r1VerificationKey2019", "publicKeyMultibase": "z" + base58(b"\x04" + bytes(64))}, 22),
        ({"id": "atproto"}, 55),
        ({"id": None}, 55),
        ({"controller": None}, 55),
    ],
    ids=str,
)
def test_a_key_that_cannot_be_read_is_refused(changes: dict[str, Any], rule: int) -> None:
    with pytest.raises(NotProved) as error:
        read(method(**changes))
    assert error.value.rule == rule


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"null",
        b"[]",
        b'{"id":1}',
        b'{"id":"did:web:a","id":"did:web:b"}',
        b"\x00",
        b"{" * 9_999,
        b'{"id":Infinity}',
    ],
    ids=str,
)
def test_what_is_no_document_is_refused(held: bytes) -> None:
    with pytest.raises(NotProved) as error:
        key_in_document(held, did=DID)
    assert error.value.rule == 54


@pytest.mark.parametrize("methods", [None, {}, "x", 5], ids=str)
def test_a_document_without_keys_is_refused(methods: Any) -> None:
    with pytest.raises(NotProved) as error:
        read(verificationMethod=methods)
    assert error.value.rule == 55


def test_a_number_of_any_length_is_no_reason_to_refuse() -> None:
    held = json.dumps({"id": DID, "verificationMethod": [method()], "n": 0}).replace('"n": 0', '"n": ' + "9" * 10_000)
    assert key_in_document(held.encode(), did=DID) == SIGNER.key


def test_a_machine_without_a_curve_says_so_and_calls_nothing_false(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object) -> NoReturn:
        raise UnsupportedAlgorithm("no such curve")

    monkeypatch.setattr(ec.EllipticCurvePublicKey, "from_encoded_point", lacking)
    with pytest.raises(EvidenceError) as error:
        read(method(publicKeyMultibase=Signer.made(number=4_711).key.removeprefix("did:key:")))
    assert error.value.code == "CS453"
    assert not isinstance(error.value, NotProved)


def test_a_document_in_which_a_name_stands_twice_is_refused_though_the_rest_is_right() -> None:
    held = json.dumps({"id": DID, "verificationMethod": [method()]})
    assert key_in_document(held.encode(), did=DID) == SIGNER.key
    with pytest.raises(NotProved, match="stands twice"):
        key_in_document(held.replace('{"id"', f'{{"id": "{DID}", "id"', 1).encode(), did=DID)
