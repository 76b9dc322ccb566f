"""A small made-up case, its log and everybody who vouches for it: what bundles for tests are made of."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from countersign.evidence import canonical
from countersign.evidence.bundle import (
    Act,
    Exhibit,
    Fields,
    Leaf,
    Parts,
    PlatformClaim,
    Proposed,
    Saying,
    Stamped,
    TagFile,
    bag,
    statement,
    tag_files,
    take_apart,
    write_policy,
)
from countersign.evidence.bundle.manifest import manifest
from countersign.evidence.bundle.paths import MANIFEST, PAYLOAD, TAG_MANIFEST
from countersign.evidence.entry import Entry, commitment, key_statement, rounded, write_entry
from countersign.evidence.keys import HAS_MLDSA, MLDSA, SigningKey
from countersign.evidence.note import Checkpoint, cosign, sign_note
from countersign.evidence.sshsig import make_sshsig
from countersign.evidence.tree import consistency_proof, inclusion_proof, leaf_hash, root_of
from tests import evidence_parts
from tests.evidence_platform import LIKED, RECORD, did_of, platform_proofs

ORIGIN = evidence_parts.ORIGIN
BEGAN = datetime(2026, 9, 9, 1, 14, 22, tzinfo=UTC)
STAMPED = BEGAN + timedelta(minutes=5)
OLD_KEY = SigningKey(ORIGIN, hashlib.sha256(b"the log's first key").digest())
LOG_KEY = evidence_parts.log_key()
THIEF_KEY = SigningKey(ORIGIN, hashlib.sha256(b"somebody else's key").digest())
MLDSA_KEY = SigningKey(ORIGIN, hashlib.sha256(b"quantum").digest(), MLDSA) if HAS_MLDSA else None
WITNESSES = dict(zip(("one", "two", "three"), evidence_parts.witness_keys(), strict=True))


class Made:
    """A leaf as the log's keeper knows it."""

    def __init__(self, entry: Entry, salt: bytes | None = None, body: bytes | None = None) -> None:
        self.entry, self.salt, self.body = entry, salt, body

    @property
    def data(self) -> bytes:
        return write_entry(self.entry)


class Log:
    """The leaves of a made-up log; every name in `roles` is a leaf that the bundle is about."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = Random(seed)
        self.leaves: list[Made] = []
        self.roles: dict[str, Made] = {}
        self.fields: Fields | None = None

    @property
    def seen(self) -> str:
        return time_text(BEGAN + timedelta(seconds=len(self.leaves)))

    def add(self, entry: Entry, *, salt: bytes | None = None, body: bytes | None = None, role: str = "") -> int:
        made = Made(entry, salt, body)
        self.leaves.append(made)
        if role:
            self.roles[role] = made
        return len(self.leaves) - 1

    def seal(self, kind: str, body: bytes, *, role: str = "", grade: str | None = None) -> int:
        salt = self.rng.randbytes(32)
        entry = sealed_entry(kind, body, salt, seen=self.seen, grade=grade)
        return self.add(entry, salt=salt, body=body, role=role)

    def at(self, role: str) -> int:
        return self.leaves.index(self.roles[role])

    def has(self, role: str) -> bool:
        return self.roles.get(role) in self.leaves

    def hashes(self, size: int | None = None) -> list[bytes]:
        return [leaf_hash(made.data) for made in self.leaves[:size]]


def sealed_entry(kind: str, body: bytes, salt: bytes, *, seen: str, grade: str | None = None) -> Entry:
    return Entry(
        type=kind, seen=seen, clock="ntp ok", commit=commitment(salt, body), len=rounded(len(body)),  # type: ignore[arg-type]
        src="bluesky" if kind == "capture" else "countersign", grade=grade,  # type: ignore[arg-type]
    )  # fmt: skip


def make_log(seed: int = 0, *, before: int = 6, after: int = 3) -> Log:
    """Return a log with one leaf of each kind that a bundle can show."""
    log = Log(seed)
    for number in range(before):
        log.seal("capture", b"an earlier action, number %d" % number, grade="C")
    beacon = Entry(
        type="beacon", seen=log.seen, clock="ntp ok", source="drand quicknet", round=12_345_678, value="5f" * 32
    )
    log.add(beacon, role="beacon")
    log.seal("capture", RECORD.data, role="record", grade="A")
    log.seal("capture", b'{"verb":"like","object":"a post"}', role="whole", grade="C")
    log.seal("capture", b"the same page, saved by hand\n" * 40, role="withheld", grade="D")
    gone = log.seal("capture", b"somebody asked for this to be erased", role="erased", grade="C")
    log.add(Entry(type="erasure", seen=log.seen, clock="ntp ok", leaf=gone, ground="consent"), role="erasure")
    log.fields = take_apart(log.at("whole"), RECORD_FIELDS, [log.rng.randbytes(16) for _ in RECORD_FIELDS])
    log.seal("analysis", log.fields.body, role="fields")
    log.seal("custody", canonical.write({"act": "opened", "by": "A."}), role="opened")
    signature = base64.b64encode(OLD_KEY.sign(key_statement(ORIGIN, str(LOG_KEY.vkey)))).decode()
    key = Entry(type="key", seen=log.seen, clock="ntp ok", old=str(OLD_KEY.vkey), new=str(LOG_KEY.vkey), sig=signature)
    log.add(key, role="key")
    for number in range(after):
        log.seal("capture", b"a later action, number %d" % number, grade="C")
    return log


RECORD_FIELDS = {"actor": "ana.example", "object": "a post", "published": "2026-09-09T01:14:19Z", "text": "‮gnp.exe"}


class Plan(NamedTuple):
    """How a bundle is made, and who vouches for it."""

    show: tuple[str, ...] = ("record", "whole", "withheld", "fields", "beacon", "opened")
    fields: tuple[str, ...] = ("actor", "text")
    witnesses: tuple[str, ...] = ("one", "two", "three")
    stamps: tuple[str, ...] = ("alpha", "beta")
    rotated: bool = True
    consistency: tuple[int, ...] = (5, 9)
    mldsa: bool = HAS_MLDSA
    ssh: bool = True
    platform: str = "did"
    own_policy: bool = True
    key: SigningKey = LOG_KEY
    tell: Callable[[Saying], Saying] = lambda saying: saying
    change: Callable[[Parts], Parts] = lambda parts: parts
    title: str = "Case 1: a like at night"


USUAL = Plan()


class Built(NamedTuple):
    """A bundle's files, and the log as it was when it was made."""

    files: dict[str, bytes]
    log: Log
    size: int


