"""A policy says whose word counts, and is read in one way or not at all."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import EvidenceError
from countersign.evidence.bundle import Proposed, write_policy
from countersign.evidence.keys import Vkey
from countersign.evidence.verify.policy import Policy, Requires, parse_policy
from tests.evidence_parts import log_key, witness_keys

LOG = str(log_key().vkey)
ONE, TWO, THREE = (key.vkey for key in witness_keys())
WITNESSES = f"witness a {ONE}\nwitness b {TWO} https://b.example/\nwitness c {THREE}\n"


def policy(text: str) -> Policy:
    return parse_policy(text.encode())


def is_met(text: str, *cosigned: Vkey) -> bool:
    return policy(text).is_met(frozenset(cosigned))


def test_a_policy_that_asks_for_nobody() -> None:
    assert policy("quorum none") == Policy()


def test_comments_blanks_and_tabs_are_passed_over() -> None:
    assert policy(f" \t# words\n\n\tlog\t {LOG}  https://log.example/ \n  quorum none").logs == (log_key().vkey,)


def test_two_of_three() -> None:
    text = f"{WITNESSES}group g 2 a b c\nquorum g\n"
    assert [is_met(text), is_met(text, ONE), is_met(text, ONE, THREE)] == [False, False, True]


def test_a_group_of_groups() -> None:
    text = f"{WITNESSES}group ab any a b\ngroup all all ab c\nquorum all\n"
    assert [is_met(text, ONE, TWO), is_met(text, TWO, THREE)] == [False, True]


def test_a_witness_of_another_policy_does_not_count() -> None:
    assert not is_met(f"witness a {ONE}\nquorum a\n", TWO, THREE)


def test_requirements_add_up_and_the_greatest_number_counts() -> None:
    found = policy("quorum none\nrequire tsa:1 beacon\nrequire tsa:3 witness:2\nrequire tsa:2\n").requires
    assert found == Requires(tsa=3, witness=2, beacon=True)


def test_an_authority_may_have_several_certificates() -> None:
    text = f"quorum none\ntsa a {'0' * 64} {'1' * 64}\ntsa a {'0' * 64} {'2' * 64}\n"
    assert policy(text).authority("0" * 64, "2" * 64) == "a"
    assert policy(text).authority("0" * 64, "3" * 64) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum",
        "quorum a",
        "quorum none\nquorum none",
        "quorum none none",
        "Quorum none",
        "quorum none\nlog",
        "quorum none\nlog nonsense",
        f"quorum none\nlog {ONE}",
        f"quorum none\nlog {LOG}\nlog {LOG}",
        f"quorum none\nwitness a {LOG}",
        f"quorum none\nwitness none {ONE}",
        f"quorum none\nwitness a {ONE}\nwitness b {ONE}",
        f"quorum none\nwitness a {ONE}\nwitness a {TWO}",
        f"{WITNESSES}quorum none\ngroup a any b",
        f"{WITNESSES}quorum none\ngroup g 0 a",
        f"{WITNESSES}quorum none\ngroup g 01 a",
        f"{WITNESSES}quorum none\ngroup g 2 a",
        f"{WITNESSES}quorum none\ngroup g some a b",
        f"{WITNESSES}quorum none\ngroup g any a a",
        f"{WITNESSES}quorum none\ngroup g any",
        f"{WITNESSES}quorum none\ngroup g any d",
        f"{WITNESSES}quorum none\ngroup g any none",
        f"{WITNESSES}quorum none\ngroup g any a\ngroup h any a",
        f"{WITNESSES}quorum g\ngroup g any a",
        "quorum none\nrequire",
        "quorum none\nrequire tsa:0",
        "quorum none\nrequire tsa:100",
        "quorum none\nrequire tsa:01",
        "quorum none\nrequire tsa",
        "quorum none\nrequire Beacon",
        "quorum none\ntsa a 00 11",
        f"quorum none\ntsa a {'0' * 64}",
        f"quorum none\ntsa a {'0' * 64} {'A' * 64}",
        f"quorum none\ntsa a {'0' * 64} {'1' * 64}\ntsa b {'0' * 64} {'1' * 64}",
        "quorum none\r\n",
        "quorum\x7f none",
        "quorum none\nnonsense",
        "#" * 70_000,
    ],
)
def test_a_policy_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError) as error:
        policy(text)
    assert error.value.code == "CS432"


def test_names_may_be_in_any_alphabet() -> None:
    assert is_met(f"witness 证人 {ONE}\nquorum 证人\n", ONE)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(data: bytes) -> None:
    with suppress(EvidenceError):
        assert isinstance(parse_policy(data), Policy)


def test_what_is_proposed_is_read_back() -> None:
    proposed = Proposed(
        logs=(log_key().vkey,), witnesses={"a": ONE, "b": TWO}, quorum=2, authorities={"t": ("0" * 64, "1" * 64)},
        requires=("tsa:1", "witness:2"),
    )  # fmt: skip
    found = parse_policy(write_policy(proposed))
    assert found.logs == (log_key().vkey,)
    assert [found.is_met({ONE, TWO}), found.is_met({ONE})] == [True, False]
    assert found.authority("0" * 64, "1" * 64) == "t"
    assert found.requires == Requires(tsa=1, witness=2)
