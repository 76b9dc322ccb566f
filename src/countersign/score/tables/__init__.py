"""The published tables that come with the program: the background, and the weights of signals, which overlap."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from countersign.errors import ScoreError

VERSION = "1"


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The published numbers of one preset: what each signal counts, how far it may be imitated or fail, the alarm's."""

    signals: dict[str, float]
    imitation: dict[str, float]
    slack: dict[str, float]
    alarm: dict[str, float]


@cache
def background() -> dict[str, npt.NDArray[Any]]:
    """Return the background table by key; raises ScoreError where it is missing or damaged."""
    try:
        with (
            (files(__package__) / f"background-{VERSION}.npz").open("rb") as file,
            np.load(file, allow_pickle=False) as table,
        ):
            return {key: table[key] for key in table.files}
    except (OSError, ValueError, KeyError) as error:
        raise ScoreError(f"the background table cannot be read: {error}", hint="install the program anew") from error


@cache
def weights(preset: str) -> Weights:
    """Return the published weights of a preset; raises ScoreError where they are missing or damaged."""
    try:
        text = (files(__package__) / f"weights-{VERSION}.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text)[preset], Weights)
    except (OSError, KeyError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScoreError(f"the table of weights cannot be read: {error}", hint="install the program anew") from error
