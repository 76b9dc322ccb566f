"""Reads whole files of actions into columns: the fast road, which ends where reading record by record ends."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa

from countersign.activity import ACTIONS, NotUnderstood, Remark
from countersign.sources.actions import cells, files, parquet
from countersign.sources.actions.decoder import LONGEST_NAME, Decoder, gathered
from countersign.sources.actions.row import KNOWN, Row, row_of, whole_text
from countersign.sources.actions.rows import Rows, together
from countersign.sources.actions.shape import shaped
from countersign.sources.actions.single import SOURCE
from countersign.text import counted

BATCH: Final = 20_000
"""Rows of one table: fewer make the work on whole columns dear, more the memory."""
MOST_NAMED: Final = 30
"""Undocumented columns that a remark names; it counts the rest."""

Yielded: TypeAlias = pa.Table | Remark | NotUnderstood


class Columns:
    """One reading of one file."""

    def __init__(self, ref: str, form: str) -> None:
        self._ref = ref
        self._form = form
        self._failed: list[NotUnderstood] = []
        self._naive = 0
        self._strange: Counter[str] = Counter()

    def read(self) -> Iterator[Yielded]:
        """Yield tables and what was not understood, then remarks."""
        with ThreadPoolExecutor(1) as pool:  # a pile is shaped while the next one is decoded
            shaping: deque[Future[tuple[pa.Table, int]]] = deque()
            for pile in self._piles():
                shaping.append(pool.submit(_shaped, pile))
                if len(shaping) > 1:
                    yield from self._table(shaping.popleft())
                yield from self._failures()
            for last in shaping:
                yield from self._table(last)
        yield from self._failures()
        yield from self._remarks()

    def _piles(self) -> Iterator[list[Rows]]:
        pile: list[Rows] = []
        for rows in {"jsonl": self._jsonl, "csv": self._csv, "parquet": self._parquet}[self._form]():
            pile.append(rows)
            if self._form == "parquet" or sum(len(rows.positions) for rows in pile) >= BATCH:
                yield pile
                pile = []
        if pile:
            yield pile

    def _table(self, shaping: "Future[tuple[pa.Table, int]]") -> Iterator[pa.Table]:
        table, naive = shaping.result()
        self._naive += naive
        if table.num_rows:
            yield table

    def _failures(self) -> Iterator[NotUnderstood]:
        failed, self._failed = self._failed, []
        yield from failed

    def _refuse(self, position: int, body: bytes, reason: str) -> None:
        self._failed.append(NotUnderstood(source=SOURCE, ref=self._ref, position=position, reason=reason, body=body))

    def _jsonl(self) -> Iterator[Rows]:
        decoder, line = Decoder(), 1
        self._strange = decoder.strange
        with files.opened(self._ref) as file:
            for block, overlong in files.blocks(file):
                yield from decoder.rows(block, line, self._refuse)
                line += block.count(b"\n")
                if overlong:
                    self._refuse(line, overlong, files.TOO_LONG)
                line += bool(overlong or (block and not block.endswith(b"\n")))
            if file.damage:
                self._refuse(line, b"", file.damage)

    def _csv(self) -> Iterator[Rows]:
        with files.opened(self._ref) as file:
            delimiter = cells.delimiter_of(file.peek(files.PEEK)) or ","
            records = cells.records(file, delimiter)
            number, first, _ = next(records, (0, b"", ""))
            header = cells.header_of(first, delimiter)
            rows: list[Row] = []
            positions: list[int] = []
            for number, body, found in records:
                values = cells.values(header, found)
                self._take(number, body, values, rows, positions)
                if len(rows) == BATCH:
                    yield gathered(rows, np.array(positions, np.int64), "line")
                    rows, positions = [], []
            yield gathered(rows, np.array(positions, np.int64), "line")
            if file.damage:
                self._refuse(number + 1, b"", file.damage)

    def _take(
        self, number: int, body: bytes, values: Mapping[str, str] | str | None, rows: list[Row], positions: list[int]
    ) -> None:
        row = values if values is None or isinstance(values, str) else row_of(values)
        if isinstance(row, str):
            self._refuse(number, body, row)
        elif row is not None and not isinstance(values, str) and values is not None:
            rows.append(row)
            positions.append(number)
            self._strange.update(whole_text(name[:LONGEST_NAME]) for name in values if name not in KNOWN)

    def _parquet(self) -> Iterator[Rows]:
        row = 1
        try:
            with parquet.opened(self._ref) as file:
                for name in parquet.strange(file):
                    self._strange[name[:LONGEST_NAME]] = file.metadata.num_rows
                for batch in parquet.batches(file):
                    rows, unnamed = parquet.rows(batch, row)
                    yield rows
                    self._unnamed(batch, unnamed, row)
                    row += len(rows.positions) + len(unnamed)
        except (OSError, pa.ArrowException) as error:
            self._refuse(row, b"", f"the Parquet file is damaged: {error}")

    def _unnamed(self, batch: parquet.Plain, unnamed: list[int], first: int) -> None:
        if unnamed:
            chosen = pa.array(unnamed)
            bodies = parquet.bodies({name: column.take(chosen) for name, column in batch.items()})
            for row, body in zip(unnamed, bodies, strict=True):
                self._refuse(first + row, body, "no account")

    def _remarks(self) -> Iterator[Remark]:
        if self._naive:
            yield self._remark(f"{counted(self._naive, 'time names', 'times name')} no zone: taken as UTC")
        if self._strange:
            named = [f"{name} ({count:,})" for name, count in self._strange.most_common(MOST_NAMED)]
            more = len(self._strange) - len(named)
            tail = f" and {more:,} more" if more > 0 else ""
            yield self._remark(f"columns that are not used: {', '.join(named)}{tail}")

    def _remark(self, text: str) -> Remark:
        return Remark(source=SOURCE, ref=self._ref, text=text)


def _shaped(pile: Sequence[Rows]) -> tuple[pa.Table, int]:
    rows = together(pile)
    return shaped(rows) if len(rows.positions) else (ACTIONS.empty_table(), 0)
