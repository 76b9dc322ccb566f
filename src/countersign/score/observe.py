"""Turns a table of actions into the numbers that the kernel walks: codes, hashes, text bytes and times."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import VERBS
from countersign.profile.compiling import walking
from countersign.profile.habit import Closed, Open, Text
from countersign.profile.open import scatter
from countersign.profile.text import mixed_in
from countersign.score.signals.signal import Signal

Hashes = npt.NDArray[np.uint64]
WORKERS = 2
"""Columns that are looked at, and accounts that are walked, at once."""
NO_TIME = np.int64(-(2**62))
GROUPS = {"post": 0, "reply": 1, "quote": 2, "repost": 3, "like": 4, "follow": 5, "block": 5, "mute": 5,
          "unlike": 6, "unrepost": 6, "unfollow": 6, "unblock": 6, "unmute": 6, "delete": 6,
          "update": 7, "grant": 7, "other": 7}  # fmt: skip
"""Verbs that a habit tells apart where it is kept by verb."""
_GROUP_OF = np.array([GROUPS[verb] for verb in VERBS], dtype=np.int8)
_VERBS = pa.array(VERBS, type=pa.large_string())


class Observed(NamedTuple):
    """What n actions show: `codes` [n, closed signals], `values` flat hashes with `bounds` [open signals, n + 1],
    `known` [open signals, n], `text` bytes with `text_bounds` [text signals, n + 1] (equal bounds and `text_known`
    false: none), `time` in microseconds since 1970 or NO_TIME, verb groups, weekend flags, hashed clients (0: none)."""

    codes: npt.NDArray[np.int16]
    values: npt.NDArray[np.uint64]
    bounds: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    text: npt.NDArray[np.uint8]
    text_bounds: npt.NDArray[np.int64]
    text_known: npt.NDArray[np.bool_]
    time: npt.NDArray[np.int64]
    verb: npt.NDArray[np.int8]
    weekend: npt.NDArray[np.int8]
    client: npt.NDArray[np.uint64]


def observe(actions: pa.Table, signals: Sequence[Signal], zones: Mapping[str, str]) -> Observed:
    """Return what every signal sees in every action; `zones` maps accounts to IANA zones, "" to the default one."""
    actions = with_local_time(actions.combine_chunks(), zones)
    count = actions.num_rows
    columns = _columns(actions, [s for s in signals if isinstance(s.habit, Closed | Open | Text)])
    closed = [columns[s.observe] for s in signals if isinstance(s.habit, Closed)]
    opened = [columns[s.observe] for s in signals if isinstance(s.habit, Open)]
    texts = [columns[s.observe] for s in signals if isinstance(s.habit, Text)]
    values, bounds, known = _open_values(opened, count)
    text, text_bounds, text_known = _text_bytes(texts, count)
    verb = pc.index_in(actions["verb"], value_set=_VERBS)
    weekday = pc.fill_null(pc.day_of_week(actions["local_time"]), 0)
    client, _ = hashes(_flat(actions["client"]))
    return Observed(
        codes=_codes(closed, count),
        values=values,
        bounds=bounds,
        known=known,
        text=text,
        text_bounds=text_bounds,
        text_known=text_known,
        time=_times(actions["time"]),
        verb=_GROUP_OF[_numbers(pc.fill_null(verb, len(VERBS) - 1))],
        weekend=(_numbers(weekday) >= 5).astype(np.int8),
        client=client,
    )


def _columns(actions: pa.Table, signals: Sequence[Signal]) -> dict[Any, pa.Array]:
    """Return what each signal's `observe` sees; those that share one look once. Arrow lets other threads run."""
    looks = list(dict.fromkeys(s.observe for s in signals))
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(looks, pool.map(lambda look: _flat(look(actions)), looks), strict=True))


