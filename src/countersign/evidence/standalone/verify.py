#!/usr/bin/env python3
"""Check an evidence bundle of Countersign with nothing but Python 3.9 or later: no network, no other software.

    python3 verify.py BUNDLE.zip            check a bundle, zipped or unpacked
    python3 verify.py                       check the unpacked bundle that this file lies in
    python3 verify.py BUNDLE --policy FILE  and hold it against the keys that you trust, not those that came with it

    --checkpoint FILE   an older checkpoint of the same log that you kept: was anything rewritten since?
    --at TIME           2026-09-09T01:14:22Z: is there an outside stamp or witness of that time or later?
    --require LIST      tsa:N,witness:N,platform,beacon: what must be there, beside what the policy asks for
    --json              the whole report as one JSON object

Exit code: 0 all holds; 1 something is FALSE; 2 it cannot be read; 3 nothing is false, but something is missing (at
best 3 without --policy: anybody can make a bundle that agrees with itself); 4 a defect of this program, no verdict.

For those who read this before they trust it. This file came with the bundle: take it from a place that you trust, or
read it. It opens the files you name and writes to standard output; that is all it does to the world. Everything is
here, down to the curves: RFC 6962 trees, C2SP signed notes, Ed25519, RFC 3161 time stamps, AT Protocol proofs. The
rules are those of "docs/reference/evidence-format.md" and "atproto-proofs.md" of Countersign; the section numbers
below are theirs. The order of this file:

    1. the checks, in their order      5. signatures: Ed25519, ECDSA, RSA    9. AT Protocol proofs
    2. reading a folder or a zip       6. the log: tree, notes, policy      10. DID documents and did:plc logs
    3. the bag and what is in it       7. DER and certificates              11. what is said
    4. texts, numbers, times, JSON     8. time-stamp tokens                 12. the command line
"""

# This file must run on Python 3.9, whatever the rest of the project runs on.
from __future__ import annotations

import argparse
import base64
import binascii
import bisect
import contextlib
import hashlib
import json
import os
import re
import stat
import struct
import sys
import traceback
import unicodedata
import zlib
from datetime import date
from typing import Any, Callable, Container, Iterable, Iterator, NamedTuple, Optional, Sequence, Union  # noqa: UP035

MAX_FILES = 20_000  # section 3
MAX_BYTES = 1 << 30  # section 3: what a bundle may hold, and so the most that is kept in memory
MAX_ZIP = MAX_BYTES + (64 << 20)  # the same with the headers of 20,000 entries
MAX_FOLDERS = 20_000  # of an unpacked bundle: empty folders do not count as files, but looking into them takes time
MAX_JSON_FILE = 64 << 20  # bundle.json and statement.json: 20,000 exhibits described at length
MAX_NOTE = 1 << 20
MAX_POLICY = 65_536
MAX_ENTRY = 65_535
MAX_DEPTH = 64  # lists and objects within each other: more is nobody's evidence, but somebody's attack
MAX_NUMBER = (1 << 53) - 1
MAX_TIME = 253_402_300_799  # 9999-12-31T23:59:59Z
HOURS_72 = 72 * 3600 * 1000  # milliseconds

CANNOT_READ = {"E_ZIP", "E_READ", "E_BAG", "E_VERSION", "E_SYNTAX", "E_POLICY", "E_USAGE"}
VERDICTS = {0: "VERIFIED", 1: "FAILED", 2: "CANNOT READ", 3: "CANNOT TELL"}


Bytes = Union[bytes, memoryview]  # noqa: UP007
Files = dict[str, Bytes]


class Wrong(Exception):
    """Says why something does not hold or cannot be read; whoever called decides which code that is."""


class Ended(Exception):
    """Ends the work with a code: nothing after this could be relied upon (stages A to C)."""

    def __init__(self, code: str, where: str, says: str) -> None:
        super().__init__(code, where, says)
        self.code, self.where, self.says = code, where, says


class Failure(NamedTuple):
    """One thing that is false, unreadable, missing or worth a warning."""

    code: str
    where: str
    says: str


class Anchor(NamedTuple):
    """An outsider's word on when the checkpoint was seen; only those of the policy in force are counted."""

    kind: str
    name: str
    time: int
    counted: bool


class Options(NamedTuple):
    """What was asked on the command line."""

    policy: str | None = None
    checkpoint: str | None = None
    at: str | None = None
    require: str | None = None


class Report:
    """What was found, in the order in which it was found."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self.warnings: list[Failure] = []
        self.counts: list[tuple[str, int, int, str]] = []
        self.claims: list[dict[str, Any]] = []
        self.anchors: list[Anchor] = []
        self.key: str | None = None
        self.origin: str | None = None
        self.size: int | None = None
        self.checkpoint_text: str | None = None

    def tell(self, code: str, where: str, says: str) -> None:
        """Keep one failure or warning."""
        (self.warnings if code.startswith("W_") else self.failures).append(Failure(code, where, says))

    @contextlib.contextmanager
    def under(self, code: str, where: str) -> Iterator[None]:
        """Turn what is Wrong inside into a failure with this code, and go on after it."""
        try:
            yield
        except Wrong as wrong:
            self.tell(code, where, str(wrong))

    def count(self, what: str, code: str, total: int, note: str = "") -> None:
        """Keep how many of a kind were looked at and how many of them passed."""
        bad = len({failure.where for failure in self.failures if failure.code == code})
        self.counts.append((what, max(0, total - bad), total, note))

    def exit(self) -> int:
        """Return the exit code: unreadable before false, false before incomplete."""
        codes = {failure.code for failure in self.failures}
        if codes & CANNOT_READ:
            return 2
        if any(code.startswith("E_") for code in codes):
            return 1
        return 3 if codes else 0


# ---------------------------------------------------------------------------------------------------------------------
# 1. The checks, in their order (section 4). Stages A to C end at the first failure; from D on all checks are made.
# ---------------------------------------------------------------------------------------------------------------------


def verify(path: str, options: Options) -> Report:
    """Return the report on one bundle: a zip or an unpacked folder."""
    report = Report()
    try:
        files = read_bundle(path, report)
        check_bag(files)
        bundle = parse_bundle(files)
        asked = parse_options(options)
    except Ended as end:
        report.tell(end.code, end.where, end.says)
        return report
    report.counts.append(("files match their manifests", len(files), len(files), ""))
    check_log(bundle, asked, report)
    check_anchors(bundle, asked, report)
    check_contents(bundle, report)
    check_platform(bundle, asked, report)
    check_custody(bundle, report)
    if not asked.policy or not asked.policy.logs:
        report.tell("I_SIGNER", "", "whose key this is was not checked: give a --policy that names the log's key")
    report.claims = claims(bundle, report)
    return report


class Asked(NamedTuple):
    """The options, parsed."""

    policy: Policy | None
    older: Checkpoint | None
    at: int | None
    require: Require


def parse_options(options: Options) -> Asked:
    """Read what the command line names; the last step of stage C."""
    policy = older = at = None
    if options.policy is not None:
        with ends("E_POLICY", options.policy):
            policy = parse_policy(read_small(options.policy, MAX_POLICY))
    if options.checkpoint is not None:
        with ends("E_USAGE", options.checkpoint):
            older = parse_checkpoint(read_small(options.checkpoint, MAX_NOTE))
    if options.at is not None:
        with ends("E_USAGE", "--at"):
            at = parse_time(options.at)
    with ends("E_USAGE", "--require"):
        words = [] if options.require is None else options.require.split(",")
        require = parse_require(words, Require())
    return Asked(policy, older, at, require)


@contextlib.contextmanager
def ends(code: str, where: str) -> Iterator[None]:
    """End the work with this code if something inside is Wrong."""
    try:
        yield
    except Wrong as wrong:
        raise Ended(code, where, str(wrong)) from None


def in_force(bundle: Bundle, asked: Asked) -> Policy:
    """Return the policy that decides: the one given, else the maker's own, else none."""
    return asked.policy or bundle.policy or Policy()


# Stage D: the log.


def check_log(bundle: Bundle, asked: Asked, report: Report) -> None:
    """Check that one log, with one key, signed one tree, and that all leaves are in it."""
    checkpoint = bundle.checkpoint
    report.origin, report.size = checkpoint.origin, checkpoint.size
    report.checkpoint_text = checkpoint.text.decode("ascii")
    report.key = hashlib.sha256(bundle.vkey.key).hexdigest()
    check_origin(bundle, report)
    with report.under("E_LOG_SIGNATURE", "data/log/checkpoint"):
        check_log_line(checkpoint, (bundle.vkey,))
    report.count("checkpoint is signed by the log", "E_LOG_SIGNATURE", 1, "key " + report.key)
    check_keys(bundle, in_force(bundle, asked), report)
    check_witnesses(bundle, asked, report)
    for leaf in sorted(bundle.proofs):
        name = proof_name(leaf)
        with report.under("E_INCLUSION", name):
            check_inclusion(bundle.proofs[leaf], leaf, bundle)
    report.count("leaves are in the log", "E_INCLUSION", len(bundle.proofs), f"checkpoint {checkpoint.size}")
    if asked.older:
        check_older(bundle, asked.older, report)


def check_origin(bundle: Bundle, report: Report) -> None:
    """Check that everything in the bundle speaks of the same log, and of the same size."""
    origin = bundle.checkpoint.origin
    names = {
        "data/bundle.json": bundle.doc["origin"],
        "data/statement.json": bundle.statement["origin"],
        "data/keys/log.vkey": bundle.vkey.name,
    }
    if bundle.mldsa:
        names["data/keys/mldsa.vkey"] = bundle.mldsa.name
    for where, name in names.items():
        if name != origin:
            report.tell("E_ORIGIN", where, f"it names the log {name}, the checkpoint names {origin}")
    if bundle.doc["size"] != bundle.checkpoint.size:
        report.tell("E_ORIGIN", "data/bundle.json", "its size is not the checkpoint's")


def check_log_line(checkpoint: Checkpoint, keys: Sequence[Vkey]) -> None:
    """Check that the first signature line is by one of the log's keys, and holds."""
    line = checkpoint.lines[0]
    named = [key for key in keys if (key.name, key.key_id) == (line.name, line.key_id)]
    if not named:
        raise Wrong("the first signature is not by the log's key")
    if not any(ed25519_holds(key.key, checkpoint.text, line.signature) for key in named):
        raise Wrong("the log's signature does not hold")


def check_keys(bundle: Bundle, policy: Policy, report: Report) -> None:
    """Check that the log's keys follow each other, each named by the one before it, to the present one."""
    before: Vkey | None = None
    for leaf in bundle.doc["keys"]:
        with report.under("E_KEY", f"leaf {leaf}"):
            entry = bundle.entries[leaf]
            if entry["type"] != "key":
                raise Wrong("it is no key entry")
            old, new = parse_vkey(entry["old"]), parse_vkey(entry["new"])
            last, before = before, new
            if last and last != old:
                raise Wrong("its old key is not the new key of the entry before it")
            check_handover(entry, old, new, bundle.doc["origin"])
    if before and before != bundle.vkey:
        report.tell("E_KEY", "data/keys/log.vkey", "it is not the last key that the key entries name")
    if policy.logs and not set(policy.logs) & set(chain_of(bundle)):
        report.tell("E_KEY", "data/keys/log.vkey", "neither it nor a key before it is listed in the policy")


def check_handover(entry: dict[str, Any], old: Vkey, new: Vkey, origin: str) -> None:
    """Check the old key's signature over the new one."""
    if old.name != origin or new.name != origin:
        raise Wrong("a key has another name than the log")
    message = "countersign-key/v1\n{}\n{}\n".format(origin, entry["new"])
    if not ed25519_holds(old.key, message.encode(), unbase64(entry["sig"])):
        raise Wrong("the old key's signature over the new key does not hold")


def chain_of(bundle: Bundle) -> list[Vkey]:
    """Return the log's present key and the old ones that its key entries name."""
    entries = [bundle.entries[leaf] for leaf in bundle.doc["keys"]]
    return [bundle.vkey] + [parse_vkey(entry["old"]) for entry in entries if entry["type"] == "key"]


def check_witnesses(bundle: Bundle, asked: Asked, report: Report) -> None:
    """Check every signature line but the first; count the witnesses that the policy in force lists."""
    policy = in_force(bundle, asked)
    known = dict((bundle.policy or Policy()).by_line())
    known.update(policy.by_line())
    lines, held, unheld = bundle.checkpoint.lines, set(), False
    for number, line in enumerate(lines):
        name = (line.name, line.key_id)
        if name in [(other.name, other.key_id) for other in lines[:number]]:
            report.tell("E_UNKNOWN_SIG", "data/log/checkpoint", "a signer stands twice: " + line.name)
        if number == 0:
            continue
        if name in known:
            with report.under("E_COSIGNATURE", "data/log/checkpoint: " + line.name):
                time = check_cosignature(bundle.checkpoint, line, known[name])
                counted = known[name] in policy.witnesses.values()
                report.anchors.append(Anchor("witness", line.name, time, counted))
                held |= {known[name]} if counted else set()
        elif bundle.mldsa and name == (bundle.mldsa.name, bundle.mldsa.key_id):
            unheld = True
        else:
            report.tell("E_UNKNOWN_SIG", "data/log/checkpoint", "nobody knows this signer: " + line.name)
    if unheld:
        report.tell(
            "W_MLDSA", "data/log/checkpoint", "the ML-DSA-44 signature was not checked: Python has no such thing"
        )
    report.count("witnesses' signatures hold", "E_COSIGNATURE", sum(a.kind == "witness" for a in report.anchors))
    check_quorum(policy, held, wanted(policy, asked), report)


def wanted(policy: Policy, asked: Asked) -> Require:
    """Return what the policy in force and the command line ask for together."""
    return policy.require.and_also(asked.require)


def check_quorum(policy: Policy, held: set[Vkey], require: Require, report: Report) -> None:
    """Check that enough witnesses, and the right ones, saw this checkpoint."""
    if not policy.quorum_met(held):
        report.tell("I_QUORUM", "data/log/checkpoint", "the quorum of witnesses that the policy asks for is not met")
    if len(held) < require.witness:
        says = f"{len(held)} listed witnesses saw the checkpoint, {require.witness} are required"
        report.tell("I_WITNESS", "data/log/checkpoint", says)


def check_inclusion(proof: Proof, leaf: int, bundle: Bundle) -> None:
    """Check that the entry is in the tree whose root the checkpoint has."""
    if proof.leaf != leaf:
        raise Wrong("the proof is of another leaf than its name says")
    if proof.note != bundle.checkpoint.note:
        raise Wrong("the proof leads to another checkpoint than data/log/checkpoint")
    leaf_hash = hashlib.sha256(b"\x00" + proof.entry).digest()
    if not included(leaf_hash, leaf, bundle.checkpoint.size, proof.hashes, bundle.checkpoint.root):
        raise Wrong("the entry is not in the tree that the log signed")


def check_older(bundle: Bundle, older: Checkpoint, report: Report) -> None:
    """Check that the log only grew since a checkpoint that the verifier kept."""
    now = bundle.checkpoint
    with report.under("E_CHECKPOINT", "--checkpoint"):
        if older.origin != now.origin:
            raise Wrong("it is of another log: " + older.origin)
        check_log_line(older, chain_of(bundle))
        if older.size > now.size:
            report.tell("I_OLDER", "--checkpoint", "it is newer than the bundle's, so nothing can be said")
        elif older.size == now.size and older.root != now.root:
            report.tell("E_SPLIT", "--checkpoint", "two trees of the same size: the log shows different histories")
        elif older.size == 0 and older.root != hashlib.sha256(b"").digest():
            report.tell("E_SPLIT", "--checkpoint", "it is of size 0, but not the empty tree")
        elif 0 < older.size < now.size:
            check_grown(bundle, older, report)


def check_grown(bundle: Bundle, older: Checkpoint, report: Report) -> None:
    """Check the consistency proof from an older checkpoint, if the bundle has one."""
    name = f"data/log/consistency/{older.size}"
    hashes = bundle.consistency.get(name)
    if hashes is None:
        report.tell("I_CONSISTENCY", name, "the bundle has no proof that the log only grew since your checkpoint")
    elif not consistent(older.size, bundle.checkpoint.size, hashes, older.root, bundle.checkpoint.root):
        report.tell("E_SPLIT", name, "the log was rewritten since your checkpoint")
    report.count("log only grew since your checkpoint", "E_SPLIT", int(hashes is not None))


