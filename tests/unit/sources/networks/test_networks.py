"""An address is looked up in the tables that lie here; which table said what, and as of when, is always told."""

from pathlib import Path

import pytest

from countersign.errors import SourceError
from countersign.sources.networks import NetworkFact, TableFile, address, is_private, is_table, opened, table_file
from tests.unit.sources.networks import mmdb

ISP = {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Telecom"}


def asn_table(folder: Path) -> TableFile:
    return table_file(
        str(mmdb.write(folder / "asn.mmdb", "Example-ASN", {"203.0.113.0/24": ISP, "2001:db8::/32": ISP}))
    )


def listed(folder: Path, text: str, name: str = "list.txt", kind: str = "") -> TableFile:
    (folder / name).write_text(text, encoding="utf-8")
    return table_file(str(folder / name), kind)


def fact(ip: str, *tables: TableFile) -> NetworkFact:
    with opened(tables) as networks:
        return networks.of(ip)


@pytest.mark.parametrize("ip", ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7", "203.0.113.7:443"])
def test_a_table_in_maxminds_format_tells_whose_network_an_address_is_of(tmp_path: Path, ip: str) -> None:
    found = fact(ip, asn_table(tmp_path))
    assert (found.asn, found.organisation) == (64500, "Example Telecom")
    assert found.told_by == ("Example-ASN (2026-11-01)",)


def test_countries_and_anonymisers_are_read(tmp_path: Path) -> None:
    land = mmdb.write(tmp_path / "c.mmdb", "Example-Country", {"198.51.100.0/24": {"country": {"iso_code": "FR"}}})
    anonymous = mmdb.write(tmp_path / "a.mmdb", "Example-Anonymous-IP", {"198.51.100.0/24": {"is_anonymous_vpn": True}})
    found = fact("198.51.100.9", table_file(str(land)), table_file(str(anonymous)))
    assert (found.country, found.kind) == ("FR", "vpn")


def test_lists_of_networks_and_as_numbers_tell_the_kind(tmp_path: Path) -> None:
    vpn = listed(
        tmp_path, "# kind: vpn\n# date: 2026-10-01\n# name: exits\n198.51.100.0/25\nAS64500 # a provider\nnonsense\n"
    )
    assert (vpn.name, vpn.date, vpn.kind, vpn.entries) == ("exits", "2026-10-01", "vpn", 2)
    assert fact("198.51.100.127", vpn).kind == "vpn"
    assert fact("198.51.100.128", vpn).kind == "unknown"
    assert fact("203.0.113.7", vpn).kind == "unknown"
    assert fact("203.0.113.7", vpn, asn_table(tmp_path)).kind == "vpn"


def test_ones_own_office_goes_before_all_other_kinds(tmp_path: Path) -> None:
    hosting = listed(tmp_path, "203.0.113.0/24\n", "h.txt", "hosting")
    office = listed(tmp_path, "203.0.113.0/28\n", "o.txt", "office")
    assert fact("203.0.113.7", hosting, office).kind == "office"
    assert fact("203.0.113.99", hosting, office).kind == "hosting"


@pytest.mark.parametrize(
    "ip", ["10.0.0.5", "192.168.1.1", "172.31.0.1", "100.64.0.9", "127.0.0.1", "fe80::1", "fd00::1", "::1"]
)
def test_private_addresses_tell_nothing(tmp_path: Path, ip: str) -> None:
    everything = listed(tmp_path, "0.0.0.0/0\n::/0\n", kind="vpn")
    assert is_private(address(ip))
    assert fact(ip, everything) == NetworkFact(kind="private")


def test_what_is_no_address_is_unknown(tmp_path: Path) -> None:
    assert fact("not an address", asn_table(tmp_path)) == NetworkFact()
    assert fact("", asn_table(tmp_path)) == NetworkFact()


@pytest.mark.parametrize("text", ["", "# kind: vpn\n", "a\nb\n", "203.0.113.0/24\n", "# kind: moon\n203.0.113.0/24\n"])
def test_a_list_without_networks_or_kind_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError) as error:
        listed(tmp_path, text)
    assert error.value.code == "CS191"
    assert error.value.hint


def test_a_table_that_was_changed_is_gone_or_broken_is_told(tmp_path: Path) -> None:
    changed = listed(tmp_path, "203.0.113.0/24\n", "changed.txt", "vpn")
    gone = listed(tmp_path, "203.0.113.0/24\n", "gone.txt", "vpn")
    broken = asn_table(tmp_path)
    (tmp_path / "changed.txt").write_text("198.51.100.0/24\n")
    (tmp_path / "gone.txt").unlink()
    content = bytearray((tmp_path / "asn.mmdb").read_bytes())
    (tmp_path / "asn.mmdb").write_bytes(content[: content.index(mmdb.MARK) + len(mmdb.MARK)])
    with opened((changed, gone, broken)) as networks:
        said = " | ".join(networks.remarks)
        assert networks.of("203.0.113.7") == NetworkFact()
    assert "changed.txt is not the one that was added" in said
    assert "gone.txt is not used" in said
    assert "asn.mmdb is not used: a damaged MaxMind DB" in said


def test_a_damaged_tree_never_raises(tmp_path: Path) -> None:
    whole = mmdb.write(tmp_path / "asn.mmdb", "Example-ASN", {"203.0.113.0/24": ISP}).read_bytes()
    for place in range(0, whole.index(mmdb.MARK), 7):
        (tmp_path / "hurt.mmdb").write_bytes(whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :])
        with opened((TableFile(path=str(tmp_path / "hurt.mmdb")),)) as networks:
            assert networks.of("203.0.113.7").kind == "unknown"


