"""A value in DER has one form: every other one is refused, so that no two readers can read different things."""

from datetime import UTC, datetime, timedelta

import pytest

from countersign.evidence.stamp import DerError
from countersign.evidence.stamp.der import (
    INTEGER,
    OID,
    Element,
    boolean,
    encode_integer,
    encode_oid,
    integer,
    moment,
    oid,
    only,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_fraction_of_a_second_is_counted_up() -> None:
    assert moment(Element(0x18, b"20261123120000.001Z", b"")) == NOW + timedelta(seconds=1)
    for wrong in (b"20261123120000.0Z", b"20261123120000.Z", b"20261123120000", b"20261323120000Z", b"261123120000Z",
                  b"20261123120060Z", b"20261123120000+0000", b""):  # fmt: skip
        with pytest.raises(DerError):
            moment(Element(0x18, wrong, b""))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 2**63, 2**159])
def test_numbers_are_written_as_they_are_read(value: int) -> None:
    assert integer(only(encode_integer(value), INTEGER, "a number")) == value


@pytest.mark.parametrize("name", ["1.2.840.113549.1.9.16.1.4", "2.16.840.1.101.3.4.2.1", "2.999.3", "0.0", "1.39.0"])
def test_object_identifiers_are_written_as_they_are_read(name: str) -> None:
    assert oid(only(encode_oid(name), OID, "a name")) == name


@pytest.mark.parametrize("wrong", ["020200ff00", "02020001", "0202ff80", "0200", "0281017f", "02", "028001"])
def test_numbers_that_are_not_in_their_one_form_are_refused(wrong: str) -> None:
    with pytest.raises(DerError):
        integer(only(bytes.fromhex(wrong), INTEGER, "a number"))


@pytest.mark.parametrize("wrong", ["0600", "060180", "06028001", "060181", "1f01", "060aff" + "ff" * 8 + "7f00"])
def test_names_that_are_not_in_their_one_form_are_refused(wrong: str) -> None:
    with pytest.raises(DerError):
        oid(only(bytes.fromhex(wrong), OID, "a name"))


def test_truth_is_all_ones() -> None:
    assert boolean(Element(1, b"\xff", b""))
    with pytest.raises(DerError):
        boolean(Element(1, b"\x01", b""))
