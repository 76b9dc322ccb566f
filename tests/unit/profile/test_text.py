"""Texts are read into runs and words whatever is in them: any script, cut characters, no end."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from countersign.profile.text import (
    LONGEST,
    LONGEST_CODES,
    Bytes,
    Codes,
    Grams,
    bits_per_unit,
    codes_of,
    runs_of,
    text_learn,
    words_of,
)

SLOTS = 1 << 14
MASK = np.uint64(SLOTS - 1)
CODES = np.zeros(LONGEST_CODES, dtype=np.uint64)


@njit(cache=True)
def _runs(text: Bytes, codes: Codes, length: int, mask: np.uint64, out: Grams) -> int:
    return runs_of(codes, codes_of(text, 0, len(text), codes), length, mask, out)


@njit(cache=True)
def _words(text: Bytes, codes: Codes, mask: np.uint64, out: Grams) -> int:
    return words_of(codes, codes_of(text, 0, len(text), codes), mask, out)


@njit(cache=True)
def _learn(counters: npt.NDArray[np.uint16], total: int, found: Grams, count: int, ceiling: int, memory: int) -> int:
    return text_learn(counters, 0, len(counters), total, found, count, ceiling, memory, 1)


@njit(cache=True)
def _bits(
    counters: npt.NDArray[np.uint16], total: float, share: npt.NDArray[np.float32], found: Grams, count: int
) -> float:
    return bits_per_unit(counters, 0, total, 2000.0, 0.5, share, found, count)


def raw(text: str | bytes) -> Bytes:
    return np.frombuffer(text.encode() if isinstance(text, str) else text, dtype=np.uint8)


def runs(text: str | bytes, length: int = 4) -> list[int]:
    out = np.full(LONGEST, -1, dtype=np.int32)
    return [int(at) for at in out[: _runs(raw(text), CODES, length, MASK, out)]]


def words(text: str | bytes) -> list[int]:
    out = np.full(LONGEST, -1, dtype=np.int32)
    return [int(at) for at in out[: _words(raw(text), CODES, MASK, out)]]


def test_a_text_has_one_run_a_character_and_one_for_its_end() -> None:
    assert len(runs("naïve 東京 🔥")) == 11
    assert runs("ab") == runs("ab")
    assert runs("ab") != runs("ba")


def test_whom_a_text_names_and_where_it_links_is_another_habit() -> None:
    assert runs("see @museum now") == runs("see @ministry now")
    assert runs("see https://a.example/1 now") == runs("see http://b.example/x?y now")
    assert runs("see a now") != runs("see b now")


def test_words_are_the_same_in_capitals_and_apart_where_the_script_has_no_spaces() -> None:
    assert words("Notice for VISITORS") == words("notice for visitors")
    assert words("open today") == [*words("open"), *words("today")]
    assert words("領事館") == [*words("領事"), *words("事館")]
    assert len(words("l'été naïf")) == len(words("Срочно монеты")) == 2
    assert words("open 領事 today") == [*words("open"), *words("領事"), *words("today")]
    assert words("") == words("   ") == []


def test_a_text_without_end_costs_no_more_than_a_long_one() -> None:
    assert len(runs("x" * 100_000)) == LONGEST
    assert len(words("a " * 100_000)) <= LONGEST
    assert len(words("領" * 100_000)) <= LONGEST
    assert len(words("x" * 100_000)) == 0, "a word that does not end is not waited for"


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")[:-1]))
def test_whatever_the_bytes_are_they_fall_on_counters_that_exist(text: bytes) -> None:
    for found in (runs(text, 3), runs(text, 4), words(text)):
        assert len(found) <= min(LONGEST, 2 * len(text) + 1)
        assert all(0 <= at < SLOTS for at in found)


def test_a_text_like_those_that_were_learned_fits_the_habit_and_another_does_not() -> None:
    counters, total = np.zeros(SLOTS, dtype=np.uint16), 0
    share = np.full(SLOTS, 1.0 / SLOTS, dtype=np.float32)
    own = np.array(runs("The consulate is open on Monday from nine to five."), dtype=np.int32)
    other = np.array(runs("СРОЧНО!!! бесплатные монеты"), dtype=np.int32)
    for _ in range(100):
        total = _learn(counters, total, own, len(own), 60_000, 0)
    assert total == 100 * len(own) == counters.sum()
    assert _bits(counters, float(total), share, own, len(own)) < -5.0
    assert _bits(counters, float(total), share, other, len(other)) > 0.5


def test_what_is_missing_says_much_where_others_write_it_often_and_little_where_nobody_does() -> None:
    common, rare, total = 3, 5, 100_000.0
    share = np.full(SLOTS, 0.5 / SLOTS, dtype=np.float32)
    share[common], share[rare] = 1e-2, 1e-9
    counters = np.zeros(SLOTS, dtype=np.uint16)
    assert _bits(counters, total, share, np.array([common], dtype=np.int32), 1) > 5.0
    assert 0.0 <= _bits(counters, total, share, np.array([rare], dtype=np.int32), 1) < 0.01


def test_a_full_counter_and_a_full_memory_halve_all_counters_and_the_total_stays_their_sum() -> None:
    found = np.array([3, 3, 5], dtype=np.int32)
    counters = np.zeros(8, dtype=np.uint16)
    counters[3] = 9
    assert _learn(counters, 9, found, 3, 10, 0) == 5
    assert counters.tolist() == [0, 0, 0, 5, 0, 0, 0, 0]
    assert _learn(counters, 5, found, 3, 1000, 7) == 3
    assert counters.tolist() == [0, 0, 0, 3, 0, 0, 0, 0]
