"""What verify.py reads, it reads in one way only: JSON, base64, times, DER, DRISL, trees of records, policies."""

import base64
import json
from pathlib import Path
from types import ModuleType

import pytest


def test_json_has_one_form(checker: ModuleType) -> None:
    good = '{"a":[1,9007199254740991,"é\\n\\u0001\x7f"],"b":null,"\U0001f600":true,"\ufb33":false}'
    assert checker.parse_jcs(good.encode())["a"][0] == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        '{"a":1}\n',
        '{"a":1.0}',
        '{"a":1e2}',
        '{"a":-0}',
        '{"a":-1}',
        '{"a":01}',
        '{"a":9007199254740992}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":"\\u0041"}',
        '{"a":"\\/"}',
        '{"a":"\\ud800"}',
        '{"a":"\\u000A"}',
        '{"a":"\t"}',
        "{'a':1}",
        '{"a":1,}',
        "[1,]",
        "",
        " ",
        "nul",
        "{",
        '"',
        '\ufeff{"a":1}',
        '{"a":\u0661}',
        '["\\u00e9"]',
        '{"\ufb33":false,"\U0001f600":true}',
        "1" * 5000,
        "[" * 100_000,
    ],
)
def test_json_in_another_form_is_refused(checker: ModuleType, text: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.parse_jcs(text.encode())


def test_nesting_ends_at_64(checker: ModuleType) -> None:
    assert checker.parse_jcs(b"[" * 64 + b"]" * 64)
    with pytest.raises(checker.Wrong):
        checker.parse_jcs(b"[" * 65 + b"]" * 65)


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "AB==", "AAB=", "AA==\n", "AA= =", "A\u00c0==", "AA--", "=AAA", "AA==AA=="]
)
def test_base64_has_one_form(checker: ModuleType, text: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.unbase64(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00Z",
        "2026-09-09T24:00:00Z",
        "2026-09-09T00:60:00Z",
        "2026-09-09T00:00:60Z",
        "1969-12-31T23:59:59Z",
        "2026-9-9T00:00:00Z",
        "2026-09-09 00:00:00Z",
        "2026-09-09T00:00:00",
        "\u0662026-09-09T00:00:00Z",
        "2026-09-09T00:00:00.0Z",
        "2026-09-09T00:00:00+00:00",
        "0000-01-01T00:00:00Z",
        "2026-09-09T00:00:00Z\n",
    ],
)
def test_times_that_are_none_are_refused(checker: ModuleType, text: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.parse_time(text)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_times_come_back_as_they_were(checker: ModuleType, text: str) -> None:
    assert checker.show_time(checker.parse_time(text)) == text


@pytest.mark.parametrize(
    "data",
    [
        "30",
        "3080",
        "30800000",
        "308100",
        "30817f" + "00" * 127,
        "3082000100",
        "300100",
        "02020001",
        "0202ff80",
        "0200",
        "0600",
        "06028001",
        "060181",
        "1f0100",
        "30020500ff",
        "3084ffffffff",
        "3085000000000a",
        "0500" * 2,
        "",
    ],
)
def test_der_has_one_form(checker: ModuleType, data: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.parse_der(bytes.fromhex(data))


def test_der_that_is_nested_without_end_is_refused(checker: ModuleType) -> None:
    data = b""
    for _ in range(100):
        data = b"\x30" + (bytes([len(data)]) if len(data) < 128 else b"\x81" + bytes([len(data)])) + data
    with pytest.raises(checker.Wrong):
        checker.parse_der(data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "18",
        "1817",
        "190017",
        "1a000000ff",
        "1b00000000ffffffff",
        "1b8000000000000000",
        "3b8000000000000000",
        "5f",
        "5f4100ff",
        "7f6100ff",
        "9fff",
        "bfff",
        "61ff",
        "62c0af",
        "63eda080",
        "a2616101616102",
        "a26162016161",
        "a2626161016162",
        "a10102",
        "a141610",
        "d82a00",
        "c000",
        "d82a582500",
        "f7",
        "f4f4",
        "fb3ff0000000000000",
        "f93c00",
        "f820",
        "fa00000000",
        "82",
        "9a0fffffff",
        "ba0fffffff",
        "5b7fffffffffffffff",
        "1c",
        "ff",
        "d9002a4100",
    ],
)
def test_blocks_have_one_encoding(checker: ModuleType, data: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.parse_drisl(bytes.fromhex(data if len(data) % 2 == 0 else data + "0"))


def test_blocks_are_not_nested_without_end(checker: ModuleType) -> None:
    assert checker.parse_drisl(b"\x81" * 63 + b"\x80")
    for data in (b"\x81" * 64 + b"\x80", b"\x81" * 2_000_000, b"\xa1\x61a" * 600_000):
        with pytest.raises(checker.Wrong):
            checker.parse_drisl(data)


def test_the_networks_own_blocks_are_read(checker: ModuleType, data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop/data-model/data-model-fixtures.json").read_text())
    assert cases
    for case in cases:
        block = base64.b64decode(case["cbor_base64"] + "=" * (-len(case["cbor_base64"]) % 4))
        assert isinstance(checker.parse_drisl(block), dict)
        name = "b" + checker.base32(b"\x01\x71\x12\x20" + checker.hashlib.sha256(block).digest())
        assert name == case["cid"]


def test_the_networks_own_layers_of_the_tree(checker: ModuleType, data_folder: Path) -> None:
    for case in json.loads((data_folder / "interop/mst/key_heights.json").read_text()):
        assert checker.layer_of(case["key"].encode()) == case["height"]
    for case in json.loads((data_folder / "interop/mst/common_prefix.json").read_text()):
        assert checker.in_common(case["left"].encode(), case["right"].encode()) == case["len"]


def test_the_networks_own_names_of_records(checker: ModuleType, data_folder: Path) -> None:
    syntax = data_folder / "interop/syntax"
    for name, pattern in (("nsid", checker.NSID), ("recordkey", checker.RECORD_KEY), ("tid", checker.TID)):
        for kind in ("valid", "invalid"):
            lines = (syntax / f"{name}_syntax_{kind}.txt").read_text().split("\n")
            texts = [line for line in lines if line and not line.startswith("#")]
            wrong = [text for text in texts if bool(pattern.fullmatch(text)) is not (kind == "valid")]
            assert [text for text in wrong if len(text) <= 317] == []


POLICIES = [
    "",
    "quorum none\nquorum none\n",
    "quorum x\n",
    "quorum\n",
    "quorum none more\n",
    "group g any a\nquorum g\n",
    "group g 1\nquorum none\n",
    "group none any x\nquorum none\n",
    "tsa a b c\nquorum none\n",
    "log x\nquorum none\n",
    "require\nquorum none\n",
    "require tsa\nquorum none\n",
    "require tsa:0\nquorum none\n",
    "require tsa:01\nquorum none\n",
    "require tsa:100\nquorum none\n",
    "require platform:1\nquorum none\n",
    "nothing x\nquorum none\n",
    "quorum none\r\n",
    "quorum none\0",
    f"tsa a {'0' * 64} {'1' * 64}\ntsa b {'0' * 64} {'1' * 64}\nquorum none\n",
    "#" * 70_000 + "\nquorum none\n",
]


@pytest.mark.parametrize("text", POLICIES, ids=lambda text: repr(text[:40]))
def test_a_policy_that_can_be_misunderstood_is_refused(checker: ModuleType, text: str) -> None:
    with pytest.raises(checker.Wrong):
        checker.parse_policy(text.encode("latin-1"))


def test_a_policy_may_have_comments_blanks_and_no_last_line_end(checker: ModuleType) -> None:
    pin = f"{'0' * 64} {'1' * 64}"
    text = f" # caf\xe9\n\n\ttsa  a\t{pin}\ntsa a {'2' * 64} {'3' * 64} \nrequire tsa:2 beacon\n"
    text += "require tsa:1\n quorum none"
    policy = checker.parse_policy(text.encode("latin-1"))
    assert set(policy.tsas.values()) == {"a"}
    assert policy.require == checker.Require(tsa=2, beacon=True)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 33, 64])
def test_proofs_of_the_log_hold_for_their_leaf_and_size_only(checker: ModuleType, size: int) -> None:
    from countersign.evidence.tree import consistency_proof, inclusion_proof, root_of

    hashes = [checker.hashlib.sha256(bytes([at])).digest() for at in range(size)]
    root = root_of(hashes)
    for at in range(size):
        proof = list(inclusion_proof(hashes, at))
        assert checker.included(hashes[at], at, size, proof, root)
        assert not checker.included(hashes[at], at + 1, size, proof, root)
        assert not checker.included(hashes[at], at, size, [*proof, root], root)
        assert not checker.included(hashes[at - 1], at, size, proof, root) or size == 1
        assert not checker.included(hashes[at], at, size, proof[:-1], root) or size == 1
    for old in range(1, size):
        proof, before = list(consistency_proof(hashes, old)), root_of(hashes[:old])
        assert checker.consistent(old, size, proof, before, root)
        assert not checker.consistent(old, size, proof, root, root)
        assert not checker.consistent(old, size, [*proof, root], before, root)
        assert not checker.consistent(old, size, proof[:-1], before, root)
        assert not checker.consistent(old, size + size, proof, before, root)
        assert not checker.consistent(old, size, [], before, before)
