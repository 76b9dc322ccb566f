"""Calls machine code that numba made without numba, which takes longer to start than most files take to score."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from llvmlite import binding  # type: ignore[import-untyped]

Word = tuple[str, Any]
"""What is handed over in one place: its kind ("pointer", "whole" or "real") and its value."""
_C: Final = {"pointer": ctypes.c_void_p, "whole": ctypes.c_int64, "real": ctypes.c_double}
KIND_OF: Final = {"i64": "whole", "double": "real"}
"""What LLVM calls them; all else in our signatures is a pointer."""
_DONE: Final = (0, -2)
"""What a function answers that came to its end (numba.core.callconv: RETCODE_OK and RETCODE_NONE)."""
_ENGINES: Final[list[Any]] = []
"""They own the code that was loaded, and live as long as the process."""


def machine() -> str:
    """Return what machine code depends on: the processor, and the version of what makes it."""
    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()} {binding.llvm_version_info}"


def described(value: Any) -> str:
    """Return what of an argument decides how it is compiled.

    >>> described((np.zeros((2, 3), np.uint16), 1, 2.0))
    'tuple(<u2*2Cw,whole,real)'
    """
    if isinstance(value, np.ndarray):
        order = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "A"
        return f"{value.dtype.str}*{value.ndim}{order}{'w' if value.flags.writeable else 'r'}"
    if isinstance(value, tuple):
        return f"{type(value).__name__}({','.join(map(described, value))})"
    return "real" if isinstance(value, float) else "whole"


def words(value: Any) -> Iterator[Word]:
    """Yield an argument as numba's functions take it: an array as owner, parent, items, bytes an item, where it lies,
    its shape and strides; a tuple as what is in it."""
    if isinstance(value, np.ndarray):
        yield from (("pointer", None), ("pointer", None), ("whole", value.size), ("whole", value.itemsize))
        yield "pointer", value.ctypes.data
        for number in (*value.shape, *value.strides):
            yield "whole", number
    elif isinstance(value, tuple):
        for part in value:
            yield from words(part)
    else:
        yield described(value), value


def loaded(symbol: str, body: bytes) -> Callable[..., None]:
    """Return a function of an object file; while it runs, other threads may.

    It raises ArithmeticError where the code divides by zero: a defect of ours.
    """
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple().create_target_machine(jit=True)
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target)
    engine.add_object_file(binding.ObjectFileRef.from_data(body))
    engine.finalize_object()
    _ENGINES.append(engine)
    address = engine.get_function_address(symbol)

    def call(*arguments: Any) -> None:
        kinds, values = zip(*words(arguments), strict=True)
        function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *(_C[kind] for kind in kinds))
        answer, error = ctypes.c_void_p(), ctypes.c_void_p()
        status = function(address)(ctypes.byref(answer), ctypes.byref(error), *values)
        if status not in _DONE:
            raise ArithmeticError(f"compiled code ended with status {status}")

    return call
