"""The files beside the evidence that make it readable: words for people, and the verifiers themselves."""

from importlib.resources import files as resources

from countersign.evidence.bundle.paths import BAG_INFO, README, TagFile
from countersign.text import visible

VERIFIERS: tuple[TagFile, ...] = ("verify.html", "verify.py", "verify.sh")


def tag_files(*, title: str, tool: str, made: str) -> dict[TagFile, bytes]:
    """Return README, bag-info and the verifiers, as they lie at a bundle's top.

    `made` is a time as the statement has it.
    """
    readme = (resources("countersign.evidence.bundle") / "readme.txt").read_bytes()
    return {BAG_INFO: bag_info(title=title, tool=tool, made=made), README: readme, **verifiers()}


def verifiers() -> dict[TagFile, bytes]:
    """Return the programs by which a bundle is checked without ours."""
    folder = resources("countersign.evidence") / "standalone"
    found = {name: folder / name for name in VERIFIERS}
    return {name: file.read_bytes() for name, file in found.items() if file.is_file()}


def bag_info(*, title: str, tool: str, made: str) -> bytes:
    """Return what a bag says of itself (RFC 8493 section 2.2.2); every value on one line.

    >>> print(bag_info(title="Case 1", tool="countersign 1", made="2026-09-11T10:00:00Z").decode(), end="")
    Bag-Software-Agent: countersign 1
    Bagging-Date: 2026-09-11
    External-Description: Case 1
    """
    told = (("Bag-Software-Agent", tool), ("Bagging-Date", made[:10]), ("External-Description", title))
    return "".join(f"{label}: {visible(value)}\n" for label, value in told).encode("utf-8")
