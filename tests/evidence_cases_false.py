"""Bundles in which something is false: each change is told by its own code."""

import json

import msgspec

from countersign.evidence import canonical
from countersign.evidence.bundle import Saying, paths
from countersign.evidence.bundle.documents import Act
from countersign.evidence.keys import SigningKey
from countersign.evidence.note import cosign, sign_note
from tests import evidence_parts
from tests.evidence_cases import (
    case,
    changed,
    contents,
    evidence_world_authority,
    false,
    flip,
    incomplete,
    leaf_of,
    lines,
    made,
    noted,
    text,
    usual,
    without,
)
from tests.evidence_world import (
    LOG_KEY,
    STAMPED,
    THIEF_KEY,
    USUAL,
    WITNESSES,
    Case,
    build,
    make_log,
    remade,
    signed_note,
)


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