def build(log: Log, plan: Plan = USUAL) -> Built:
    """Return a bundle; the log gets the leaf of its statement."""
    made = time_text(STAMPED)
    extra: dict[TagFile, bytes] = tag_files(title=plan.title, tool="countersign tests", made=made)
    saying = plan.tell(_saying(log, plan, made))
    body = statement(saying, tag_files=extra, key=plan.key.vkey, sign=plan.key.sign)
    log.seal("custody", body, role="statement")
    log.seal("capture", b"and one after it", grade="C")
    hashes = log.hashes()
    note = signed_note(log, len(hashes), plan)
    shown = [role for role in (*plan.show, *(("erasure",) if "erased" in plan.show else ())) if log.has(role)]
    parts = Parts(
        origin=ORIGIN, size=len(hashes), tag_files=extra, statement=body,
        statement_leaf=_leaf(log, "statement", hashes), exhibits=tuple(_leaf(log, role, hashes) for role in shown),
        checkpoint=note, log_key=plan.key.vkey,
        keys=(_leaf(log, "key", hashes),) if plan.rotated and log.has("key") else (),
        fields=(log.fields.show(log.at("fields"), plan.fields),) if log.fields and "fields" in shown else (),
        consistency={size: consistency_proof(hashes, size) for size in plan.consistency},
        stamps=tuple(stamped(name, checkpoint_text(note)) for name in plan.stamps),
        platform=platform_proofs(plan.platform, STAMPED) if "record" in shown else (),
        mldsa_key=MLDSA_KEY.vkey if plan.mldsa and MLDSA_KEY else None,
        policy=policy() if plan.own_policy else None,
        sshsig=make_sshsig(checkpoint_text(note), plan.key) if plan.ssh else None,
    )  # fmt: skip
    return Built(bag(plan.change(parts)), log, len(hashes))


