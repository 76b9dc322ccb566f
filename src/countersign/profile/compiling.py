"""Compiles functions that walk arrays and make none, once: what numba made is kept, and starts later without numba.

No references are counted, and no function has a door to Python. Without `_nrt` no array can be made: counting
references, one atomic addition for every slice of an array, took three quarters of the kernel's time.
"""

import hashlib
from collections.abc import Callable
from functools import cached_property, update_wrapper
from threading import Lock
from typing import Any, Final, TypeVar, cast

from countersign.config import kept_code
from countersign.config.kept_code import Code
from countersign.profile import native

Function = TypeVar("Function", bound=Callable[..., Any])

# numba's types do not know these options. Doors to Python, and what turns Python's values into its own, take a third
# of all compiling.
_BARE: Final[Any] = {"nogil": True, "_nrt": False, "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
_SYSTEM: Final = frozenset({"exp", "exp2", "floor", "log", "log2", "memcpy", "memmove", "memset", "pow", "sqrt"})
"""What compiled code may call outside itself: every C library has it. Anything else would need numba."""


def inner(function: Function) -> Function:
    """Return a function for compiled callers; called from Python it runs as Python, slowly, to the same result."""
    return cast(Function, _Inner(function, {**_BARE, "cache": True}))


def inlined(function: Function) -> Function:
    """Return a function for compiled callers, set into each of them.

    For what is short, or called once an action with all tables: handing hundreds of words over takes longer than using
    them.
    """
    return cast(Function, _Inner(function, {**_BARE, "cache": True, "forceinline": True}))


def walking(function: Function) -> Function:
    """Return the compiled function, for Python: it takes arrays, numbers and tuples of them, and returns nothing."""
    return cast(Function, _Walking(function, _BARE))


class _Inner:
    """A function that is compiled when a compiled one calls it."""

    def __init__(self, function: Callable[..., Any], options: Any) -> None:
        update_wrapper(self, function)
        self.function = function
        self._options = options

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    @cached_property
    def dispatcher(self) -> Any:
        """What numba makes of it."""
        from numba import njit

        return njit(**self._options)(self.function)

    @property
    def _numba_type_(self) -> Any:
        """What numba takes it for where compiled code names it."""
        return self.dispatcher._numba_type_


class _Walking(_Inner):
    """A function that is compiled when it is called, for what it is called with."""

    def __init__(self, function: Callable[..., Any], options: Any) -> None:
        super().__init__(function, options)
        self._calls: dict[str, Callable[..., None]] = {}
        self._lock = Lock()

    def __call__(self, *arguments: Any) -> None:
        kinds = native.described(arguments)
        with self._lock:
            call = self._calls.get(kinds) or self._ready(kinds, arguments)
        call(*arguments)

    def _ready(self, kinds: str, arguments: tuple[Any, ...]) -> Callable[..., None]:
        made_for = hashlib.sha256(f"{kinds} {native.machine()}".encode()).hexdigest()[:16]
        name = f"{self.function.__module__}.{self.function.__name__}-{made_for}"
        code = kept_code.kept(name)
        if code is None:
            code = self._compiled(arguments)
            kept_code.keep(name, code)
        self._calls[kinds] = native.loaded(*code)
        return self._calls[kinds]

    def _compiled(self, arguments: tuple[Any, ...]) -> Code:
        from numba import typeof

        signature = tuple(map(cast(Any, typeof), arguments))
        self.dispatcher.compile(signature)
        made = self.dispatcher.overloads[signature]
        _check(made, arguments)
        return Code(made.fndesc.llvm_func_name, made.library._get_compiled_object())


def _check(made: Any, arguments: tuple[Any, ...]) -> None:
    """Raise RuntimeError where numba does not hand arguments over as `native` does, or its code needs more than C."""
    packer = made.target_context.get_arg_packer(made.fndesc.argtypes)
    expected = [native.KIND_OF.get(str(kind), "pointer") for kind in packer.argument_types]
    given = [kind for kind, _ in native.words(arguments)]
    needed = {f.name for f in made.library._final_module.functions if f.is_declaration and "llvm." not in f.name}
    if expected != given or needed - _SYSTEM:
        raise RuntimeError(f"this numba compiles in a way that is not known here: {sorted(needed - _SYSTEM)}")
