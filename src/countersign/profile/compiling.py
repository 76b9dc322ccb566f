"""Compiles the functions that only compiled functions call, without the door to Python that they never use."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

# numba's types do not know these two of its options.
_OPTIONS: Any = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner(function: Function) -> Function:
    """Return the compiled function, for compiled callers alone.

    What would let Python call it, and turn Python's values into its own, takes a third of all compiling.
    """
    return cast(Function, njit(**_OPTIONS)(function))
