"""The network's own cases of interoperability hold, and a real export is read as its peers read it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from countersign.activity import Activity, Identity, NotUnderstood
from countersign.sources.bluesky import source
from countersign.sources.bluesky.car import decoded
from countersign.sources.bluesky.syntax import address, cid_text, declared_time, tid_time
from countersign.sources.bluesky.tree import height
from countersign.text.atproto import is_did, is_nsid, is_record_key
from tests.unit.sources.bluesky.forge import cid

_RULES: dict[str, Callable[[str], bool]] = {
    "tid": lambda text: tid_time(text) is not None,
    "did": is_did,
    "nsid": is_nsid,
    "recordkey": is_record_key,
    "aturi": lambda text: address(text) is not None,
}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().split("\n") if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("kind", _RULES)
def test_identifiers_are_valid_or_not_as_the_network_says(data_folder: Path, kind: str) -> None:
    folder = data_folder / "interop" / "syntax"
    valid, invalid = (_lines(folder / f"{kind}_syntax_{name}.txt") for name in ("valid", "invalid"))
    assert len(valid) > 3
    assert [text for text in valid if not _RULES[kind](text)] == []
    assert [text for text in invalid if _RULES[kind](text)] == []


def test_times_are_valid_or_not_as_the_network_says(data_folder: Path) -> None:
    folder = data_folder / "interop" / "syntax"
    refused = [line for line in _lines(folder / "datetime_syntax_valid.txt") if declared_time(line) is None]
    # Python has no year 0; no record of that time is possible, so nothing is lost.
    assert refused == ["0000-01-01T00:00:00.000Z"]
    for name in ("datetime_syntax_invalid", "datetime_parse_invalid"):
        assert [line for line in _lines(folder / f"{name}.txt") if declared_time(line) is not None] == []


def test_keys_stand_on_the_layers_that_the_network_says(data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop" / "mst" / "key_heights.json").read_text())
    assert [height(case["key"]) for case in cases] == [case["height"] for case in cases]
    assert [height(key) for key in _lines(data_folder / "interop" / "mst" / "example_keys.txt")] == [
        int(key[1]) for key in _lines(data_folder / "interop" / "mst" / "example_keys.txt")
    ]


def test_blocks_have_the_identifiers_that_the_network_says(data_folder: Path) -> None:
    cases = json.loads((data_folder / "interop" / "data-model" / "data-model-fixtures.json").read_text())
    for case in cases:
        block = base64.b64decode(case["cbor_base64"] + "==")
        assert isinstance(decoded(block), dict)
        assert cid_text(cid(block)) == case["cid"]


def test_a_real_export_is_read_as_its_peers_read_it(data_folder: Path) -> None:
    folder = data_folder / "jetstream"
    received = list(source.open(str(folder / "repo.car")))
    expected = dict(line.split("\t") for line in _lines(folder / "car_expected_records.tsv"))
    assert {one.context["key"]: one.context["cid"] for one in received if one.context["kind"] == "record"} == expected
    commit = dict(line.split(": ", 1) for line in _lines(folder / "car_expected_commit.txt"))
    found = [value for one in received for value in source.parse(one)]
    assert {value.account for value in found if isinstance(value, Identity)} == {commit["DID"]}
    assert received[0].context["rev"] == commit["Revision"]
    assert not any(isinstance(value, NotUnderstood) for value in found)
    acts = [value for value in found if isinstance(value, Activity)]
    assert len(acts) == len(expected)
    assert all(act.published is not None for act in acts)
