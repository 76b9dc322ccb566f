"""Compiles functions that walk arrays and make none: no references are counted, inner ones have no door to Python."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

# numba's types do not know these options. Without `_nrt` no array can be made and no reference is counted: counting
# them, one atomic addition for every slice of an array, took three quarters of the kernel's time.
_WALKING: Any = {"cache": True, "nogil": True, "_nrt": False, "no_cfunc_wrapper": True}
_INNER: Any = {**_WALKING, "no_cpython_wrapper": True}
_INLINED: Any = {**_INNER, "forceinline": True}


def walking(function: Function) -> Function:
    """Return the compiled function; it may read and write arrays, but make none."""
    return cast(Function, njit(**_WALKING)(function))


def inner(function: Function) -> Function:
    """Return the compiled function, for compiled callers alone; it may read and write arrays, but make none.

    What would let Python call it, and turn Python's values into its own, takes a third of all compiling.
    """
    return cast(Function, njit(**_INNER)(function))


def inlined(function: Function) -> Function:
    """Return the compiled function, for compiled callers alone, set into each of them.

    For what is called once an action with all tables: handing hundreds of words over takes longer than using them.
    """
    return cast(Function, njit(**_INLINED)(function))
