"""The page's own hashes and signatures agree with libraries and with published vectors."""

import hashlib
import json
import zlib
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.unit.evidence.page.stage import Name, Parts, Refused

LENGTHS = (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 129, 1_000, 10_007)
# RFC 8032, section 7.1: public key, message, signature of tests 1 to 3
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha384", "sha512"])
def test_hashes_are_those_of_the_standard(parts: Parts, name: str) -> None:
    for length in LENGTHS:
        data = Random(length).randbytes(length)
        assert parts.call(name, data) == hashlib.new(name, data).digest(), length


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_ed25519_signatures_of_rfc_8032_hold(parts: Parts, key: str, message: str, signature: str) -> None:
    given = [bytes.fromhex(text) for text in (key, message, signature)]
    assert parts.call("ed25519", *given)
    assert not parts.call("ed25519", given[0], given[1] + b"!", given[2])


def test_an_ed25519_signature_with_a_changed_bit_does_not_hold(parts: Parts) -> None:
    key, message, signature = (bytes.fromhex(text) for text in RFC_8032[1])
    for bit in range(0, 512, 7):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not parts.call("ed25519", key, message, bytes(changed)), bit


def test_ed25519_is_strict(parts: Parts) -> None:
    key, message, signature = (bytes.fromhex(text) for text in RFC_8032[1])
    s = int.from_bytes(signature[32:], "little")
    assert not parts.call("ed25519", key, message, signature[:32] + (s + ORDER).to_bytes(32, "little")), (
        "S is not below L"
    )
    assert not parts.call("ed25519", (FIELD + 1).to_bytes(32, "little"), message, signature), "the key is not canonical"
    assert not parts.call("ed25519", key[:31], message, signature)
    for point in SMALL_ORDER:  # with S = 0 and R the identity, such a key would sign everything
        assert not parts.call("ed25519", bytes.fromhex(point), message, bytes.fromhex(SMALL_ORDER[0]) + bytes(32)), (
            point
        )


def test_ed25519_agrees_with_the_library(parts: Parts) -> None:
    for number in range(20):
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % number).digest())
        message = Random(number).randbytes(number * 9)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        assert parts.call("ed25519", public, message, key.sign(message))


CURVES = {"P256": ec.SECP256R1(), "P384": ec.SECP384R1(), "K256_CURVE": ec.SECP256K1()}


@pytest.mark.parametrize("form", [PublicFormat.CompressedPoint, PublicFormat.UncompressedPoint])
@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda each: each.name)
def test_ecdsa_agrees_with_the_library(
    parts: Parts, name: str, digest: hashes.HashAlgorithm, form: PublicFormat
) -> None:
    for number in range(4):
        key = ec.derive_private_key(7 + number**40, CURVES[name])
        message = b"message %d" % number
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
        hashed = hashlib.new(digest.name, message).digest()
        point = parts.call("curvePoint", Name(name), key.public_key().public_bytes(Encoding.X962, form))
        big = [_big(value) for value in point]
        given = [{"name": name}, big, {"hex": hashed.hex()}]
        assert parts.ask({"call": "ecdsa", "arguments": [*given, _big(r), _big(s)]}) == {"result": True}
        for other in ((r + 1, s), (r, s + 1), (0, s), (r, 0)):
            assert parts.ask({"call": "ecdsa", "arguments": [*given, *map(_big, other)]}) == {"result": False}


def _big(value: int) -> dict[str, str]:
    return {"big": str(value)}


