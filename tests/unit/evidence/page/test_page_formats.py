"""The page reads numbers, times, JSON and policies in one spelling only, and never breaks at hostile ones."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests import evidence_parts
from tests.unit.evidence.page.stage import Parts, refuses

DEEP = 100_000


# --- base64, numbers, times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", range(9))
def test_base64_is_read_and_written(parts: Parts, length: int) -> None:
    data = Random(length).randbytes(length)
    assert parts.call("unbase64", base64.b64encode(data).decode()) == data
    assert parts.call("base64", data) == base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AB==", "AAB=", "AA=A", "====", "A===", "AA==\n", "AAAA=", "A-__", "AAé=", "A A="]
)
def test_base64_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "unbase64", text)


@pytest.mark.parametrize(("text", "size"), [("2NEpo7TZRRrLZSi2U", 12), ("111", 3), ("1112", 4), ("", 0)])
def test_base58_keeps_leading_zeros(parts: Parts, text: str, size: int) -> None:
    assert len(parts.call("unbase58", text, size)) == size
    assert refuses(parts, "unbase58", text, size + 1)


@pytest.mark.parametrize(
    "text", ["", "01", "-1", "+1", "1.0", "9007199254740992", "99999999999999999", " 1", "1\n", "٣"]
)
def test_a_decimal_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "decimal", text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.0Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59Z",
        "2026-1-01T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
        "",
        "٢٠٢٦-01-01T00:00:00Z",
    ],
)
def test_a_time_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "secondsOf", text)


def test_times_that_exist_are_read(parts: Parts) -> None:
    assert parts.call("secondsOf", "1970-01-01T00:00:00Z") == 0
    assert parts.call("secondsOf", "2024-02-29T23:59:59Z") == 1709251199
    assert parts.call("(digits => timeOf(Number(digits)))", "253402300799") == "9999-12-31T23:59:59Z"


# --- JSON ----------------------------------------------------------------------------------------------------------

CANONICAL = (
    '{"a":1,"b":[true,false,null,"\\u001f\\n\\"\\\\é€😂"]}',
    "[]",
    "{}",
    '{"__proto__":1,"constructor":2}',
    "9007199254740991",
    '{"é":1,"😂":2,"\ufb33":3}',
)


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_json_is_read(parts: Parts, text: str) -> None:
    assert parts.call("parseCanonical", text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "-1",
        "-0",
        "9007199254740992",
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        '"\\u0041"',
        '"\\/"',
        "[1,]",
        "{,}",
        "[1 2]",
        "nul",
        "NaN",
        "Infinity",
        '"\\ud800"',
        "'a'",
        "01",
        '"\x01"',
        "",
        "{",
        '{"a"',
        '{"a":',
        "[",
        '"',
        '"\\"',
        "1 2",
        "+1",
        ".5",
        "\ufeff1",
        '"\\u00e9"',
    ],
)
def test_json_has_one_spelling(parts: Parts, text: str) -> None:
    assert refuses(parts, "parseCanonical", text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("data", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\xef\xbb\xbf1"])
def test_json_is_utf_8(parts: Parts, data: bytes) -> None:
    assert refuses(parts, "parseJson", data)


@pytest.mark.parametrize("text", ["[" * DEEP, '{"a":' * DEEP, "[" * DEEP + "]" * DEEP])
def test_json_without_end_or_bottom_does_not_break_the_stack(parts: Parts, text: str) -> None:
    assert refuses(parts, "parseJson", text.encode())


def test_long_json_is_read(parts: Parts) -> None:
    text = json.dumps(["x" * 3_000_000, " " * 10], separators=(",", ":"))
    assert len(parts.call("parseJson", text.encode())[0]) == 3_000_000
    assert parts.call("parseJson", b" " * 3_000_000 + b"1") == 1


def written(value: dict[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("name", ["toString", "constructor", "__proto__", "hasOwnProperty"])
def test_a_field_is_not_allowed_for_being_one_of_every_object(parts: Parts, name: str) -> None:
    entry = {
        "clock": "ntp ok",
        "ground": "consent",
        "leaf": 1,
        "seen": "2026-09-09T01:14:19Z",
        "type": "erasure",
        "v": 1,
    }
    assert parts.call("parseEntry", written(entry))["leaf"] == 1
    assert refuses(parts, "parseEntry", written({**entry, name: 1}))
    assert refuses(parts, "parseEntry", written({**entry, "type": name}))


# --- policies ------------------------------------------------------------------------------------------------------

KEY = str(evidence_parts.log_key().vkey)
ONE, TWO, THREE = (str(key.vkey) for key in evidence_parts.witness_keys())
PIN = f"{'0' * 64} {'1' * 64}"
GOOD = f"""# mine
log {KEY} url
\twitness 1 {ONE}
witness 2 {TWO} url \n
witness 3 {THREE}
group g 2 1 2
group h any g 3
quorum h
tsa a {PIN}
require tsa:1 witness:2
require beacon"""


def test_a_policy_is_read(parts: Parts) -> None:
    said = parts.call("parsePolicy", GOOD.encode())
    assert [len(said[name]) for name in ("logs", "witnesses", "groups", "authorities")] == [1, 3, 2, 1]
    assert said["wanted"] == {"tsa": 1, "witness": 2, "platform": 0, "beacon": 1}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["quorum none", "quorum none"],
        ["quorum x"],
        ["quorum"],
        ["quorum none none"],
        ["Quorum none"],
        ["quorum none", "more"],
        ["quorum none", f"log {KEY}", f"log {KEY} again"],
        ["quorum none", f"log {ONE}"],
        ["quorum none", f"witness 1 {KEY}"],
        ["quorum none", f"witness none {ONE}"],
        [f"witness 1 {ONE}", f"witness 2 {ONE}", "quorum 1"],
        [f"witness 1 {ONE}", f"witness 1 {TWO}", "quorum 1"],
        ["group g any", "quorum g"],
        ["group g any 1", "quorum g"],
        [f"witness 1 {ONE}", "group g 0 1", "quorum g"],
        [f"witness 1 {ONE}", "group g 2 1", "quorum g"],
        [f"witness 1 {ONE}", "group g 01 1", "quorum g"],
        [f"witness 1 {ONE}", "group g any 1 1", "quorum g"],
        [f"witness 1 {ONE}", "group g any 1", "group h any 1", "quorum g"],
        [f"witness 1 {ONE}", "quorum g", "group g any 1"],
        [f"witness 1 {ONE}", "group 1 any 1", "quorum 1"],
        [f"witness 1 {ONE}", "group g any none", "quorum g"],
        ["quorum none", f"tsa a {PIN} more"],
        ["quorum none", f"tsa a {PIN.replace('1', 'A')}"],
        ["quorum none", f"tsa a {PIN}", f"tsa b {PIN}"],
        ["quorum none", "require"],
        ["quorum none", "require tsa"],
        ["quorum none", "require tsa:0"],
        ["quorum none", "require tsa:01"],
        ["quorum none", "require tsa:100"],
        ["quorum none", "require all"],
        ["quorum none\r"],
        ["quorum none\x7f"],
        ["quorum none", "toString"],
        ["quorum none", "#" + "x" * 70_000],
    ],
)
def test_a_policy_that_is_not_clear_is_refused(parts: Parts, lines: Sequence[str]) -> None:
    assert refuses(parts, "parsePolicy", "\n".join([*lines, ""]).encode())


def test_the_tree_of_the_network_can_be_named(parts: Parts, data_folder: Path) -> None:
    right = (data_folder / "interop" / "syntax" / "did_syntax_valid.txt").read_text("utf-8").split("\n")
    plc = [line for line in right if line.startswith("did:plc:") and len(line) == 32]
    assert all(parts.ask({"call": "(did => DID.test(did))", "arguments": [did]}) == {"result": True} for did in plc)
    nsids = (data_folder / "interop" / "syntax" / "nsid_syntax_valid.txt").read_text("utf-8").split("\n")
    keys = (data_folder / "interop" / "syntax" / "recordkey_syntax_valid.txt").read_text("utf-8").split("\n")
    for nsid in [line for line in nsids if line and not line.startswith("#")]:
        assert parts.call("isPath", nsid, "self"), nsid
    for key in [line for line in keys if line and not line.startswith("#")]:
        assert parts.call("isPath", "app.bsky.feed.like", key), key
    wrong = (data_folder / "interop" / "syntax" / "nsid_syntax_invalid.txt").read_text("utf-8").split("\n")
    for nsid in [line for line in wrong if line and not line.startswith("#")]:
        assert not parts.call("isPath", nsid, "self"), nsid
    wrong = (data_folder / "interop" / "syntax" / "recordkey_syntax_invalid.txt").read_text("utf-8").split("\n")
    for key in [line for line in wrong if line and not line.startswith("#")]:
        assert not parts.call("isPath", "app.bsky.feed.like", key), key


# --- what ends the work -----------------------------------------------------------------------------------------------


def test_json_is_read_to_its_deepest_level(parts: Parts) -> None:
    assert not refuses(parts, "parseJson", b"[" * 64 + b"1" + b"]" * 64)
    assert refuses(parts, "parseJson", b"[" * 65 + b"]" * 65)


def test_a_defect_of_the_page_is_told_as_one(parts: Parts) -> None:
    report = parts.call("(() => verifyBundle(null))")
    assert (report["exit"], report["verdict"]) == (4, "CANNOT TELL")
    assert "TypeError" in report["internal"]
    assert "has a defect" in parts.call("(() => meaning(verifyBundle(null)))")


def test_a_folder_of_too_many_files_cannot_be_read(parts: Parts) -> None:
    many = "(() => new Map(Array.from({ length: 20001 }, (_, i) => [String(i), new Uint8Array()])))()"
    report = parts.call(f"(() => verifyBundle({many}))")
    assert (report["exit"], report["codes"]) == (2, ["E_READ"])


UNSEEN = (0, 7, 10, 27, 0x7F, 0x85, 0xAD, 0x200B, 0x200E, 0x202E, 0x2028, 0x2066, 0xFEFF, 0x3164, 0xE0001)


@pytest.mark.parametrize("sign", [*map(chr, UNSEEN)], ids=ascii)
def test_what_cannot_be_seen_is_shown(parts: Parts, sign: str) -> None:
    assert parts.call("visible", f"a{sign}b") == f"a<U+{ord(sign):04X}>b"


def test_what_can_be_seen_is_left_alone(parts: Parts) -> None:
    text = "naïve – 「中文」 العربية हिन्दी 😂 <b>&amp;"
    assert parts.call("visible", text) == text
