"""Compiled code is made once, kept, and the same without numba as with it; what is damaged is made again."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from countersign.config import kept_code
from countersign.profile.compiling import inner, walking
from countersign.profile.native import described, words

Numbers = npt.NDArray[np.float64]


@inner
def halved(value: float) -> float:
    """Return half of a value."""
    return value / 2.0


@walking
def halve_all(values: Numbers, parts: tuple[npt.NDArray[np.int64], float], out: Numbers) -> None:
    """Write half of each value, divided by another number, plus the first of the parts."""
    for k in range(len(values)):
        out[k] = halved(values[k]) / parts[1] + parts[0][k, 0]


def answers(by: float) -> list[float]:
    """Return what the compiled function answers."""
    out = np.zeros(3)
    halve_all(np.array([1.0, 2.0, 5.0]), (np.arange(6).reshape(3, 2), by), out)
    return out.tolist()


def test_a_compiled_function_takes_arrays_numbers_and_tuples_of_them() -> None:
    assert answers(1.0) == [0.5, 3.0, 6.5]
    assert answers(2.0) == [0.25, 2.5, 5.25]


def test_a_view_that_does_not_lie_in_one_piece_is_another_kind_of_argument() -> None:
    every_second = np.arange(12, dtype=np.float64)[::2][:3]
    out = np.zeros(3)
    halve_all(every_second, (np.zeros((3, 1), np.int64), 1.0), out)
    assert out.tolist() == [0.0, 1.0, 2.0]
    assert described(every_second) != described(out)


def test_a_division_by_zero_is_told() -> None:
    with pytest.raises(ArithmeticError):
        answers(0.0)


def test_an_inner_function_says_the_same_in_python() -> None:
    assert halved(5.0) == 2.5


def test_an_array_is_handed_over_as_numba_takes_it() -> None:
    given = np.zeros((2, 3), np.uint16)
    assert [kind for kind, _ in words(given)] == ["pointer", "pointer", "whole", "whole", "pointer", *["whole"] * 4]
    assert [value for kind, value in words(given) if kind == "whole"] == [6, 2, 2, 3, 6, 2]


SECOND_START = """
import sys
import numpy as np
from countersign.score.observe import hashes
import pyarrow as pa
print([int(one) % 1000 for one in hashes(pa.array(["a", None, "a"], pa.large_string()))[0]], "numba" in sys.modules)
"""


def started(folder: Path) -> str:
    """Return what a process of its own says that keeps compiled code in a folder."""
    environ = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.run([sys.executable, "-c", SECOND_START], env=environ, capture_output=True, text=True).stdout


def test_a_second_start_needs_no_numba_and_says_the_same(tmp_path: Path) -> None:
    assert started(tmp_path) == "[691, 0, 691] True\n"
    assert started(tmp_path) == "[691, 0, 691] False\n"
    [file] = tmp_path.glob("*.code")
    file.write_bytes(file.read_bytes()[:-1])  # as after a power cut
    assert started(tmp_path) == "[691, 0, 691] True\n"


def test_code_is_kept_only_where_a_folder_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept_code.FOLDER)
    kept_code.keep("one", kept_code.Code("name", b"body"))
    assert kept_code.kept("one") is None
    monkeypatch.setenv(kept_code.FOLDER, str(tmp_path))
    kept_code.keep("one", kept_code.Code("name", b"body\nmore"))
    assert kept_code.kept("one") == kept_code.Code("name", b"body\nmore")
    monkeypatch.setenv(kept_code.FOLDER, str(tmp_path / "missing"))
    kept_code.keep("two", kept_code.Code("name", b"body"))
    assert kept_code.kept("two") is None
