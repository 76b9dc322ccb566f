"""Canonical JSON has one spelling, and an entry says only what its kind may say."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import EvidenceError
from countersign.evidence import canonical, entry
from countersign.evidence.entry import Entry
from countersign.evidence.keys import SigningKey

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
INTEGERS = st.integers(0, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

CAPTURE = Entry(
    type="capture", seen="2026-11-23T18:30:00Z", clock="ntp ok", commit="0" * 64, len=256, src="x-archive",
    acct="0123456789abcdef", grade="D",
)  # fmt: skip
KEY = SigningKey("example.com/log", b"k" * 32)


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert canonical.read(canonical.write(value)) == value


def test_names_are_in_the_order_of_utf16_as_the_rfc_shows() -> None:
    # The example of RFC 8785 section 3.2.3.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical.write(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_text_is_escaped_as_the_rfc_shows() -> None:
    assert canonical.write('€$\u000f\nA\'B"\\\\"/\u007f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"'.encode()


@pytest.mark.parametrize("value", [1.0, -1, 2**53, float("nan"), "\ud800", {"\ud800": 1}, {1: 2}, b"bytes", {1, 2}])
def test_what_has_no_one_spelling_is_not_written(value: object) -> None:
    with pytest.raises(EvidenceError) as caught:
        canonical.write(value)
    assert caught.value.code == "CS401"


@pytest.mark.parametrize(
    "data",
    [
        b"", b" 1", b"1 ", b"1\n", b"01", b"-0", b"-1", b"1.0", b"1e3", b"NaN", b"Infinity", b"9007199254740992",
        b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a": 1}', b'"\\u0041"', b'"\\/"', b'"\\ud800"', b'"\\uD83D\\uDE00"',
        b'"\xff"',
        b'"\xed\xa0\x80"', b"\xef\xbb\xbf1", b"[1,]", b"'a'", b"{", b"[" * 100_000, b"[" * 40 + b"]" * 40,
        b"9" * 10_000,
        b'"\x00"', b"nul", b"1 2",
    ],
    ids=lambda data: repr(data[:20]),
)  # fmt: skip
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        canonical.read(data)
    assert caught.value.code == "CS401"


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_read_is_spelled_as_it_would_be_written(data: bytes) -> None:
    try:
        value = canonical.read(data)
    except EvidenceError:
        return
    assert canonical.write(value) == data


def test_an_entry_is_read_as_it_was_written() -> None:
    data = entry.write_entry(CAPTURE)
    assert data.startswith(b'{"acct":"0123456789abcdef","clock":"ntp ok","commit":"0000')
    assert entry.read_entry(data) == CAPTURE


def test_every_kind_has_its_fields() -> None:
    told = {"seen": CAPTURE.seen, "clock": "unsynchronised"}
    for kind in entry.KINDS:
        fields = {"type": kind, **told, **FIELDS.get(kind, {"commit": "f" * 64, "len": 0, "src": "countersign"})}
        made = msgspec.convert(fields, Entry)
        assert entry.read_entry(entry.write_entry(made)) == made


FIELDS: dict[str, dict[str, object]] = {
    "capture": {"commit": "f" * 64, "len": 512, "src": "bluesky-car", "grade": "A"},
    "beacon": {"source": "drand", "round": 7, "value": "ab"},
    "erasure": {"leaf": 3, "ground": "owner"},
    "key": {"old": str(KEY.vkey), "new": str(KEY.vkey), "sig": entry.encoded_signature(KEY.sign(b""))},
}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "like"}, {"type": ["capture"]}, {"type": "custody"}, {"v": 2}, {"v": True}, {"more": 1},
        {"grade": "E"}, {"len": 1}, {"len": True}, {"commit": "F" * 64}, {"commit": "0" * 63}, {"acct": "0"},
        {"seen": "2026-02-30T00:00:00Z"},
        {"seen": "2026-11-23T18:30:60Z"}, {"seen": "2026-11-23T24:00:00Z"}, {"seen": "2026-11-23T18:30:00+00:00"},
        {"seen": "0000-01-01T00:00:00Z"}, {"clock": "fine"}, {"src": ""}, {"src": "s" * 256},
        {"seen": "1969-12-31T23:59:59Z"}, {"src": 7},
        {"leaf": 1}, {"seen": None},
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_that_says_anything_else_is_refused(changes: dict[str, object]) -> None:
    said = json.loads(entry.write_entry(CAPTURE)) | changes
    with pytest.raises(EvidenceError) as caught:
        entry.read_entry(canonical.write(said))
    assert caught.value.code == "CS402"


@pytest.mark.parametrize("field", ["v", "type", "seen", "clock", "commit", "len", "src", "grade"])
def test_an_entry_without_a_field_that_it_needs_is_refused(field: str) -> None:
    said = json.loads(entry.write_entry(CAPTURE))
    del said[field]
    with pytest.raises(EvidenceError):
        entry.read_entry(canonical.write(said))


def test_an_entry_has_at_most_65535_bytes() -> None:
    with pytest.raises(EvidenceError) as caught:
        entry.read_entry(b" " * 65_536)
    assert caught.value.code == "CS402"


def test_a_commitment_binds_to_body_and_salt() -> None:
    one = entry.commitment(bytes(32), b"body")
    assert one != entry.commitment(bytes(32), b"bodz")
    assert one != entry.commitment(b"\1" + bytes(31), b"body")
