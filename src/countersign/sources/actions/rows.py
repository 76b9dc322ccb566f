"""Holds many rows as columns, and puts several such piles onto one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.sources.actions.arrow import Column, nulls


class Rows(NamedTuple):
    """Many rows: documented columns (absent: not given), each row's line or row number, and notes on some rows."""

    columns: Mapping[str, Column]
    positions: npt.NDArray[np.int64]
    notes: dict[int, list[str]]
    place: str


def together(piles: Sequence[Rows]) -> Rows:
    """Return several piles of rows as one, in order; there is at least one."""
    if len(piles) == 1:
        return piles[0]
    kinds = {name: column.type for rows in piles for name, column in rows.columns.items()}
    columns = {name: pa.concat_arrays([_column(rows, name, kind) for rows in piles]) for name, kind in kinds.items()}
    starts = np.cumsum([0, *(len(rows.positions) for rows in piles)]).tolist()
    notes = {
        start + row: found for start, rows in zip(starts, piles, strict=False) for row, found in rows.notes.items()
    }
    return Rows(columns, np.concatenate([rows.positions for rows in piles]), notes, piles[0].place)


def _column(rows: Rows, name: str, kind: pa.DataType) -> Column:
    given = rows.columns.get(name)
    return nulls(len(rows.positions), kind) if given is None else given