# Stage E: the anchors.


def check_anchors(bundle: Bundle, asked: Asked, report: Report) -> None:
    """Check time stamps, how fresh the newest anchor is, the beacon, and the signature for shells."""
    policy, stamped = in_force(bundle, asked), set()
    require = wanted(policy, asked)
    names = sorted(name for name in bundle.files if name.endswith(".tsr"))
    for name in names:
        with report.under("E_STAMP", name):
            stamped |= check_stamp(bundle, name[: -len(".tsr")], policy, report)
    report.count("time stamps hold", "E_STAMP", len(names))
    if len(stamped) < require.tsa:
        says = f"{len(stamped)} listed authorities stamped the checkpoint, {require.tsa} are required"
        report.tell("I_STAMP", "data/anchors", says)
    if asked.at is not None and not any(a.time >= asked.at for a in report.anchors if a.counted):
        report.tell("I_STALE", "--at", "no witness or time stamp that counts is of that time or later")
    if require.beacon and min(beacons(bundle), default=first_exhibit(bundle)) >= first_exhibit(bundle):
        report.tell("I_BEACON", "data/log", "no entry of a public beacon stands before the first exhibit")
    with report.under("W_SSHSIG", "data/anchors/checkpoint.sshsig"):
        check_sshsig(bundle)


def check_stamp(bundle: Bundle, stem: str, policy: Policy, report: Report) -> set[str]:
    """Check one token; return the name of the authority if the policy in force pins both its certificates."""
    parts = [bundle.files.get(stem + end) for end in (".tsr", ".root.der", ".tsa.der")]
    token, root, signer = parts
    if token is None or root is None or signer is None:
        raise Wrong("a certificate of the authority is missing")
    time = stamp_time(bytes(token), bytes(root), bytes(signer), bundle.checkpoint.text)
    pin = (hashlib.sha256(root).hexdigest(), hashlib.sha256(signer).hexdigest())
    name = policy.tsas.get(pin)
    report.anchors.append(Anchor("tsa", name or stem.rpartition("/")[2], time, name is not None))
    if name is None:
        report.tell("W_UNPINNED", stem + ".tsr", "the policy does not list this authority, so its stamp is not counted")
        return set()
    return {name}


def first_exhibit(bundle: Bundle) -> int:
    """Return the lowest leaf that the statement shows, or the tree's size if it shows none."""
    return min((exhibit["leaf"] for exhibit in bundle.statement["exhibits"]), default=bundle.checkpoint.size)


def beacons(bundle: Bundle) -> list[int]:
    """Return the leaves with the value of a public beacon, ascending."""
    return [leaf for leaf in sorted(bundle.entries) if bundle.entries[leaf]["type"] == "beacon"]


def check_sshsig(bundle: Bundle) -> None:
    """Check the same signature in the form that ssh-keygen reads (section 3); it never decides."""
    signature = bundle.files.get("data/anchors/checkpoint.sshsig")
    signers = bundle.files.get("data/anchors/allowed_signers")
    if signature is None or signers is None:
        return
    key = ssh_strings(b"ssh-ed25519", bundle.vkey.key)
    line = b'%s namespaces="countersign-checkpoint" ssh-ed25519 %s\n'
    if bytes(signers) != line % (bundle.checkpoint.origin.encode(), base64.b64encode(key)):
        raise Wrong("allowed_signers does not name the log's key")
    if not sshsig_holds(bytes(signature), bundle.vkey.key, bundle.checkpoint.text):
        raise Wrong("the SSH signature does not hold")


# Stage E: the contents.


def check_contents(bundle: Bundle, report: Report) -> None:
    """Check bodies, the statement, and that both say the same."""
    bodies = [exhibit for exhibit in bundle.doc["exhibits"] if exhibit["salt"] is not None]
    for exhibit in bodies:
        name = body_name(exhibit["leaf"])
        with report.under("E_COMMIT", name):
            check_commitment(bundle.entries[exhibit["leaf"]], exhibit["salt"], bundle.files[name])
    report.count("contents match their hashes", "E_COMMIT", len(bodies))
    with report.under("E_STATEMENT", "data/statement.json"):
        check_statement(bundle)
    check_tag_files(bundle, report)
    check_exhibits(bundle, report)
    for fields in bundle.doc["fields"]:
        with report.under("E_FIELD", f"leaf {fields['leaf']}"):
            total = check_fields(bundle, fields["leaf"], fields["shown"])
            row = (f"fields of leaf {fields['leaf']} are shown", len(fields["shown"]), total, "the others stay unknown")
            report.counts.append(row)


def check_commitment(entry: dict[str, Any], salt: str, body: Bytes) -> None:
    """Check that a body and its salt are the ones that the log committed to."""
    if "commit" not in entry:
        raise Wrong("its entry commits to no body")
    digest = hashlib.sha256(bytes.fromhex(salt))
    digest.update(body)
    if digest.hexdigest() != entry["commit"]:
        raise Wrong("it is not what was sealed: its hash differs from the one in the log")
    if entry["len"] != -(-len(body) // 256) * 256:
        raise Wrong("it has another length than the log says")


def check_statement(bundle: Bundle) -> None:
    """Check that the log holds every word of the statement, and that its key signed it."""
    entry = bundle.entries[bundle.doc["statement"]["leaf"]]
    if entry["type"] != "custody":
        raise Wrong("the leaf that should hold it is no custody entry")
    check_commitment(entry, bundle.doc["statement"]["salt"], bundle.files["data/statement.json"])
    kind, payload = bundle.envelope["payloadType"].encode(), unbase64(bundle.envelope["payload"])
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    signed = bundle.envelope["signatures"][0]
    keys = [key for key in chain_of(bundle) if key.key_id.hex() == signed["keyid"]]
    if not any(ed25519_holds(key.key, message, unbase64(signed["sig"])) for key in keys):
        raise Wrong("no key of the log signed it")


def check_tag_files(bundle: Bundle, report: Report) -> None:
    """Check that README and verifiers are the ones that the statement names."""
    named = bundle.statement["files"]
    for name in TAG_FILES:
        digest = hashlib.sha256(bundle.files[name]).hexdigest() if name in bundle.files else None
        if named.get(name) != digest:
            report.tell("E_FILES", name, "it is not the file that the statement names")


def check_exhibits(bundle: Bundle, report: Report) -> None:
    """Check that the statement and bundle.json list the same exhibits, shown in the way that is said."""
    said = bundle.statement["exhibits"]
    leaves = {exhibit["leaf"] for exhibit in said}
    custody = {step["leaf"] for step in bundle.statement["custody"]}
    if [exhibit["number"] for exhibit in said] != list(range(1, len(said) + 1)):
        report.tell("E_EXHIBIT", "data/statement.json", "the exhibits are not numbered 1, 2, 3 ...")
    if len(leaves) != len(said):
        report.tell("E_EXHIBIT", "data/statement.json", "a leaf is shown twice")
    for exhibit in bundle.doc["exhibits"]:
        leaf = exhibit["leaf"]
        if leaf not in leaves and leaf not in custody and bundle.entries[leaf]["type"] not in ("erasure", "beacon"):
            report.tell("E_EXHIBIT", f"leaf {leaf}", "the statement does not mention it")
    if {e["leaf"] for e in said if e["shown"] == "fields"} != {f["leaf"] for f in bundle.doc["fields"]}:
        report.tell("E_EXHIBIT", "data/statement.json", "other leaves are shown by fields than it says")
    salts = {exhibit["leaf"]: exhibit["salt"] for exhibit in bundle.doc["exhibits"]}
    erased = {bundle.entries[e["leaf"]].get("leaf") for e in bundle.doc["exhibits"] if is_erasure(bundle, e["leaf"])}
    for exhibit in said:
        with report.under("E_EXHIBIT", f"exhibit {exhibit['number']}"):
            check_exhibit(bundle, exhibit, salts, erased, report)
    report.count("exhibits are as the statement says", "E_EXHIBIT", len(said))


def is_erasure(bundle: Bundle, leaf: int) -> bool:
    """Return whether a leaf says that another one was erased."""
    return bool(bundle.entries[leaf]["type"] == "erasure")


def check_exhibit(
    bundle: Bundle, said: dict[str, Any], salts: dict[int, str | None], erased: set[Any], report: Report
) -> None:
    """Check one exhibit of the statement against its entry and its body."""
    leaf, shown = said["leaf"], said["shown"]
    if shown == "erased":
        if leaf not in erased:
            raise Wrong("it is said to be erased, but no erasure entry names it")
        where = f"exhibit {said['number']}"
        report.tell("I_ERASED", where, "its content was erased; the log shows that it was there")
    if leaf not in salts:
        raise Wrong(f"bundle.json has no leaf {leaf}")
    if (shown in ("whole", "fields")) != (salts[leaf] is not None):
        raise Wrong(f"it is said to be shown {shown}, but its body says otherwise")
    grade = bundle.entries[leaf].get("grade")
    if said["grade"] != grade if grade else said["grade"] not in "CD":
        raise Wrong("it has another grade than its entry")


def check_fields(bundle: Bundle, leaf: int, shown: list[list[str]]) -> int:
    """Check that each field shown is one that was sealed (section 3.4); return how many were sealed."""
    body = parse_jcs(bytes(bundle.files[body_name(leaf)]))
    fits(body, {"digests": [is_hex(64)], "kind": is_one_of("fields"), "of": is_number, "v": is_one})
    if bundle.entries[leaf]["type"] != "analysis" or body["of"] >= leaf or not ascending(body["digests"]):
        raise Wrong("it is not a list of fields")
    if len({name for _, name, _ in shown}) != len(shown):
        raise Wrong("a field is shown twice")
    digests = set(body["digests"])
    for field in shown:
        if hashlib.sha256(jcs(field)).hexdigest() not in digests:
            raise Wrong("a field is not among those sealed: " + field[1])
    return len(digests)


# Stage F: the platform's own signatures, and the custody.


def check_platform(bundle: Bundle, asked: Asked, report: Report) -> None:
    """Check what the platform itself signed, and whether each exhibit of grade A has such a proof."""
    newest = max((anchor.time for anchor in report.anchors if anchor.counted), default=None)
    proved = set()
    for claim in bundle.statement["platform"]:
        name = platform_name(claim["n"]) + ".car"
        with report.under("E_PLATFORM", name):
            check_platform_proof(bundle, claim, newest, report)
            if claim["kind"] == "inclusion":
                proved.add(claim["exhibit"])
    report.count("platform's own proofs hold", "E_PLATFORM", len(bundle.statement["platform"]))
    if not wanted(in_force(bundle, asked), asked).platform:
        return
    for exhibit in bundle.statement["exhibits"]:
        if exhibit["grade"] == "A" and exhibit["number"] not in proved:
            where = f"exhibit {exhibit['number']}"
            report.tell(
                "I_PLATFORM", where, "it is said to be signed by the platform, but no proof that holds names it"
            )


def check_platform_proof(bundle: Bundle, claim: dict[str, Any], newest: int | None, report: Report) -> None:
    """Check one proof (section 3.3); a proof that holds but for its key is told as incomplete."""
    stem = platform_name(claim["n"])
    if stem + ".car" not in bundle.files:
        raise Wrong("the proof is missing")
    known = {exhibit["number"]: exhibit for exhibit in bundle.statement["exhibits"]}
    exhibit = known.get(claim["exhibit"])
    if claim["exhibit"] is not None and exhibit is None:
        raise Wrong("it names an exhibit that is not there")
    proof = prove_record(bytes(bundle.files[stem + ".car"]), claim)
    body = bundle.files.get(body_name(exhibit["leaf"])) if exhibit else None
    if exhibit and exhibit["shown"] == "whole" and proof.record is not None and proof.record != body:
        raise Wrong("the record is not the exhibit that it is said to be")
    missing = check_platform_key(bundle, stem, claim["did"], proof, newest)
    if missing:
        report.tell("I_PLATFORM", stem, missing)


def check_platform_key(bundle: Bundle, stem: str, did: str, proof: RepoProof, newest: int | None) -> str:
    """Check the signature by the key published for the account; return what is missing, or ""."""
    document, history = bundle.files.get(stem + ".did.json"), bundle.files.get(stem + ".plc.json")
    if document is not None:
        if not proof.signed_by(key_of_document(bytes(document), did)):
            raise Wrong("the account's key did not sign it")
        return ""
    if history is None:
        return "the key of the account is missing, so the signature was not checked"
    published = keys_of_history(bytes(history), did)
    if not published:
        return "the history of the account names no key, so the signature was not checked"
    since = next((time for time, key in published if proof.signed_by(key)), None)
    if since is None:
        raise Wrong("no key of the account's history signed it")
    if newest is None or since + HOURS_72 > newest * 1000:
        return "the account's key was published less than 72 hours before the newest anchor: it can still be taken back"
    return ""


CUSTODY_TYPES = ("custody", "capture", "analysis", "alert", "intent", "result")


def check_custody(bundle: Bundle, report: Report) -> None:
    """Check that every step in the chain of custody stands in the log."""
    for step in bundle.statement["custody"]:
        entry = bundle.entries.get(step["leaf"])
        if entry is None or entry["type"] not in CUSTODY_TYPES:
            where = f"leaf {step['leaf']}"
            report.tell("E_CUSTODY", where, "a step of custody names it, but it is no such entry")
    report.count("steps of custody are in the log", "E_CUSTODY", len({s["leaf"] for s in bundle.statement["custody"]}))


def claims(bundle: Bundle, report: Report) -> list[dict[str, Any]]:
    """Return one line an exhibit: what is claimed, between which times, and how well it is proved."""
    latest = min((anchor.time for anchor in report.anchors if anchor.counted), default=None)
    lines, places = [], beacons(bundle)
    for exhibit in bundle.statement["exhibits"]:
        before = bisect.bisect_left(places, exhibit["leaf"])
        beacon = bundle.entries[places[before - 1]] if before else None
        earliest = "if round {round} of {source} is {value}: look it up".format(**beacon) if beacon else None
        line = {key: exhibit[key] for key in ("number", "what", "grade", "shown")}
        line.update(no_earlier=earliest, no_later=None if latest is None else show_time(latest))
        lines.append(line)
    return lines


# ---------------------------------------------------------------------------------------------------------------------
# 2. Reading a folder or a zip (section 3). Everything is read once, and what was read is what is checked.
# ---------------------------------------------------------------------------------------------------------------------

LINK_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bundle(path: str, report: Report) -> Files:
    """Return the files of a bundle by their path in it."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            return read_folder(path)
        if not stat.S_ISREG(status.st_mode):
            raise Ended("E_READ", path, "it is neither a file nor a folder")
        with open(path, "rb") as file:
            data = file.read(MAX_ZIP + 1)
    except (OSError, ValueError) as error:
        raise Ended("E_READ", path, f"it cannot be opened: {error}") from None
    with ends("E_ZIP", path):
        if len(data) > MAX_ZIP:
            raise Wrong("it is larger than a bundle may be")
        return read_zip(data, report)


def read_small(path: str, most: int) -> bytes:
    """Return a file that the command line names."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Wrong(f"it cannot be opened: {error}") from None
    if len(data) > most:
        raise Wrong("it is larger than such a file may be")
    return data


def read_folder(path: str) -> Files:
    """Return the files under a folder; a link or a special file ends the work."""
    files: dict[str, Bytes] = {}
    folders, seen, total = [""], 1, 0
    while folders:
        folder = folders.pop()
        with os.scandir(os.path.join(path, *folder.split("/"))) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                name = folder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name + "/")
                    seen += 1
                elif entry.is_file(follow_symlinks=False):
                    files[name] = read_plain(entry.path, MAX_BYTES - total)
                    total += len(files[name])
                else:
                    refuse_no_bag({one for one in ALWAYS if is_plain(os.path.join(path, *one.split("/")))})
                    raise Ended("E_EXTRA", name, "it is a link or a special file")
                if len(files) > MAX_FILES or seen > MAX_FOLDERS or total > MAX_BYTES:
                    raise Ended("E_READ", path, "it is larger than a bundle may be")
    return files


def is_plain(path: str) -> bool:
    """Say whether a file is there that is no link and nothing special."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def read_plain(path: str, most: int) -> bytes:
    """Return a regular file's bytes (at most one more than `most`), never through a link."""
    handle = os.open(path, os.O_RDONLY | LINK_SAFE)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Ended("E_EXTRA", path, "it is a link or a special file")
        return file.read(most + 1)


