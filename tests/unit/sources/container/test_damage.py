"""However an archive is damaged, only typed errors come out, in bounded time and memory."""

import random
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.errors import SourceError
from countersign.sources.container import first_names, is_container, opened
from countersign.sources.container.names import Names
from tests.unit.sources.container.forge import Part, descriptor, forged, forged64, good_tar

_LIKES = Part(data=b'window.YTD.like.part0 = [ {"like": {"tweetId": "1"}} ]' * 20)
_LATER = Part(name=b"data/a.js", flags=8, local={"crc": 0, "packed": 0, "size": 0}, after=descriptor(Part()))
_STORED = Part(name=b"data/b.bin", data=random.Random(7).randbytes(300), method=0)
_LONGS = [b"\xff" * 4, bytes(4), b"PK\x05\x06", b"\x00\x00\x00\x80"]
SAMPLES = {
    "zip": forged(_LIKES, _LATER, _STORED, comment=b"a comment"),
    "zip64": forged64(_LIKES, _STORED),
    "tar": good_tar({"outbox.json": b'{"type": "OrderedCollection"}' * 20, "m/" + "a" * 120: _STORED.data}),
}


def _read(path: Path) -> str | None:
    """Return the code of the error that reading an archive whole gives, None if it is read."""
    is_container(str(path))
    first_names(str(path))
    try:
        with opened(str(path)) as archive:
            for member in archive.members:
                with archive.open(member.name) as stream:
                    while stream.read(1 << 16):
                        pass
    except SourceError as error:
        return error.code
    return None


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    data, path = SAMPLES[kind], tmp_path / "archive"
    places = range(len(data)) if len(data) < 1_000 else sorted(random.Random(1).sample(range(len(data)), 900))
    assert len(places) >= 300
    for place in places:
        path.write_bytes(data[:place])
        code = _read(path)
        assert code is not None, place
        assert code in ("CS111", "CS112", "CS113", "CS143"), (place, code)


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_single_changed_byte_is_refused_or_harmless(tmp_path: Path, kind: str) -> None:
    data, path = SAMPLES[kind], tmp_path / "archive"
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        assert (_read(path) or "CS111").startswith("CS1"), place


@pytest.mark.parametrize("kind", SAMPLES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.data())
def test_mutated_archives_give_only_typed_errors(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, max(0, len(body) - 1)))
        how = data.draw(st.sampled_from(["set", "long", "insert", "remove", "copy"]))
        if how == "set":
            body[place : place + 1] = data.draw(st.binary(min_size=1, max_size=1))
        elif how == "long":
            body[place : place + 4] = data.draw(st.sampled_from(_LONGS))
        elif how == "insert":
            body[place:place] = data.draw(st.binary(max_size=40))
        elif how == "remove":
            del body[place : place + data.draw(st.integers(1, 60))]
        else:
            body[place:place] = body[: data.draw(st.integers(0, len(body)))]
    path = tmp_path / "archive"
    path.write_bytes(body)
    assert (_read(path) or "CS111").startswith("CS1")


def test_damaged_archives_take_little_time_and_memory(tmp_path: Path) -> None:
    chance, path = random.Random(3), tmp_path / "archive"
    started = time.process_time()
    tracemalloc.start()
    for _ in range(600):
        body = bytearray(SAMPLES[chance.choice(list(SAMPLES))])
        for _ in range(chance.randint(1, 20)):
            body[chance.randrange(len(body))] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))
        path.write_bytes(body)
        _read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (peak < 20_000_000, time.process_time() - started < 30) == (True, True)


def test_the_largest_number_of_the_worst_names_takes_little_time_and_memory(tmp_path: Path) -> None:
    names = Names("x.zip")
    started = time.process_time()
    tracemalloc.start()
    for number in range(20_000):
        names.add("a/" * 50 + f"{number}/" + "b/" * 8 + "x")
    names.check_folders()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (peak < 30_000_000, time.process_time() - started < 10) == (True, True)
