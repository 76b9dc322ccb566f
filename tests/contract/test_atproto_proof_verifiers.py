"""Three verifiers that share no code judge AT Protocol proofs alike: the program, verify.py, and the page's script."""

import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from countersign.errors import NotProved
from countersign.evidence import standalone
from countersign.evidence.atproto import State, exclusion, history_of, inclusion, key_in_document
from tests.unit.evidence.atproto import identity, lies_commit, lies_file, lies_shape, lies_way, lies_written
from tests.unit.evidence.atproto.forge import DID, Signer, base58
from tests.unit.evidence.atproto.fuzz import ABSENCE, DOCUMENT, LOG, PATH, PROOF, SIGNER, damaged
from tests.unit.evidence.atproto.stage import LIES, MISSING, TRUE, TRUE_ABSENCE
from tests.unit.evidence.atproto.stage import SIGNER as LIAR
from tests.unit.evidence.page.stage import Parts, Refused

TOLD = (lies_file, lies_way, lies_commit, lies_written, lies_shape)
PROVE = """(car, did, collection, rkey, kind, key) => {
  const { commit, record } = parseSlice(car, { did, collection, rkey, kind })
  need(isSignedBy(didKey(key), commit), "signature")
  return record
}"""
DOCUMENT_KEY = (
    "(bytes, did) => { const { curve, point } = documentKey(bytes, did); return [curve.n, point[0], point[1]] }"
)
HISTORY_KEYS = """(bytes, did) => operationsInForce(bytes, did).map(({ method }) => didKeyOrNull(method))
  .filter(key => key !== null).map(({ curve, point }) => [curve.n, point[0], point[1]])"""


class Claim(NamedTuple):
    """What is said of a file."""

    car: bytes
    kind: str
    path: str
    key: str
    did: str = DID


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Return verify.py as a module."""
    path = Path(standalone.__path__[0]) / "verify.py"
    spec = importlib.util.spec_from_file_location("verify_alone", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_alone"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Return the functions of verify.html."""
    with Parts(tmp_path_factory.mktemp("page")) as running:
        yield running


def claims() -> Iterator[tuple[str, Claim, bool]]:
    """Yield lies and truths, each as presence and as absence, with whether it holds."""
    for name, tell in LIES.items():
        lie = tell()
        if lie.cid is None and lie.rule != 35:  # a bundle names no version, and a path in two parts
            for kind in ("inclusion", "exclusion"):
                yield name, Claim(lie.car, kind, lie.path, lie.key, lie.did), False
    yield "presence", Claim(TRUE, "inclusion", LIES["a block more at the end"]().path, LIAR.key), True
    yield "absence", Claim(TRUE_ABSENCE, "exclusion", MISSING.decode(), LIAR.key), True


def ours(claim: Claim) -> bytes | None:
    """Return the record that is shown, b"" for absence; None if the claim does not hold."""
    show = inclusion if claim.kind == "inclusion" else exclusion
    try:
        shown = show(State(claim.car, (claim.key,)), did=claim.did, path=claim.path)
    except NotProved:
        return None
    return getattr(shown, "record", b"")


def alone(script: ModuleType, claim: Claim) -> bytes | None:
    collection, rkey = claim.path.split("/", 1)
    asked = {"did": claim.did, "collection": collection, "rkey": rkey, "kind": claim.kind}
    try:
        proof = script.prove_record(claim.car, asked)
        return (proof.record or b"") if proof.signed_by(script.parse_did_key(claim.key)) else None
    except script.Wrong:
        return None


def in_page(page: Parts, claim: Claim) -> bytes | None:
    collection, rkey = claim.path.split("/", 1)
    try:
        return page.call(PROVE, claim.car, claim.did, collection, rkey, claim.kind, claim.key) or b""
    except Refused:
        return None


def test_lies_are_refused_by_all_three_and_truths_by_none(script: ModuleType, page: Parts) -> None:
    told = list(claims())
    assert len(TOLD) == 5  # importing a module tells its lies
    assert len(told) > 200
    for name, claim, holds in told:
        shown = [ours(claim), alone(script, claim), in_page(page, claim)]
        assert shown[0] == shown[1] == shown[2], (name, claim.kind, shown)
        assert (shown[0] is not None) == holds, (name, claim.kind)


def test_damaged_proofs_are_refused_by_all_three(script: ModuleType, page: Parts) -> None:
    rng = random.Random(11)
    for sound, kind, path in [(PROOF, "inclusion", PATH), (ABSENCE, "exclusion", "a.b.c/x")]:
        held = [sound, *(damaged(sound, rng) for _ in range(150))]
        for car in held:
            claim = Claim(car, kind, path, SIGNER.key)
            shown = [ours(claim), alone(script, claim), in_page(page, claim)]
            assert shown[0] == shown[1] == shown[2], car.hex()
            assert (shown[0] is not None) == (car == sound)


def numbers(script: ModuleType, key: str) -> list[int]:
    """Return a key as the page gives it: the order of its curve and the point."""
    parsed = script.parse_did_key(key)
    return [parsed.curve.n, parsed.x, parsed.y]


def judged(read: Callable[[], Any], *errors: type[Exception]) -> Any:
    try:
        return read()
    except errors:
        return None


