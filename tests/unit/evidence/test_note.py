"""Notes, checkpoints and keys are read in one spelling only, and no signature holds that should not."""

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import EvidenceError
from countersign.evidence import keys, note
from countersign.evidence.keys import LOG, MLDSA, WITNESS, SigningKey, Vkey
from countersign.evidence.note import Checkpoint
from countersign.evidence.tree import EMPTY_ROOT

POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaq"
    "P3ZekRwNtIc=\n"
).encode()  # the example of https://c2sp.org/signed-note

COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
    "+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xU"
    "e+mbIUBkBIfZ+qnA==\n"
).encode()  # the example of https://c2sp.org/tlog-cosignature

# The key and the note of the documentation of Go's golang.org/x/mod/sumdb/note, which C2SP wrote down.
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

LOG_KEY = SigningKey("example.com/log", b"l" * 32)
WITNESS_KEY = SigningKey("example.com/witness", b"w" * 32, WITNESS)
CHECKPOINT = Checkpoint(origin="example.com/log", size=7, root=b"r" * 32)


def test_the_examples_of_the_specifications_are_read_and_written_again() -> None:
    for data in (POEM, COSIGNED, PETER_NOTE):
        assert note.write_note(note.parse_note(data)) == data
    poem = note.parse_note(POEM)
    assert poem.text.endswith("\n\ned è subito sera.\n")
    assert poem.lines[0].name == "quasimodo.example/salvatore"
    assert poem.lines[0].key_id.hex() == "367ba04b"


def test_a_published_signature_holds_and_for_no_other_text() -> None:
    vkey, found = note.parse_vkey(PETER_VKEY), note.parse_note(PETER_NOTE)
    assert str(vkey) == PETER_VKEY
    assert note.verify_line(found.lines[0], vkey, found.text)
    assert not note.verify_line(found.lines[0], vkey, found.text + "\n")


def test_a_published_cosignature_tells_its_time() -> None:
    found = note.parse_note(COSIGNED)
    assert note.parse_checkpoint(found.text).size == 20_852_163
    assert note.cosigned_at(found.lines[1]) == 1_679_315_147


def test_a_checkpoint_is_signed_by_the_log_and_cosigned_by_others() -> None:
    made = [note.sign_note(CHECKPOINT.text, LOG_KEY), note.cosign(CHECKPOINT.text, WITNESS_KEY, 1_800_000_000)]
    found = note.parse_note(CHECKPOINT.text.encode() + b"\n" + b"".join(made))
    assert note.parse_checkpoint(found.text) == CHECKPOINT
    assert note.verify_line(found.lines[0], LOG_KEY.vkey, found.text)
    assert note.verify_line(found.lines[1], WITNESS_KEY.vkey, found.text)
    assert note.cosigned_at(found.lines[1]) == 1_800_000_000
    assert not note.verify_line(found.lines[1], LOG_KEY.vkey, found.text)
    assert not note.verify_line(found.lines[0], LOG_KEY.vkey, found.text.replace("7", "8"))


@pytest.mark.skipif(not keys.HAS_MLDSA, reason="this cryptography has no ML-DSA")
def test_a_log_cosigns_with_a_key_that_quantum_computers_do_not_break() -> None:
    key = SigningKey("example.com/log", b"q" * 32, MLDSA)
    line = note.parse_note(CHECKPOINT.text.encode() + b"\n" + note.cosign(CHECKPOINT.text, key, 5)).lines[0]
    assert len(line.signature) == 8 + 2420
    assert note.verify_line(line, key.vkey, CHECKPOINT.text)
    assert not note.verify_line(line, key.vkey, CHECKPOINT.text.replace("7", "8"))
    assert note.parse_vkey(str(key.vkey)) == key.vkey


@pytest.mark.skipif(not keys.HAS_MLDSA, reason="this cryptography has no ML-DSA")
def test_the_message_of_the_mldsa_cosignature_is_that_of_the_specification() -> None:
    key = SigningKey("w", b"q" * 32, MLDSA)
    line = note.parse_note(CHECKPOINT.text.encode() + b"\n" + note.cosign(CHECKPOINT.text, key, 9)).lines[0]
    message = (
        b"subtree/v1\n\x00" + b"\x01w" + (9).to_bytes(8, "big") + b"\x0fexample.com/log"
        + (0).to_bytes(8, "big") + (7).to_bytes(8, "big") + b"r" * 32
    )  # fmt: skip
    assert keys.verify(key.vkey, line.signature[8:], message)


