"""The home zone that X names is one that every machine knows."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from countersign.activity import Identity
from countersign.sources.x_archive.zones import _ZONES, zone
from tests.unit.sources.x_archive.archives import OWNER, js, only, packed, read, remarks


@pytest.mark.parametrize("name", sorted(_ZONES))
def test_every_zone_that_x_names_is_in_the_database(name: str) -> None:
    found = zone(name)
    assert found is not None
    assert ZoneInfo(found).key == found


def test_an_unknown_zone_is_told_and_not_guessed(tmp_path: Path) -> None:
    row = {"accountTimezone": {"accountId": OWNER, "timeZone": "Middle of Nowhere"}}
    ref = packed(tmp_path / "a.zip", {"data/account-timezone.js": js("account_timezone", [row])})
    assert [one.time_zone for one in only(Identity, read(ref))] == [None]
    assert "the time zone that X names is not known: Middle of Nowhere" in remarks(ref)
