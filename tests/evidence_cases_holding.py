"""Bundles that hold, and bundles that lack something that is required of them."""

from datetime import timedelta

from countersign.evidence.bundle import paths
from tests.evidence_cases import case, erased, false, holds, incomplete, made, older, repacked, usual, without
from tests.evidence_world import (
    LOG_KEY,
    OLD_KEY,
    STAMPED,
    Case,
    build,
    make_log,
    policy,
    time_text,
)


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
