"""Opens the tables of networks that a user names and says of an address what they say, and as of when."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from countersign.errors import SourceError
from countersign.sources.networks.addresses import address, is_private
from countersign.sources.networks.lists import NetworkList

NetworkKind = Literal["home", "mobile", "office", "hosting", "vpn", "tor", "private", "unknown"]
LISTED: Final[tuple[NetworkKind, ...]] = ("office", "tor", "vpn", "hosting", "mobile", "home")
"""What a list may be of. Where several know an address, the first of these is said: one's own office above all."""
MOST_BYTES: Final = 1 << 30
"""The largest public tables (cities of the world) have 150 MB."""
_MARK: Final = b"\xab\xcd\xefMaxMind.com"
_MARK_WITHIN: Final = 128 * 1024
"""MaxMind DB format 2.0: the metadata begins after this mark, in the last 128 KiB."""
_KIND: Final = re.compile(rb"(?im)^#\s*kind\s*[:=]")
_FLAGS: Final[Mapping[str, NetworkKind]] = {
    "is_tor_exit_node": "tor", "is_anonymous_vpn": "vpn", "is_residential_proxy": "vpn", "is_public_proxy": "vpn",
    "is_hosting_provider": "hosting",
}  # fmt: skip
_CONNECTIONS: Final[Mapping[str, NetworkKind]] = {
    "cable/dsl": "home", "residential": "home", "cellular": "mobile", "corporate": "office", "hosting": "hosting",
}  # fmt: skip


class TableFile(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was named: where it lies, what a list is of, what it is called, its own date, its SHA-256."""

    path: str
    kind: str = ""
    name: str = ""
    date: str = ""
    sha256: str = ""
    entries: int = 0
    not_understood: int = 0


class NetworkFact(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables say of one address, and which of them: "ISP table (1 Nov 2026)"."""

    kind: NetworkKind = "unknown"
    asn: int | None = None
    organisation: str = ""
    country: str = ""
    told_by: tuple[str, ...] = ()


class Networks:
    """The tables that could be opened, and sentences about those that could not. `opened` makes it."""

    def __init__(self, tables: "Sequence[_Table]", remarks: Sequence[str]) -> None:
        self._tables, self.remarks = tuple(tables), tuple(remarks)
        self.tables = tuple(table.file for table in tables)
        self._known: dict[str, NetworkFact] = {}

    def of(self, written: str | None) -> NetworkFact:
        """Return what is known of an address; nothing of one that is missing or cannot be read."""
        if not written:
            return NetworkFact()
        if written not in self._known:
            self._known[written] = self._of(written)
        return self._known[written]

    def _of(self, written: str) -> NetworkFact:
        try:
            found = address(written)
        except ValueError:
            return NetworkFact()
        if is_private(found):
            return NetworkFact(kind="private")
        said = [(table, table.of(str(found), None)) for table in self._tables if table.listed is None]
        asn = next((fact.asn for _, fact in said if fact.asn is not None), None)
        said += [(table, table.of(str(found), asn)) for table in self._tables if table.listed is not None]
        kinds = {fact.kind for _, fact in said}
        return NetworkFact(
            kind=next((kind for kind in LISTED if kind in kinds), "unknown"),
            asn=asn,
            organisation=next((fact.organisation for _, fact in said if fact.organisation), ""),
            country=next((fact.country for _, fact in said if fact.country), ""),
            told_by=tuple(table.shown for table, fact in said if fact != NetworkFact()),
        )


class _Table:
    """One open table: a MaxMind DB (`reader`) or a list (`listed`)."""

    def __init__(self, file: TableFile, reader: Any = None, listed: NetworkList | None = None) -> None:
        self.file, self._reader, self.listed = file, reader, listed
        self.shown = f"{file.name} ({file.date or 'without a date'})"

    def of(self, written: str, asn: int | None) -> NetworkFact:
        """Return what this table says of an address."""
        if self.listed is not None:
            known = address(written) in self.listed or asn in self.listed.asns
            return NetworkFact(kind=_listed(self.file.kind)) if known else NetworkFact()
        try:
            record = self._reader.get(written)
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RuntimeError):  # also InvalidDatabaseError
            return NetworkFact()  # an IPv4 table asked for an IPv6 address, or a damaged branch
        return _fact(record) if isinstance(record, dict) else NetworkFact()


@contextmanager
def opened(files: Sequence[TableFile]) -> Iterator[Networks]:
    """Give the tables of these files; one that is gone, changed or damaged is told of and passed over."""
    with ExitStack() as stack:
        tables, remarks = [], []
        for file in files:
            try:
                table = _opened(file, stack)
            except SourceError as error:
                remarks.append(f"the table {Path(file.path).name} is not used: {error.message}")
                continue
            if file.sha256 and table.file.sha256 != file.sha256:
                remarks.append(f"the table {table.file.name} is not the one that was added: it was changed since")
            if not table.file.date:
                remarks.append(f"the table {table.file.name} does not say as of when it is")
            tables.append(table)
        remarks += _without_numbers(tables)
        yield Networks(tables, remarks)


