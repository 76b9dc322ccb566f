"""Says in sentences why actions got their bits: every signal's share, and what was not looked at and why."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.profile.habit import Gap, Text
from countersign.score.kernel import UNITS
from countersign.score.observe import with_local_time
from countersign.score.scorer import Scorer
from countersign.score.sentences import Sentences
from countersign.score.signals.signal import Signal
from countersign.score.surprise import STATES, Share, Surprise
from countersign.score.walk import Outcome

BATCH = 4096
"""Rows explained together."""
PAUSES = 2 ** np.arange(1, 24)
"""Seconds at which the classes of pauses begin, as the kernel counts them (`pause_code`)."""

Rows = npt.NDArray[np.int64]


def explain(
    actions: pa.Table,
    out: Outcome,
    with_: Scorer,
    rows: Iterable[int],
    incident_of: npt.NDArray[np.int32],
    usual: npt.NDArray[np.float64],
) -> Iterator[Surprise]:
    """Yield the surprise of each row, in the order given; `incident_of` and `usual` hold one value an action."""
    wanted = np.fromiter(rows, dtype=np.int64)
    if len(wanted) == 0:
        return
    pauses, words = _pauses(actions), Sentences(with_)
    for at in range(0, len(wanted), BATCH):
        batch = wanted[at : at + BATCH]
        here = _taken(actions, batch)
        shares = zip(*_shares(here, batch, pauses[batch], out, with_, words), strict=True)
        yield from _surprises(here, batch, out, incident_of[batch], usual[batch], shares)


def _surprises(
    here: pa.Table,
    rows: Rows,
    out: Outcome,
    incidents: npt.NDArray[np.int32],
    usual: npt.NDArray[np.float64],
    shares: Iterable[tuple[Share, ...]],
) -> Iterator[Surprise]:
    names = (here[name].to_pylist() for name in ("id", "native_id", "account"))
    figures = (rows, out.units[rows] / UNITS, usual, out.known[rows], incidents)
    columns = (*names, *(column.tolist() for column in figures), shares)
    for id_, native_id, account, row, bits, typical, learned, incident, parts in zip(*columns, strict=True):
        yield Surprise(
            row=row,
            id=id_,
            native_id=native_id,
            account=account,
            bits=bits,
            usual=typical,
            learned=learned,
            incident=incident or None,
            shares=parts,
        )


def _shares(
    here: pa.Table, rows: Rows, pauses: Rows, out: Outcome, with_: Scorer, words: Sentences
) -> Iterator[list[Share]]:
    """Yield for each signal its share in each of the rows."""
    local, kinds = with_local_time(here, with_.zones), words.kinds(here)
    for number, signal in enumerate(with_.signals):
        values = _values(signal, local, pauses)
        because = words.because(number, values, kinds, out, rows)
        states = out.state[rows, number].tolist()
        yield _column(signal.name, float(with_.weights[number]), out.raw[rows, number], states, because)


def _column(
    name: str, weight: float, raw: npt.NDArray[np.int16], states: Sequence[int], because: Iterable[str]
) -> list[Share]:
    bits = (np.round(weight * raw.astype(np.int64)) + 0.0) / UNITS
    columns = (states, bits.tolist(), (raw / UNITS).tolist(), because)
    return [
        Share(signal=name, state=STATES[state], bits=part, raw_bits=whole, weight=weight, because=said)
        for state, part, whole, said in zip(*columns, strict=True)
    ]


def _taken(actions: pa.Table, rows: Rows) -> pa.Table:
    """Return these rows; those that follow each other are not copied."""
    if np.all(np.diff(rows) == 1):
        return actions.slice(int(rows[0]), len(rows)).combine_chunks()
    return actions.take(pa.array(rows)).combine_chunks()


def _values(signal: Signal, local: pa.Table, pauses: Rows) -> list[Any]:
    """Return what a signal saw in each row: lists as tuples, classes of pauses, and nothing of texts."""
    if isinstance(signal.habit, Text):
        return [None] * local.num_rows
    if isinstance(signal.habit, Gap):
        return [None if code < 0 else code for code in pauses.tolist()]
    seen = signal.observe(local)
    values = seen.to_pylist()
    if pa.types.is_large_list(seen.type):
        return [None if value is None else tuple(value) for value in values]
    return list(values)


def _pauses(actions: pa.Table) -> Rows:
    """Return the class of the pause since the last action whose time is known; -1 where there is none."""
    times = np.asarray(actions["time"].to_numpy(), dtype="datetime64[us]")
    known = ~np.isnat(times)
    last = np.maximum.accumulate(np.where(known, np.arange(len(times)), -1))
    before = np.concatenate([[-1], last[:-1]])
    micros = times.astype(np.int64)
    seconds = np.maximum(0, micros - micros[before]) // 1_000_000
    return np.where(known & (before >= 0), np.searchsorted(PAUSES, seconds, side="right"), -1)
