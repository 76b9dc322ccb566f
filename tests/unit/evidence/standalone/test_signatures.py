"""verify.py's own curves and RSA: published vectors, signatures of `cryptography`, and forgeries that others let in."""

import base64
import hashlib
import json
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# RFC 8032, 7.1: key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
]
SMALL_Y = [
    0,
    1,
    2**255 - 20,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
]
CURVES = [(ec.SECP256R1(), "P256"), (ec.SECP384R1(), "P384"), (ec.SECP256K1(), "K256")]


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(checker: ModuleType, key: str, message: str, signature: str) -> None:
    public, text, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert checker.ed25519_holds(public, text, signed)
    assert not checker.ed25519_holds(public, text + b"x", signed)


def test_no_bit_of_an_ed25519_signature_key_or_message_can_be_changed(checker: ModuleType) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key, message = private.public_key().public_bytes_raw(), b"one"
    signature = private.sign(message)
    for bit in range(0, 512, 7):
        assert not checker.ed25519_holds(key, message, flipped(signature, bit))
    for bit in range(0, 256, 5):
        assert not checker.ed25519_holds(flipped(key, bit), message, signature)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_s_is_not_taken_with_the_order_added(checker: ModuleType) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    s = int.from_bytes(signature[32:], "little")
    for more in range(1, 15):
        forged = signature[:32] + (s + more * checker.ED_L).to_bytes(32, "little")
        assert not checker.ed25519_holds(key, b"m", forged)


@pytest.mark.parametrize("y", SMALL_Y)
def test_keys_of_small_order_sign_nothing(checker: ModuleType, y: int) -> None:
    for sign, spelling in product((0, 1 << 255), (y, y + checker.ED_P)):
        if spelling < 1 << 255:
            key = (spelling | sign).to_bytes(32, "little")
            for r in range(3):  # with S = 0 a lax verifier takes R = identity for every eighth message or more
                signature = (1).to_bytes(32, "little") + bytes(32)
                assert not checker.ed25519_holds(key, b"message %d" % r, signature)
            assert not checker.ed25519_holds(key, b"m", key + bytes(32))


def test_points_have_one_spelling(checker: ModuleType) -> None:
    for y in range(19):  # y and y + p are the same point in lax readers
        assert checker.ed_decode((y + checker.ED_P).to_bytes(32, "little")) is None
    assert checker.ed_decode((1 | 1 << 255).to_bytes(32, "little")) is None  # minus zero
    assert checker.ed_decode(bytes(31)) is None


def test_the_equation_is_the_one_without_the_cofactor(checker: ModuleType) -> None:
    torsion = checker.ed_decode(SMALL_Y[3].to_bytes(32, "little"))
    seed = hashlib.sha512(bytes(32)).digest()
    a = (int.from_bytes(seed[:32], "little") & ~7 & ~(1 << 255)) | 1 << 254
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    r = 987654321
    point = checker.ed_add(checker.ed_times([(r, checker.ED_BASE)]), torsion)
    for point_of_r, holds in ((point, False), (checker.ed_times([(r, checker.ED_BASE)]), True)):
        encoded = checker.ed_encode(point_of_r)
        k = int.from_bytes(hashlib.sha512(encoded + key + b"m").digest(), "little") % checker.ED_L
        signature = encoded + ((r + k * a) % checker.ED_L).to_bytes(32, "little")
        assert checker.ed25519_holds(key, b"m", signature) is holds


@pytest.mark.parametrize(("curve", "name"), CURVES)
@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_ecdsa_agrees_with_another_library(
    checker: ModuleType, curve: ec.EllipticCurve, name: str, hash_name: str
) -> None:
    private = ec.derive_private_key(0x1234567890ABCDEF, curve)
    numbers = private.public_key().public_numbers()
    key = checker.EcKey(getattr(checker, name), numbers.x, numbers.y)
    digest = hashlib.new(hash_name, b"message").digest()
    kind = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[hash_name]
    r, s = decode_dss_signature(private.sign(b"message", ec.ECDSA(kind)))
    n = key.curve.n
    assert checker.ecdsa_holds(key, digest, r, s)
    assert checker.ecdsa_holds(key, digest, r, n - s)
    wrong = [
        (0, s),
        (r, 0),
        (0, 0),
        (n, s),
        (r, n),
        (r + n, s),
        (r, s + n),
        (s, r),
        (n - r, s),
        (1, 1),
        (-r, s),
        (r, -s),
    ]
    assert not any(checker.ecdsa_holds(key, digest, *pair) for pair in wrong)
    assert not checker.ecdsa_holds(key, hashlib.new(hash_name, b"another").digest(), r, s)