def test_tables_are_known_by_their_content(tmp_path: Path) -> None:
    asn_table(tmp_path)
    (tmp_path / "a.txt").write_text("# kind: vpn\n203.0.113.0/24\n")
    (tmp_path / "b.csv").write_text("ip,created_at\n")
    assert [is_table(str(tmp_path / name)) for name in ("asn.mmdb", "a.txt", "b.csv", "none")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_table_of_as_numbers_is_a_list_whether_or_not_it_writes_as(tmp_path: Path) -> None:
    bare = listed(tmp_path, 'ASN,Entity\n64500,"Example Hosting, FR"\n64501, "Other"\n', "bad-asn.csv", "hosting")
    assert (bare.entries, bare.not_understood) == (2, 0)
    assert fact("203.0.113.7", asn_table(tmp_path), bare).kind == "hosting"


def test_a_list_of_as_numbers_alone_tells_nothing_and_that_is_said(tmp_path: Path) -> None:
    bare = listed(tmp_path, "# kind: vpn\n# date: 2026-10-01\nAS64500\n")
    with opened([bare]) as networks:
        assert networks.of("203.0.113.7").kind == "unknown"
        assert "no table says which address is of which" in networks.remarks[0]
    with opened([bare, asn_table(tmp_path)]) as networks:
        assert networks.of("203.0.113.7").kind == "vpn"
        assert networks.remarks == ()


def test_lines_that_are_no_network_are_counted(tmp_path: Path) -> None:
    assert listed(tmp_path, "# kind: vpn\n203.0.113.0/24\nnonsense\n").not_understood == 1


@pytest.mark.parametrize("ip", ["64:ff9b::203.0.113.7", "::ffff:203.0.113.7"])
def test_an_address_that_was_translated_on_the_way_is_the_one_it_was(ip: str) -> None:
    assert str(address(ip)) == "203.0.113.7"


@pytest.mark.parametrize("ip", ["100.64.3.4", "10.0.0.1", "fd00::1", "fe80::1%eth0", "127.0.0.1", "::ffff:10.0.0.1"])
def test_addresses_of_one_building_or_one_provider_tell_nothing(ip: str) -> None:
    assert is_private(address(ip))
