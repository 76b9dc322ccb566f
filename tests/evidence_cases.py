"""Named bundles, at least one for every code that verification knows, each with the codes that it must be given."""

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache

from countersign.evidence import canonical
from countersign.evidence.bundle import paths, write_zip
from countersign.evidence.keys import SigningKey
from tests import evidence_parts
from tests.evidence_world import (
    LOG_KEY,
    USUAL,
    Built,
    Case,
    Plan,
    build,
    checkpoint_text,
    make_log,
    policy,
    remade,
    signed_note,
)

Maker = Callable[[], Case]
NAMED: dict[str, Maker] = {}
FOLDER = "case-1"


@cache
def usual() -> Built:
    """Return the bundle that most cases change; nobody changes it in place."""
    return build(make_log())


@cache
def erased() -> Built:
    return build(make_log(), USUAL._replace(show=(*USUAL.show, "erased")))


def case(maker: Maker) -> Maker:
    """Take a function's name for that of the case it makes."""
    NAMED[maker.__name__.replace("_", " ")] = maker
    return maker


def holds(files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(0, (), files, **more)


def false(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(1, codes, files, **more)


def unreadable(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(2, codes, files, **more)


def incomplete(*codes: str, files: dict[str, bytes] | None = None, **more: object) -> Case:
    return _case(3, codes, files, **more)


def _case(exit_code: int, codes: tuple[str, ...], files: dict[str, bytes] | None, **more: object) -> Case:
    given: dict[str, object] = {"policy": policy(), **more}
    if files is None and "data" not in given:
        files = usual().files
    return Case(frozenset({exit_code}), frozenset(codes), files, **given)  # type: ignore[arg-type]


def made(**plan: object) -> dict[str, bytes]:
    return build(make_log(), USUAL._replace(**plan)).files  # type: ignore[arg-type]


def changed(path: str, change: Callable[[bytes], bytes], files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Change one file and make the manifests anew."""
    files = usual().files if files is None else files
    return remade({**files, path: change(files[path])})


def contents(change: Callable[[dict], None], files: dict[str, bytes] | None = None) -> dict[str, bytes]:  # type: ignore[type-arg]
    """Change what bundle.json says."""

    def rewritten(data: bytes) -> bytes:
        said = json.loads(data)
        change(said)
        return canonical.write(said)

    return changed(paths.BUNDLE, rewritten, files)


def without(*names: str) -> dict[str, bytes]:
    return remade({path: data for path, data in usual().files.items() if path not in names})


def flip(data: bytes, bit: int = 0) -> bytes:
    at = bit // 8 % len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1 :]


def noted(*lines: bytes) -> dict[str, bytes]:
    """Give the checkpoint other signature lines, there and in all proofs."""
    files = dict(usual().files)
    old = files[paths.CHECKPOINT]
    new = checkpoint_text(old) + b"\n" + b"".join(lines)
    for path, data in files.items():
        if path == paths.CHECKPOINT or path.endswith(".tlog-proof"):
            files[path] = data.replace(old, new)
    return remade(files)


def text() -> str:
    return checkpoint_text(usual().files[paths.CHECKPOINT]).decode()


def lines() -> list[bytes]:
    return usual().files[paths.CHECKPOINT].partition(b"\n\n")[2].splitlines(keepends=True)


def leaf_of(role: str) -> int:
    return usual().log.at(role)


def older(size: int, key: SigningKey = LOG_KEY) -> bytes:
    """Return a checkpoint that the verifier kept of the same log."""
    return signed_note(usual().log, size, Plan(key=key))


def zipped() -> bytes:
    return write_zip(FOLDER, usual().files)


def repacked(files: dict[str, bytes]) -> bytes:
    """Return the zip that another program makes of the folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir(FOLDER)
        for path, data in files.items():
            archive.writestr(f"{FOLDER}/{path}", data)
        archive.writestr("__MACOSX/._case-1", b"\0\5\26\7")
        archive.writestr(f"{FOLDER}/.DS_Store", b"\0\0\0\1Bud1")
    return packed.getvalue()


def evidence_world_authority(name: str) -> evidence_parts.Authority:
    from tests.evidence_world import authority

    return authority(name)
