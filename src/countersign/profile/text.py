"""Weighs and learns how a text is written: hashed runs of characters, and words, against the background.

A text is read once as UTF-8: addresses become one mark, "@name" becomes "@" (whom an account deals with is another
habit), words are folded to lower case for their own counter. Counters are unsigned integers that are halved together.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from countersign.profile.compiling import inlined, inner

Bytes = npt.NDArray[np.uint8]
Grams = npt.NDArray[Any]
Codes = npt.NDArray[np.uint64]
Counters = npt.NDArray[Any]

LONGEST = 1200
"""Grams of one text that are looked at; posts are shorter, and an endless text must not cost endless time."""
FIRST_UNSPACED, LAST_UNSPACED = 0xE2E80, 0xED7FF
"""U+2E80 to U+D7FF (Chinese, Japanese, Korean) as `next_code` gives them."""
LONGEST_CODES = 16 * LONGEST
"""Characters of one text that are looked at: more than that many words ever have."""
ADDRESS = 1
EDGE = 2
EVEN = 0.5
"""Part of the shape of every run of characters that is the same for all; words, which are forgotten soon, have none."""
START = np.uint64(0x51_7C_C1B7_2722_0A95)


@inlined
def mixed_in(state: np.uint64, code: np.uint64) -> np.uint64:
    """Return a running hash with one more code point."""
    return (state ^ code) * np.uint64(0x9E3779B97F4A7C15) + (code << np.uint64(7))


@inlined
def bucket(state: np.uint64, mask: np.uint64) -> int:
    """Return the counter that a running hash falls on."""
    state ^= state >> np.uint64(29)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    return int(np.int64((state >> np.uint64(32)) & mask))


@inner
def end_of_address(text: Bytes, at: int, stop: int) -> int:
    """Return where the rest begins after an address, which goes on up to white space."""
    while at < stop and text[at] > 32:
        at += 1
    return at


@inner
def end_of_name(text: Bytes, at: int, stop: int) -> int:
    """Return where the rest begins after a handle (letters, digits, `_`)."""
    while at < stop:
        byte = text[at]
        if not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122 or byte == 95):
            break
        at += 1
    return at


@inner
def starts_address(text: Bytes, at: int, stop: int) -> bool:
    """Say whether `http://` or `https://` begins here, at an `h`."""
    if stop - at < 8 or text[at + 1] != 116 or text[at + 2] != 116 or text[at + 3] != 112:
        return False
    return bool(text[at + 4] == 58 or (text[at + 4] == 115 and text[at + 5] == 58))


@inner
def codes_of(text: Bytes, start: int, stop: int, codes: Codes) -> int:
    """Fill `codes` with a text's characters, address marks and its end mark; return how many."""
    found = 0
    at = start
    while at <= stop and found < len(codes):
        codes[found], at = next_code(text, at, stop)
        found += 1
    return found


@inner
def runs_of(codes: Codes, count: int, length: int, mask: np.uint64, out: Grams) -> int:
    """Fill `out` with the counters of a text's runs of 3 or 4 characters; return how many."""
    oldest, older, last = np.uint64(EDGE), np.uint64(EDGE), np.uint64(EDGE)
    count = min(count, LONGEST)
    for k in range(count):
        code = codes[k]
        state = mixed_in(mixed_in(mixed_in(START, older), last), code)
        if length == 4:
            state = mixed_in(state, oldest)
        out[k] = bucket(state, mask)
        oldest, older, last = older, last, code
    return count


@inner
def words_of(codes: Codes, count: int, mask: np.uint64, out: Grams) -> int:
    """Fill `out` with the counters of a text's words, in lower case; return how many.

    Scripts without spaces are read in pairs of characters.
    """
    found = 0
    word, letters, before = START, 0, np.uint64(0)
    for k in range(count):
        if found >= LONGEST - 1:
            break
        code = codes[k]
        unspaced = np.uint64(FIRST_UNSPACED) <= code <= np.uint64(LAST_UNSPACED)
        if unspaced and before:
            out[found] = bucket(mixed_in(before, code), mask)
            found += 1
        before = code if unspaced else np.uint64(0)
        if (code > np.uint64(32) and not unspaced) or code == np.uint64(ADDRESS):
            word = mixed_in(word, code + np.uint64(32) if np.uint64(65) <= code <= np.uint64(90) else code)
            letters += 1
            continue
        if letters > 0:
            out[found] = bucket(word, mask)
            found += 1
        word, letters = START, 0
    return found


@inlined
def next_code(text: Bytes, at: int, stop: int) -> tuple[np.uint64, int]:
    """Return the next character, address mark or end mark, and where the rest begins.

    A character is its code point with the marks of its UTF-8 first byte: as different, and quicker to get.
    """
    if at >= stop:
        return np.uint64(EDGE), stop + 1
    lead = int(np.int64(text[at]))
    if lead < 0x80:
        if lead == 104 and starts_address(text, at, stop):
            return np.uint64(ADDRESS), end_of_address(text, at, stop)
        return np.uint64(lead), end_of_name(text, at + 1, stop) if lead == 64 else at + 1
    width = min(2 + (lead >= 0xE0) + (lead >= 0xF0), stop - at)  # of a UTF-8 character
    code = np.uint64(lead)
    for k in range(1, width):
        code = (code << np.uint64(6)) ^ np.uint64(text[at + k] & 0x3F)
    return code, at + width


@inner
def bits_per_unit(
    counters: Counters,
    base: int,
    total: float,
    strength: float,
    even: float,
    share: npt.NDArray[np.float32],
    found: Grams,
    count: int,
) -> float:
    """Return the mean of log2(background / habit) over the runs or words of a text.

    Each unit has a chance of its own, spread around its share of the background (gamma-Poisson; Mosteller and Wallace
    1964). `even` of its shape is the same for all: a unit that is rare everywhere says little when it is missing, a
    common one says much. `strength` is what grows with its share.
    """
    bits = 0.0
    product = 1.0
    for k in range(count):
        q = np.float64(share[found[k]])
        shape = even + strength * q
        product *= (total * q + shape) / (counters[base + found[k]] + shape)
        if k & 15 == 15:
            bits += np.log2(product)
            product = 1.0
    return float((bits + np.log2(product)) / count)


@inner
def text_learn(
    counters: Counters, base: int, size: int, total: int, found: Grams, count: int, ceiling: int, memory: int, step: int
) -> int:
    """Count the units of a text, `step` each; return the new total.

    A full counter, or a full memory, halves them all.
    """
    full = False
    for k in range(count):
        at = base + found[k]
        counters[at] += step
        full = full or counters[at] >= ceiling
    total += count * step
    if not full and (memory == 0 or total <= memory):
        return total
    total = 0
    for k in range(size):
        counters[base + k] >>= 1
        total += counters[base + k]
    return total
