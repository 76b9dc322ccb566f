"""Timesketch's lines: what its importer needs, two events where a time was not given, and our own reader reads them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countersign.report import READERS, Reader, compose, render
from countersign.sources.access.asked import Asked
from countersign.sources.access.dumps.timeline import looks_like_a_timeline, timeline
from tests.contract.test_formats import rich
from tests.unit.report.made_up import ADDRESS, ONSET, case, salt_of


def events(reader: Reader = "inside") -> list[dict[str, Any]]:
    written = render(compose(rich(), reader, salt_of), "timesketch")
    return [json.loads(line) for line in written.splitlines()]


@pytest.mark.parametrize("reader", READERS)
def test_every_line_has_what_the_importer_needs_and_nothing_nested(reader: Reader) -> None:
    for event in events(reader):
        assert event["message"]
        assert event["timestamp_desc"]
        at = datetime.fromisoformat(event["datetime"])
        assert at.utcoffset() == timedelta(0)
        assert event["timestamp"] == round(at.timestamp() * 1_000_000)
        assert isinstance(event["tag"], list)
        assert not [name for name, value in event.items() if isinstance(value, dict | list) and name != "tag"]


def test_lines_are_in_the_order_of_time_and_their_ids_differ() -> None:
    found = events()
    assert [one["timestamp"] for one in found] == sorted(one["timestamp"] for one in found)
    assert len({one["event_id"] for one in found}) == len(found)


def test_actions_undos_access_grants_changes_answers_claims_and_what_was_done_are_all_there() -> None:
    kinds = {event["data_type"].removeprefix("countersign:") for event in events()}
    assert kinds == {"action", "undo", "access", "grant", "change", "act", "answer", "claim", "exhibit"}


def test_an_action_has_its_bits_shares_exhibit_leaf_and_digest() -> None:
    first = next(event for event in events() if event["event_id"] and event.get("bits") == 20.2)
    assert first["number"] == 1
    assert first["bits_whom"] == 6.8
    assert (first["exhibit"], first["leaf"], first["digest"]) == (1, 4171, "cd" * 32)


def test_a_time_that_was_not_given_is_two_events_that_name_each_other() -> None:
    bounds = [event for event in events() if event.get("number") == 4 and event["data_type"] == "countersign:action"]
    assert [event["bound"] for event in bounds] == ["not before", "not after"]
    assert bounds[0]["other_bound_id"] == bounds[1]["event_id"]
    assert bounds[1]["other_bound_id"] == bounds[0]["event_id"]
    assert all("the platform gives no time" in event["message"] for event in bounds)


def test_what_a_reader_may_not_see_leaves_its_salted_hash() -> None:
    first = next(event for event in events("public") if event["data_type"] == "countersign:action")
    assert "author" not in first
    assert len(first["author_withheld"]) == 64


def test_a_sentence_that_nobody_vouched_for_is_tagged() -> None:
    tagged = {event["data_type"] for event in events("public") if "needs-a-person" in event["tag"]}
    assert tagged == {"countersign:answer", "countersign:claim"}


def test_our_own_reader_of_timelines_reads_it_back() -> None:
    written = render(compose(case(), "inside", salt_of), "timesketch")
    assert looks_like_a_timeline(written)
    asked = Asked(account="1398600512", platform="x", handles=("ExamplianEmb",))
    told = timeline(written, "case.jsonl", asked)
    assert told.not_understood == ()
    assert len(told.traces) == len(written.splitlines())
    signed_in = [trace.session for trace in told.traces if trace.session.ip]
    assert {(one.ip, one.opened) for one in signed_in} == {(ADDRESS, ONSET - timedelta(minutes=2))}
    assert ONSET.tzinfo is UTC
