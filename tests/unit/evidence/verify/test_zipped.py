"""A zip is read in one way or not at all: every trick by which two readers see two things is refused."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.evidence.bundle import write_zip
from countersign.evidence.verify.codes import Stop
from countersign.evidence.verify.zipped import Unzipped, read_zip

FILES = {"bagit.txt": b"hello", "data/bundle.json": b"{}" * 300}
OURS = write_zip("case", FILES)
PATHS = st.from_regex(r"[!-.0-~]{1,8}(/[!-.0-~]{1,8}){0,2}", fullmatch=True)


def packed(*, method: int = zipfile.ZIP_DEFLATED, change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    """Return the zip that Python's zipfile makes of the files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in FILES.items():
            info = zipfile.ZipInfo(f"case/{path}")
            info.compress_type = method
            if change:
                change(info)
            archive.writestr(info, data)
    return out.getvalue()


def entry(name: bytes, data: bytes, at: int, *, flags: int = 0, extra: bytes = b"", local: bytes | None = None,
          method: int = 0, size: int | None = None, attributes: int = 0) -> tuple[bytes, bytes]:  # fmt: skip
    """Return a local header with data, and the directory's entry."""
    size = len(data) if size is None else size
    fields = (20, flags, method, 0, 33, zlib.crc32(data), len(data), size)
    name_there = name if local is None else local
    head = b"PK\3\4" + struct.pack("<HHHHHIIIHH", *fields, len(name_there), len(extra)) + name_there + extra
    central = b"PK\1\2" + struct.pack("<HHHHHHIIIHH", 0x0314, *fields, len(name), len(extra))
    return head + data, central + struct.pack("<HHHII", 0, 0, 0, attributes, at) + name + extra


def joined(*entries: tuple[bytes, bytes], between: bytes = b"", before: bytes = b"") -> bytes:
    local = before + b"".join(head for head, _ in entries) + between
    central = b"".join(part for _, part in entries)
    return (
        local
        + central
        + b"PK\5\6"
        + struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(central), len(local), 0)
    )


def refused(data: bytes) -> str:
    with pytest.raises(Stop) as stop:
        read_zip(data)
    assert stop.value.failure.code == "E_ZIP"
    return stop.value.failure.says


def files_of(read: Unzipped) -> dict[str, bytes]:
    return {path: bytes(data) for path, data in read.files.items()}


def test_our_own_zip_is_read_back() -> None:
    read = read_zip(OURS)
    assert (read.folder, files_of(read), read.repacked) == ("case", FILES, False)


def test_our_own_zip_is_one_that_everybody_can_read() -> None:
    with zipfile.ZipFile(io.BytesIO(OURS)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {f"case/{k}": v for k, v in FILES.items()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_of_another_program_is_read_and_told(method: int) -> None:
    read = read_zip(packed(method=method))
    assert (files_of(read), read.repacked) == (FILES, True)


def test_a_streamed_zip_with_descriptors_is_read() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in FILES.items():
            archive.writestr(f"case/{path}", data)
    assert out.getvalue().count(b"PK\7\x08") == len(FILES)
    assert files_of(read_zip(out.getvalue())) == FILES


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_zip_that_is_cut_off_is_refused(cut: int) -> None:
    refused(OURS[:-cut])
    refused(OURS[cut:])


def test_bytes_before_between_and_after_are_refused() -> None:
    one = entry(b"case/a", b"x", 0)
    assert files_of(read_zip(joined(one))) == {"a": b"x"}
    assert "between" in refused(joined(one, between=b"y"))
    refused(joined(one, before=b"y"))
    refused(joined(one) + b"y")
    refused(b"y" + OURS)
    refused(OURS + b"y")


def test_overlapping_files_are_refused() -> None:
    """One stretch of bytes cannot be two files: so 96 KB never become 50 GB."""
    head, central = entry(b"case/a", b"x" * 1000, 0)
    _, other = entry(b"case/b", b"x" * 1000, 0)
    assert "on top of each other" in refused(joined((head, central), (b"", other)))


def test_the_same_name_twice_is_refused() -> None:
    one = entry(b"case/a", b"x", 0)
    assert "twice" in refused(joined(one, entry(b"case/a", b"y", len(one[0]))))


def test_two_names_for_one_file_are_refused() -> None:
    assert "two names" in refused(joined(entry(b"case/a", b"x", 0, local=b"case/b")))


@pytest.mark.parametrize(
    "name", [b"case/a\0.txt", b"case/\xff", b"case/a b", b"case/\xc3\xa9", b"a", b"case/../a\n", b""]
)
def test_a_name_that_no_bundle_has_is_refused(name: bytes) -> None:
    refused(joined(entry(name, b"x", 0)))


@pytest.mark.parametrize("name", [b"../a", b"./a", b"/a", b"one/a"])
def test_files_lie_in_one_folder_of_a_plain_name(name: bytes) -> None:
    one = entry(b"case/a", b"x", 0)
    refused(joined(one, entry(name, b"y", len(one[0]))))
    if name != b"one/a":
        refused(joined(entry(name, b"y", 0)))


def test_a_size_that_lies_is_refused() -> None:
    squeezed = zlib.compress(b"x" * 100_000, wbits=-15)
    for size in (0, 99_999, 100_001, 2**32 - 1):
        refused(joined(entry(b"case/a", squeezed, 0, method=8, size=size)))


def test_a_bomb_is_not_unpacked() -> None:
    """It says that it is small and is not: no more is unpacked than is said."""
    bomb = zlib.compress(b"\0" * 50_000_000, wbits=-15)
    assert "size" in refused(joined(entry(b"case/a", bomb, 0, method=8, size=100)))
    assert "1 GiB" in refused(joined(entry(b"case/a", bomb, 0, method=8, size=2**31)))


def test_bytes_after_the_end_of_a_deflated_file_are_refused() -> None:
    squeezed = zlib.compress(b"hello", wbits=-15) + b"more"
    head, central = entry(b"case/a", squeezed, 0, method=8, size=5)
    crc = struct.pack("<I", zlib.crc32(b"hello"))
    assert "size" in refused(joined((head[:14] + crc + head[18:], central[:16] + crc + central[20:])))


@pytest.mark.parametrize("extra", [struct.pack("<HH", 1, 0), struct.pack("<HHQ", 0x7075, 8, 0), b"\1", b"\2\0\5\0a"])
def test_an_extra_field_that_changes_anything_or_is_cut_off_is_refused(extra: bytes) -> None:
    refused(joined(entry(b"case/a", b"x", 0, extra=extra)))


def test_an_extra_field_of_times_is_skipped() -> None:
    assert files_of(read_zip(joined(entry(b"case/a", b"x", 0, extra=b"UT\5\0\1aaaa")))) == {"a": b"x"}


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o060644])
def test_a_link_in_a_zip_is_refused(mode: int) -> None:
    assert "link" in refused(joined(entry(b"case/a", b"x", 0, attributes=mode << 16)))