def _saying(log: Log, plan: Plan, made: str) -> Saying:
    shown = [role for role in plan.show if log.has(role) and role not in ("beacon", "opened")]
    exhibits = tuple(_exhibit(log, role, number) for number, role in enumerate(shown, 1))
    custody = (
        [Act(act="opened", at=made, by="A.", leaf=log.at("opened"))]
        if "opened" in plan.show and log.has("opened")
        else []
    )
    claims: tuple[PlatformClaim, ...] = ()
    if plan.platform and "record" in shown:
        number = shown.index("record") + 1
        collection, _, rkey = LIKED.partition("/")
        did = did_of(plan.platform, STAMPED)
        here = PlatformClaim(collection=collection, did=did, exhibit=number, kind="inclusion", n=1, rkey=rkey)
        gone = PlatformClaim(collection=collection, did=did, exhibit=None, kind="exclusion", n=2, rkey="zzz")
        claims = (here, gone)
    return Saying(
        origin=ORIGIN, title=plan.title, tool="countersign tests", made=made, exhibits=exhibits, custody=tuple(custody),
        platform=claims,
    )  # fmt: skip


def _exhibit(log: Log, role: str, number: int) -> Exhibit:
    made = log.roles[role]
    shown = role if role in ("withheld", "erased", "fields") else "whole"
    return Exhibit(
        at=made.entry.seen, by="A. <script>‮", grade=made.entry.grade or "C", how="read from the network",
        leaf=log.at(role), media="application/json", number=number, shown=shown,  # type: ignore[arg-type]
        what=f"the {role} one: \x1b[31mred\x07", where="https://social.example/ana",
    )  # fmt: skip


def _leaf(log: Log, role: str, hashes: list[bytes]) -> Leaf:
    made, index = log.roles[role], log.at(role)
    hidden = role in ("withheld", "erased")
    return Leaf(
        index=index, entry=made.data, hashes=inclusion_proof(hashes, index), salt=made.salt,
        body=None if hidden else made.body,
    )  # fmt: skip


@cache
def stamped(name: str, text: bytes) -> Stamped:
    """Return the stamp of one of the two authorities, `alpha` (RSA) and `beta` (ECDSA, with an intermediate)."""
    made = authority(name)
    token = made.token(text, at=STAMPED)
    return Stamped(name=name, token=token, root=made.root_der, authority=made.certificate_der)


def authority(name: str) -> evidence_parts.Authority:
    return evidence_parts.authority(name, "rsa" if name == "alpha" else "ecdsa", between=name == "beta")


def policy(
    *, requires: tuple[str, ...] = ("tsa:2",), logs: tuple[SigningKey, ...] = (OLD_KEY,), quorum: int = 2
) -> bytes:
    """Return the policy that a reader of these bundles holds: the log's first key, 2 of 3 witnesses, 2 authorities."""
    pins = {name: authority(name) for name in ("alpha", "beta")}
    return write_policy(
        Proposed(
            logs=tuple(key.vkey for key in logs),
            witnesses={name: key.vkey for name, key in WITNESSES.items()},
            quorum=quorum,
            authorities={name: (sha256(pin.root_der), sha256(pin.certificate_der)) for name, pin in pins.items()},
            requires=requires,
        )
    )


def signed_note(log: Log, size: int, plan: Plan = USUAL) -> bytes:
    """Return a checkpoint of the log's first leaves, with all signatures."""
    text = Checkpoint(origin=ORIGIN, size=size, root=root_of(log.hashes(size))).text
    lines = [sign_note(text, plan.key)]
    when = int(STAMPED.timestamp())
    lines += [cosign(text, WITNESSES[name], when + place) for place, name in enumerate(plan.witnesses)]
    if plan.mldsa and MLDSA_KEY:
        lines.append(cosign(text, MLDSA_KEY, when))
    return text.encode() + b"\n" + b"".join(lines)


def checkpoint_text(note: bytes) -> bytes:
    return note.partition(b"\n\n")[0] + b"\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def time_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Case(NamedTuple):
    """A bundle, what a verifier brings along, and what it must say: `codes` without warnings, None if it may vary."""

    exits: frozenset[int]
    codes: frozenset[str] | None = None
    files: dict[str, bytes] | None = None
    data: bytes | None = None
    policy: bytes | None = None
    checkpoint: bytes | None = None
    at: str | None = None
    require: str | None = None
    name: str = ""


def remade(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files with manifests made anew, as somebody does who hides a change."""
    kept = {path: data for path, data in files.items() if path not in (MANIFEST, TAG_MANIFEST)}
    kept[MANIFEST] = manifest(kept, [path for path in kept if path.startswith(PAYLOAD)])
    kept[TAG_MANIFEST] = manifest(kept, [path for path in kept if not path.startswith(PAYLOAD)])
    return kept