def agree_on_document(script: ModuleType, page: Parts, held: bytes) -> bool:
    one = judged(lambda: numbers(script, key_in_document(held, did=DID)), NotProved)
    two = judged(lambda: script.key_of_document(held, DID), script.Wrong)
    three = judged(lambda: page.call(DOCUMENT_KEY, held, DID), Refused)
    assert one == (two and [two.curve.n, two.x, two.y]) == three, held
    return one is not None


def agree_on_history(script: ModuleType, page: Parts, held: bytes, did: str) -> bool:
    one = judged(lambda: [period.key for period in history_of(held, did=did).periods], NotProved)
    listed = None if one is None else [numbers(script, key) for key in one if key is not None]
    two = judged(lambda: [[key.curve.n, key.x, key.y] for _, key in script.keys_of_history(held, did)], script.Wrong)
    three = judged(lambda: page.call(HISTORY_KEYS, held, did), Refused)
    assert listed == two == three, held
    return listed is not None


def spoilt(held: Any, rng: random.Random) -> Any:
    """Change one place of a JSON value: another value, a member more, or one less."""
    odd: list[Any] = [
        None,
        True,
        0,
        1.5,
        "",
        "x",
        "ö",
        "\ud800",
        [],
        {},
        [[]],
        {"a": {}},
        "did:key:z",
        SIGNER.key,
        "plc_tombstone",
        "create",
    ]
    if isinstance(held, dict | list) and held and rng.randrange(5):
        place = rng.choice(list(held) if isinstance(held, dict) else range(len(held)))
        changed = held.copy()
        match rng.randrange(8):
            case 0:
                del changed[place]
            case 1 if isinstance(changed, dict):
                changed[rng.choice(["more", "prev", "\ud800"])] = rng.choice(odd)
            case 1 if isinstance(changed, list):
                changed.append(rng.choice([*odd, *changed]))
            case _:
                changed[place] = spoilt(changed[place], rng)
        return changed
    return rng.choice(odd)


def test_did_documents_are_read_alike(script: ModuleType, page: Parts) -> None:
    rng = random.Random(12)
    other = Signer.made("p256", 4)
    point = other.private.public_key().public_numbers()
    long = b"\x04" + point.x.to_bytes(32) + point.y.to_bytes(32)
    kinds = ("Multikey", "EcdsaSecp256k1VerificationKey2019", "EcdsaSecp256r1VerificationKey2019", "JsonWebKey2020")
    points = [long, long[:33], b"\x02" + long[1:33], long + b"\0", b"\0" + long, b"\x06" + long[1:]]
    values = [SIGNER.key[8:], other.key[8:], *("z" + base58(encoded) for encoded in points), "z", "", "z0"]
    sound = json.loads(DOCUMENT)
    for kind in kinds:
        for value in values:
            sound["verificationMethod"][0] |= {"type": kind, "publicKeyMultibase": value}
            agree_on_document(script, page, json.dumps(sound).encode())
    assert agree_on_document(script, page, DOCUMENT)
    for _ in range(150):
        agree_on_document(script, page, json.dumps(spoilt(json.loads(DOCUMENT), rng)).encode())
        agree_on_document(script, page, damaged(DOCUMENT, rng))


def test_histories_are_read_alike(script: ModuleType, page: Parts) -> None:
    rng = random.Random(13)
    first = json.loads(LOG)[0]["operation"]
    did = identity.did(first)
    assert agree_on_history(script, page, LOG, did)
    for _ in range(150):
        agree_on_history(script, page, json.dumps(spoilt(json.loads(LOG), rng)).encode(), did)
        agree_on_history(script, page, damaged(LOG, rng), did)


SIGNERS = {signer.key: signer for signer in (identity.STRONG, identity.WEAK, identity.SIGNING, Signer.made(number=77))}


def test_histories_that_were_signed_as_they_are_are_read_alike(script: ModuleType, page: Parts) -> None:
    rng = random.Random(14)
    read = 0
    for _ in range(100):
        told, log = history(rng)
        read += agree_on_history(script, page, json.dumps(log).encode(), identity.did(told))
    assert read > 15


def history(rng: random.Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a first operation and an audit log in which much is right."""
    rotation = rng.sample(list(SIGNERS), rng.randint(1, 3))
    genesis = identity.operation(None, SIGNERS[rng.choice(rotation)], rotationKeys=rotation)
    if not rng.randrange(4):
        genesis = identity.create(rng.choice([identity.STRONG, identity.WEAK]))
    told, times, gone = [genesis], [0.0], set[int]()
    for _ in range(rng.randrange(5)):
        base = rng.choice([told[-1], told[-1], rng.choice(told)])
        made = following(base, rng)
        if rng.randrange(8):
            gone |= set(range(told.index(base) + 1, len(told)))
        told.append(made)
        times.append(times[-1] + rng.choice([0, 1, 72, 72.001]))
    return genesis, identity.log(*told, hours=times, nullified=sorted(gone))


def following(base: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    signer = rng.choice([identity.STRONG, identity.WEAK, identity.STRONG, identity.WEAK, *SIGNERS.values()])
    key = rng.choice([*SIGNERS, "did:key:z6Mk", "x"])
    changes: list[dict[str, Any]] = [
        {}, {}, {"verificationMethods": {"atproto": key}}, {"alsoKnownAs": ["\U0001f600"]}, {"services": {}},
        {"alsoKnownAs": [1]},
    ]  # fmt: skip
    if not rng.randrange(8):
        return identity.tombstone(identity.cid(base), signer)
    return identity.operation(identity.cid(base), signer, **rng.choice(changes))