class Packed(NamedTuple):
    """One entry of a zip's central directory."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


END = struct.Struct("<4s4H2LH")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
COMMENT = b"countersign-bundle/1"
FLAGS = 0b1000_0000_1110  # two of how hard it was packed, a descriptor behind it, a name in UTF-8
STORED, DEFLATED = 0, 8
BAD_EXTRA = (0x0001, 0x7075)  # zip64, and another name than the one seen
FOLDER = re.compile(r"[A-Za-z0-9._-]{1,64}")


def read_zip(data: bytes, report: Report) -> Files:
    """Return the files of a zip: one of ours, byte for byte, or one packed again by another program."""
    again = len(data) >= 22 and data[-22:-18] == b"PK\5\6" and data[-2:] == b"\0\0"
    ours = len(data) >= 42 and data[-42:-38] == b"PK\5\6" and data[-22:-1] == b"\x14\0" + COMMENT[:-1]
    if ours and data[-1:].isdigit() and data[-1:] != COMMENT[-1:]:
        raise Ended("E_VERSION", "", "it was made by a newer Countersign")
    if not again and not (ours and data.endswith(COMMENT)):
        raise Wrong("it is no bundle, or something was added at its end")
    entries, start = zip_directory(data, len(data) - (22 if again else 42))
    folder, files = one_folder(zip_contents(data, entries, start))
    if again:
        report.tell("W_REPACKED", "", "the zip was packed again by another program")
    elif not is_canonical(data, folder, files):
        raise Wrong("it is not byte for byte the zip that its files make")
    return files


def zip_directory(data: bytes, end: int) -> tuple[list[Packed], int]:
    """Return the entries of the central directory, which ends where the end record begins, and where it begins."""
    _, disk, first, here, total, size, start, _ = END.unpack_from(data, end)
    if disk or first or here != total or start + size != end:
        raise Wrong("its end record does not fit")
    entries, at = [], start
    for _ in range(total):
        if at + CENTRAL.size > end:
            raise Wrong("its directory is cut off")
        entry, at = zip_entry(data, at, end)
        entries.append(entry)
    if at != end or len({entry.name for entry in entries}) != total:
        raise Wrong("its directory has something between, or a name twice")
    return entries, start


def zip_entry(data: bytes, at: int, end: int) -> tuple[Packed, int]:
    """Return one entry of the central directory and where the next one begins."""
    (mark, made, _, flags, method, _, _, crc, packed, size, names, extras, notes, disk, _, mode, offset) = (
        CENTRAL.unpack_from(data, at)
    )
    at += CENTRAL.size
    name, extra = data[at : at + names], data[at + names : at + names + extras]
    if mark != b"PK\1\2" or disk or flags & ~FLAGS or method not in (STORED, DEFLATED):
        raise Wrong("an entry is of a kind that a bundle has not")
    if at + names + extras + notes > end or not names or not all(0x21 <= byte <= 0x7E for byte in name):
        raise Wrong("an entry has a name that a bundle has not")
    if made >> 8 == 3 and (mode >> 28) not in (0, 8, 4):  # the kind of a Unix file: unknown, regular, folder
        raise Wrong("an entry is a link or a special file")
    check_extra(extra)
    return Packed(name, flags, method, crc, packed, size, offset), at + names + extras + notes


def check_extra(extra: bytes) -> None:
    """Pass over an entry's extra fields, but for those that change what was read."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        at += 4 + size
        if kind in BAD_EXTRA:
            raise Wrong("an entry has an extra field that a bundle has not")
    if at != len(extra):
        raise Wrong("an entry's extra fields are cut off")


def zip_contents(data: bytes, entries: list[Packed], start: int) -> dict[str, Bytes]:
    """Return every entry's bytes; they must follow each other with nothing before, between or after."""
    contents: dict[str, Bytes] = {}
    at, left = 0, MAX_BYTES
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset != at or entry.size > left:
            raise Wrong("its entries do not follow each other, or are too large")
        left -= entry.size
        body, at = zip_body(data, entry)
        if entry.name.endswith(b"/") and body:
            raise Wrong("a folder has bytes of its own")
        contents[entry.name.decode("ascii")] = body
    if at != start:
        raise Wrong("there is something between its files and its directory")
    return contents


def zip_body(data: bytes, entry: Packed) -> tuple[Bytes, int]:
    """Return one entry's bytes, unpacked, and where it ends."""
    at = entry.offset
    if at + LOCAL.size > len(data):
        raise Wrong("an entry is cut off")
    mark, _, flags, method, _, _, crc, packed, size, names, extras = LOCAL.unpack_from(data, at)
    at += LOCAL.size
    if (mark, flags, method, data[at : at + names]) != (b"PK\3\4", entry.flags, entry.method, entry.name):
        raise Wrong("an entry differs from what the directory says")
    check_extra(data[at + names : at + names + extras])
    at += names + extras
    later = bool(flags & 8)
    for here, there in ((crc, entry.crc), (packed, entry.packed), (size, entry.size)):
        if here != there and not (later and here == 0):
            raise Wrong("an entry's size or checksum differs from what the directory says")
    if at + entry.packed > len(data):
        raise Wrong("an entry is cut off")
    body = unpacked(data, at, entry)
    at += entry.packed
    return body, at + descriptor_size(data, at, entry) if later else at


def descriptor_size(data: bytes, at: int, entry: Packed) -> int:
    """Return how long the descriptor behind an entry is, which repeats its checksum and sizes."""
    plain = struct.pack("<3L", entry.crc, entry.packed, entry.size)
    for form in (b"PK\7\10" + plain, plain):
        if data[at : at + len(form)] == form:
            return len(form)
    raise Wrong("an entry's descriptor differs from what the directory says")


def unpacked(data: bytes, at: int, entry: Packed) -> Bytes:
    """Return an entry's bytes; never more than it says, and only if its checksum is right."""
    body: Bytes = memoryview(data)[at : at + entry.packed]
    if entry.method == STORED:
        exact = entry.packed == entry.size
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = inflater.decompress(body, entry.size + 1)
        except zlib.error:
            raise Wrong("an entry cannot be unpacked") from None
        exact = inflater.eof and not inflater.unused_data and not inflater.unconsumed_tail and len(body) == entry.size
    if not exact or zlib.crc32(body) != entry.crc:
        raise Wrong("an entry's size or checksum is wrong")
    return body


def one_folder(contents: dict[str, Bytes]) -> tuple[str, Files]:
    """Return the one folder that all files lie in, and the files by their path in it."""
    folders, files = set(), {}
    for name, body in contents.items():
        if name.endswith("/") or name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store":
            continue
        folder, _, path = name.partition("/")
        folders.add(folder)
        files[path] = body
    folder = min(folders, default="")
    if len(folders) != 1 or "" in files or not FOLDER.fullmatch(folder) or folder in (".", ".."):
        raise Wrong("its files do not lie in one folder")
    if len(files) > MAX_FILES:
        raise Wrong("it has more files than a bundle may have")
    return folder, files


def is_canonical(data: bytes, folder: str, files: Files) -> bool:
    """Return whether a zip is, byte for byte, the one that its files make."""
    at, rest = 0, memoryview(data)
    for piece in canonical_zip(folder, files):
        if rest[at : at + len(piece)] != piece:
            return False
        at += len(piece)
    return at == len(data)


def canonical_zip(folder: str, files: Files) -> Iterator[Bytes]:
    """Yield the bytes of the one zip that a folder and its files make (section 3)."""
    directory, at = [], 0
    for path in sorted(files):
        name, body = (folder + "/" + path).encode(), files[path]
        crc, size = zlib.crc32(body), len(body)
        yield LOCAL.pack(b"PK\3\4", 20, 0x0800, 0, 0, 0x0021, crc, size, size, len(name), 0) + name
        yield body
        entry = (b"PK\1\2", 0x0314, 20, 0x0800, 0, 0, 0x0021, crc, size, size, len(name), 0, 0, 0, 0, 0x81A40000, at)
        directory.append(CENTRAL.pack(*entry) + name)
        at += LOCAL.size + len(name) + size
    central = b"".join(directory)
    yield central
    yield END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(central), at, len(COMMENT)) + COMMENT


# ---------------------------------------------------------------------------------------------------------------------
# 3. The bag and what is in it (stages A to C).
# ---------------------------------------------------------------------------------------------------------------------

ALWAYS = ("bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/bundle.json")
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_FILES = ("README.txt", "bag-info.txt", "verify.html", "verify.py", "verify.sh")
NUMBER = "(?:0|[1-9][0-9]*)"
EXPECTED = re.compile(
    r"bagit\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt|README\.txt|bag-info\.txt|verify\.(?:html|py|sh)"
    r"|data/bundle\.json|data/statement\.json|data/log/checkpoint|data/keys/(?:log\.vkey|policy|mldsa\.vkey)"
    rf"|data/log/consistency/{NUMBER}|data/log/{NUMBER}\.tlog-proof|data/exhibits/{NUMBER}\.bin"
    r"|data/anchors/[a-z0-9-]{1,32}\.(?:tsr|root\.der|tsa\.der)|data/anchors/(?:checkpoint\.sshsig|allowed_signers)"
    rf"|data/platform/{NUMBER}\.(?:car|did\.json|plc\.json)"
)
STATEMENT_TYPE = "application/vnd.countersign.statement.v1+json"


class Proof(NamedTuple):
    """A C2SP tlog-proof with its entry."""

    entry: bytes
    leaf: int
    hashes: list[bytes]
    note: bytes


class Bundle(NamedTuple):
    """A bundle, parsed, and not yet believed."""

    files: Files
    doc: dict[str, Any]
    envelope: dict[str, Any]
    statement: dict[str, Any]
    checkpoint: Checkpoint
    vkey: Vkey
    mldsa: Vkey | None
    policy: Policy | None
    proofs: dict[int, Proof]
    entries: dict[int, dict[str, Any]]
    consistency: dict[str, list[bytes]]


def proof_name(leaf: int) -> str:
    """Return where the proof of a leaf lies."""
    return f"data/log/{leaf}.tlog-proof"


def body_name(leaf: int) -> str:
    """Return where the body of a leaf lies."""
    return f"data/exhibits/{leaf}.bin"


def platform_name(number: int) -> str:
    """Return where the files of a platform proof lie, without their endings."""
    return f"data/platform/{number}"


def refuse_no_bag(names: Container[str]) -> None:
    """End the work where a file is missing that every bundle has."""
    for name in ALWAYS:
        if name not in names:
            raise Ended("E_BAG", name, "it is missing: this is no bundle, or not all of it")


def check_bag(files: Files) -> None:
    """Check that the bag is whole: every file is named with its hash, and no other is there."""
    refuse_no_bag(files)
    if files["bagit.txt"] != BAGIT:
        raise Ended("E_BAG", "bagit.txt", "this is no bag of version 1.0")
    inner = [name for name in files if name.startswith("data/")]
    outer = [name for name in files if not name.startswith("data/") and name != "tagmanifest-sha256.txt"]
    check_manifest(files, "tagmanifest-sha256.txt", outer)
    check_manifest(files, "manifest-sha256.txt", inner)
    check_version(bytes(files["data/bundle.json"]))
    for name in sorted(files):
        if not EXPECTED.fullmatch(name):
            raise Ended("E_EXTRA", name, "a bundle has no such file")


def check_manifest(files: Files, manifest: str, names: list[str]) -> None:
    """Check that a manifest is the one that the files make."""
    hashes = {os.fsencode(name): hashlib.sha256(files[name]).hexdigest().encode() for name in names}
    made = {name: b"%s  %s\n" % (hashes[name], name) for name in sorted(hashes)}
    if b"".join(made.values()) == files[manifest]:
        return
    listed = {line[66:]: line + b"\n" for line in bytes(files[manifest]).split(b"\n") if line}
    says = []
    for word, found in (
        ("differ", [name for name in made if name in listed and listed[name] != made[name]]),
        ("are missing", [name for name in listed if name not in made]),
        ("are extra", [name for name in made if name not in listed]),
    ):
        if found:
            says.append("{}: {}".format(word, ", ".join(name.decode("utf-8", "replace") for name in found[:20])))
    raise Ended("E_MANIFEST", manifest, "; ".join(says) or "it is not in the form that it must have")


def check_version(data: bytes) -> None:
    """End the work if a newer program made this: what it means by the rest is not known here."""
    form = "countersign-bundle/"
    try:
        found = json.loads(data.decode("utf-8"), parse_int=str, parse_float=str, parse_constant=refuse)
    except (ValueError, RecursionError, Wrong):
        return
    kind = found.get("format") if isinstance(found, dict) else None
    if isinstance(kind, str) and kind.startswith(form) and kind != form + "1":
        raise Ended("E_VERSION", "data/bundle.json", "it was made by a newer Countersign: " + kind)


def parse_bundle(files: Files) -> Bundle:
    """Return the bundle with everything in it parsed (stage C)."""
    with ends("E_SYNTAX", "data/bundle.json"):
        doc = parse_doc(files)
    with ends("E_SYNTAX", "data/statement.json"):
        envelope, statement = parse_statement(needed(files, "data/statement.json"))
    with ends("E_SYNTAX", "data/log/checkpoint"):
        checkpoint = parse_checkpoint(needed(files, "data/log/checkpoint"))
    with ends("E_SYNTAX", "data/keys"):
        vkey = parse_vkey_file(needed(files, "data/keys/log.vkey"), LOG_KEY)
        mldsa = (
            parse_vkey_file(bytes(files["data/keys/mldsa.vkey"]), MLDSA_KEY)
            if "data/keys/mldsa.vkey" in files
            else None
        )
        policy = parse_policy(bytes(files["data/keys/policy"])) if "data/keys/policy" in files else None
    proofs, entries = parse_proofs(files, doc)
    check_used(files, statement)
    return Bundle(
        files, doc, envelope, statement, checkpoint, vkey, mldsa, policy, proofs, entries, parse_growth(files, doc)
    )


def needed(files: Files, name: str) -> bytes:
    """Return a file that every bundle has."""
    if name not in files:
        raise Wrong("it is missing")
    return bytes(files[name])


def parse_doc(files: Files) -> dict[str, Any]:
    """Return data/bundle.json (section 3.1)."""
    doc = parse_jcs(needed(files, "data/bundle.json"))
    exhibit = {"leaf": is_number, "salt": lambda value: value is None or is_hex(64)(value)}
    fields = {"leaf": is_number, "shown": [is_field]}
    fits(
        doc,
        {
            "exhibits": [exhibit],
            "fields": [fields],
            "format": is_one_of("countersign-bundle/1"),
            "keys": [is_number],
            "origin": is_text,
            "size": is_number,
            "statement": {"leaf": is_number, "salt": is_hex(64)},
        },
    )
    check_leaves(doc)
    bodies = {body_name(e["leaf"]) for e in doc["exhibits"] if e["salt"] is not None}
    if bodies != {name for name in files if name.startswith("data/exhibits/")}:
        raise Wrong("salts and bodies do not belong together")
    return dict(doc)


def check_leaves(doc: dict[str, Any]) -> None:
    """Check that each leaf stands where it may."""
    exhibits = [exhibit["leaf"] for exhibit in doc["exhibits"]]
    salted = {exhibit["leaf"] for exhibit in doc["exhibits"] if exhibit["salt"] is not None}
    fields = [field["leaf"] for field in doc["fields"]]
    if not (ascending(exhibits) and ascending(fields) and ascending(doc["keys"])):
        raise Wrong("its leaves do not ascend")
    if set(doc["keys"]) & set(exhibits) or doc["statement"]["leaf"] in exhibits + doc["keys"]:
        raise Wrong("a leaf stands in two places")
    if not set(fields) <= salted:
        raise Wrong("fields are shown of a leaf without a body")


