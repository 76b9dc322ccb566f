"""JSON that is nested too deep is kept away from parsers; brackets in strings do not count."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import HostileArchive
from countersign.sources.container import Depth, check_depth

_PIECES = [b"[", b"]", b"{", b"}", b'"', b"\\", b"a", b'\\"', b"\\\\"]
_SIGNS = st.lists(st.sampled_from(_PIECES), max_size=80).map(b"".join)
FLAT = [
    b"", b"{}", b"[" * 64 + b"]" * 64, b'["' + b"[" * 500 + b'"]', b'["\\"' + b"[" * 99 + b'"]', b"[]" * 1_000,
    b'"unended' + b"[" * 99,
]  # fmt: skip
DEEP = [
    b"[" * 65, b'{"a":' * 65, b"[{" * 33, b'["\\\\",' + b"[" * 64, b"x = " + b"[" * 65 + b"]" * 65, b"[" * 3_000_000,
]  # fmt: skip


@pytest.mark.parametrize("text", FLAT, ids=range(len(FLAT)))
def test_flat_json_passes(text: bytes) -> None:
    check_depth(text)


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_deep_json_is_refused(text: bytes) -> None:
    with pytest.raises(HostileArchive) as caught:
        check_depth(text, "data/like.js")
    assert (caught.value.code, caught.value.where) == ("CS146", "data/like.js")


@given(_SIGNS, st.integers(1, 7), st.integers(0, 5))
def test_depth_is_the_same_as_counted_sign_by_sign_and_in_any_pieces(text: bytes, piece: int, limit: int) -> None:
    too_deep = False
    depth = Depth(limit=limit)
    try:
        for start in range(0, len(text), piece):
            depth.feed(text[start : start + piece])
    except HostileArchive:
        too_deep = True
    assert too_deep == (_deepest(text) > limit)


@given(st.lists(st.tuples(_SIGNS, st.booleans()), max_size=6), _SIGNS)
def test_pieces_that_are_only_measured_and_pieces_whose_levels_are_asked_for_go_together(
    pieces: list[tuple[bytes, bool]], last: bytes
) -> None:
    mixed, asked = Depth(limit=1_000), Depth(limit=1_000)
    for piece, only in pieces:
        asked.levels(piece)
        if only:
            mixed.feed(piece)
        else:
            mixed.levels(piece)
    assert mixed.levels(last).tolist() == asked.levels(last).tolist()


def test_json_of_any_text_passes() -> None:
    chance = random.Random(5)
    texts = ["".join(chance.choices('[]{}"\\ aü\n', k=50)) for _ in range(2_000)]
    check_depth(json.dumps({"posts": [{"text": text} for text in texts]}).encode(), limit=3)


def _deepest(text: bytes) -> int:
    level = deepest = 0
    inside = False
    escapes = 0
    for sign in text:
        if sign == ord('"') and escapes % 2 == 0:
            inside = not inside
        elif not inside and sign in b"[{":
            level += 1
        elif not inside and sign in b"]}":
            level -= 1
        deepest = max(deepest, level)
        escapes = escapes + 1 if sign == ord("\\") else 0
    return deepest