def test_a_key_is_called_by_the_hash_of_its_name_use_and_bytes() -> None:
    expected = hashlib.sha256(b"example.com/log\n\x01" + LOG_KEY.vkey.key).digest()[:4]
    assert LOG_KEY.vkey.key_id == expected
    assert SigningKey("example.com/log", b"l" * 32, WITNESS).vkey.key_id != expected
    assert "6c6c" not in repr(LOG_KEY)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a+b", PETER_VKEY + "\n", PETER_VKEY.replace("c7", "C7"), PETER_VKEY.replace("c7", "c8"),
        PETER_VKEY.replace("Peter", "Pe ter"), PETER_VKEY + "=", PETER_VKEY[:-1], "é" + PETER_VKEY, "\ud800+00000000+",
        "x+00000000+Ag==", "x+00000000+",
    ],
)  # fmt: skip
def test_a_vkey_is_read_in_one_spelling_only(text: str) -> None:
    with pytest.raises(EvidenceError):
        note.parse_vkey(text)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\n\n", b"text\n", POEM[:-1], POEM + b"\n", POEM.replace("—".encode(), b"-"), POEM + b"x",
        POEM.replace(b"tIc=", b"tId="), POEM.replace(b"salvatore ", b"salvatore  "), POEM.replace(b"sole", b"so\tle"),
        POEM.replace(b"sole", b"so\xffle"), POEM.replace(b"\n", b"\r\n"), POEM.replace(b"example/", b"example+"),
        "text\n\n— name AAAAAA==\n".encode(), "text\n\n— name\n".encode(), POEM + b"\xe2\x80\x94 n AAAA\n",
        b"x" * (note.MOST_BYTES + 1), POEM + 64 * "— n AAAAAAAA\n".encode(),
    ],
)  # fmt: skip
def test_a_note_is_read_in_one_spelling_only(data: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        note.parse_note(data)
    assert caught.value.code == "CS403"


ROOT = base64.b64encode(b"r" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        "", "o\n1\n", f"o\n1\n{ROOT}", f"o\n1\n{ROOT}\nmore\n", f"o\n01\n{ROOT}\n", f"o\n-1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n9007199254740992\n{ROOT}\n", f"two words\n1\n{ROOT}\n", f"\n1\n{ROOT}\n", "o\n1\nAAAA\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n١\n{ROOT}\n", f"o+o\n1\n{ROOT}\n",
    ],
)  # fmt: skip
def test_a_checkpoint_is_read_in_one_spelling_only(text: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        note.parse_checkpoint(text)
    assert caught.value.code == "CS403"


def test_a_key_is_used_for_one_thing_only() -> None:
    for wrong in (
        lambda: note.sign_note(CHECKPOINT.text, WITNESS_KEY),
        lambda: note.cosign(CHECKPOINT.text, LOG_KEY, 1),
        lambda: note.cosign(CHECKPOINT.text, WITNESS_KEY, -1),
        lambda: note.cosign("no checkpoint\n", WITNESS_KEY, 1),
        lambda: SigningKey("two words", b"l" * 32),
        lambda: SigningKey("x", b"short"),
    ):
        with pytest.raises(EvidenceError):
            wrong()


def test_an_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint(origin="o", size=0, root=EMPTY_ROOT)
    assert note.parse_checkpoint(empty.text) == empty


# Points of small order (RFC 7748's curve, in Edwards form) and their non-canonical spellings: under the first, the
# signature of 64 zero bytes with R = identity holds for every message in a lax verifier.
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


@pytest.mark.parametrize("point", SMALL)
def test_no_signature_holds_under_a_key_of_small_order(point: str) -> None:
    identity = bytes.fromhex(SMALL[0])
    assert not any(keys.verify_ed25519(bytes.fromhex(point), identity + bytes(32), str(n).encode()) for n in range(16))


def test_a_signature_has_one_spelling() -> None:
    signature = LOG_KEY.sign(b"text")
    doubled = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    assert keys.verify_ed25519(LOG_KEY.vkey.key, signature, b"text")
    assert not keys.verify_ed25519(LOG_KEY.vkey.key, signature[:32] + doubled.to_bytes(32, "little"), b"text")
    assert not keys.verify_ed25519(LOG_KEY.vkey.key, signature + b"\0", b"text")
    assert not keys.verify_ed25519(LOG_KEY.vkey.key[:31], signature, b"text")


def test_every_flipped_bit_of_a_signed_checkpoint_is_found() -> None:
    data = CHECKPOINT.text.encode() + b"\n" + note.sign_note(CHECKPOINT.text, LOG_KEY)
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        assert not holds(bytes(changed), LOG_KEY.vkey)


def holds(data: bytes, vkey: Vkey) -> bool:
    try:
        found = note.parse_note(data)
        note.parse_checkpoint(found.text)
    except EvidenceError:
        return False
    return any(note.verify_line(line, vkey, found.text) for line in found.lines)


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_no_bytes_raise_anything_but_the_error_of_evidence(data: bytes) -> None:
    for read in (note.parse_note, lambda data: note.parse_note(POEM[:40] + data + POEM[-130:])):
        with suppress(EvidenceError):
            read(data)


@given(st.text(max_size=120))
def test_no_text_raises_anything_but_the_error_of_evidence(text: str) -> None:
    for read in (note.parse_checkpoint, note.parse_vkey, keys.unbase64):
        with suppress(EvidenceError):
            read(text)


def test_uses_are_told_apart_by_their_byte() -> None:
    assert (LOG, WITNESS, MLDSA) == (1, 4, 6)
