"""Says numbers in words: counts with their noun, bits, sizes, lists, and the nearest known name."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def count(number: int) -> str:
    """Return a whole number with separators.

    >>> count(4112)
    '4,112'
    """
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun in the right form.

    >>> counted(1, "like"), counted(3, "reply", "replies")
    ('1 like', '3 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def bits(value: float) -> str:
    """Return bits with one decimal, and no minus before a zero.

    >>> bits(21.16), bits(-0.01)
    ('21.2', '0.0')
    """
    shown = f"{value:.1f}"
    return "0.0" if shown == "-0.0" else shown


def listed(words: Sequence[str], *, most: int = 5) -> str:
    """Return words as a list in a sentence; past `most`, the rest is counted.

    >>> listed(["likes", "posts", "replies"])
    'likes, posts and replies'
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    kept = list(words[:most])
    if len(words) > most:
        kept.append(f"{len(words) - most:,} more")
    return " and ".join([", ".join(kept[:-1]), kept[-1]] if len(kept) > 1 else kept)


def size(octets: int) -> str:
    """Return a number of bytes in the unit that a person would use.

    >>> size(412_000), size(38_000_000), size(12)
    ('412 KB', '38 MB', '12 bytes')
    """
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if octets >= factor:
            return f"{octets / factor:.3g} {unit}"
    return counted(octets, "byte")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, if any is near.

    >>> nearest("exmplain", ["explain", "export"])
    'explain'
    """
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