def with_local_time(actions: pa.Table, zones: Mapping[str, str]) -> pa.Table:
    """Return the table with `local_time`: the wall clock of each action in its account's home zone, without a zone."""
    default = zones.get("", "UTC")
    used = {zone for account, zone in zones.items() if account} | {default}
    local = pc.local_timestamp(pc.cast(actions["time"], pa.timestamp("us", tz=_checked(default))))
    for zone in sorted(used - {default}):
        own = pa.array([a for a, z in zones.items() if a and z == zone], type=pa.large_string())
        there = pc.local_timestamp(pc.cast(actions["time"], pa.timestamp("us", tz=_checked(zone))))
        local = pc.if_else(pc.is_in(actions["account"], value_set=own), there, local)
    return actions.append_column("local_time", local)


def _checked(zone: str) -> str:
    return ZoneInfo(zone).key


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _numbers(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.asarray(_flat(column)).astype(np.int64)


def _times(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return _numbers(pc.fill_null(pc.cast(column, pa.int64()), int(NO_TIME)))


def _codes(columns: Sequence[pa.Array], count: int) -> npt.NDArray[np.int16]:
    out = np.empty((count, len(columns)), dtype=np.int16)
    for index, column in enumerate(columns):
        out[:, index] = np.asarray(pc.fill_null(pc.cast(column, pa.int16()), -1))
    return out


def _open_values(
    columns: Sequence[pa.Array], count: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    flat: list[npt.NDArray[np.uint64]] = []
    bounds = np.zeros((len(columns), count + 1), dtype=np.int64)
    known = np.zeros((len(columns), count), dtype=np.bool_)
    done = 0
    for index, column in enumerate(columns):
        known[index] = np.asarray(column.is_valid())
        if pa.types.is_large_list(column.type):
            offsets = np.asarray(column.offsets)
            values, _ = hashes(column.values.slice(offsets[0], offsets[-1] - offsets[0]))
            offsets = offsets - offsets[0]
        else:
            values, valid = hashes(column)
            offsets = np.concatenate([[0], np.cumsum(valid)])
            values = values[valid]
        flat.append(values)
        bounds[index] = offsets + done
        done += len(values)
    whole = np.concatenate(flat) if flat else np.zeros(0, dtype=np.uint64)
    return whole, bounds, known


def hashes(column: pa.Array) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    """Return a 64-bit hash of each string (0 for null), and which are not null.

    >>> [int(h) % 1000 for h in hashes(pa.array(["a", None, "a"], pa.large_string()))[0]]
    [691, 0, 691]
    """
    valid = np.asarray(column.is_valid())
    buffers = column.buffers()
    if len(column) == 0 or buffers[2] is None:
        return np.zeros(len(column), dtype=np.uint64), valid
    bounds = np.frombuffer(buffers[1], dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    out = np.zeros(len(column), dtype=np.uint64)
    _hashes(np.frombuffer(buffers[2], dtype=np.uint8), bounds, valid, out)
    return out, valid


@walking
def _hashes(
    data: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_], out: Hashes
) -> None:
    for row in range(len(valid)):
        if valid[row]:
            state = np.uint64(bounds[row + 1] - bounds[row])
            for at in range(bounds[row], bounds[row + 1]):
                state = mixed_in(state, np.uint64(data[at]))
            out[row] = scatter(state) | np.uint64(1)


def _text_bytes(
    columns: Sequence[pa.Array], count: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the bytes of texts, once for columns that are the same, and where in them each text lies."""
    pieces: list[npt.NDArray[np.uint8]] = []
    bounds = np.zeros((len(columns), count + 1), dtype=np.int64)
    known = np.zeros((len(columns), count), dtype=np.bool_)
    begins: dict[int, int] = {}
    done = 0
    for index, column in enumerate(columns):
        _, offsets, data = column.buffers()
        if count == 0 or data is None:
            continue
        raw = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + count + 1]
        known[index] = np.asarray(column.is_valid())
        if id(column) not in begins:
            begins[id(column)] = done
            pieces.append(np.frombuffer(data, dtype=np.uint8)[raw[0] : raw[-1]])
            done += int(raw[-1] - raw[0])
        bounds[index] = raw - raw[0] + begins[id(column)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint8), bounds, known
