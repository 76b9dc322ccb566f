"""Honest zips, of every kind that platforms and people make, are read whole."""

import io
import os
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from countersign.errors import HostileArchive, SourceError
from countersign.sources.container import first_names, is_container, opened
from tests.unit.sources.container.forge import Part, descriptor, field, forged, forged64

_BIG = 0xFFFFFFFF
_LIKES = Part()
_TWEETS = Part(name=b"data/tweets.js", data=b"window.YTD.tweets.part0 = []" * 9)
_LATER = {"crc": 0, "packed": 0, "size": 0}
_WIDE = field(1, struct.pack("<2Q", len(_LIKES.data), len(_LIKES.data)))

HONEST = {
    "plain": forged(_LIKES, _TWEETS),
    "stored": forged(Part(method=0), _TWEETS),
    "with a comment": forged(_LIKES, comment=b"made by hand"),
    "empty": forged(),
    "an empty member": forged(Part(data=b"", method=0)),
    "an empty member, deflated": forged(Part(data=b"")),
    "folders": forged(Part(name=b"data/", data=b"", method=0, attributes=0o040755 << 16), _LIKES),
    "made on DOS": forged(Part(attributes=0x20, central={"made": 20})),
    "sizes after the data": forged(Part(flags=8, local=_LATER, after=descriptor(_LIKES)), _TWEETS),
    "sizes after the data, unsigned": forged(Part(flags=8, local=_LATER, after=descriptor(_LIKES, signed=False))),
    "wide sizes after the data": forged(Part(flags=8, local=_LATER, after=descriptor(_LIKES, wide=True))),
    "sizes after the data and before": forged(Part(flags=8, after=descriptor(_LIKES))),
    "the flag for later sizes without them": forged(Part(flags=8)),
    "zip64 end": forged64(_LIKES, _TWEETS),
    "zip64 end that repeats short fields": forged64(_LIKES, end={"here": 1, "entries": 1}),
    "zip64 sizes in the header only": forged(
        Part(method=0, local={"size": _BIG, "packed": _BIG}, local_extra=_WIDE)),
    "zip64 sizes in both": forged(
        Part(method=0, local={"size": _BIG, "packed": _BIG}, central={"size": _BIG, "packed": _BIG}, extra=_WIDE)),
    "a needless zip64 field": forged(Part(extra=_WIDE)),
    "times in an extra field": forged(Part(extra=field(0x5455, b"\x01" + bytes(4)))),
    "the same second name": forged(Part(extra=field(0x7075, b"\x01" + bytes(4) + b"data/like.js"))),
    "a directory in another order": forged(_LIKES, _TWEETS),
}  # fmt: skip


@pytest.mark.parametrize("data", HONEST.values(), ids=HONEST.keys())
def test_an_honest_zip_gives_what_the_standard_library_reads(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as known:
        held = {info.filename: known.read(info) for info in known.infolist() if not info.is_dir()}
    with opened(str(path)) as archive:
        assert {member.name: archive.open(member.name).read() for member in archive.members} == held
        assert archive.path == str(path)
    assert is_container(str(path))
    assert set(held) <= set(first_names(str(path)))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("streamed", [True, False])
def test_a_zip_of_the_standard_library_is_read(tmp_path: Path, method: int, streamed: bool) -> None:
    held = {f"data/file{number}.bin": os.urandom(100) * number for number in range(20)}
    out = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(out) if streamed else out, "w", method) as known:
        for name, body in held.items():
            known.writestr(name, body)
    path = tmp_path / "archive.zip"
    path.write_bytes(out.getvalue())
    with opened(str(path)) as archive:
        assert {member.name: archive.open(member.name).read() for member in archive.members} == held


def test_a_member_is_read_in_pieces_of_any_size(tmp_path: Path) -> None:
    body = bytes(range(256)) * 900 + os.urandom(1_000)
    path = tmp_path / "archive.zip"
    path.write_bytes(forged(Part(data=body)))
    with opened(str(path)) as archive:
        for size in (1_000, 65_535, 65_536, 65_537, 1_000_000):
            member = archive.open("data/like.js")
            assert b"".join(iter(lambda read=member.read, size=size: read(size), b"")) == body  # type: ignore[misc]


def test_a_large_member_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    block = os.urandom(1 << 20)
    with zipfile.ZipFile(path, "w") as known, known.open("big", "w") as member:
        for _ in range(64):
            member.write(block)
    with opened(str(path)) as archive, archive.open("big") as stream:
        longest = max(sys.getsizeof(piece) for piece in iter(lambda: stream.read1(1 << 30), b""))  # type: ignore[attr-defined]
    assert longest < 200_000


def test_a_member_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(forged(_LIKES))
    with opened(str(path)) as archive, pytest.raises(SourceError) as caught:
        archive.open("data/tweets.js")
    assert (caught.value.code, "data/tweets.js" in caught.value.message) == ("CS102", True)


@pytest.mark.parametrize("name", ["missing.zip", "", "folder", "nul\0byte"])
def test_a_path_that_cannot_be_read_is_a_clear_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    path = f"{tmp_path}/{name}" if name else ""
    with pytest.raises(SourceError) as caught, opened(path):
        pass
    assert caught.value.code == "CS101"
    assert not is_container(path)
    assert first_names(path) == ()


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError) as caught, opened(str(tmp_path / "pipe")):
        pass
    assert caught.value.code == "CS101"


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(forged(Part(data=os.urandom(500_000), method=0)))
    with opened(str(path)) as archive, archive.open("data/like.js") as member:
        member.read(10)
        os.truncate(path, 1_000)
        with pytest.raises(HostileArchive) as caught:
            member.read()
    assert caught.value.code == "CS112"


class _Unseekable(io.RawIOBase):
    """A stream to which a zip writer cannot go back, so that it puts sizes after the data."""

    def __init__(self, out: io.BytesIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._out.write(data)  # type: ignore[arg-type]