@pytest.mark.parametrize("flags", [1, 1 << 5, 1 << 6, 1 << 13])
def test_encryption_and_patches_are_refused(flags: int) -> None:
    refused(joined(entry(b"case/a", b"x", 0, flags=flags)))


def test_an_end_record_within_a_comment_is_no_end() -> None:
    """Two readers could take two different ends for the end: so there is only the last one, without a comment."""
    inner = joined(entry(b"case/a", b"x", 0))
    outer = inner[:-2] + struct.pack("<H", 22) + inner[-22:]
    refused(outer)


def test_a_zip_with_our_comment_but_other_bytes_is_refused() -> None:
    data = packed(method=zipfile.ZIP_STORED)
    refused(data[:-2] + OURS[-22:])


def test_what_is_passed_over_is_read_as_strictly() -> None:
    one = entry(b"case/a", b"x", 0)
    good = joined(one, entry(b"__MACOSX/._a", b"y", len(one[0])))
    assert files_of(read_zip(good)) == {"a": b"x"}
    refused(good.replace(b"._ay", b"._az"))


@given(
    st.dictionaries(
        st.from_regex(r"[!-.0-~]{1,8}(/[!-.0-~]{1,8}){0,2}", fullmatch=True),
        st.binary(max_size=40),
        min_size=1,
        max_size=6,
    ),
    st.from_regex(r"(?!\.\.?\Z)[A-Za-z0-9._-]{1,12}", fullmatch=True),
)
def test_what_is_written_is_read_back_and_is_the_same_bytes_again(files: dict[str, bytes], folder: str) -> None:
    files = {path: data for path, data in files.items() if path.rpartition("/")[2] != ".DS_Store"}
    if not files or folder == "__MACOSX":
        return
    data = write_zip(folder, files)
    read = read_zip(data)
    assert files_of(read) == files
    assert write_zip(read.folder, dict(reversed(list(read.files.items())))) == data


@given(st.integers(0, 8 * len(OURS) - 1))
def test_no_bit_of_our_zip_is_free(bit: int) -> None:
    changed = bytearray(OURS)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Stop) as stop:
        read_zip(bytes(changed))
    assert stop.value.failure.code in ("E_ZIP", "E_VERSION")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(Stop):
        read_zip(data)


@given(st.randoms(use_true_random=False))
def test_a_mangled_zip_is_read_or_refused(rng: random.Random) -> None:
    data = bytearray(rng.choice((OURS, packed())))
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data))
        match rng.randrange(3):
            case 0:
                data[at] = rng.choice((0, 1, 0x50, 0x7F, 0x80, 0xFF))
            case 1:
                del data[at : at + rng.randrange(1, 9)]
            case _:
                data[at:at] = rng.choice((b"\0", b"PK\5\6", b"PK\1\2", rng.randbytes(4)))
    with suppress(Stop):
        read = read_zip(bytes(data))
        assert read.repacked
        assert files_of(read) == FILES or set(files_of(read)) != set(FILES)
