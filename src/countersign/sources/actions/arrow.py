"""Gives pyarrow's columns and functions one loose type: its stubs deny much of what it can do (pyarrow-stubs 20)."""

from typing import Any

import pyarrow
import pyarrow.compute

Column = Any
"""A column (pyarrow.Array) of any type."""

pc: Any = pyarrow.compute
"""Pyarrow's functions on columns."""

array: Any = pyarrow.array
lists: Any = pyarrow.LargeListArray.from_arrays
nulls: Any = pyarrow.nulls