@pytest.mark.parametrize("name", CURVES)
def test_what_is_no_point_of_the_curve_is_refused(parts: Parts, name: str) -> None:
    size = (CURVES[name].key_size + 7) // 8
    refused = 0
    for x in range(1, 20):
        try:
            parts.call("curvePoint", Name(name), b"\x02" + x.to_bytes(size))
        except Refused:
            refused += 1
    assert 4 <= refused <= 15, "about half of all x have no point"
    for bad in (b"", b"\x00", b"\x05" + bytes(size), b"\x04" + bytes(2 * size), b"\x02" + b"\xff" * size):
        with pytest.raises(Refused):
            parts.call("curvePoint", Name(name), bad)


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda each: each.name)
def test_rsa_agrees_with_the_library(parts: Parts, digest: hashes.HashAlgorithm) -> None:
    key = rsa.generate_private_key(65537, 2048)
    signature = key.sign(b"message", padding.PKCS1v15(), digest)
    number = key.public_key().public_numbers()
    hashed = hashlib.new(digest.name, b"message").digest()
    modulus, exponent = _big(number.n), _big(number.e)

    def holds(data: bytes, digest: bytes = hashed) -> bool:
        given = [modulus, exponent, {"hex": digest.hex()}, {"hex": data.hex()}]
        return bool(parts.ask({"call": "rsa", "arguments": given})["result"])

    assert holds(signature)
    assert not holds(signature, hashed[::-1])
    assert not holds(signature[1:])
    assert not holds(b"\0" + signature)
    as_number = int.from_bytes(signature) + number.n
    assert as_number >= 2**2048 or not holds(as_number.to_bytes(256))


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED])
def test_deflate_agrees_with_the_library(parts: Parts, level: int, strategy: int) -> None:
    rng = Random(level * 10 + strategy)
    for data in (b"", b"a", rng.randbytes(3_000), b"ab" * 40_000, bytes(rng.choices(b"abcde \n", k=30_000))):
        packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
        packed = packer.compress(data) + packer.flush()
        assert parts.call("inflate", packed, len(data)) == data
        for wrong in (packed + b"\0", packed[:-1]):
            with pytest.raises(Refused):
                parts.call("inflate", wrong, len(data))
        with pytest.raises(Refused):
            parts.call("inflate", packed, len(data) + 1)


def test_a_deflate_that_is_broken_is_refused_and_never_a_defect(parts: Parts) -> None:
    rng = Random(1)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"words and more words, " * 30) + packer.flush()
    right = 0
    for _ in range(600):
        changed = bytearray(packed)
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        try:
            right += zlib.decompress(bytes(changed), -15) == parts.call("inflate", bytes(changed), 660)
        except (Refused, zlib.error):
            continue
    assert right < 600, "some changes leave a stream that both read alike; most are refused"


def test_a_small_file_cannot_claim_to_be_large(parts: Parts) -> None:
    with pytest.raises(Refused, match="so much"):
        parts.call("inflate", b"\x03\x00", 2**30)


def test_signatures_of_the_network_are_judged_as_the_network_judges_them(parts: Parts, data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop" / "crypto" / "signature-fixtures.json").read_text("utf-8"))
    assert len(cases) >= 6
    for case in cases:
        try:
            message, signature = (
                parts.call("unbase64", _padded(case[name])) for name in ("messageBase64", "signatureBase64")
            )
            key = parts.call("didKey", case["publicKeyDid"])
        except Refused:
            pytest.fail(f"cannot read {case['comment']}")
        curve = Name("P256" if case["algorithm"] == "ES256" else "K256_CURVE")
        assert _is_signed(parts, curve, key["point"], message, signature) == case["validSignature"], case["comment"]


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)


def _is_signed(parts: Parts, curve: Name, point: list[int], message: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        return False
    r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
    order = {"P256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551}.get(
        curve, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    )
    hashed = hashlib.sha256(message).hexdigest()
    given = [{"name": curve}, [_big(value) for value in point], {"hex": hashed}, _big(r), _big(s)]
    return s <= (order - 1) // 2 and bool(parts.ask({"call": "ecdsa", "arguments": given})["result"])


def test_layers_of_keys_are_those_of_the_network(parts: Parts, data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop" / "mst" / "key_heights.json").read_text("utf-8"))
    assert len(cases) >= 9
    for case in cases:
        assert parts.call("layerOf", case["key"].encode()) == case["height"], case["key"]
