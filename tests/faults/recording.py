"""Records every change that the story makes to its folder, with the bytes, as strace sees the system calls."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.faults.disk import ROOT, Op
from tests.faults.faulty import FINISHED, run

CALLS = (
    "openat,write,writev,pwrite64,pwritev,ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,fsync,fdatasync,sync_file_range,sendto"
)
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OFFSET = re.compile(r", (\d+)$")
_UNSEEN = ("writev", "pwritev", "fallocate", "sync_file_range")
"""Calls that nothing of ours makes: if one appears, this recorder must learn it first."""
_LONGEST = 10_000_000


def recorded(folder: Path) -> list[Op]:
    """Tell the story once without faults and return its changes in order; it is at `folder`/told/store.db."""
    trace, told = folder / "trace", folder / "told"
    told.mkdir(mode=0o700, parents=True)
    ending = run(told / "store.db", traced_by=["-o", str(trace), "-xx", "-s", str(_LONGEST), "-e", f"trace={CALLS}"])
    assert ending.code == FINISHED, ending
    return list(_Recorder(told).ops(trace))


class _Recorder:
    """Follows names and descriptors, so that every change is one of a file or folder by number."""

    def __init__(self, folder: Path) -> None:
        self._root = os.fsencode(folder)
        self._names: dict[tuple[int, str], int] = {}
        self._open: dict[int, int] = {}
        self._places: dict[int, int] = {}
        self._next = 1

    def ops(self, trace: Path) -> Iterator[Op]:
        with trace.open(encoding="ascii") as lines:
            for line in lines:
                if found := _LINE.match(line):
                    yield from self._op(found[1], found[2], int(found[3]))

    def _op(self, call: str, said: str, result: int) -> Iterator[Op]:
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(said)]
        first = said.split(",", 1)[0]
        number = int(first) if first.isdigit() else -1
        match call:
            case "openat":
                yield from self._opened(said, number, texts[0], result)
            case "sendto":
                yield Op(kind="acknowledged", at=texts[0][-1])
            case "write" | "pwrite64" if number in self._open:
                yield self._data(number, call, said, texts[0][:result])
            case "ftruncate" if number in self._open:
                yield Op(kind="cut", node=self._open[number], at=int(said.rsplit(", ", 1)[1]))
            case "fsync" | "fdatasync" if number in self._open:
                yield Op(kind="sync", node=self._open[number])
            case "mkdir" | "mkdirat":
                yield from self._entered(number, texts[0], folder=-1)
            case "rename" | "renameat" | "renameat2":
                yield from self._moved(texts[0], texts[1])
            case "link" | "linkat":
                yield from self._linked(texts[0], texts[1])
            case "unlink" | "unlinkat" | "rmdir":
                yield from self._left(number, texts[0])
        assert call not in _UNSEEN or number not in self._open, f"{call} is not understood"

    def _opened(self, said: str, within: int, path: bytes, descriptor: int) -> Iterator[Op]:
        self._open.pop(descriptor, None)
        place = self._place(within, path)
        if place is None:
            return
        if place not in self._names and "O_CREAT" in said:
            yield from self._entered(within, path, folder=1)
        node = ROOT if place == (ROOT, "") else self._names.get(place)
        if node is None:
            return
        self._open[descriptor], self._places[descriptor] = node, 0
        if "O_TRUNC" in said:
            yield Op(kind="cut", node=node)

    def _data(self, descriptor: int, call: str, said: str, data: bytes) -> Op:
        if call == "pwrite64":
            found = _OFFSET.search(said)
            assert found is not None, said[-80:]
            return Op(kind="data", node=self._open[descriptor], data=data, at=int(found[1]))
        at = self._places[descriptor]
        self._places[descriptor] = at + len(data)
        return Op(kind="data", node=self._open[descriptor], data=data, at=at)

    def _entered(self, within: int, path: bytes, *, folder: int) -> Iterator[Op]:
        """A new file or, if `folder` is -1, folder gets a number, negative for folders, and a name."""
        place = self._place(within, path)
        if place is None or place == (ROOT, ""):
            return
        node, self._next = folder * self._next, self._next + 1
        self._names[place] = node
        yield Op(kind="enter", node=node, folder=place[0], name=place[1])

    def _moved(self, old: bytes, new: bytes) -> Iterator[Op]:
        source, target = self._place(-1, old), self._place(-1, new)
        assert source is not None
        assert target is not None
        self._names[target] = node = self._names.pop(source)
        yield Op(
            kind="move", node=node, folder=target[0], name=target[1], old_folder=source[0], old_name=source[1]
        )  # fmt: skip

    def _linked(self, old: bytes, new: bytes) -> Iterator[Op]:
        source, target = self._place(-1, old), self._place(-1, new)
        assert source is not None
        assert target is not None
        self._names[target] = self._names[source]
        yield Op(kind="enter", node=self._names[source], folder=target[0], name=target[1])

    def _left(self, within: int, path: bytes) -> Iterator[Op]:
        place = self._place(within, path)
        if place is not None and place in self._names:
            yield Op(kind="leave", node=self._names.pop(place), folder=place[0], name=place[1])

    def _place(self, within: int, path: bytes) -> tuple[int, str] | None:
        """Return the folder's number and the name in it of a path; None for what is not below the story's folder."""
        if path.startswith(b"/"):
            if path != self._root and not path.startswith(self._root + b"/"):
                return None
            node, parts = ROOT, os.fsdecode(path[len(self._root) :]).strip("/").split("/")
        elif within in self._open:
            node, parts = self._open[within], os.fsdecode(path).split("/")
        else:
            return None
        for part in parts[:-1]:
            if (node, part) not in self._names:
                return None
            node = self._names[node, part]
        return node, parts[-1]
