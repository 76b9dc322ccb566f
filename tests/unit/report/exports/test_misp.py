"""The MISP event: PyMISP reads it, its objects are as MISP's templates say, and nothing of it is for detection."""

import json
from typing import Any

import pytest
from pymisp import MISPEvent, MISPObject

from countersign.report import READERS, Case, Reader, compose, render
from countersign.report.exports.saying import uuid
from tests.contract.test_formats import HOSTILE, bare, rich
from tests.unit.report.made_up import ADDRESS, case, salt_of

MOST_BYTES = 65_535
"""What MISP's database keeps of one value."""


def event(reader: Reader, made: Case) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(compose(made, reader, salt_of), "misp"))["Event"]
    return found


def attributes(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [*found.get("Attribute", []), *(one for part in found["Object"] for one in part["Attribute"])]


def values(found: dict[str, Any]) -> set[str]:
    """Return all values; PyMISP writes times without the fraction of a second that is nought."""
    return {one["value"].replace(".000000+", "+") for one in attributes(found)}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("made", [rich, bare], ids=["rich", "bare"])
def test_pymisp_reads_all_of_it_and_gives_it_back(reader: Reader, made: Any) -> None:
    written = event(reader, made())
    read = MISPEvent()
    read.load(json.dumps({"Event": written}))
    back = json.loads(read.to_json())
    assert len(back["Object"]) == len(written["Object"])
    assert values(back) == values(written)
    assert back["uuid"] == written["uuid"]


@pytest.mark.parametrize("reader", READERS)
def test_each_object_is_as_its_template_says(reader: Reader) -> None:
    for made in (rich(), bare()):
        for one in event(reader, made)["Object"]:
            template = MISPObject(one["name"], strict=True)._definition
            assert template is not None
            assert (one["template_uuid"], one["template_version"]) == (template["uuid"], str(template["version"]))
            assert one["meta-category"] == template["meta-category"]
            there = [part["object_relation"] for part in one["Attribute"]]
            assert set(template.get("required", ())) <= set(there)
            assert not template.get("requiredOneOf") or set(template["requiredOneOf"]) & set(there)
            for part in one["Attribute"]:
                told = template["attributes"][part["object_relation"]]
                assert part["type"] == told["misp-attribute"]
                assert told.get("multiple") or there.count(part["object_relation"]) == 1
                assert part["value"] in told.get("values_list", [part["value"]])


def test_every_attribute_has_a_category_that_takes_its_type_and_is_not_for_detection() -> None:
    described = MISPEvent().describe_types["category_type_mappings"]
    for reader in READERS:
        for one in attributes(event(reader, rich())):
            assert one["type"] in described[one["category"]]
            assert one["to_ids"] is False
            assert one["distribution"] == "5"


@pytest.mark.parametrize(
    ("reader", "distribution", "tag"),
    [("inside", "0", "tlp:amber+strict"), ("platform", "0", "tlp:amber+strict"), ("public", "3", "tlp:clear")],
)
def test_it_goes_no_further_than_its_reader(reader: Reader, distribution: str, tag: str) -> None:
    found = event(reader, case(claims=(), replies=(), evaluation=None))
    assert found["distribution"] == distribution
    assert [one["name"] for one in found["Tag"]] == [tag]
    assert found["published"] is False


def test_a_draft_for_the_public_stays_in_the_house() -> None:
    found = event("public", rich())
    assert found["distribution"] == "0"
    assert {one["name"] for one in found["Tag"]} == {"tlp:amber+strict", 'workflow:state="draft"'}


def test_its_time_is_that_of_the_case_and_bounds_are_first_and_last_seen() -> None:
    report = compose(rich(), "inside", salt_of)
    found = event("inside", rich())
    assert found["timestamp"] == "1789315200"
    wanted = f"{uuid(report, 'temporal-event', 'action', 4)}"
    (untimed,) = [one for one in found["Object"] if one["uuid"] == wanted]
    assert untimed["first_seen"].startswith("2026-08-31T01:14:07")
    assert untimed["last_seen"].startswith("2026-09-09T01:14:07")


def test_an_address_is_there_once_for_those_who_may_see_it() -> None:
    assert [one["value"] for one in event("platform", rich())["Attribute"]] == [ADDRESS]
    assert event("public", rich()).get("Attribute", []) == []


def test_the_whole_report_goes_along_as_its_reader_gets_it() -> None:
    (report,) = event("public", rich())["EventReport"]
    assert report["content"] == render(compose(rich(), "public", salt_of), "md").decode()


@pytest.mark.parametrize("words", [one for one in HOSTILE if one], ids=lambda one: ascii(one[:8]))
def test_every_value_fits_into_misps_database(words: str) -> None:
    found = event("inside", case(words=words * (1 if len(words) > 99 else 3_000), handle=f"@{words}"))
    for one in attributes(found):
        assert len(one["value"].encode()) <= MOST_BYTES
        assert one["value"].strip()
