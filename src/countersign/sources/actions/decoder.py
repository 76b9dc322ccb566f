"""Decodes blocks of JSON lines into columns, at the speed of C where the lines are sound."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.sources.actions import jsonl
from countersign.sources.actions.arrow import Column
from countersign.sources.actions.row import FARTHEST_PLACE, KNOWN, LARGEST_COUNT, Row, row_of, whole_text
from countersign.sources.actions.rows import Rows
from countersign.sources.container.limits import MAX_DEPTH

MOST_STRANGE_NAMES: Final = 200
"""Unknown columns that are named; a file with more is no table, and is read line by line."""
LONGEST_NAME: Final = 80
"""Characters of an unknown column's name that are shown."""

SMALL: Final = 32 * 1024
"""Bytes of a block that is read line by line when a line in it is damaged."""

_STRING: Final = pa.large_string()
_Id = str | int | None
_Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_COUNT)] | None
_Texts = list[str] | None
_KINDS: Final[dict[str, tuple[Any, pa.DataType]]] = {
    **dict.fromkeys(KNOWN, (str | None, _STRING)),
    **dict.fromkeys(("id", "target_id", "target_author"), (_Id, _STRING)),
    "account": (Annotated[str, msgspec.Meta(min_length=1)] | int, _STRING),
    **{name: (_Texts, pa.large_list(_STRING)) for name in ("links", "mentions", "hashtags")},
    **{name: (bool | None, pa.bool_()) for name in ("sensitive", "deleted")},
    **{name: (_Count, pa.int32()) for name in ("media", "text_length")},
    "seq": (Annotated[float, msgspec.Meta(ge=-FARTHEST_PLACE, le=FARTHEST_PLACE)] | None, pa.float64()),
}
_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(.*)` - at `\$.*`", re.DOTALL)
_OPENING: Final = re.compile(rb"[\[{]")

Refused = Callable[[int, bytes, str], None]


class Decoder:
    """Turns blocks of lines into rows; learns on the way which columns the file has.

    `strange` counts, for each column that is not documented, how many records hold it.
    """

    def __init__(self) -> None:
        self.strange: Counter[str] = Counter()
        self._names: list[str] = ["account"]
        self._build()

    def rows(self, block: bytes, first: int, refused: Refused) -> Iterator[Rows]:
        """Yield the rows of a block whose first line has the number `first`; `refused` is told of the others."""
        found = self._fast(block)
        if found is not None:
            yield Rows(self._columns(found), np.arange(first, first + len(found)), {}, "line")
            return
        pieces = list(_quarters(block)) if len(block) > SMALL else []
        if len(pieces) < 2:
            yield self._slow(io.BytesIO(block), first, refused)
            return
        for piece in pieces:
            yield from self.rows(piece, first, refused)
            first += piece.count(b"\n")

    def _fast(self, block: bytes) -> list[Any] | None:
        """Return one value a line, None if any line of the block is not plainly a row."""
        lines = _records(block)
        if not lines:
            return None
        while True:
            try:
                found = self._decode_lines(block)
            except msgspec.ValidationError as invalid:
                if not self._learned(str(invalid)):
                    return None
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                return None
            else:
                return found if len(found) == lines and not self._deep(found) else None

    def _learned(self, complaint: str) -> bool:
        """Take up a column that the file turned out to have; say whether there is one."""
        match = _UNKNOWN_FIELD.fullmatch(complaint)
        if match is None or match[1] in self._names or len(self._names) >= MOST_STRANGE_NAMES:
            return False
        self._names.append(match[1])
        self._build()
        return True

    def _build(self) -> None:
        fields = [self._field(place, name) for place, name in enumerate(self._names)]
        renamed = {f"c{place}": name for place, name in enumerate(self._names)}
        kind = msgspec.defstruct("Line", fields, rename=renamed, forbid_unknown_fields=True, gc=False, kw_only=True)
        decoder = msgspec.json.Decoder(kind)
        self._decode_lines, self._decode = decoder.decode_lines, decoder.decode

    def _field(self, place: int, name: str) -> Any:
        if name == "account":
            return f"c{place}", _KINDS[name][0]
        if name in _KINDS:
            return f"c{place}", _KINDS[name][0], None
        return f"c{place}", msgspec.Raw | msgspec.UnsetType, msgspec.UNSET

    def _deep(self, found: Sequence[Any]) -> bool:
        """Say whether a value of an undocumented column may be nested too deep; one that cannot be is not measured."""
        for place, name in enumerate(self._names):
            if name in _KINDS:
                continue
            values = [value for value in map(attrgetter(f"c{place}"), found) if value is not msgspec.UNSET]
            if values and max(map(len, values)) > 2 * (MAX_DEPTH - 2):
                return any(len(_OPENING.findall(value)) > MAX_DEPTH - 2 for value in values)
        return False

    def _columns(self, found: Sequence[Any]) -> dict[str, Column]:
        columns = {}
        for place, name in enumerate(self._names):
            values = list(map(attrgetter(f"c{place}"), found))
            if name in _KINDS:
                columns[name] = column(name, values)
            else:
                self.strange[name[:LONGEST_NAME]] += len(values) - values.count(msgspec.UNSET)
        return columns

    def _slow(self, lines: Iterable[bytes], first: int, refused: Refused) -> Rows:
        rows: list[Row] = []
        positions: list[int] = []
        for position, line in enumerate(lines, first):
            values = jsonl.values_in(line)
            row = row_of(values) if isinstance(values, dict) else values
            if isinstance(row, str):
                refused(position, line, row)
            elif isinstance(values, dict) and row is not None:
                rows.append(row)
                positions.append(position)
                self.strange.update(whole_text(name[:LONGEST_NAME]) for name in values if name not in _KINDS)
        return gathered(rows, np.array(positions, np.int64), "line")


def _quarters(block: bytes) -> Iterator[bytes]:
    """Yield a block of lines in pieces, so that few sound lines go the slow road with a damaged one."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start + len(block) // 4) + 1 or len(block)
        yield block[start:end]
        start = end


def _records(block: bytes) -> int:
    """Return how many objects a block must hold if each of its lines is one object, 0 if that cannot be.

    Between a closing and an opening brace JSON lets a line end only if both are outermost.
    """
    ends = block.count(b"\n") - block.endswith(b"\n")
    between = b"}\r\n{" if b"\r\n" in block[-2:] else b"}\n{"
    return ends + 1 if block.count(between) == ends else 0


def gathered(rows: Sequence[Row], positions: npt.NDArray[np.int64], place: str) -> Rows:
    """Return rows that were read one by one as columns."""
    columns = {name: column(name, list(map(attrgetter(name), rows))) for name in KNOWN}
    notes = {at: list(row.notes) for at, row in enumerate(rows) if row.notes}
    return Rows(columns, positions, notes, place)


def column(name: str, values: Iterable[Any]) -> Column:
    """Return a documented column of values that were checked."""
    kind = _KINDS[name][1]
    try:
        return pa.array(values, kind)
    except pa.ArrowException:  # ids that are numbers here and texts there
        return pa.array([value if value is None else str(value) for value in values], kind)
