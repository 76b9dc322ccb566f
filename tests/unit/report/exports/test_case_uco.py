"""The CASE/UCO graph: it conforms to the ontologies' shapes, and each exhibit says how, when and by what."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from countersign.report import Case, Reader, compose, render
from tests.contract.test_formats import HOSTILE, bare, rich
from tests.unit.report.made_up import ADDRESS, case, salt_of

VALIDATE = str(Path(sys.executable).with_name("case_validate"))
"""The validator of the CASE community, as a program of its own: what it warns of its own libraries is not about us."""
VERSION = "case-1.4.0"


def nodes(reader: Reader, made: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render(compose(made, reader, salt_of), "case"))["@graph"]
    return found


def of_type(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["@type"] == kind]


def hostile() -> Case:
    """Return a case in which strangers wrote everything at once, as whole text and as a name."""
    words = "".join(one for one in HOSTILE if len(one) < 100)
    return case(words=words, handle=f"@{words}")


def test_it_conforms_to_the_shapes_of_case_and_uco(tmp_path: Path) -> None:
    cases: list[tuple[Reader, Case]] = [
        ("inside", rich()), ("public", msgspec.structs.replace(bare(), number=2)),
        ("platform", msgspec.structs.replace(hostile(), number=3)),
    ]  # fmt: skip
    for reader, made in cases:
        (tmp_path / f"{reader}.jsonld").write_bytes(render(compose(made, reader, salt_of), "case"))
    done = subprocess.run(
        [VALIDATE, "--built-version", VERSION, "--allow-info", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout
    assert "NonExistentCDOConcept" not in done.stderr


def test_the_validator_would_say_what_is_wrong(tmp_path: Path) -> None:
    wrong = render(compose(rich(), "public", salt_of), "case").replace(
        b"investigation:exhibitNumber", b"core:exhibitNr"
    )
    (tmp_path / "wrong.jsonld").write_bytes(wrong)
    command = [VALIDATE, "--built-version", VERSION, "--allow-info", str(tmp_path / "wrong.jsonld")]
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_every_node_has_an_id_of_its_own_and_everything_that_is_pointed_at_is_there() -> None:
    for made in (rich(), bare(), hostile()):
        found = nodes("inside", made)
        ids = [one["@id"] for one in found]
        assert len(set(ids)) == len(ids)
        assert set(pointed_at(found)) <= set(ids)


def test_each_exhibit_has_its_number_hash_leaf_and_how_it_was_obtained() -> None:
    found = nodes("public", rich())
    records = of_type(found, "investigation:ProvenanceRecord")
    assert [one["investigation:exhibitNumber"] for one in records] == ["1", "2"]
    assert [one["cs:leaf"] for one in records] == [4171, 4172]
    assert {one["types:hashValue"]["@value"] for one in of_type(found, "types:Hash")} == {"cd" * 32}
    sealings = [
        one for one in of_type(found, "investigation:InvestigativeAction") if one["core:name"].startswith("sealed")
    ]
    assert [one["action:startTime"]["@value"] for one in sealings] == ["2026-09-12T10:00:00.000Z"] * 2


def test_bounds_are_marked_as_bounds_and_an_instant_is_not() -> None:
    actions = of_type(nodes("inside", rich()), "observable:ObservableAction")
    liked = [one for one in actions if one["core:name"] == "liked"]
    assert ["core:tag" in one for one in liked] == [False, False, True]
    assert liked[2]["action:startTime"]["@value"] == "2026-08-31T01:14:07.000Z"


def test_the_platform_has_the_address_and_the_public_has_none() -> None:
    facets = of_type(nodes("platform", rich()), "observable:IPv4AddressFacet")
    assert [one["observable:addressValue"] for one in facets] == [ADDRESS]
    assert of_type(nodes("public", rich()), "observable:IPv4AddressFacet") == []


def pointed_at(value: object) -> list[str]:
    if isinstance(value, dict):
        mine = [value["@id"]] if set(value) == {"@id"} else []
        return [*mine, *(one for inner in value.values() for one in pointed_at(inner))]
    return [one for inner in value for one in pointed_at(inner)] if isinstance(value, list) else []
