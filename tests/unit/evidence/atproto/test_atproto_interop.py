"""The network's own interoperability cases: keys, signatures, values, keys of trees, names."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countersign.evidence.atproto.cid import cid_bytes, cid_of, cid_text
from countersign.evidence.atproto.document import key_in_document
from countersign.evidence.atproto.drisl import Link, Value, decode, encode
from countersign.evidence.atproto.keys import Key, base58_bytes, key_from, key_text, signed
from countersign.evidence.atproto.syntax import is_account, is_tid
from countersign.evidence.atproto.tree import layer_of, shared
from countersign.text.atproto import is_nsid, is_record_key

DID = "did:plc:" + "a" * 24
CURVES = {"ES256": ("p256", ec.SECP256R1()), "ES256K": ("k256", ec.SECP256K1())}


@pytest.fixture
def folder(data_folder: Path) -> Path:
    return data_folder / "interop"


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def cases(path: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(path.read_bytes())
    return read


def lines(folder: Path, name: str) -> list[str]:
    read = (folder / "syntax" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [line for line in read if line and not line.startswith("#")]


def test_signatures_hold_exactly_where_the_network_says(folder: Path) -> None:
    judged = cases(folder / "crypto" / "signature-fixtures.json")
    for case in judged:
        key = key_from(case["publicKeyDid"])
        assert signed(key, unpadded(case["messageBase64"]), unpadded(case["signatureBase64"])) == case["validSignature"]
    assert [case["validSignature"] for case in judged].count(True) == 2


def test_keys_of_old_documents_are_the_same_keys(folder: Path) -> None:
    for case in cases(folder / "crypto" / "signature-fixtures.json"):
        method = {"id": "#atproto", "controller": DID, "type": case["didDocSuite"],
                  "publicKeyMultibase": case["publicKeyMultibase"]}  # fmt: skip
        document = json.dumps({"id": DID, "verificationMethod": [method]}).encode()
        assert key_in_document(document, did=DID) == case["publicKeyDid"]


def test_keys_are_written_as_the_network_writes_them(folder: Path) -> None:
    made = [(int(case["privateKeyBytesHex"], 16), "ES256K", case["publicDidKey"])
            for case in cases(folder / "crypto" / "w3c_didkey_K256.json")]  # fmt: skip
    made += [(int.from_bytes(base58_bytes(case["privateKeyBytesBase58"])), "ES256", case["publicDidKey"])
             for case in cases(folder / "crypto" / "w3c_didkey_P256.json")]  # fmt: skip
    for number, algorithm, text in made:
        name, curve = CURVES[algorithm]
        public = ec.derive_private_key(number, curve).public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        assert key_from(text).point == point
        assert key_text(Key(key_from(text).curve, point)) == text
        assert key_from(text).curve == name


def test_values_have_the_networks_bytes_and_hashes(folder: Path) -> None:
    for case in cases(folder / "data-model" / "data-model-fixtures.json"):
        block = unpadded(case["cbor_base64"])
        assert decode(block) == value(case["json"])
        assert encode(value(case["json"])) == block
        assert cid_text(cid_of(block)) == case["cid"]
        assert cid_bytes(case["cid"]) == cid_of(block)


def value(held: Any) -> Value:
    """Return a value as the network writes it in JSON."""
    match held:
        case {"$link": text}:
            cid = cid_bytes(text)
            assert cid is not None
            return Link(cid)
        case {"$bytes": text}:
            return unpadded(text)
        case dict():
            return {name: value(part) for name, part in held.items()}
        case list():
            return tuple(map(value, held))
    assert held is None or isinstance(held, str | int)
    return held


def test_keys_have_the_layers_and_common_parts_that_the_network_says(folder: Path) -> None:
    for case in cases(folder / "mst" / "key_heights.json"):
        assert layer_of(case["key"].encode()) == case["height"]
    for case in cases(folder / "mst" / "common_prefix.json"):
        assert shared(case["left"].encode(), case["right"].encode()) == case["len"]


def test_the_example_keys_stand_in_the_layers_of_their_names(folder: Path) -> None:
    for key in (folder / "mst" / "example_keys.txt").read_text(encoding="ascii").split():
        assert layer_of(key.encode()) == int(key[1])


@pytest.mark.parametrize(("name", "judge"), [("tid", is_tid), ("nsid", is_nsid), ("recordkey", is_record_key)], ids=str)
def test_names_are_judged_as_the_network_judges_them(folder: Path, name: str, judge: Any) -> None:
    assert all(judge(line) for line in lines(folder, f"{name}_syntax_valid"))
    assert not any(judge(line) for line in lines(folder, f"{name}_syntax_invalid"))


def test_no_name_that_the_network_refuses_is_taken_for_an_account_or_a_hash(folder: Path) -> None:
    assert not any(is_account(line) for line in lines(folder, "did_syntax_invalid"))
    assert not any(cid_bytes(line) for line in lines(folder, "cid_syntax_invalid"))


def test_of_the_networks_names_only_those_of_accounts_and_of_our_blocks_are_taken(folder: Path) -> None:
    """An account is a did:plc or did:web; a block is named by SHA-256 in base 32: others are valid, and not ours."""
    dids = [line for line in lines(folder, "did_syntax_valid") if is_account(line)]
    assert dids == ["did:plc:7iza6de2dwap2sbkpav7c6c6", "did:web:example.com", "did:web:localhost%3A1234"]
    assert not any(cid_bytes(line) for line in lines(folder, "cid_syntax_valid"))