def _without_numbers(tables: "Sequence[_Table]") -> Iterator[str]:
    """Yield which lists hold AS numbers while no table tells the AS number of an address."""
    if any(table.listed is None for table in tables):
        return
    for table in tables:
        if table.listed is not None and table.listed.asns:
            said = f"the list {table.file.name} has AS numbers"
            yield f"{said}, and no table says which address is of which: add one (.mmdb)"


def table_file(path: str, kind: str = "") -> TableFile:
    """Return what a table says of itself, after reading it; raises SourceError where it is none."""
    with ExitStack() as stack:
        return _opened(TableFile(path=str(Path(path).resolve()), kind=kind), stack).file


def is_table(path: str) -> bool:
    """Say whether a file is a MaxMind DB, by its mark, or a list that says of what kind its networks are."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(2_000)
            file.seek(max(0, file.seek(0, 2) - _MARK_WITHIN))
            return _MARK in file.read() or _KIND.search(head) is not None
    except OSError:
        return False


def _opened(file: TableFile, stack: ExitStack) -> _Table:
    content = _content(file.path)
    file = msgspec.structs.replace(file, sha256=hashlib.sha256(content).hexdigest())
    if _MARK in content[-_MARK_WITHIN:]:
        return _database(file, stack)
    try:
        listed = NetworkList(content.decode("utf-8-sig"), file.path)
    except UnicodeDecodeError as cause:
        raise SourceError("neither a MaxMind DB nor a list of networks", where=file.path, code="CS191",
                          hint="give a .mmdb file, or a text with one network a line") from cause  # fmt: skip
    kind = file.kind or listed.header.get("kind", "")
    if kind not in LISTED:
        raise SourceError("it does not say what its networks are", where=file.path, code="CS191",
                          hint=f"add a line '# kind: vpn' ({', '.join(LISTED)}), or --as vpn")  # fmt: skip
    name = file.name or listed.header.get("name", Path(file.path).name)
    date = file.date or listed.header.get("date", "")
    return _Table(
        msgspec.structs.replace(
            file, kind=kind, name=name, date=date, entries=len(listed), not_understood=listed.not_understood
        ),
        listed=listed,
    )


def _database(file: TableFile, stack: ExitStack) -> _Table:
    import maxminddb  # here, so that those who have no table do not wait for it

    try:
        reader = stack.enter_context(maxminddb.open_database(file.path, maxminddb.MODE_MEMORY))
        about = reader.metadata()
        date = datetime.fromtimestamp(about.build_epoch, UTC).strftime("%Y-%m-%d")
    except (maxminddb.InvalidDatabaseError, ValueError, TypeError, KeyError, OSError, OverflowError, RecursionError,
            AttributeError, IndexError) as cause:  # fmt: skip
        raise SourceError("a damaged MaxMind DB", where=file.path, code="CS191",
                          hint="get it again from where it came") from cause  # fmt: skip
    return _Table(
        msgspec.structs.replace(file, name=str(about.database_type), date=date, entries=about.node_count), reader
    )


def _content(path: str) -> bytes:
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise SourceError("too large for a table of networks", where=path, code="CS191",
                              hint="at most 1 GiB is read")  # fmt: skip
        return Path(path).read_bytes()
    except OSError as cause:
        raise SourceError(f"it cannot be read ({cause.strerror})", where=path, code="CS101",
                          hint="name the table again, or remove it from evidence.networks") from cause  # fmt: skip


def _fact(record: Mapping[str, Any]) -> NetworkFact:
    asn = record.get("autonomous_system_number", record.get("asn"))
    country = record.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else country
    flags = record.get("traits") if isinstance(record.get("traits"), dict) else record
    return NetworkFact(
        kind=_kind(flags if isinstance(flags, dict) else {}, record),
        asn=_number(asn),
        organisation=str(record.get("autonomous_system_organization") or record.get("as_name") or "")[:200],
        country=str(code or record.get("country_code") or "")[:2].upper(),
    )


def _kind(flags: Mapping[str, Any], record: Mapping[str, Any]) -> NetworkKind:
    for flag, kind in _FLAGS.items():
        if flags.get(flag) is True:
            return kind
    said = flags.get("user_type") or record.get("connection_type") or ""
    return _CONNECTIONS.get(str(said).lower(), "unknown")


def _number(asn: Any) -> int | None:
    digits = str(asn).upper().removeprefix("AS") if asn is not None else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None


def _listed(kind: str) -> NetworkKind:
    return next((one for one in LISTED if one == kind), "unknown")