def parse_statement(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the DSSE envelope and the statement in it (section 3.2)."""
    envelope = parse_jcs(data)
    signature = {"keyid": is_hex(8), "sig": is_base64}
    fits(envelope, {"payload": is_base64, "payloadType": is_one_of(STATEMENT_TYPE), "signatures": [signature]})
    if len(envelope["signatures"]) != 1:
        raise Wrong("it has not one signature")
    statement = parse_jcs(unbase64(envelope["payload"]))
    fits(
        statement,
        {
            "custody": [{"act": is_text, "at": is_time, "by": is_text, "leaf": is_number}],
            "exhibits": [EXHIBIT],
            "files": is_files,
            "made": is_time,
            "origin": is_text,
            "platform": [PLATFORM],
            "title": is_text,
            "tool": is_text,
            "v": is_one,
        },
    )
    numbers = [claim["n"] for claim in statement["platform"]]
    if not ascending(numbers) or 0 in numbers:
        raise Wrong("its platform proofs do not ascend from 1")
    return envelope, statement


def parse_proofs(files: Files, doc: dict[str, Any]) -> tuple[dict[int, Proof], dict[int, dict[str, Any]]]:
    """Return the proof and the entry of every leaf named; no other leaf may have one."""
    leaves = {exhibit["leaf"] for exhibit in doc["exhibits"]} | set(doc["keys"]) | {doc["statement"]["leaf"]}
    wanted_files = {proof_name(leaf): leaf for leaf in leaves}
    for name in files:
        if name.endswith(".tlog-proof") and name not in wanted_files:
            raise Ended("E_SYNTAX", name, "bundle.json does not name this leaf")
    proofs, entries = {}, {}
    for name, leaf in sorted(wanted_files.items()):
        with ends("E_SYNTAX", name):
            proofs[leaf] = parse_proof(needed(files, name))
            entries[leaf] = parse_entry(proofs[leaf].entry)
    return proofs, entries


def parse_growth(files: Files, doc: dict[str, Any]) -> dict[str, list[bytes]]:
    """Return the consistency proofs by the name of their file."""
    folder, found = "data/log/consistency/", {}
    for name in files:
        if name.startswith(folder):
            with ends("E_SYNTAX", name):
                size = parse_decimal(name[len(folder) :])
                hashes = parse_hashes(bytes(files[name]))
                if not 1 <= size < doc["size"] or len(hashes) > 64:
                    raise Wrong("it is no proof that can be used with this checkpoint")
                found[name] = hashes
    return found


def check_used(files: Files, statement: dict[str, Any]) -> None:
    """Check that files that belong together come together, and that something uses them."""
    numbers = {platform_name(claim["n"]) for claim in statement["platform"]}
    for name in sorted(files):
        stem, _, kind = name.partition(".")
        if name.startswith("data/platform/"):
            other = {"did.json": ".plc.json", "plc.json": ".did.json"}.get(kind)
            if stem not in numbers or stem + ".car" not in files or (other and stem + other in files):
                raise Ended("E_SYNTAX", name, "the statement has no use for it")
        if kind in ("root.der", "tsa.der") and stem + ".tsr" not in files:
            raise Ended("E_SYNTAX", name, "it belongs to no time stamp")
    pair = ("data/anchors/checkpoint.sshsig", "data/anchors/allowed_signers")
    if (pair[0] in files) != (pair[1] in files):
        raise Ended("E_SYNTAX", "data/anchors", "one of checkpoint.sshsig and allowed_signers is missing")


# ---------------------------------------------------------------------------------------------------------------------
# 4. Texts, numbers, times and JSON: read in one way only.
# ---------------------------------------------------------------------------------------------------------------------

DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
PLAIN = r'[^"\\\x00-\x1f]*'
TOKEN = re.compile(
    r"[ \t\n\r]+"
    r'|"' + PLAIN + r'(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})' + PLAIN + r')*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|true|false|null|[\[\]{},:]"
)


def parse_decimal(text: str) -> int:
    """Return a number without sign and leading zeros, at most 2^53 - 1."""
    if not DECIMAL.fullmatch(text) or int(text) > MAX_NUMBER:
        raise Wrong("a number is not in the form that it must have")
    return int(text)


def unbase64(text: str) -> bytes:
    """Return what base64 holds; only the one canonical text of those bytes is taken."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Wrong("a base64 text is not in the form that it must have") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Wrong("a base64 text is not in the form that it must have")
    return data


def parse_time(text: str) -> int:
    """Return the seconds since 1970 of a time like 2026-09-09T01:14:22Z."""
    match = TIME.fullmatch(text)
    if not match:
        raise Wrong("a time is not in the form 2026-09-09T01:14:22Z: " + text)
    return seconds([int(part) for part in match.groups()])


def seconds(parts: Sequence[int]) -> int:
    """Return the seconds since 1970 of year, month, day, hour, minute, second in UTC."""
    year, month, day, hour, minute, second = parts
    try:
        days = date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        raise Wrong("there is no such date") from None
    if year < 1970 or hour > 23 or minute > 59 or second > 59:
        raise Wrong("there is no such time")
    return days * 86_400 + hour * 3_600 + minute * 60 + second


def show_time(time: int) -> str:
    """Return seconds since 1970 as a time of the same form."""
    day = date.fromordinal(date(1970, 1, 1).toordinal() + time // 86_400)
    return f"{day.isoformat()}T{time // 3_600 % 24:02}:{time // 60 % 60:02}:{time % 60:02}Z"


def refuse(text: str) -> Any:
    """Refuse a kind of number that may not be there."""
    raise Wrong("a number is not in the form that it must have")


def parse_json(data: bytes, whole_number: Callable[[str], Any], fraction: Callable[[str], Any]) -> Any:
    """Return strict JSON (RFC 8259): no key twice, at most 64 levels, no byte order mark."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("it is not UTF-8") from None
    check_tokens(text)
    try:
        return json.loads(text, object_pairs_hook=no_key_twice, parse_int=whole_number, parse_float=fraction)
    except (ValueError, RecursionError):
        raise Wrong("it is not JSON") from None


def check_tokens(text: str) -> None:
    """Check that a text is made of JSON's signs, not too deep within each other."""
    at = depth = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Wrong("it is not JSON")
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(text[at], 0)
        if depth > MAX_DEPTH:
            raise Wrong("it has too many lists within each other")
        at = match.end()


def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, unless a key stands twice in it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a key stands twice")
    return found


def parse_jcs(data: bytes) -> Any:
    """Return JSON that is in the one form of RFC 8785, with whole numbers from 0 to 2^53 - 1 only."""
    if len(data) > MAX_JSON_FILE:
        raise Wrong("it is too large")
    value = parse_json(data, parse_decimal, refuse)
    if jcs(value) != data:
        raise Wrong("it is not canonical JSON")
    return value


def jcs(value: Any) -> bytes:
    """Return the one form of a value (RFC 8785): Python's own writer does the rest once keys are in order."""
    try:
        return json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        raise Wrong("a text has half a character") from None


def in_order(value: Any) -> Any:
    """Return a value with all keys in the order of their UTF-16 code units."""
    if isinstance(value, dict):
        return {
            key: in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        }
    return [in_order(item) for item in value] if isinstance(value, list) else value


# What a value must be like: a test, or a list or object of such.


def fits(value: Any, shape: Any) -> None:
    """Check that a value has exactly this shape: no member more or less."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            raise Wrong("other fields than {}".format(", ".join(sorted(shape))))
        for key, inner in shape.items():
            fits(value[key], inner)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Wrong("a list is missing")
        for item in value:
            fits(item, shape[0])
    elif not shape(value):
        raise Wrong("a value is not of its kind")


Test = Callable[[Any], bool]


def is_number(value: Any) -> bool:
    """Return whether it is a whole number (the reader lets only 0 to 2^53 - 1 pass); True is none."""
    return type(value) is int


def is_one(value: Any) -> bool:
    """Return whether it is the number 1."""
    return is_number(value) and bool(value == 1)


def is_text(value: Any) -> bool:
    """Return whether it is text."""
    return isinstance(value, str)


def is_name(value: Any) -> bool:
    """Return whether it is the name of a source: 1 to 255 characters."""
    return isinstance(value, str) and 1 <= len(value) <= 255


def is_one_of(*words: str) -> Test:
    """Return a test for a closed set of words."""
    return lambda value: isinstance(value, str) and value in words


def is_like(pattern: str) -> Test:
    """Return a test for text of one form."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def is_hex(digits: int) -> Test:
    """Return a test for so many digits of hex."""
    return is_like("[0-9a-f]{" + str(digits) + "}")


def is_base64(value: Any) -> bool:
    """Return whether it is canonical base64."""
    if isinstance(value, str):
        unbase64(value)
        return True
    return False


def is_time(value: Any) -> bool:
    """Return whether it is a time."""
    return isinstance(value, str) and parse_time(value) >= 0


def is_field(value: Any) -> bool:
    """Return whether it is a salt, a name and a value."""
    return isinstance(value, list) and len(value) == 3 and is_hex(32)(value[0]) and all(map(is_text, value))


def is_files(value: Any) -> bool:
    """Return whether it is an object of hashes of the files at the bag's top."""
    return isinstance(value, dict) and all(name in TAG_FILES and is_hex(64)(value[name]) for name in value)


def ascending(values: Sequence[Any]) -> bool:
    """Return whether each value is greater than the one before it."""
    return all(values[at] < values[at + 1] for at in range(len(values) - 1))


EXHIBIT = {
    "at": is_time,
    "by": is_text,
    "grade": is_one_of("A", "B", "C", "D"),
    "how": is_text,
    "leaf": is_number,
    "media": is_text,
    "number": is_number,
    "shown": is_one_of("whole", "fields", "withheld", "erased"),
    "what": is_text,
    "where": is_text,
}
PLATFORM = {
    "collection": is_text,
    "did": is_text,
    "exhibit": lambda value: value is None or is_number(value),
    "kind": is_one_of("inclusion", "exclusion"),
    "n": is_number,
    "rkey": is_text,
}


# ---------------------------------------------------------------------------------------------------------------------
# 5. Signatures.
# ---------------------------------------------------------------------------------------------------------------------

# Ed25519 (RFC 8032), strict: one encoding of everything, S below L, no key of small order, R compared as bytes.
# Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.

ED_P = 2**255 - 19
ED_L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, ED_P - 2, ED_P) % ED_P
ED_ROOT = pow(2, (ED_P - 1) // 4, ED_P)  # a square root of -1
EdPoint = tuple[int, int, int, int]
ED_ZERO: EdPoint = (0, 1, 1, 0)


def ed25519_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature over a message holds for a key."""
    point = ed_decode(key)
    if point is None or len(signature) != 64:
        return False
    if ed_encode(ed_times([(8, point)])) == ed_encode(ED_ZERO):
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ED_L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % ED_L
    x, y, z, t = point
    minus = (ED_P - x, y, z, ED_P - t)
    return ed_encode(ed_times([(s, ED_BASE), (k, minus)])) == signature[:32]


def ed_decode(data: bytes) -> EdPoint | None:
    """Return the point of 32 bytes, if they are its one encoding."""
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= ED_P:
        return None
    u, v = (y * y - 1) % ED_P, (ED_D * y * y + 1) % ED_P
    x = u * pow(v, 3, ED_P) * pow(u * pow(v, 7, ED_P), (ED_P - 5) // 8, ED_P) % ED_P
    if (v * x * x + u) % ED_P == 0:
        x = x * ED_ROOT % ED_P
    if (v * x * x - u) % ED_P or (x == 0 and sign):
        return None
    x = ED_P - x if x & 1 != sign else x
    return (x, y, 1, x * y % ED_P)


def ed_encode(point: EdPoint) -> bytes:
    """Return the one encoding of a point."""
    x, y, z, _ = point
    inverse = pow(z, ED_P - 2, ED_P)
    return (y * inverse % ED_P | (x * inverse % ED_P & 1) << 255).to_bytes(32, "little")


def ed_add(one: EdPoint, two: EdPoint) -> EdPoint:
    """Return the sum of two points (the formula is complete: it holds for all of them)."""
    a = (one[1] - one[0]) * (two[1] - two[0])
    b = (one[1] + one[0]) * (two[1] + two[0])
    c = 2 * one[3] * two[3] * ED_D
    d = 2 * one[2] * two[2]
    e, f, g, h = (b - a) % ED_P, (d - c) % ED_P, (d + c) % ED_P, (b + a) % ED_P
    return (e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P)


def ed_double(point: EdPoint) -> EdPoint:
    """Return a point twice."""
    x, y, z, _ = point
    a, b = x * x, y * y
    h = a + b
    e, g = (h - (x + y) * (x + y)) % ED_P, (a - b) % ED_P
    f = (2 * z * z + g) % ED_P
    h %= ED_P
    return (e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P)


def ed_times(terms: list[tuple[int, EdPoint]]) -> EdPoint:
    """Return the sum of points, each taken so many times; bit by bit, all at once."""
    table = [ED_ZERO]
    for _, point in terms:
        table += [ed_add(known, point) for known in table]
    total = ED_ZERO
    for bit in range(max(factor.bit_length() for factor, _ in terms) - 1, -1, -1):
        total = ed_double(total)
        which = sum((factor >> bit & 1) << at for at, (factor, _) in enumerate(terms))
        if which:
            total = ed_add(total, table[which])
    return total


ED_BASE_Y = 4 * pow(5, ED_P - 2, ED_P) % ED_P
ED_BASE: EdPoint = ed_decode(ED_BASE_Y.to_bytes(32, "little")) or ED_ZERO


# ECDSA (FIPS 186, SEC 1) on the curves y^2 = x^3 + ax + b. Points are (X, Y, Z) with x = X/Z^2, y = Y/Z^3; None is
# the point at infinity.


class Curve(NamedTuple):
    """A curve with its base point and its order; all three have p = 3 mod 4 and cofactor 1."""

    p: int
    a: int
    b: int
    x: int
    y: int
    n: int
    bytes: int


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=-3,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    x=0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    y=0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    bytes=32,
)
P384 = Curve(
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    a=-3,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    x=0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    y=0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    bytes=48,
)
K256 = Curve(
    p=2**256 - 2**32 - 977,
    a=0,
    b=7,
    x=0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    y=0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
    n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    bytes=32,
)

EcPoint = Optional[tuple[int, int, int]]  # noqa: UP045


class EcKey(NamedTuple):
    """A public key on a curve."""

    curve: Curve
    x: int
    y: int


def ecdsa_holds(key: EcKey, digest: bytes, r: int, s: int) -> bool:
    """Return whether an ECDSA signature (r, s) over a hash holds for a key."""
    curve = key.curve
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    length = 8 * curve.bytes  # for these curves that is the bit length of n
    z = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - length)
    w = pow(s, curve.n - 2, curve.n)
    point = ec_times(curve, [(z * w % curve.n, (curve.x, curve.y, 1)), (r * w % curve.n, (key.x, key.y, 1))])
    if point is None:
        return False
    inverse = pow(point[2], curve.p - 2, curve.p)
    return point[0] * inverse * inverse % curve.p % curve.n == r


def on_curve(curve: Curve, x: int, y: int) -> bool:
    """Return whether two numbers are a point of the curve."""
    return x < curve.p and y < curve.p and (y * y - (x * x * x + curve.a * x + curve.b)) % curve.p == 0


def ec_double(curve: Curve, point: EcPoint) -> EcPoint:
    """Return a point twice."""
    if point is None or point[1] == 0:
        return None
    x, y, z = point
    p = curve.p
    yy = y * y % p
    s = 4 * x * yy % p
    zz = z * z % p
    m = (3 * x * x + curve.a * zz * zz) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def ec_add(curve: Curve, one: EcPoint, two: EcPoint) -> EcPoint:
    """Return the sum of two points, whichever they are."""
    if one is None or two is None:
        return two if one is None else one
    p = curve.p
    x1, y1, z1 = one
    x2, y2, z2 = two
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * zz2 % p, x2 * zz1 % p
    s1, s2 = y1 * z2 * zz2 % p, y2 * z1 * zz1 % p
    if u1 == u2:
        return ec_double(curve, one) if s1 == s2 else None
    h, r = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p


def ec_times(curve: Curve, terms: list[tuple[int, EcPoint]]) -> EcPoint:
    """Return the sum of points, each taken so many times; bit by bit, all at once."""
    table: list[EcPoint] = [None]
    for _, point in terms:
        table += [ec_add(curve, known, point) for known in table]
    total: EcPoint = None
    for bit in range(max(factor.bit_length() for factor, _ in terms) - 1, -1, -1):
        total = ec_double(curve, total)
        which = sum((factor >> bit & 1) << at for at, (factor, _) in enumerate(terms))
        if which:
            total = ec_add(curve, total, table[which])
    return total


# RSA PKCS #1 v1.5 (RFC 8017, 8.2.2): the whole padded block is made and compared, nothing in it is parsed.

DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class RsaKey(NamedTuple):
    """An RSA public key."""

    n: int
    e: int


def rsa_holds(key: RsaKey, hash_name: str, message: bytes, signature: bytes) -> bool:
    """Return whether an RSA signature over a message holds for a key."""
    size = (key.n.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if not 2048 <= key.n.bit_length() <= 8192 or len(signature) != size or number >= key.n:
        return False
    if key.e % 2 == 0 or not 3 <= key.e < 1 << 32:
        return False
    tail = DIGEST_INFO[hash_name] + hashlib.new(hash_name, message).digest()
    block = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    return pow(number, key.e, key.n) == int.from_bytes(block, "big")


# The SSH signature format (openssh PROTOCOL.sshsig), with Ed25519 only.


def ssh_strings(*parts: bytes) -> bytes:
    """Return strings as SSH writes them, each after its length."""
    return b"".join(struct.pack(">L", len(part)) + part for part in parts)


def sshsig_holds(armored: bytes, key: bytes, message: bytes) -> bool:
    """Return whether an SSH signature in the namespace of checkpoints holds for a key."""
    head, tail = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
    if not (armored.startswith(head) and armored.endswith(tail)):
        return False
    body = armored[len(head) : -len(tail)].replace(b"\n", b"").decode("latin-1")
    blob, space = unbase64(body), b"countersign-checkpoint"
    for name in (b"sha512", b"sha256"):
        start = b"SSHSIG" + struct.pack(">L", 1) + ssh_strings(ssh_strings(b"ssh-ed25519", key), space, b"", name)
        digest = hashlib.new(name.decode(), message).digest()
        if blob[:-64] == start + ssh_strings(ssh_strings(b"ssh-ed25519", bytes(64)))[:-64]:
            return ed25519_holds(key, b"SSHSIG" + ssh_strings(space, b"", name, digest), blob[-64:])
    return False


# ---------------------------------------------------------------------------------------------------------------------
# 6. The log: entries, tree, notes, keys, policy (sections 1 and 2).
# ---------------------------------------------------------------------------------------------------------------------

COMMITTED = ("capture", "gap", "clock", "custody", "analysis", "alert", "intent", "result", "policy")
LOG_KEY, WITNESS_KEY, MLDSA_KEY = 0x01, 0x04, 0x06
KEY_SIZES = {LOG_KEY: 32, WITNESS_KEY: 32, MLDSA_KEY: 1312}
NAME = "[!-*,-~]{1,255}"
BASE64 = "[A-Za-z0-9+/]+={0,2}"
VKEY = re.compile(f"({NAME})\\+([0-9a-f]{{8}})\\+({BASE64})")
CHECKPOINT = re.compile(f"({NAME})\n(0|[1-9][0-9]{{0,15}})\n([A-Za-z0-9+/]{{43}}=)\n\n")
SIGNATURE = re.compile(f"\u2014 ({NAME}) ({BASE64})\n")
HASH_LINE = re.compile(r"[A-Za-z0-9+/]{43}=\n")
PROOF_HEAD = re.compile(f"c2sp\\.org/tlog-proof@v1\nextra ({BASE64})\nindex ([0-9]{{1,16}})\n")
ENTRY = {
    "v": lambda value: is_one(value),
    "type": lambda value: is_text(value),
    "seen": lambda value: is_time(value),
    "clock": lambda value: value in ("unsynchronised", "ntp ok", "stepped"),
}


def parse_entry(data: bytes) -> dict[str, Any]:
    """Return an entry of the log (section 1), which has exactly the fields of its type."""
    if len(data) > MAX_ENTRY:
        raise Wrong("an entry is larger than the log takes")
    entry = parse_jcs(data)
    kind = entry.get("type") if isinstance(entry, dict) else None
    shape: dict[str, Any] = dict(ENTRY)
    if kind in COMMITTED:
        shape.update(commit=is_hex(64), len=is_padded, src=is_name)
        if "acct" in entry:
            shape["acct"] = is_hex(16)
        if kind == "capture":
            shape["grade"] = is_one_of("A", "B", "C", "D")
    elif kind == "beacon":
        shape.update(source=is_name, round=is_number, value=is_like("(?:[0-9a-f]{2}){1,512}"))
    elif kind == "erasure":
        shape.update(leaf=is_number, ground=is_like("[a-z-]{1,32}"))
    elif kind == "key":
        shape.update(old=is_log_vkey, new=is_log_vkey, sig=is_signature)
    else:
        raise Wrong("an entry is of no known type")
    fits(entry, shape)
    return dict(entry)


def is_padded(value: Any) -> bool:
    """Return whether it is a length rounded up to a multiple of 256."""
    return is_number(value) and bool(value % 256 == 0)


def is_log_vkey(value: Any) -> bool:
    """Return whether it is the vkey of a log."""
    return isinstance(value, str) and parse_vkey(value).algorithm == LOG_KEY


def is_signature(value: Any) -> bool:
    """Return whether it is base64 of an Ed25519 signature's length."""
    return isinstance(value, str) and len(unbase64(value)) == 64


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two halves of a tree (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf_hash: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Return whether a proof leads from a leaf to the root of a tree (RFC 9162 2.1.3.2)."""
    if index >= size:
        return False
    here, last, found = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Return whether a tree of size `old` is the beginning of one of size `new`, 0 < old < new (RFC 9162 2.1.4.2)."""
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    if not proof:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Line(NamedTuple):
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes


class Checkpoint(NamedTuple):
    """A log's signed word on how large its tree is and what its root is (C2SP tlog-checkpoint)."""

    note: bytes
    text: bytes
    origin: str
    size: int
    root: bytes
    lines: list[Line]


class Vkey(NamedTuple):
    """A public key with its name (C2SP signed-note)."""

    name: str
    key_id: bytes
    algorithm: int
    key: bytes


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Return a checkpoint without extension lines, with 1 to 64 signature lines."""
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("the note is not UTF-8") from None
    head = CHECKPOINT.match(text)
    if not head or len(note) > MAX_NOTE:
        raise Wrong("it is no checkpoint")
    lines, at = [], head.end()
    while at < len(text):
        match = SIGNATURE.match(text, at)
        if not match:
            raise Wrong("a signature line is not in the form that it must have")
        lines.append(parse_line(match.group(1), match.group(2)))
        at = match.end()
    if not 1 <= len(lines) <= 64:
        raise Wrong("it has no signature, or too many")
    origin, size, root = head.groups()
    return Checkpoint(note, note[: head.end() - 1], origin, parse_decimal(size), unbase64(root), lines)


def parse_line(name: str, text: str) -> Line:
    """Return one signature line."""
    data = unbase64(text)
    if len(data) < 5:
        raise Wrong("a signature line is too short")
    return Line(name, data[:4], data[4:])


def parse_vkey(text: str) -> Vkey:
    """Return a vkey, if its key id is that of its name and key."""
    match = VKEY.fullmatch(text)
    if not match:
        raise Wrong("a key is not in the form that it must have")
    name, key_id, data = match.group(1), bytes.fromhex(match.group(2)), unbase64(match.group(3))
    if KEY_SIZES.get(data[0]) != len(data) - 1:
        raise Wrong("a key is of no known kind")
    if hashlib.sha256(name.encode() + b"\n" + data).digest()[:4] != key_id:
        raise Wrong("a key's id is not that of its name and key")
    return Vkey(name, key_id, data[0], data[1:])


def parse_vkey_file(data: bytes, algorithm: int) -> Vkey:
    """Return the vkey that a file holds: one line."""
    if data[-1:] != b"\n":
        raise Wrong("a key file is not one line")
    vkey = parse_vkey(data[:-1].decode("latin-1"))
    if vkey.algorithm != algorithm:
        raise Wrong("a key is of another kind than it should be")
    return vkey


def parse_hashes(data: bytes) -> list[bytes]:
    """Return hashes written in base64, one a line."""
    text = data.decode("latin-1")
    found = HASH_LINE.findall(text)
    if "".join(found) != text:
        raise Wrong("a hash is not in the form that it must have")
    return [unbase64(line[:-1]) for line in found]


def parse_proof(data: bytes) -> Proof:
    """Return a C2SP tlog-proof whose extra data is the entry."""
    text = data.decode("latin-1")
    head = PROOF_HEAD.match(text)
    end = text.find("\n\n", head.end() - 1) if head else -1
    if not head or end < 0:
        raise Wrong("it is no proof of a leaf")
    hashes = parse_hashes(data[head.end() : end + 1])
    return Proof(unbase64(head.group(1)), parse_decimal(head.group(2)), hashes, data[end + 2 :])


def check_cosignature(checkpoint: Checkpoint, line: Line, key: Vkey) -> int:
    """Return when a witness says it saw the checkpoint, if its signature holds (C2SP tlog-cosignature)."""
    if len(line.signature) != 72:
        raise Wrong("a witness's signature has another length than it must have")
    time = int.from_bytes(line.signature[:8], "big")
    if not 1 <= time <= MAX_TIME:
        raise Wrong("a witness's time is not between 1970 and 9999")
    message = b"cosignature/v1\ntime %d\n" % time + checkpoint.text
    if not ed25519_holds(key.key, message, line.signature[8:]):
        raise Wrong("the witness's signature does not hold")
    return time


class Require(NamedTuple):
    """What must be there beside the quorum."""

    tsa: int = 0
    witness: int = 0
    platform: bool = False
    beacon: bool = False

    def and_also(self, other: Require) -> Require:
        """Return what both ask for together."""
        pairs = [(self[at], other[at]) for at in range(4)]
        return Require(max(pairs[0]), max(pairs[1]), any(pairs[2]), any(pairs[3]))


class Policy:
    """Whom the verifier trusts: logs, witnesses, how many of them, time-stamp authorities (section 2)."""

    def __init__(self) -> None:
        self.logs: list[Vkey] = []
        self.witnesses: dict[str, Vkey] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum: str | None = None
        self.tsas: dict[tuple[str, str], str] = {}
        self.require = Require()

    def by_line(self) -> dict[tuple[str, bytes], Vkey]:
        """Return the witnesses by what a signature line says of its signer."""
        return {(key.name, key.key_id): key for key in self.witnesses.values()}

    def quorum_met(self, held: set[Vkey]) -> bool:
        """Return whether these witnesses are enough; groups name only what stands before them."""
        if self.quorum in (None, "none"):
            return True
        saw = {name: key in held for name, key in self.witnesses.items()}
        for name, (least, members) in self.groups.items():
            saw[name] = sum(saw[member] for member in members) >= least
        return saw[self.quorum or ""]


def parse_policy(data: bytes) -> Policy:
    """Return a policy: C2SP tlog-policy, and the two keywords `tsa` and `require`."""
    text = data.decode("latin-1")
    if len(data) > MAX_POLICY or re.search("[^\t\n -~\x80-\xff]", text):
        raise Wrong("the policy has a control character, or is too large")
    policy = Policy()
    readers = {
        "log": read_log,
        "witness": read_witness,
        "group": read_group,
        "quorum": read_quorum,
        "tsa": read_tsa,
        "require": read_require,
    }
    for line in text.split("\n"):
        words = re.findall("[^ \t]+", line)
        if words and not words[0].startswith("#"):
            if words[0] not in readers:
                raise Wrong("the policy has an unknown keyword: " + words[0])
            readers[words[0]](policy, words[1:])
    if policy.quorum is None:
        raise Wrong("the policy has no quorum line")
    return policy


def policy_vkey(words: list[str], algorithm: int, known: Iterable[Vkey]) -> Vkey:
    """Return the vkey of a `log` or `witness` line, which may have a URL behind it."""
    if not 1 <= len(words) <= 2:
        raise Wrong("a line of the policy has too few or too many words")
    vkey = parse_vkey(words[0])
    if vkey.algorithm != algorithm or vkey.key in [other.key for other in known]:
        raise Wrong("a key of the policy is of another kind, or stands twice")
    return vkey


def new_name(policy: Policy, words: list[str]) -> str:
    """Return the name that a line gives to a witness or a group; no name is given twice."""
    if not words or words[0] == "none" or words[0] in policy.witnesses or words[0] in policy.groups:
        raise Wrong("a name of the policy is missing, or given twice")
    return words[0]


def read_log(policy: Policy, words: list[str]) -> None:
    """Read `log VKEY [URL]`."""
    policy.logs.append(policy_vkey(words, LOG_KEY, policy.logs))


def read_witness(policy: Policy, words: list[str]) -> None:
    """Read `witness NAME VKEY [URL]`."""
    name = new_name(policy, words)
    policy.witnesses[name] = policy_vkey(words[1:], WITNESS_KEY, policy.witnesses.values())


def read_group(policy: Policy, words: list[str]) -> None:
    """Read `group NAME all|any|K NAME...`: members stand before it, and each in one group only."""
    name, members = new_name(policy, words), words[2:]
    taken = [member for _, group in policy.groups.values() for member in group]
    if len(set(members + taken)) != len(members + taken):
        raise Wrong("a member stands in two places of the policy")
    if not members or any(member not in policy.witnesses and member not in policy.groups for member in members):
        raise Wrong("a group of the policy has no members, or one that does not stand before it")
    least = {"any": 1, "all": len(members)}.get(words[1]) or parse_decimal(words[1])
    if not 1 <= least <= len(members):
        raise Wrong("a group of the policy asks for more than it has")
    policy.groups[name] = (least, members)


def read_quorum(policy: Policy, words: list[str]) -> None:
    """Read `quorum NAME`, the only such line."""
    if len(words) != 1 or policy.quorum is not None:
        raise Wrong("the policy has not one quorum")
    if words[0] != "none" and words[0] not in policy.witnesses and words[0] not in policy.groups:
        raise Wrong("the policy's quorum does not stand before it")
    policy.quorum = words[0]


def read_tsa(policy: Policy, words: list[str]) -> None:
    """Read `tsa NAME ROOT SIGNER`: the SHA-256 of both certificates."""
    if len(words) != 3 or not all(map(is_hex(64), words[1:])):
        raise Wrong("a tsa line of the policy is not in the form that it must have")
    name, root, signer = words
    if any(other[1] == signer and known != name for other, known in policy.tsas.items()):
        raise Wrong("a certificate of the policy stands under two names")
    policy.tsas[root, signer] = name


def read_require(policy: Policy, words: list[str]) -> None:
    """Read `require WHAT...`."""
    if not words:
        raise Wrong("a require line of the policy asks for nothing")
    policy.require = parse_require(words, policy.require)


def parse_require(words: list[str], require: Require) -> Require:
    """Return what is asked for, with these words added."""
    for word in words:
        kind, _, number = word.partition(":")
        if word in ("platform", "beacon"):
            require = require._replace(**{word: True})
        elif kind in ("tsa", "witness") and re.fullmatch("[1-9][0-9]?", number):
            require = require._replace(**{kind: max(getattr(require, kind), int(number))})
        else:
            raise Wrong("nobody knows how to require this: " + word)
    return require


# ---------------------------------------------------------------------------------------------------------------------
# 7. DER and certificates (section 5).
# ---------------------------------------------------------------------------------------------------------------------

MAX_DER = 65_536
INTEGER, BITS, OCTETS, NULL, OID, TEXT, SEQUENCE, SET, UTC, GENERAL = 2, 3, 4, 5, 6, 12, 0x30, 0x31, 23, 24
BOOLEAN = 1


class Der(NamedTuple):
    """One DER value: its tag, its content, all its bytes, and the values in it if it holds such."""

    tag: int
    body: bytes
    raw: bytes
    parts: list[Any]


def parse_der(data: bytes) -> Der:
    """Return the one DER value that fills these bytes."""
    if len(data) > MAX_DER:
        raise Wrong("a DER value is larger than it may be")
    value, end = der_value(data, 0, 0)
    if end != len(data):
        raise Wrong("something follows a DER value")
    return value


def der_value(data: bytes, at: int, depth: int) -> tuple[Der, int]:
    """Return the value that begins here, with all in it, and where it ends."""
    tag, start, end = der_head(data, at)
    body, parts = data[start:end], []
    if depth > MAX_DEPTH:
        raise Wrong("a DER value has too many within each other")
    if tag & 0x20:
        inner = 0
        while inner < len(body):
            part, inner = der_value(body, inner, depth + 1)
            parts.append(part)
    check_primitive(tag, body)
    return Der(tag, body, data[at:end], parts), end


def der_head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a value's tag, and where its content begins and ends; lengths have their shortest form."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise Wrong("a DER value is cut off, or has a long tag")
    length, start = data[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
        if not 1 <= size <= 4 or length < 0x80 or length.bit_length() <= 8 * (size - 1):
            raise Wrong("a DER length is not in its shortest form")
    if start + length > len(data):
        raise Wrong("a DER value is cut off")
    return data[at], start, start + length


def check_primitive(tag: int, body: bytes) -> None:
    """Check that an integer or an object identifier has its shortest form."""
    if tag == INTEGER:
        padded = len(body) > 1 and ((body[0], body[1] >> 7) in ((0, 0), (0xFF, 1)))
        if not body or padded:
            raise Wrong("a DER integer is not in its shortest form")
    if tag == OID:
        starts = [at for at in range(len(body)) if at == 0 or body[at - 1] < 0x80]
        if not body or body[-1] >= 0x80 or any(body[at] == 0x80 for at in starts):
            raise Wrong("an object identifier is not in its shortest form")


def oid(dotted: str) -> bytes:
    """Return the content of an object identifier."""
    first, second, *rest = [int(part) for part in dotted.split(".")]
    out = b""
    for number in [40 * first + second, *rest]:
        tail = bytes([number & 0x7F])
        while number > 0x7F:
            number >>= 7
            tail = bytes([0x80 | number & 0x7F]) + tail
        out += tail
    return out


HASHES = {
    oid("2.16.840.1.101.3.4.2.1"): "sha256",
    oid("2.16.840.1.101.3.4.2.2"): "sha384",
    oid("2.16.840.1.101.3.4.2.3"): "sha512",
}
SIGNED_WITH = {
    oid("1.2.840.113549.1.1.11"): ("rsa", "sha256"),
    oid("1.2.840.113549.1.1.12"): ("rsa", "sha384"),
    oid("1.2.840.113549.1.1.13"): ("rsa", "sha512"),
    oid("1.2.840.10045.4.3.2"): ("ec", "sha256"),
    oid("1.2.840.10045.4.3.3"): ("ec", "sha384"),
    oid("1.2.840.10045.4.3.4"): ("ec", "sha512"),
}
RSA_KEY, EC_KEY = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10045.2.1")
CURVES = {oid("1.2.840.10045.3.1.7"): P256, oid("1.3.132.0.34"): P384}
EXTENDED_KEY_USAGE, BASIC_CONSTRAINTS, KEY_USAGE = oid("2.5.29.37"), oid("2.5.29.19"), oid("2.5.29.15")
TIME_STAMPING = oid("1.3.6.1.5.5.7.3.8")
KEY_CERT_SIGN = 0x04  # bit 5 of keyUsage
Key = Any  # RsaKey or EcKey


def holds(value: Der, tag: int) -> Der:
    """Return a value if it has this tag."""
    if value.tag != tag:
        raise Wrong("a DER value is of another kind than it must be")
    return value


def items(value: Der, tag: int, least: int, most: int) -> list[Der]:
    """Return the values in a value of this tag, if there are so many."""
    if not least <= len(holds(value, tag).parts) <= most:
        raise Wrong("a DER value has too few or too many parts")
    return list(value.parts)


def whole(value: Der) -> int:
    """Return an INTEGER."""
    return int.from_bytes(holds(value, INTEGER).body, "big", signed=True)


def bit_string(value: Der) -> bytes:
    """Return a BIT STRING of whole bytes."""
    if holds(value, BITS).body[:1] != b"\0":
        raise Wrong("a bit string is not of whole bytes")
    return value.body[1:]


def algorithm_of(value: Der) -> tuple[bytes, bool]:
    """Return an algorithm's identifier, and whether it is without parameters (else they are NULL)."""
    parts = items(value, SEQUENCE, 1, 2)
    if len(parts) == 2 and parts[1].raw != b"\5\0":
        raise Wrong("an algorithm has parameters")
    return holds(parts[0], OID).body, len(parts) == 1


def hash_of(value: Der) -> str:
    """Return the name of the hash that an AlgorithmIdentifier names."""
    name = HASHES.get(algorithm_of(value)[0])
    if name is None:
        raise Wrong("a hash is none of SHA-256, -384 and -512")
    return name


def signed_with(value: Der, digest: str | None = None) -> tuple[str, str]:
    """Return the kind of key and the hash of a signature; `digest`: the hash for which plain RSA may stand."""
    name, bare = algorithm_of(value)
    if name == RSA_KEY and digest:
        return "rsa", digest
    kind, hash_name = SIGNED_WITH.get(name, ("", ""))
    if not kind or (kind == "ec" and not bare) or (digest and digest != hash_name):
        raise Wrong("a signature is of a kind that is not taken")
    return kind, hash_name


class Certificate(NamedTuple):
    """What is looked at of an X.509 certificate."""

    raw: bytes
    signed: bytes
    algorithm: tuple[str, str]
    signature: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    start: int
    end: int
    key: Key
    extensions: dict[bytes, tuple[bool, bytes]]


def parse_certificate(data: bytes) -> Certificate:
    """Return a certificate (RFC 5280)."""
    outer = items(parse_der(data), SEQUENCE, 3, 3)
    parts = items(outer[0], SEQUENCE, 6, 10)
    if parts[0].tag == 0xA0:
        version = whole(items(parts.pop(0), 0xA0, 1, 1)[0])
        if version not in (1, 2):
            raise Wrong("a certificate has a version that there is not")
    if len(parts) < 6 or parts[1].raw != outer[1].raw:
        raise Wrong("a certificate names two algorithms")
    whole(parts[0])
    start, end = [certificate_time(time) for time in items(parts[3], SEQUENCE, 2, 2)]
    return Certificate(
        raw=data,
        signed=outer[0].raw,
        algorithm=signed_with(outer[1]),
        signature=bit_string(outer[2]),
        serial=parts[0].raw,
        issuer=holds(parts[2], SEQUENCE).raw,
        subject=holds(parts[4], SEQUENCE).raw,
        start=start,
        end=end,
        key=public_key(parts[5]),
        extensions=extensions_of(parts[6:]),
    )


def certificate_time(value: Der) -> int:
    """Return a time of a certificate's validity, in seconds since 1970."""
    text = value.body.decode("latin-1")
    if value.tag == UTC:
        text = ("19" if text[:2] >= "50" else "20") + text
    if value.tag not in (UTC, GENERAL) or not re.fullmatch("[0-9]{14}Z", text):
        raise Wrong("a certificate's time is not in the form that it must have")
    return seconds(split_time(text))


def split_time(text: str) -> list[int]:
    """Return year, month, day, hour, minute, second of 14 digits."""
    return [int(text[:4])] + [int(text[at : at + 2]) for at in range(4, 14, 2)]


def public_key(value: Der) -> Key:
    """Return an RSA key, or one on P-256 or P-384."""
    algorithm, bits = items(value, SEQUENCE, 2, 2)
    data = bit_string(bits)
    names = items(algorithm, SEQUENCE, 1, 2)
    if holds(names[0], OID).body == EC_KEY and len(names) == 2 and names[1].tag == OID:
        return ec_key(CURVES.get(names[1].body), data)
    if algorithm_of(algorithm)[0] != RSA_KEY:
        raise Wrong("a key is of a kind that is not taken")
    n, e = [whole(part) for part in items(parse_der(data), SEQUENCE, 2, 2)]
    if n <= 0 or e <= 0:
        raise Wrong("a key has a number that it may not have")
    return RsaKey(n, e)


def ec_key(curve: Curve | None, data: bytes) -> EcKey:
    """Return the key of an uncompressed point."""
    size = curve.bytes if curve else 0
    x, y = int.from_bytes(data[1 : size + 1], "big"), int.from_bytes(data[size + 1 :], "big")
    if not curve or len(data) != 2 * size + 1 or data[0] != 4 or not on_curve(curve, x, y):
        raise Wrong("a key is no point of a curve that is taken")
    return EcKey(curve, x, y)


def extensions_of(parts: list[Der]) -> dict[bytes, tuple[bool, bytes]]:
    """Return a certificate's extensions, none of which may stand twice; two kinds of old unique ids are passed over."""
    found: dict[bytes, tuple[bool, bytes]] = {}
    tags = [part.tag for part in parts]
    if not ascending(tags) or not set(tags) <= {0x81, 0x82, 0xA3}:
        raise Wrong("a certificate has a part that it may not have")
    for part in parts:
        for extension in items(items(part, 0xA3, 1, 1)[0], SEQUENCE, 1, 1000) if part.tag == 0xA3 else []:
            name, critical, value = parse_extension(extension)
            if name in found:
                raise Wrong("a certificate has an extension twice")
            found[name] = (critical, value)
    return found


def parse_extension(value: Der) -> tuple[bytes, bool, bytes]:
    """Return an extension's identifier, whether it is critical, and its content."""
    parts = items(value, SEQUENCE, 2, 3)
    critical = len(parts) == 3
    if critical and (parts[1].tag, parts[1].body) != (BOOLEAN, b"\xff"):
        raise Wrong("an extension is not in the form that it must have")
    return holds(parts[0], OID).body, critical, holds(parts[-1], OCTETS).body


def key_holds(key: Key, kind: str, hash_name: str, message: bytes, signature: bytes) -> bool:
    """Return whether a signature holds for the key of a certificate."""
    if kind == "rsa" and isinstance(key, RsaKey):
        return rsa_holds(key, hash_name, message, signature)
    if kind == "ec" and isinstance(key, EcKey):
        r, s = [whole(part) for part in items(parse_der(signature), SEQUENCE, 2, 2)]
        return ecdsa_holds(key, hashlib.new(hash_name, message).digest(), r, s)
    return False


def issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Return whether a certificate was signed by another one's key, and names it."""
    if certificate.issuer != issuer.subject:
        return False
    return key_holds(issuer.key, *certificate.algorithm, certificate.signed, certificate.signature)


def is_authority(certificate: Certificate) -> bool:
    """Return whether a certificate may sign others."""
    if BASIC_CONSTRAINTS not in certificate.extensions:
        return False
    parts = items(parse_der(certificate.extensions[BASIC_CONSTRAINTS][1]), SEQUENCE, 0, 2)
    if not parts or (parts[0].tag, parts[0].body) != (BOOLEAN, b"\xff"):
        return False
    if KEY_USAGE not in certificate.extensions:
        return True
    usage = holds(parse_der(certificate.extensions[KEY_USAGE][1]), BITS).body
    return len(usage) > 1 and bool(usage[1] & KEY_CERT_SIGN)


def check_chain(signer: Certificate, root: Certificate, others: list[Certificate], time: tuple[int, bool]) -> None:
    """Check the way from the signer to the root: at most two of the others between, and all of them on it."""
    usage = signer.extensions.get(EXTENDED_KEY_USAGE)
    purposes = [part.raw for part in items(parse_der(usage[1]), SEQUENCE, 1, 100)] if usage else []
    if not usage or not usage[0] or purposes != [bytes([OID, len(TIME_STAMPING)]) + TIME_STAMPING]:
        raise Wrong("the authority's certificate is not for time stamps alone")
    if not issued(root, root) or not is_authority(root):
        raise Wrong("the root did not sign itself, or is no authority")
    ways = ([signer, *way, root] for way in (others, others[::-1]))
    if len(others) > 2 or not any(map(is_way, ways)):
        raise Wrong("the authority's certificate does not lead to the root")
    for certificate in [signer, root, *others]:
        if time[0] < certificate.start or (time[0], time[1]) > (certificate.end, False):
            raise Wrong("a certificate was not valid at the time of the stamp")


def is_way(way: list[Certificate]) -> bool:
    """Return whether each certificate was signed by the next, and all between are authorities."""
    return all(issued(way[at], way[at + 1]) for at in range(len(way) - 1)) and all(map(is_authority, way[1:-1]))


# ---------------------------------------------------------------------------------------------------------------------
# 8. Time-stamp tokens (section 5): CMS SignedData (RFC 5652) around a TSTInfo (RFC 3161).
# ---------------------------------------------------------------------------------------------------------------------

SIGNED_DATA, TST_INFO = oid("1.2.840.113549.1.7.2"), oid("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE, MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.12"), oid("1.2.840.113549.1.9.16.2.47")
GEN_TIME = re.compile(r"([0-9]{14})(\.[0-9]*[1-9])?Z")


def stamp_time(token: bytes, root: bytes, signer: bytes, text: bytes) -> int:
    """Return the time of a token over a checkpoint's text, rounded up to a second, if everything in it holds."""
    authority = parse_certificate(signer)
    anchor = parse_certificate(root)
    outer = parse_der(token)
    signed = signed_data(outer)
    digests, content, certificates, infos = signed_data_parts(signed)
    info = check_tst_content(content)
    digest = check_signer(items(infos, SET, 1, 1)[0], authority, info)
    if [hash_of(one) for one in items(digests, SET, 1, 1)] != [digest]:
        raise Wrong("the token names another hash than its signer")
    seconds_of, fraction = check_tst_info(parse_der(info), text)
    raws = [part.raw for part in certificates]
    if len(set(raws)) != len(raws):
        raise Wrong("the token has a certificate twice")
    others = [parse_certificate(raw) for raw in raws if raw not in (signer, root)]
    check_chain(authority, anchor, others, (seconds_of, fraction))
    return seconds_of + fraction


def signed_data(outer: Der) -> Der:
    """Return the SignedData in a TimeStampResp or a bare token."""
    parts = items(outer, SEQUENCE, 2, 2)
    if parts[0].tag == SEQUENCE:
        status = items(parts[0], SEQUENCE, 1, 2)
        texts = [text.tag for one in status[1:] for text in items(one, SEQUENCE, 0, 100)]
        if whole(status[0]) not in (0, 1) or set(texts) - {TEXT}:
            raise Wrong("the authority did not grant the stamp")
        parts = items(parts[1], SEQUENCE, 2, 2)
    if holds(parts[0], OID).body != SIGNED_DATA:
        raise Wrong("it is no signed token")
    return items(parts[1], 0xA0, 1, 1)[0]


def signed_data_parts(signed: Der) -> tuple[Der, Der, list[Der], Der]:
    """Return the digest algorithms, the content, the certificates and the signers of a SignedData."""
    parts = items(signed, SEQUENCE, 4, 5)
    if whole(parts[0]) != 3:
        raise Wrong("the token has another version than 3")
    certificates = holds(parts[3], 0xA0).parts if len(parts) == 5 else []
    return parts[1], parts[2], certificates, parts[-1]


def check_tst_content(content: Der) -> bytes:
    """Return the bytes of the TSTInfo in the content."""
    parts = items(content, SEQUENCE, 2, 2)
    if holds(parts[0], OID).body != TST_INFO:
        raise Wrong("the token's content is no time stamp")
    return holds(items(parts[1], 0xA0, 1, 1)[0], OCTETS).body


def check_signer(info: Der, authority: Certificate, content: bytes) -> str:
    """Check the one signer's attributes and signature; return the name of its hash."""
    parts = items(info, SEQUENCE, 6, 6)
    if whole(parts[0]) != 1:
        raise Wrong("the signer has another version than 1")
    if [part.raw for part in items(parts[1], SEQUENCE, 2, 2)] != [authority.issuer, authority.serial]:
        raise Wrong("the signer is another than the authority's certificate")
    digest = hash_of(parts[2])
    attributes = parse_attributes(parts[3])
    if attribute(attributes, CONTENT_TYPE).raw != bytes([OID, len(TST_INFO)]) + TST_INFO:
        raise Wrong("the signed content type is another one")
    if holds(attribute(attributes, MESSAGE_DIGEST), OCTETS).body != hashlib.new(digest, content).digest():
        raise Wrong("the signed hash is not that of the time stamp")
    check_signing_certificate(attributes, authority.raw)
    kind, hash_name = signed_with(parts[4], digest)
    message = b"\x31" + parts[3].raw[1:]
    if not key_holds(authority.key, kind, hash_name, message, holds(parts[5], OCTETS).body):
        raise Wrong("the authority's signature does not hold")
    return digest


def parse_attributes(value: Der) -> dict[bytes, list[Der]]:
    """Return the signed attributes, none of which may stand twice."""
    found: dict[bytes, list[Der]] = {}
    for part in holds(value, 0xA0).parts:
        name, values = items(part, SEQUENCE, 2, 2)
        if holds(name, OID).body in found:
            raise Wrong("a signed attribute stands twice")
        found[name.body] = holds(values, SET).parts
    return found


def attribute(attributes: dict[bytes, list[Der]], name: bytes) -> Der:
    """Return the one value of a signed attribute."""
    values = attributes.get(name, [])
    if len(values) != 1:
        raise Wrong("a signed attribute is missing, or has not one value")
    return values[0]


def check_signing_certificate(attributes: dict[bytes, list[Der]], raw: bytes) -> None:
    """Check that the signed attributes name the signer's certificate, in the old form, the new one, or both."""
    old, new = SIGNING_CERTIFICATE in attributes, SIGNING_CERTIFICATE_V2 in attributes
    named = []
    if old:
        first = first_certificate(attribute(attributes, SIGNING_CERTIFICATE))
        named.append((items(first, SEQUENCE, 1, 2)[0], "sha1"))
    if new:
        parts = items(first_certificate(attribute(attributes, SIGNING_CERTIFICATE_V2)), SEQUENCE, 1, 3)
        given = parts[0].tag == SEQUENCE
        named.append((parts[1] if given and len(parts) > 1 else parts[0], hash_of(parts[0]) if given else "sha256"))
    if not named or any(holds(digest, OCTETS).body != fingerprint(name, raw) for digest, name in named):
        raise Wrong("the signed attributes name another certificate")


def first_certificate(value: Der) -> Der:
    """Return the first certificate that a signingCertificate attribute names."""
    return items(items(value, SEQUENCE, 1, 2)[0], SEQUENCE, 1, 100)[0]


def fingerprint(name: str, data: bytes) -> bytes:
    """Return a hash; SHA-1 only names a certificate here, which is pinned by SHA-256 besides."""
    return hashlib.sha1(data, usedforsecurity=False).digest() if name == "sha1" else hashlib.new(name, data).digest()


def check_tst_info(info: Der, text: bytes) -> tuple[int, bool]:
    """Check what was stamped; return the second it was stamped in, and whether a part of a second goes on top."""
    parts = items(info, SEQUENCE, 5, 10)
    imprint, digest = items(parts[2], SEQUENCE, 2, 2)
    if whole(parts[0]) != 1 or parts[1].tag != OID or parts[3].tag != INTEGER:
        raise Wrong("it is no time stamp of version 1")
    if hash_of(imprint) != "sha256" or holds(digest, OCTETS).body != hashlib.sha256(text).digest():
        raise Wrong("it is a stamp over something else")
    check_tst_rest(parts[5:])
    match = GEN_TIME.fullmatch(holds(parts[4], GENERAL).body.decode("latin-1"))
    if not match:
        raise Wrong("its time is not in the form that it must have")
    return seconds(split_time(match.group(1))), match.group(2) is not None


def check_tst_rest(parts: list[Der]) -> None:
    """Check that accuracy, ordering, nonce, name and extensions stand in their order, and none of these is critical."""
    order = [SEQUENCE, BOOLEAN, INTEGER, 0xA0, 0xA1]
    places = [order.index(part.tag) if part.tag in order else -1 for part in parts]
    if -1 in places or not ascending(places):
        raise Wrong("the time stamp has a part that it may not have")
    for part in parts:
        if part.tag == 0xA1 and any(parse_extension(one)[1] for one in part.parts):
            raise Wrong("the time stamp has a critical extension")


# ---------------------------------------------------------------------------------------------------------------------
# 9. AT Protocol proofs ("atproto-proofs.md"; the numbers of its rules stand in brackets).
# ---------------------------------------------------------------------------------------------------------------------

MAX_PROOF, MAX_BLOCK, MAX_BLOCKS = 4 << 20, 2 << 20, 4096
MAX_LAYER, MAX_NODE_ENTRIES, MAX_KEY = 32, 4096, 1024
DRISL_CODEC, RAW_CODEC = 0x71, 0x55
CAR_HEAD = bytes.fromhex("3aa265726f6f747381d82a582500")
CAR_TAIL = bytes.fromhex("6776657273696f6e01")
EMPTY_NODE = bytes.fromhex("a261658061 6cf6")
DID = re.compile(r"did:plc:[a-z2-7]{24}|did:web:(?!.*\.\.)[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?:%3A[0-9]{1,5})?")
TID = re.compile("[234567a-j][234567a-z]{12}")
TREE_KEY = re.compile(rb"[A-Za-z0-9_~.:-]+/[A-Za-z0-9_~.:-]+")
NSID_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
NSID = re.compile(rf"(?=[a-zA-Z]){NSID_PART}(?:\.{NSID_PART})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}")
RECORD_KEY = re.compile(r"(?!\.\.?$)[A-Za-z0-9_~.:-]{1,512}")


class Cid(NamedTuple):
    """The name of a block: how it is encoded, and its SHA-256."""

    codec: int
    digest: bytes


class Node(NamedTuple):
    """A node of the tree of records: keys with their records and the links between them."""

    keys: list[bytes]
    values: list[Cid]
    links: list[Cid | None]  # one more than keys: left of the first, then right of each


class RepoProof(NamedTuple):
    """A proof that holds but for its key: what was signed, the signature, the record shown."""

    signed: bytes
    signature: bytes
    record: bytes | None

    def signed_by(self, key: EcKey) -> bool:
        """Return whether a key signed the commit."""
        return atproto_holds(key, self.signed, self.signature)


def atproto_holds(key: EcKey, message: bytes, signature: bytes) -> bool:
    """Return whether a signature as AT Protocol has them (64 bytes, low S) holds [24, 25]."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    low = len(signature) == 64 and s <= (key.curve.n - 1) // 2
    return low and ecdsa_holds(key, hashlib.sha256(message).digest(), r, s)


def prove_record(car: bytes, claim: dict[str, Any]) -> RepoProof:
    """Return a proof that a record is, or is not, in the state that was signed; the signature is left to the caller."""
    blocks = parse_car(car)
    commit = parse_commit(blocks[0], claim["did"])
    path = check_path(claim["collection"], claim["rkey"])
    found, used = search(blocks, commit["data"], path)
    record = None
    if claim["kind"] == "inclusion":
        if found is None:
            raise Wrong("the record is not in the account's repository")
        if used >= len(blocks) or blocks[used][0] != found or found.codec != DRISL_CODEC:
            raise Wrong("the record's block is missing, or another one")
        record, used = blocks[used][1], used + 1
        if not isinstance(parse_drisl(record), dict):
            raise Wrong("the record is no map")
    elif found is not None:
        raise Wrong("the record is in the account's repository, though it is said not to be")
    if used != len(blocks):
        raise Wrong("the proof has blocks that prove nothing")
    block = blocks[0][1]
    at = block.index(b"\x63sig\x58\x40")
    return RepoProof(b"\xa5" + block[1:at] + block[at + 70 :], commit["sig"], record)


def check_path(collection: str, key: str) -> bytes:
    """Return the path of a record in the tree [35]."""
    if len(collection) > 317 or not NSID.fullmatch(collection) or not RECORD_KEY.fullmatch(key):
        raise Wrong("the claim names no record")
    return (f"{collection}/{key}").encode()


def parse_car(data: bytes) -> list[tuple[Cid, bytes]]:
    """Return the blocks of a CAR, each of which is what its name says [1 to 6]."""
    head = CAR_HEAD + data[len(CAR_HEAD) : len(CAR_HEAD) + 36] + CAR_TAIL
    if len(data) > MAX_PROOF or not data.startswith(head) or len(head) != 59:
        raise Wrong("it is no CAR, or too large")
    blocks: list[tuple[Cid, bytes]] = []
    seen: set[Cid] = set()
    at = len(head)
    while at < len(data):
        size, at = parse_leb128(data, at)
        if size < 37 or size > MAX_BLOCK + 36 or at + size > len(data) or len(blocks) >= MAX_BLOCKS:
            raise Wrong("a block of the CAR is cut off, too large, or one too many")
        cid, block = parse_cid(data[at : at + 36]), data[at + 36 : at + size]
        if hashlib.sha256(block).digest() != cid.digest:
            raise Wrong("a block of the CAR is not what its name says")
        if cid in seen:
            raise Wrong("a block of the CAR stands twice")
        seen.add(cid)
        blocks.append((cid, block))
        at += size
    if not blocks or blocks[0][0] != parse_cid(head[len(CAR_HEAD) : -len(CAR_TAIL)]):
        raise Wrong("the CAR does not begin with its root")
    return blocks


def parse_leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of at most four bytes in its shortest form, and where it ends."""
    number = 0
    for place in range(4):
        if at + place >= len(data):
            break
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if byte == 0 and place:
                break
            return number, at + place + 1
    raise Wrong("a length in the CAR is not in its shortest form")


def parse_cid(data: bytes) -> Cid:
    """Return the name of a block."""
    if len(data) != 36 or data[0] != 1 or data[1] not in (DRISL_CODEC, RAW_CODEC) or data[2:4] != b"\x12\x20":
        raise Wrong("a block's name is not in the form that it must have")
    return Cid(data[1], data[4:])


def parse_drisl(block: bytes) -> Any:
    """Return the value of a block in the one encoding that AT Protocol allows [7 to 15]."""
    value, end = drisl_value(block, 0, 1)
    if end != len(block):
        raise Wrong("something follows a block's value")
    return value


def drisl_value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Return the value that begins here and where it ends; `depth`: which list or map within each other it would be."""
    major, number, at = drisl_head(data, at)
    if major in (0, 1):
        if number >= 1 << 63:
            raise Wrong("a block's number is too large")
        return (number if major == 0 else -1 - number), at
    if major in (2, 3):
        return drisl_string(data, at, number, major), at + number
    if major in (4, 5):
        if depth > MAX_DEPTH or number > len(data) - at:
            raise Wrong("a block has too many values, or too many within each other")
        return drisl_list(data, at, number, depth) if major == 4 else drisl_map(data, at, number, depth)
    if major == 6:
        return drisl_link(data, at, number)
    if number not in (20, 21, 22):
        raise Wrong("a block has a value of a kind that is not allowed")
    return {20: False, 21: True, 22: None}[number], at


def drisl_head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return a value's kind and number, in the shortest form, and where what follows begins."""
    if at >= len(data):
        raise Wrong("a block is cut off")
    major, info, at = data[at] >> 5, data[at] & 0x1F, at + 1
    if info < 24:
        return major, info, at
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    number = int.from_bytes(data[at : at + size], "big")
    least = {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}.get(size, 0)
    if not size or major == 7 or at + size > len(data) or number < least:
        raise Wrong("a block's value is not in its shortest form")
    return major, number, at + size


def drisl_string(data: bytes, at: int, size: int, major: int) -> Any:
    """Return bytes or text."""
    if size > len(data) - at:
        raise Wrong("a block is cut off")
    piece = data[at : at + size]
    try:
        return piece if major == 2 else piece.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong("a block's text is not UTF-8") from None


def drisl_list(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    """Return a list."""
    found = []
    for _ in range(count):
        value, at = drisl_value(data, at, depth + 1)
        found.append(value)
    return found, at


def drisl_map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[str, Any], int]:
    """Return a map, whose keys are text: shorter ones first, then by bytes."""
    found: dict[str, Any] = {}
    before: tuple[int, bytes] = (-1, b"")
    for _ in range(count):
        start = at
        key, at = drisl_value(data, at, depth + 1)
        if not isinstance(key, str):
            raise Wrong("a block's map has a key that is no text")
        here = (len(key.encode()), data[start:at])
        if here <= before:
            raise Wrong("a block's map has its keys out of order")
        before = here
        found[key], at = drisl_value(data, at, depth + 1)
    return found, at


def drisl_link(data: bytes, at: int, tag: int) -> tuple[Cid, int]:
    """Return a link to another block."""
    if tag != 42:
        raise Wrong("a block has a tag that is not allowed")
    major, size, at = drisl_head(data, at)
    piece = data[at : at + size]
    if major != 2 or size != 37 or len(piece) != 37 or piece[0] != 0:
        raise Wrong("a block's link is not in the form that it must have")
    return parse_cid(piece[1:]), at + 37


def is_link(value: Any) -> bool:
    """Return whether it is a link to a block that is not a raw file."""
    return isinstance(value, Cid) and value.codec == DRISL_CODEC


def is_link_or_none(value: Any) -> bool:
    """Return whether it is such a link, or nothing."""
    return value is None or is_link(value)


def is_bytes(value: Any) -> bool:
    """Return whether it is a byte string."""
    return isinstance(value, bytes)


COMMIT = {
    "did": is_text,
    "rev": is_like(TID.pattern),
    "sig": lambda value: is_bytes(value) and len(value) == 64,
    "data": is_link,
    "prev": is_link_or_none,
    "version": lambda value: is_number(value) and value == 3,
}
NODE = {
    "e": [
        {
            "k": is_bytes,
            "p": lambda value: is_number(value) and value >= 0,
            "t": is_link_or_none,
            "v": lambda value: isinstance(value, Cid),
        }
    ],
    "l": is_link_or_none,
}


def parse_commit(block: tuple[Cid, bytes], did: str) -> dict[str, Any]:
    """Return the commit that a proof begins with [16 to 21]."""
    cid, data = block
    if cid.codec != DRISL_CODEC:
        raise Wrong("the commit is not encoded as it must be")
    commit = parse_drisl(data)
    fits(commit, COMMIT)
    if not DID.fullmatch(commit["did"]) or commit["did"] != did:
        raise Wrong("the proof is of another account than is said")
    return dict(commit)


def parse_node(block: bytes) -> Node:
    """Return a node of the tree, with its keys written out [26 to 29]."""
    node = parse_drisl(block)
    fits(node, NODE)
    keys: list[bytes] = []
    before = b""
    if len(node["e"]) > MAX_NODE_ENTRIES:
        raise Wrong("a node has too many entries")
    for entry in node["e"]:
        shared = entry["p"]
        key = before[:shared] + entry["k"]
        if shared > len(before) or shared != in_common(before, key):
            raise Wrong("a node's keys are not shortened as they must be")
        if not 3 <= len(key) <= MAX_KEY or not TREE_KEY.fullmatch(key) or (keys and key <= before):
            raise Wrong("a node's key is not allowed, or out of order")
        keys.append(key)
        before = key
    links = [node["l"]] + [entry["t"] for entry in node["e"]]
    return Node(keys, [entry["v"] for entry in node["e"]], links)


def in_common(one: bytes, two: bytes) -> int:
    """Return how many bytes two keys begin with in common."""
    most = min(len(one), len(two))
    return next((at for at in range(most) if one[at] != two[at]), most)


def layer_of(key: bytes) -> int:
    """Return the layer of the tree that a key belongs to: half the zero bits that its hash begins with [30]."""
    digest = int.from_bytes(hashlib.sha256(key).digest(), "big")
    return (256 - digest.bit_length()) // 2


def search(blocks: list[tuple[Cid, bytes]], root: Cid, path: bytes) -> tuple[Cid | None, int]:
    """Return the record at a path, or None if it is proved absent, and how many blocks were used [31 to 37]."""
    link: Cid | None = root
    low: bytes | None = None
    high: bytes | None = None
    layer: int | None = None
    used = 1
    while link is not None:
        if used >= len(blocks) or blocks[used][0] != link:
            raise Wrong("a node of the tree is missing, or another one in its place")
        block, used = blocks[used][1], used + 1
        node = parse_node(block)
        layer = check_layer(node, layer, block)
        check_range(node.keys, low, high)
        place = sum(key < path for key in node.keys)
        if place < len(node.keys) and node.keys[place] == path:
            return node.values[place], used
        low = node.keys[place - 1] if place else low
        high = node.keys[place] if place < len(node.keys) else high
        link = node.links[place]
    return None, used


def check_layer(node: Node, above: int | None, block: bytes) -> int:
    """Return a node's layer, one less than that of the node above it; all its keys belong there [30 to 32]."""
    layers = {layer_of(key) for key in node.keys}
    if above is None and not node.keys:
        if block != EMPTY_NODE:
            raise Wrong("the root of the tree has no key")
        return 0
    layer = max(layers) if above is None else above - 1
    if layers - {layer} or not 0 <= layer <= MAX_LAYER:
        raise Wrong("a key of the tree is in another layer than its own")
    if layer == 0 and any(node.links):
        raise Wrong("something hangs under the lowest layer of the tree")
    if not node.keys and node.links[0] is None:
        raise Wrong("a node of the tree is empty")
    return layer


def check_range(keys: list[bytes], low: bytes | None, high: bytes | None) -> None:
    """Check that a node's keys lie between those left and right of the link that leads to it [33]."""
    if keys and ((low is not None and keys[0] <= low) or (high is not None and keys[-1] >= high)):
        raise Wrong("a key of the tree lies in another part than its own")


# ---------------------------------------------------------------------------------------------------------------------
# 10. DID documents and the audit logs of did:plc.
# ---------------------------------------------------------------------------------------------------------------------

MAX_DID_JSON, MAX_HISTORY, MAX_OPERATION = 1 << 20, 1024, 7500
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY_KINDS = {b"\xe7\x01": K256, b"\x80\x24": P256}
OLD_KINDS = {"EcdsaSecp256k1VerificationKey2019": K256, "EcdsaSecp256r1VerificationKey2019": P256}
CREATED = re.compile(TIME.pattern[:-1] + r"\.([0-9]{3})Z")
OPERATIONS: dict[str, Any] = {
    "plc_operation": {
        "type": is_text,
        "rotationKeys": [is_text],
        "verificationMethods": lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
        "alsoKnownAs": [is_text],
        "services": lambda value: isinstance(value, dict) and all(map(is_service, value.values())),
        "prev": lambda value: value is None or is_text(value),
        "sig": is_text,
    },
    "plc_tombstone": {"type": is_text, "prev": lambda value: value is None or is_text(value), "sig": is_text},
    "create": {
        "type": is_text,
        "signingKey": is_text,
        "recoveryKey": is_text,
        "handle": is_text,
        "service": is_text,
        "prev": lambda value: value is None,
        "sig": is_text,
    },
}


def is_service(value: Any) -> bool:
    """Return whether it is a service of an account."""
    fits(value, {"type": is_text, "endpoint": is_text})
    return True


def unbase58(text: str) -> bytes:
    """Return what base 58 in Bitcoin's alphabet holds."""
    if len(text) > 128 or set(text) - set(BASE58):
        raise Wrong("a key is not in base 58")
    number = 0
    for sign in text:
        number = number * 58 + BASE58.index(sign)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def parse_did_key(text: str) -> EcKey:
    """Return the key of a `did:key` [22]."""
    if not text.startswith("did:key:z"):
        raise Wrong("a key is no did:key")
    data = unbase58(text[len("did:key:z") :])
    curve = KEY_KINDS.get(data[:2])
    if len(data) != 35 or curve is None:
        raise Wrong("a did:key is of no kind that AT Protocol has")
    return compressed_key(curve, data[2:])


def compressed_key(curve: Curve, data: bytes) -> EcKey:
    """Return the key of a compressed point."""
    x = int.from_bytes(data[1:], "big")
    y = pow(x * x * x + curve.a * x + curve.b, (curve.p + 1) // 4, curve.p)
    if data[0] not in (2, 3) or not on_curve(curve, x, y):
        raise Wrong("a key is no point of its curve")
    return EcKey(curve, x, y if y & 1 == data[0] & 1 else curve.p - y)


def parse_did_json(data: bytes) -> Any:
    """Return a DID document or an audit log [54, 57]."""
    if len(data) > MAX_DID_JSON:
        raise Wrong("it is larger than it may be")
    return parse_json(data, Number, Number)


class Number(str):
    """A number of a DID document as it was written: nothing here looks at it, and it is no text."""


def key_of_document(data: bytes, did: str) -> EcKey:
    """Return the key that a DID document names for the account's repository [54 to 56]."""
    document = parse_did_json(data)
    if not isinstance(document, dict) or document.get("id") != did:
        raise Wrong("the DID document is of another account")
    methods = document.get("verificationMethod")
    for method in methods if isinstance(methods, list) else []:
        named = isinstance(method, dict) and method.get("id") in ("#atproto", did + "#atproto")
        if named and method.get("controller") == did:
            return key_of_method(method.get("type"), method.get("publicKeyMultibase"))
    raise Wrong("the DID document names no key for the repository")


def key_of_method(kind: Any, text: Any) -> EcKey:
    """Return the key of one verification method [56]."""
    if type(text) is not str or type(kind) is not str:
        raise Wrong("the DID document's key is missing")
    if kind == "Multikey":
        return parse_did_key("did:key:" + text)
    curve = OLD_KINDS.get(kind)
    if curve is None or not text.startswith("z"):
        raise Wrong("the DID document's key is of no known kind")
    data = unbase58(text[1:])
    return compressed_key(curve, data) if len(data) == 33 else ec_key(curve, data)


class Operation(NamedTuple):
    """One operation of an audit log that is in force, with who signed it."""

    cid: str
    body: dict[str, Any]
    created: int
    signer: int


def keys_of_history(data: bytes, did: str) -> list[tuple[int, EcKey]]:
    """Return when (in milliseconds) each key was published, of the operations in force, oldest first [57 to 64]."""
    history = parse_did_json(data)
    if not isinstance(history, list) or not 1 <= len(history) <= MAX_HISTORY:
        raise Wrong("the account's history is no list of operations")
    in_force: list[Operation] = []
    said: list[tuple[str, bool]] = []
    before = 0
    for item in history:
        operation = parse_history_item(item, did)
        if operation.created < before:
            raise Wrong("the account's history runs backwards")
        before = operation.created
        said.append((operation.cid, item["nullified"]))
        in_force = applied(in_force, operation, did)
    kept = {operation.cid for operation in in_force}
    if any((cid not in kept) is not nullified for cid, nullified in said):
        raise Wrong("the account's history names other operations as taken back than its rules do")
    return published_keys(in_force)


def published_keys(in_force: list[Operation]) -> list[tuple[int, EcKey]]:
    """Return the keys for the repository that operations name, where they are such keys."""
    found = []
    for operation in in_force:
        with contextlib.suppress(Wrong):
            found.append((operation.created, parse_did_key(methods_of(operation.body).get("atproto", ""))))
    return found


def parse_history_item(item: Any, did: str) -> Operation:
    """Return one operation, whose name is that of its bytes [57 to 59]."""
    names = {"did", "operation", "cid", "nullified", "createdAt"}
    if not isinstance(item, dict) or not names <= item.keys() or item["did"] != did:
        raise Wrong("the account's history has an item of another account, or an incomplete one")
    if not isinstance(item["nullified"], bool) or type(item["cid"]) is not str or type(item["createdAt"]) is not str:
        raise Wrong("the account's history has an item that is not in the form that it must have")
    body = item["operation"]
    kind = body.get("type") if isinstance(body, dict) else None
    if type(kind) is not str or kind not in OPERATIONS:
        raise Wrong("the account's history has an operation of no known kind")
    fits(body, OPERATIONS[kind])
    data = drisl_bytes(body)
    if len(data) > MAX_OPERATION or item["cid"] != "b" + base32(b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()):
        raise Wrong("an operation of the account's history is not what its name says")
    return Operation(item["cid"], body, parse_created(item["createdAt"]), -1)


def parse_created(text: str) -> int:
    """Return the milliseconds since 1970 of an operation's time."""
    match = CREATED.fullmatch(text)
    if not match or not "2000" <= text[:4] <= "2999":
        raise Wrong("an operation's time is not in the form that it must have")
    parts = [int(part) for part in match.groups()]
    return seconds(parts[:6]) * 1000 + parts[6]


def base32(data: bytes) -> str:
    """Return base 32 in small letters without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def drisl_bytes(value: Any) -> bytes:
    """Return an operation in DRISL: text, lists, maps and null are all that it can hold."""
    if value is None:
        return b"\xf6"
    if isinstance(value, dict):
        pairs = sorted((len(key), key, drisl_bytes(inner)) for key, inner in ((utf8(k), v) for k, v in value.items()))
        return drisl_start(5, len(pairs)) + b"".join(drisl_start(3, size) + key + inner for size, key, inner in pairs)
    if isinstance(value, list):
        return drisl_start(4, len(value)) + b"".join(map(drisl_bytes, value))
    return drisl_start(3, len(utf8(value))) + utf8(value)


def utf8(text: Any) -> bytes:
    """Return a text's bytes; half a character has none, and a number is no text."""
    if type(text) is not str:
        raise Wrong("an operation has something that is no text")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Wrong("a text has half a character") from None


def drisl_start(major: int, number: int) -> bytes:
    """Return how a value of a kind and a length begins."""
    if number < 24:
        return bytes([major << 5 | number])
    size = 1 if number < 1 << 8 else 2 if number < 1 << 16 else 4
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + number.to_bytes(size, "big")


def rotation_keys(body: dict[str, Any]) -> list[str]:
    """Return the keys that may sign what follows an operation, the strongest first [58]."""
    keys = [body["recoveryKey"], body["signingKey"]] if body["type"] == "create" else body.get("rotationKeys", [])
    return list(keys)


def methods_of(body: dict[str, Any]) -> dict[str, str]:
    """Return the keys that an operation publishes."""
    return {"atproto": body["signingKey"]} if body["type"] == "create" else dict(body.get("verificationMethods", {}))


def applied(in_force: list[Operation], operation: Operation, did: str) -> list[Operation]:
    """Return the operations in force after one more; it must be allowed where it stands [60 to 63]."""
    body = operation.body
    if not 1 <= len(rotation_keys(body)) <= 10 and body["type"] != "plc_tombstone":
        raise Wrong("an operation names too few or too many keys")
    for key in rotation_keys(body):
        parse_did_key(key)
    if not in_force:
        name = base32(hashlib.sha256(drisl_bytes(body)).digest())[:24]
        if body["prev"] is not None or body["type"] == "plc_tombstone" or did != "did:plc:" + name:
            raise Wrong("the account's history does not begin with the account")
        return [operation._replace(signer=signer_of(operation, body))]
    places = [at for at, other in enumerate(in_force) if other.cid == body["prev"]]
    if not places or body["type"] == "create" or in_force[places[0]].body["type"] == "plc_tombstone":
        raise Wrong("an operation follows none that is in force")
    place = places[0]
    operation = operation._replace(signer=signer_of(operation, in_force[place].body))
    if place + 1 < len(in_force):
        lost = in_force[place + 1]
        if operation.signer >= lost.signer or operation.created - lost.created > HOURS_72:
            raise Wrong("an operation takes back others, but has no right to")
    return [*in_force[: place + 1], operation]


def signer_of(operation: Operation, before: dict[str, Any]) -> int:
    """Return which of the keys in force signed an operation [60]."""
    text = operation.body["sig"]
    data = unbase64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
    if "=" in text or "+" in text or "/" in text or len(data) != 64:
        raise Wrong("an operation's signature is not in the form that it must have")
    message = drisl_bytes({key: value for key, value in operation.body.items() if key != "sig"})
    for place, key in enumerate(rotation_keys(before)):
        if atproto_holds(parse_did_key(key), message, data):
            return place
    raise Wrong("an operation was not signed by a key that may do so")


# ---------------------------------------------------------------------------------------------------------------------
# 11. What is said. All text of the bundle is hostile: control, direction and invisible characters are shown as codes.
# ---------------------------------------------------------------------------------------------------------------------

LONGEST = 300  # characters of one text of the bundle that are shown; --json has the whole
UNSEEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
GRADES = {"A": "platform-signed", "B": "corroborated", "C": "collector-asserted", "D": "human-supplied"}
MEANINGS = {
    0: "Everything that the policy asks for holds.",
    1: "Something in this bundle is false. Do not rely on any of it.",
    2: "No verdict on its contents was reached.",
    3: "Nothing is false, but something that is needed is missing.",
}
NOT_PROVED = """What this does not prove: that the collector told the truth when it captured (only the platform's own
signature, grade A, or a second collector can show that); who acted (an account's host signs, not a person); that the
platform showed the same to everyone; anything before the entry was made; that the log shows everybody the same history,
unless witnesses or a checkpoint of your own say so. Rolling back to exactly the checkpoint you hold is not detected."""


def visible(text: Any) -> str:
    """Return text on one line, with every character that does not show itself as a code."""
    shown = str(text)
    cut = shown[:LONGEST] + " ..." if len(shown) > LONGEST else shown
    return "".join(f"<U+{ord(sign):04X}>" if is_unseen(sign) else sign for sign in cut)


def is_unseen(sign: str) -> bool:
    """Return whether a character is a control, turns the direction, is invisible, or is not assigned."""
    if sign == " ":
        return False
    code = ord(sign)
    kind = unicodedata.category(sign)
    return kind[0] in "CZ" or code in UNSEEN or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def as_text(report: Report, path: str) -> str:
    """Return the report for a person."""
    code = report.exit()
    lines = [first_line(report, code)]
    if report.origin is not None:
        lines += [f'{visible(path)}: log "{visible(report.origin)}", checkpoint {report.size}', ""]
        lines += [f"  {what:<38} {good:>5} of {total:<5} {note}" for what, good, total, note in report.counts]
        lines += [f"  {anchor_line(anchor):<38} {show_time(anchor.time)}" for anchor in report.anchors]
        lines += [""] + (["What the bundle claims, not to be relied upon:"] if code == 1 else [])
        lines += [claim_line(claim) for claim in report.claims]
    lines.append("")
    for failure in report.failures + report.warnings:
        where = visible(failure.where) + ": " if failure.where else ""
        lines.append(f"{failure.code}  {where}{visible(failure.says)}")
    lines += ["", f"{VERDICTS[code]}  {MEANINGS[code]}", NOT_PROVED, ""]
    return "\n".join(lines)


def first_line(report: Report, code: int) -> str:
    """Return the line that says how far the signer was checked."""
    if code == 2:
        return "this cannot be read as a bundle"
    if code == 1:
        return "NOT consistent: something in this bundle is false"
    if any(failure.code == "I_SIGNER" for failure in report.failures):
        return f"internally consistent; signer not checked: key {report.key}"
    return f"signer checked: key {report.key} is one that the policy lists, or follows one that it lists"


def anchor_line(anchor: Anchor) -> str:
    """Return one anchor in words."""
    kind = {"tsa": "time stamp", "witness": "witness"}[anchor.kind]
    return "{} {}{}".format(kind, visible(anchor.name), "" if anchor.counted else " (not counted)")


def claim_line(claim: dict[str, Any]) -> str:
    """Return one claim: what, between which times, how well proved."""
    earliest, latest = visible(claim["no_earlier"] or "(not known)"), claim["no_later"] or "(not known)"
    grade = claim["grade"] + " " + GRADES[claim["grade"]]
    what = f"exhibit {claim['number']}: {visible(claim['what'])}"
    return f"{what}  [no earlier than {earliest}, no later than {latest}]  {grade}, {claim['shown']}"


def as_json(report: Report) -> str:
    """Return the report as one JSON object (section 4)."""
    everything = report.failures + report.warnings
    whole_report = {
        "exit": report.exit(),
        "verdict": VERDICTS[report.exit()],
        "codes": sorted({failure.code for failure in everything}),
        "failures": [failure._asdict() for failure in everything],
        "claims": report.claims,
        "key": report.key,
        "origin": report.origin,
        "size": report.size,
        "checkpoint_text": report.checkpoint_text,
        "anchors": [dict(anchor._asdict(), time=show_time(anchor.time)) for anchor in report.anchors],
    }
    return json.dumps(whole_report, indent=1) + "\n"


# ---------------------------------------------------------------------------------------------------------------------
# 12. The command line.
# ---------------------------------------------------------------------------------------------------------------------

DEFECT, INTERRUPTED = 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one bundle and return the exit code; whatever happens, it is never 0 by accident."""
    try:
        given = parser().parse_args(arguments)
        path = given.bundle or os.path.dirname(os.path.abspath(__file__))
        report = verify(path, Options(given.policy, given.checkpoint, given.at, given.require))
        say(as_json(report) if given.json else as_text(report, path))
        return report.exit()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("COUNTERSIGN_TRACEBACK"):
            traceback.print_exc()
        defect = f"no verdict: a defect of this program ({type(error).__name__}: {error})"
        with contextlib.suppress(Exception):
            sys.stderr.write(visible(defect) + "\n")
        return DEFECT


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line; wrong use ends with exit code 2."""
    about = argparse.ArgumentParser(
        prog="verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    about.add_argument("bundle", nargs="?", help="a zip or an unpacked folder; else the folder of this file")
    about.add_argument(
        "--policy", metavar="FILE", help="whom you trust; else the maker's own proposal, and exit 3 at best"
    )
    about.add_argument("--checkpoint", metavar="FILE", help="an older checkpoint of the log that you kept")
    about.add_argument("--at", metavar="TIME", help="an anchor of this time or later must be there")
    about.add_argument("--require", metavar="LIST", help="tsa:N,witness:N,platform,beacon")
    about.add_argument("--json", action="store_true", help="the report as one JSON object")
    return about


def say(text: str) -> None:
    """Write to standard output; what its encoding lacks is written as a code."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader had enough; the exit code still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    raise SystemExit(main())