@pytest.mark.parametrize("name", ["P256", "P384", "K256"])
def test_points_that_meet_on_the_way_are_added_rightly(checker: ModuleType, name: str) -> None:
    curve = getattr(checker, name)
    base = (curve.x, curve.y, 1)
    minus = (curve.x, curve.p - curve.y, 1)
    assert checker.ec_add(curve, base, minus) is None
    assert checker.ec_times(curve, [(curve.n, base)]) is None
    assert checker.ec_add(curve, base, None) == base
    twice = checker.ec_add(curve, base, base)
    x, _, z = checker.ec_add(curve, twice, minus)
    assert x * pow(z, -2, curve.p) % curve.p == curve.x
    key = checker.EcKey(curve, curve.x, curve.y)  # the key is the base point: both tables have the same point
    digest = hashlib.sha256(b"m").digest()
    x, _, z = twice
    r = x * pow(z, -2, curve.p) % curve.p % curve.n
    s = (int.from_bytes(digest, "big") + r) * pow(2, -1, curve.n) % curve.n
    assert checker.ecdsa_holds(key, digest, r, s)


def test_the_networks_own_signature_cases(checker: ModuleType, data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop/crypto/signature-fixtures.json").read_text())
    assert len(cases) >= 6
    for case in cases:
        key = checker.parse_did_key(case["publicKeyDid"])
        message, signature = (unpadded(case[name]) for name in ("messageBase64", "signatureBase64"))
        assert checker.atproto_holds(key, message, signature) is case["validSignature"], case["comment"]


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_rsa_takes_the_one_right_padding_and_no_other(checker: ModuleType, rsa_key: rsa.RSAPrivateKey) -> None:
    private = rsa_key.private_numbers()
    n = private.public_numbers.n
    key = checker.RsaKey(n, 65537)
    good = rsa_key.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
    assert checker.rsa_holds(key, "sha256", b"m", good)
    assert not checker.rsa_holds(key, "sha512", b"m", good)
    assert not checker.rsa_holds(key, "sha256", b"x", good)
    assert not checker.rsa_holds(key, "sha256", b"m", good[1:])
    assert not checker.rsa_holds(key, "sha256", b"m", b"\0" + good)
    assert not checker.rsa_holds(key, "sha256", b"m", (int.from_bytes(good, "big") + n).to_bytes(257, "big"))
    info, digest = checker.DIGEST_INFO["sha256"], hashlib.sha256(b"m").digest()
    no_null = bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20"
    blocks = [
        b"\0\1" + b"\xff" * 8 + b"\0" + info + digest + bytes(256 - 11 - len(info + digest)),  # short, then rubbish
        b"\0\2" + b"\xff" * (253 - len(info + digest)) + b"\0" + info + digest,
        b"\0\1" + b"\xff" * (252 - len(info + digest)) + b"\xfe\0" + info + digest,
        b"\0\1" + b"\xff" * (253 - len(no_null + digest)) + b"\0" + no_null + digest,
        b"\0\1" + b"\xff" * (253 - len(digest)) + b"\0" + digest,
    ]
    for block in blocks:
        assert len(block) == 256
        forged = pow(int.from_bytes(block, "big"), private.d, n).to_bytes(256, "big")
        assert not checker.rsa_holds(key, "sha256", b"m", forged)
    right = b"\0\1" + b"\xff" * (253 - len(info + digest)) + b"\0" + info + digest
    assert checker.rsa_holds(key, "sha256", b"m", pow(int.from_bytes(right, "big"), private.d, n).to_bytes(256, "big"))


def test_rsa_keys_that_prove_nothing_are_refused(checker: ModuleType) -> None:
    tail = checker.DIGEST_INFO["sha256"] + hashlib.sha256(b"m").digest()
    block = b"\0\1" + b"\xff" * (253 - len(tail)) + b"\0" + tail
    n = (1 << 2047) | 1
    assert not checker.rsa_holds(checker.RsaKey(n, 1), "sha256", b"m", block)  # with e = 1 the block signs itself
    assert not checker.rsa_holds(checker.RsaKey(n, 2), "sha256", b"m", block)
    assert not checker.rsa_holds(checker.RsaKey((1 << 1023) | 1, 3), "sha256", b"m", block[-128:])
    assert not checker.rsa_holds(checker.RsaKey((1 << 9000) | 1, 3), "sha256", b"m", bytes(1126))
