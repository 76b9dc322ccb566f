"""Named bundles, at least one for every code that verification knows, each with the codes that it must be given."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import msgspec

from countersign.evidence import canonical
from countersign.evidence.bundle import Saying, paths, write_zip
from countersign.evidence.bundle.documents import Act
from countersign.evidence.keys import SigningKey
from countersign.evidence.note import cosign, sign_note
from tests import evidence_parts
from tests.evidence_world import (
    LOG_KEY,
    OLD_KEY,
    STAMPED,
    THIEF_KEY,
    USUAL,
    WITNESSES,
    Built,
    Case,
    Plan,
    build,
    checkpoint_text,
    make_log,
    policy,
    remade,
    signed_note,
    time_text,
)

Maker = Callable[[], Case]
NAMED: dict[str, Maker] = {}
FOLDER = "case-1"


@cache
def usual() -> Built:
    """Return the bundle that most cases change; nobody changes it in place."""
    return build(make_log())


@cache
def erased() -> Built:
    return build(make_log(), USUAL._replace(show=(*USUAL.show, "erased")))


def case(maker: Maker) -> Maker:
    """Take a function's name for that of the case it makes."""
    NAMED[maker.__name__.replace("_", " ")] = maker
    return maker


def holds(files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(0, (), files, **more)


def false(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(1, codes, files, **more)


def unreadable(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(2, codes, files, **more)


def incomplete(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(3, codes, files, **more)


def _case(exit_code: int, codes: tuple[str, ...], files: dict[str, bytes] | None, **more: object) -> Case:
    given: dict[str, object] = {"policy": policy(), **more}
    if files is None and "data" not in given:
        files = usual().files
    return Case(frozenset({exit_code}), frozenset(codes), files, **given)  # type: ignore[arg-type]


def made(**plan: object) -> dict[str, bytes]:
    return build(make_log(), USUAL._replace(**plan)).files  # type: ignore[arg-type]


def changed(path: str, change: Callable[[bytes], bytes], files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Change one file and make the manifests anew."""
    files = usual().files if files is None else files
    return remade({**files, path: change(files[path])})


def contents(change: Callable[[dict], None], files: dict[str, bytes] | None = None) -> dict[str, bytes]:  # type: ignore[type-arg]
    """Change what bundle.json says."""

    def rewritten(data: bytes) -> bytes:
        said = json.loads(data)
        change(said)
        return canonical.write(said)

    return changed(paths.BUNDLE, rewritten, files)


def without(*names: str) -> dict[str, bytes]:
    return remade({path: data for path, data in usual().files.items() if path not in names})


def flip(data: bytes, bit: int = 0) -> bytes:
    at = bit // 8 % len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1 :]


def noted(*lines: bytes) -> dict[str, bytes]:
    """Give the checkpoint other signature lines, there and in all proofs."""
    files = dict(usual().files)
    old = files[paths.CHECKPOINT]
    new = checkpoint_text(old) + b"\n" + b"".join(lines)
    for path, data in files.items():
        if path == paths.CHECKPOINT or path.endswith(".tlog-proof"):
            files[path] = data.replace(old, new)
    return remade(files)


def text() -> str:
    return checkpoint_text(usual().files[paths.CHECKPOINT]).decode()


def lines() -> list[bytes]:
    return usual().files[paths.CHECKPOINT].partition(b"\n\n")[2].splitlines(keepends=True)


def leaf_of(role: str) -> int:
    return usual().log.at(role)


# --- bundles that hold, and what may be missing from them ------------------------------------------------------------


@case
def everything_holds() -> Case:
    return holds()


@case
def everything_holds_and_all_is_required() -> Case:
    return holds(require="tsa:2,witness:3,platform,beacon", at=time_text(STAMPED), checkpoint=older(9))


@case
def a_log_alone_and_a_policy_of_its_key() -> Case:
    files = made(
        witnesses=(), stamps=(), rotated=False, mldsa=False, ssh=False, platform="", consistency=(), own_policy=False
    )
    return holds(files, policy=policy(logs=(LOG_KEY,), requires=(), quorum=0))


@case
def another_program_packed_it_again() -> Case:
    return holds(data=repacked(usual().files))


@case
def a_key_from_an_audit_log() -> Case:
    return holds(made(platform="plc"))


@case
def the_older_checkpoint_is_the_same() -> Case:
    return holds(checkpoint=usual().files[paths.CHECKPOINT])


@case
def the_older_checkpoint_was_signed_with_the_older_key() -> Case:
    return holds(checkpoint=older(5, key=OLD_KEY))


@case
def no_policy() -> Case:
    return incomplete("I_SIGNER", policy=None)


@case
def a_policy_without_a_log() -> Case:
    return incomplete("I_SIGNER", policy=policy(logs=()))


@case
def no_policy_at_all() -> Case:
    codes = ("I_SIGNER", "E_UNKNOWN_SIG")
    return false(*codes, files=made(own_policy=False), policy=None)


@case
def one_witness_of_two() -> Case:
    return incomplete("I_QUORUM", files=made(witnesses=("two",)))


@case
def two_witnesses_of_three_required() -> Case:
    return incomplete("I_WITNESS", files=made(witnesses=("one", "three")), require="witness:3")


@case
def one_stamp_of_two() -> Case:
    return incomplete("I_STAMP", files=made(stamps=("beta",)))


@case
def an_authority_that_is_not_pinned() -> Case:
    pinned = b"\n".join(line for line in policy().split(b"\n") if not line.startswith(b"tsa alpha"))
    return incomplete("I_STAMP", policy=pinned)


@case
def nothing_recent_enough() -> Case:
    return incomplete("I_STALE", at=time_text(STAMPED + timedelta(days=1)))


@case
def no_beacon() -> Case:
    return incomplete("I_BEACON", files=made(show=("record", "whole")), require="beacon")


@case
def an_exhibit_was_erased() -> Case:
    return incomplete("I_ERASED", files=erased().files)


@case
def no_platform_proof_though_one_is_required() -> Case:
    return incomplete("I_PLATFORM", files=made(platform=""), require="platform")


@case
def a_platform_proof_without_a_key() -> Case:
    return incomplete("I_PLATFORM", files=without("data/platform/1.did.json"))


@case
def a_platform_key_that_can_still_be_taken_back() -> Case:
    return incomplete("I_PLATFORM", files=made(platform="plc-new"))


@case
def no_consistency_proof() -> Case:
    return incomplete("I_CONSISTENCY", checkpoint=older(7))


@case
def an_older_checkpoint_that_is_newer() -> Case:
    built = build(make_log(after=9))
    return incomplete("I_OLDER", checkpoint=built.files[paths.CHECKPOINT])


# --- what cannot be read ---------------------------------------------------------------------------------------------


@case
def a_zip_that_is_cut_off() -> Case:
    return unreadable("E_ZIP", data=zipped()[:-1])


@case
def a_zip_with_a_byte_more() -> Case:
    return unreadable("E_ZIP", data=zipped() + b"\0")


@case
def a_zip_with_a_byte_before() -> Case:
    return unreadable("E_ZIP", data=b"\0" + zipped())


@case
def a_zip_without_its_comment() -> Case:
    data = zipped()
    return holds(data=data[:-22] + b"\0\0")


@case
def a_zip_with_another_comment() -> Case:
    data = zipped()
    return unreadable("E_ZIP", data=data[:-22] + struct.pack("<H", 5) + b"hello")


@case
def a_zip_of_a_newer_version() -> Case:
    return unreadable("E_VERSION", data=zipped()[:-1] + b"2")


@case
def an_empty_file() -> Case:
    return unreadable("E_ZIP", data=b"")


@case
def a_bag_without_its_first_file() -> Case:
    return unreadable("E_BAG", files=without(paths.BAGIT))


@case
def a_bag_of_another_version() -> Case:
    return unreadable("E_BAG", files=changed(paths.BAGIT, lambda data: data.replace(b"1.0", b"1.1")))


@case
def a_bundle_of_a_newer_version() -> Case:
    files = contents(lambda said: said.update(format="countersign-bundle/2", more=[1]))
    return unreadable("E_VERSION", files=remade({**files, "data/new.json": b"{}"}))


@case
def a_bundle_of_another_format() -> Case:
    return unreadable("E_SYNTAX", files=contents(lambda said: said.update(format="bundle")))


@case
def a_duplicate_key_in_json() -> Case:
    return unreadable(
        "E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(b'"size":', b'"size":1,"size":'))
    )


@case
def a_space_in_json() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(b'"size":', b'"size": ')))


@case
def a_line_end_after_json() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data + b"\n"))


@case
def a_float_in_json() -> Case:
    size = usual().size
    change = (b'"size":%d' % size, b'"size":%d.0' % size)
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: data.replace(*change)))


@case
def json_that_is_nested_a_hundred_thousand_deep() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: b"[" * 100_000 + b"]" * 100_000))


@case
def a_number_of_a_million_digits() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.BUNDLE, lambda data: b'{"format":' + b"9" * 1_000_000 + b"}"))


@case
def an_unknown_field() -> Case:
    return unreadable("E_SYNTAX", files=contents(lambda said: said.update(zeta=1)))


@case
def a_missing_proof() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.proof_path(leaf_of("whole"))))


@case
def a_proof_of_no_leaf() -> Case:
    proof = usual().files[paths.proof_path(leaf_of("whole"))]
    return unreadable("E_SYNTAX", files=remade({**usual().files, paths.proof_path(0): proof}))


@case
def a_missing_body() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.body_path(leaf_of("whole"))))


@case
def a_missing_statement() -> Case:
    return unreadable("E_SYNTAX", files=without(paths.STATEMENT))


@case
def a_checkpoint_with_bytes_after_it() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.CHECKPOINT, lambda data: data + b"x"))


@case
def a_checkpoint_that_is_cut_off() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.CHECKPOINT, lambda data: data[:-1]))


@case
def a_proof_with_base64_of_another_spelling() -> Case:
    path = paths.proof_path(leaf_of("whole"))
    head = b"extra "
    return unreadable("E_SYNTAX", files=changed(path, lambda data: data.replace(head, head + b" ", 1)))


@case
def the_makers_policy_is_no_policy() -> Case:
    return unreadable("E_SYNTAX", files=changed(paths.POLICY, lambda data: data + b"quorum none\n"))


@case
def a_policy_with_an_unknown_word() -> Case:
    return unreadable("E_POLICY", policy=policy() + b"trust everybody\n")


@case
def a_policy_with_two_quorums() -> Case:
    return unreadable("E_POLICY", policy=policy() + b"quorum none\n")


@case
def a_time_that_is_none() -> Case:
    return unreadable("E_USAGE", at="2026-02-30T00:00:00Z")


@case
def something_unknown_is_required() -> Case:
    return unreadable("E_USAGE", require="tsa:0")


@case
def an_older_checkpoint_that_is_none() -> Case:
    return unreadable("E_USAGE", checkpoint=b"nonsense")


# --- what is false ---------------------------------------------------------------------------------------------------


@case
def one_bit_of_an_exhibit() -> Case:
    path = paths.body_path(leaf_of("whole"))
    return false("E_MANIFEST", files={**usual().files, path: flip(usual().files[path])})


@case
def a_file_more() -> Case:
    return false("E_MANIFEST", files={**usual().files, "data/notes.txt": b"hello"})


@case
def a_file_less() -> Case:
    path = paths.body_path(leaf_of("whole"))
    return false("E_MANIFEST", files={name: data for name, data in usual().files.items() if name != path})


@case
def a_manifest_with_its_lines_in_another_order() -> Case:
    files = changed("README.txt", lambda data: data)
    swapped = b"".join(sorted(files[paths.TAG_MANIFEST].splitlines(keepends=True), reverse=True))
    return false("E_MANIFEST", files={**files, paths.TAG_MANIFEST: swapped})


@case
def a_file_that_no_bundle_has() -> Case:
    return false("E_EXTRA", files=remade({**usual().files, "data/notes.txt": b"hello"}))


@case
def a_proof_with_a_leading_zero_in_its_name() -> Case:
    return false("E_EXTRA", files=remade({**usual().files, "data/log/07.tlog-proof": b""}))


@case
def another_logs_name() -> Case:
    return false("E_ORIGIN", "E_KEY", files=contents(lambda said: said.update(origin="other.example/log")))


@case
def another_size() -> Case:
    return false("E_ORIGIN", files=contents(lambda said: said.update(size=said["size"] + 1)))


@case
def the_logs_signature_is_not_its_own() -> Case:
    return false("E_LOG_SIGNATURE", files=noted(*[sign_note(text(), LOG_KEY)[:-8] + b"AAAAAA==\n"[-8:], *lines()[1:]]))


@case
def the_log_did_not_sign_first() -> Case:
    first, *others = lines()
    return false("E_LOG_SIGNATURE", "E_UNKNOWN_SIG", files=noted(*others, first))


@case
def a_key_swapped() -> Case:
    """Somebody signs everything with another key and puts that one in the bundle."""
    files = made(key=THIEF_KEY, rotated=False)
    return false("E_KEY", files=files)


@case
def a_key_that_was_not_handed_over() -> Case:
    return false("E_KEY", files=made(key=THIEF_KEY))


@case
def the_step_from_the_old_key_is_left_out() -> Case:
    return false("E_KEY", files=made(rotated=False))


@case
def a_signature_of_nobody_known() -> Case:
    stranger = SigningKey("stranger.example", bytes(32), 4)
    return false("E_UNKNOWN_SIG", files=noted(*lines(), cosign(text(), stranger, 1)))


@case
def a_witness_that_signed_twice() -> Case:
    return false("E_UNKNOWN_SIG", files=noted(*lines(), lines()[1]))


@case
def a_cosignature_over_something_else() -> Case:
    first, _, *others = lines()
    wrong = cosign(text().replace("log\n", "log2\n"), WITNESSES["one"], int(STAMPED.timestamp()))
    return false("E_COSIGNATURE", files=noted(first, wrong, *others))


@case
def a_proof_of_another_leaf() -> Case:
    files = usual().files
    mine, other = (paths.proof_path(leaf_of(role)) for role in ("whole", "withheld"))
    return false("E_INCLUSION", "E_COMMIT", "E_EXHIBIT", files=remade({**files, mine: files[other]}))


@case
def a_proof_whose_checkpoint_has_another_signature() -> Case:
    path = paths.proof_path(leaf_of("whole"))
    return false("E_INCLUSION", files=changed(path, lambda data: data.replace(lines()[2], b"")))


@case
def two_histories() -> Case:
    forked = make_log(seed=99)
    return false("E_SPLIT", checkpoint=signed_note(forked, 9))


@case
def two_histories_of_the_same_size() -> Case:
    forked = build(make_log(seed=99))
    return false("E_SPLIT", checkpoint=forked.files[paths.CHECKPOINT])


@case
def an_older_checkpoint_of_somebody_else() -> Case:
    return false("E_CHECKPOINT", checkpoint=signed_note(make_log(), 9, USUAL._replace(key=THIEF_KEY)))


@case
def a_token_over_something_else() -> Case:
    stamp = evidence_world_authority("alpha").token(b"another text", at=STAMPED)
    return false("E_STAMP", "I_STAMP", files=changed("data/anchors/alpha.tsr", lambda _: stamp))


@case
def a_token_that_carries_its_own_root() -> Case:
    """A made-up authority signs, and the token brings the root that vouches for it; the files keep the real names."""
    forger = evidence_parts.authority("forger", "ecdsa")
    inside = [forger.own.der, forger.root.der]
    token = evidence_parts.signed_token(
        forger, evidence_parts.tst_info(text().encode(), nonce=1, at=STAMPED), carried=inside
    )
    return false("E_STAMP", "I_STAMP", files=changed("data/anchors/alpha.tsr", lambda _: token))


@case
def a_forged_authority_with_its_own_root() -> Case:
    """The same, with the forger's certificates beside it: it holds together, but nobody listed it."""
    forger = evidence_parts.authority("forger", "ecdsa")
    files = dict(usual().files)
    files["data/anchors/alpha.tsr"] = forger.token(text().encode(), at=STAMPED)
    files["data/anchors/alpha.root.der"] = forger.root_der
    files["data/anchors/alpha.tsa.der"] = forger.certificate_der
    return incomplete("I_STAMP", files=remade(files))


@case
def a_token_with_a_byte_more() -> Case:
    return false("E_STAMP", "I_STAMP", files=changed("data/anchors/beta.tsr", lambda data: data + b"\0"))


@case
def a_token_without_its_certificates() -> Case:
    return false("E_STAMP", "I_STAMP", files=without("data/anchors/beta.root.der"))


@case
def an_exhibit_replaced() -> Case:
    return false("E_COMMIT", files=changed(paths.body_path(leaf_of("whole")), lambda data: data[:-1] + b"?"))


@case
def a_salt_replaced() -> Case:
    def other(said: dict) -> None:  # type: ignore[type-arg]
        said["exhibits"][-1]["salt"] = "00" * 32

    return false("E_COMMIT", files=contents(other))


@case
def a_statement_of_another_wording() -> Case:
    said = make_log()
    other = build(said, USUAL._replace(title="Case 2: something else")).files[paths.STATEMENT]
    return false("E_STATEMENT", "E_FILES", files=changed(paths.STATEMENT, lambda _: other))


@case
def a_statement_signed_by_somebody_else() -> Case:
    def by_a_thief(data: bytes) -> bytes:
        said = json.loads(data)
        said["signatures"][0]["sig"] = said["signatures"][0]["sig"].replace("A", "B").replace("C", "D")
        return canonical.write(said)

    return false("E_STATEMENT", files=changed(paths.STATEMENT, by_a_thief))


@case
def another_readme() -> Case:
    return false("E_FILES", files=changed("README.txt", lambda data: data + b"Trust them.\n"))


@case
def no_readme() -> Case:
    return false("E_FILES", files=without("README.txt"))


@case
def a_grade_too_good() -> Case:
    return false("E_EXHIBIT", files=made(tell=lambda saying: _graded(saying, "A")))


@case
def an_exhibit_that_is_not_spoken_of() -> Case:
    return false("E_EXHIBIT", files=made(tell=_last_unspoken))


@case
def an_erasure_that_nobody_entered() -> Case:
    files = made(tell=lambda saying: _shown(saying, "withheld", "erased"))
    return false("E_EXHIBIT", files=files)


@case
def a_field_replaced() -> Case:
    def other(said: dict) -> None:  # type: ignore[type-arg]
        said["fields"][0]["shown"][0][2] = "somebody else"

    return false("E_FIELD", files=contents(other))


@case
def a_field_shown_twice() -> Case:
    def twice(said: dict) -> None:  # type: ignore[type-arg]
        said["fields"][0]["shown"] *= 2

    return false("E_FIELD", files=contents(twice))


@case
def a_platform_proof_with_one_bit_changed() -> Case:
    return false("E_PLATFORM", files=changed("data/platform/1.car", lambda data: flip(data, 8 * len(data) - 1)))


@case
def a_platform_proof_of_another_record() -> Case:
    files = made(tell=lambda saying: _claimed(saying, rkey="zzz"))
    return false("E_PLATFORM", files=files)


@case
def a_step_of_custody_that_is_not_in_the_log() -> Case:
    def more(saying: Saying) -> Saying:
        act = Act(act="kept", at=saying.made, by="B.", leaf=1)
        return msgspec.structs.replace(saying, custody=(*saying.custody, act))

    return false("E_CUSTODY", files=made(tell=more))


def _graded(saying: Saying, grade: str) -> Saying:
    second = msgspec.structs.replace(saying.exhibits[1], grade=grade)
    return msgspec.structs.replace(saying, exhibits=(saying.exhibits[0], second, *saying.exhibits[2:]))


def _last_unspoken(saying: Saying) -> Saying:
    return msgspec.structs.replace(saying, exhibits=saying.exhibits[:2] + saying.exhibits[3:])


def _shown(saying: Saying, old: str, new: str) -> Saying:
    said = tuple(msgspec.structs.replace(one, shown=new) if one.shown == old else one for one in saying.exhibits)
    return msgspec.structs.replace(saying, exhibits=said)


def _claimed(saying: Saying, **changes: object) -> Saying:
    first = msgspec.structs.replace(saying.platform[0], **changes)
    return msgspec.structs.replace(saying, platform=(first, *saying.platform[1:]))


def older(size: int, key: SigningKey = LOG_KEY) -> bytes:
    """Return a checkpoint that the verifier kept of the same log."""
    return signed_note(usual().log, size, Plan(key=key))


def zipped() -> bytes:
    return write_zip(FOLDER, usual().files)


def repacked(files: dict[str, bytes]) -> bytes:
    """Return the zip that another program makes of the folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir(FOLDER)
        for path, data in files.items():
            archive.writestr(f"{FOLDER}/{path}", data)
        archive.writestr("__MACOSX/._case-1", b"\0\5\26\7")
        archive.writestr(f"{FOLDER}/.DS_Store", b"\0\0\0\1Bud1")
    return packed.getvalue()


def evidence_world_authority(name: str) -> evidence_parts.Authority:
    from tests.evidence_world import authority

    return authority(name)
