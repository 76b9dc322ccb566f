"""The lists of a bag's files with their hashes: `sha256sum -c` can read them, and nothing is left out."""

import hashlib
from collections.abc import Iterable, Mapping

from countersign.evidence.bundle.archive import Bytes
from countersign.evidence.bundle.paths import MANIFEST, PAYLOAD, TAG_MANIFEST


def manifests(files: Mapping[str, Bytes]) -> dict[str, bytes]:
    """Return both manifests of a bag (RFC 8493 sections 2.1.3 and 2.2.1) over files without them."""
    payload = manifest(files, (path for path in files if path.startswith(PAYLOAD)))
    tags = {path: data for path, data in files.items() if not path.startswith(PAYLOAD)} | {MANIFEST: payload}
    return {MANIFEST: payload, TAG_MANIFEST: manifest(tags, tags)}


def manifest(files: Mapping[str, Bytes], paths: Iterable[str]) -> bytes:
    """Return the manifest of some of the files, sorted by path as bytes.

    >>> manifest({"a": b"", "b": b""}, ["b"]).decode()
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\\n'
    """
    named = sorted((path.encode("utf-8", "surrogateescape"), files[path]) for path in paths)
    return b"".join(hashlib.sha256(data).hexdigest().encode("ascii") + b"  " + name + b"\n" for name, data in named)
