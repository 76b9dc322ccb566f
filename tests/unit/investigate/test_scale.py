"""ENFSI's words: one test a band, because half of the tables on the web have an edge wrong."""

import pytest

from countersign.investigate.scale import NO_SUPPORT, whole, words


@pytest.mark.parametrize(
    ("log10", "word"),
    [
        (0.0, NO_SUPPORT), (0.3, NO_SUPPORT),
        (0.302, "weak support"), (1.0, "weak support"),
        (1.001, "moderate support"), (2.0, "moderate support"),
        (2.001, "moderately strong support"), (3.0, "moderately strong support"),
        (3.001, "strong support"), (4.0, "strong support"),
        (4.001, "very strong support"), (6.0, "very strong support"),
        (6.001, "extremely strong support"),
    ],
)  # fmt: skip
def test_each_band_has_its_word_and_its_edge_belongs_to_it(log10: float, word: str) -> None:
    assert words(log10) == word
    assert words(-log10) == word


def test_an_edge_that_was_added_up_from_parts_is_still_an_edge() -> None:
    assert words(sum([0.1] * 10)) == words(1.0) == "weak support"


def test_the_whole_scale_is_printed_a_line_a_band() -> None:
    lines = whole()
    assert len(lines) == 7
    assert lines[0].startswith("1 to 2:")
    assert lines[1] == "2 to 10: weak support"
    assert lines[5] == "10,000 to 1,000,000: very strong support"
    assert lines[6] == "more than 1,000,000: extremely strong support"
