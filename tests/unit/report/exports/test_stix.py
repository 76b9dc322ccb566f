"""The STIX bundle: OASIS' validator and library take it, it attributes nothing, it goes no further than its reader."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import stix2
from stix2validator import ValidationOptions, validate_string

from countersign.report import READERS, Case, Reader, compose, render
from tests.contract.test_formats import HOSTILE, bare, many, rich
from tests.unit.report.made_up import case, salt_of

UUIDS_OF_VERSION_5 = "103"
"""The one recommendation that is left aside: our ids are made, not drawn, so that a case has the same ones."""
STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"


def bundle(reader: Reader, made: Case) -> str:
    return render(compose(made, reader, salt_of), "stix").decode()


def objects(reader: Reader, made: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bundle(reader, made))["objects"]
    return found


def check(written: str) -> None:
    options = ValidationOptions(version="2.1", strict=True, disabled=[UUIDS_OF_VERSION_5], enforce_refs=True)
    result = validate_string(written, options)
    assert result.is_valid, [str(error) for one in result.object_results for error in one.errors]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("made", [rich, bare], ids=["rich", "bare"])
def test_oasis_validator_has_nothing_to_say_and_their_library_reads_it(reader: Reader, made: Any) -> None:
    written = bundle(reader, made())
    check(written)
    assert len(stix2.parse(written, allow_custom=False).objects) == len(json.loads(written)["objects"])


@pytest.mark.parametrize("words", [one for one in HOSTILE if one], ids=lambda one: ascii(one[:8]))
def test_it_is_valid_whatever_strangers_wrote(words: str) -> None:
    check(bundle("inside", case(words=words, handle=f"@{words}")))


@pytest.mark.parametrize("reader", READERS)
def test_it_attributes_nothing_to_anybody(reader: Reader) -> None:
    found = objects(reader, rich())
    assert not {"threat-actor", "intrusion-set", "campaign", "indicator"} & {one["type"] for one in found}
    assert "attributed-to" not in {one.get("relationship_type") for one in found}
    assert {one["identity_class"] for one in found if one["type"] == "identity"} == {"organization", "system"}


@pytest.mark.parametrize(("reader", "marking"), [("inside", STRICT), ("platform", STRICT), ("public", CLEAR)])
def test_every_object_is_marked_as_its_reader_may_pass_it_on(reader: Reader, marking: str) -> None:
    for one in objects(reader, case(claims=(), replies=(), evaluation=None)):
        if one["type"] not in ("marking-definition", "extension-definition") and one.get("name") != "Countersign":
            assert one["object_marking_refs"] == [marking]


def test_a_draft_for_the_public_stays_in_the_house_and_is_no_report() -> None:
    found = objects("public", rich())
    assert {ref for one in found for ref in one.get("object_marking_refs", ())} == {STRICT}
    kinds = {one["type"] for one in found}
    assert "grouping" in kinds
    assert "report" not in kinds


def test_a_time_that_was_not_given_is_the_span_that_it_lies_in() -> None:
    (untimed,) = [
        one
        for one in objects("inside", rich())
        if one["type"] == "observed-data" and extension(one).get("number") == 4 and "bits" in extension(one)
    ]
    assert (untimed["first_observed"], untimed["last_observed"]) == (
        "2026-08-31T01:14:07.000Z",
        "2026-09-09T01:14:07.000Z",
    )
    assert extension(untimed)["exact_time"] is False


def test_an_action_without_bounds_is_a_note_and_not_lost() -> None:
    found = objects("inside", bare())
    assert not [one for one in found if one["type"] == "observed-data"]
    assert [one for one in found if one.get("abstract") == "Observed; the platform gives no time"]


def test_what_was_observed_is_said_to_belong_to_the_incident_once() -> None:
    (sighting,) = [one for one in objects("inside", many(3)) if one["type"] == "sighting"]
    assert sighting["sighting_of_ref"].startswith("incident--")
    assert sighting["count"] == 3


def test_a_later_version_has_the_same_ids_and_a_later_time() -> None:
    first = rich()
    later = msgspec.structs.replace(first, made=first.made + timedelta(days=1), version=2)
    before = {one["id"]: one for one in objects("inside", first)}
    after = {one["id"]: one for one in objects("inside", later)}
    assert set(before) == set(after)
    for name, one in before.items():
        assert one.get("created") == after[name].get("created")
        assert one.get("modified", "") <= after[name].get("modified", "")


def extension(one: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(one.get("extensions", {}).values()), {})
    return found
