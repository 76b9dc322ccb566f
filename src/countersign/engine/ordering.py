"""Puts actions in order, account by account, each from its first to its last, and counts what was out of order."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.engine.columns import codes, flags, moments, pc


def order_of(actions: pa.Table) -> npt.NDArray[np.int64] | None:
    """Return the rows by account (in order of first appearance) and time, None where they are in that order.

    An action without a time stands at its lower bound; those without either stand last. Likes without a time are in a
    list newest first, so of two at one moment the later in the list was earlier. All else stays as it was.
    """
    account, moment = codes(actions["account"]), moments(actions)
    untimed_like = flags(pc.and_(pc.equal(actions["verb"], "like"), pc.is_null(actions["time"])))
    place = np.where(untimed_like, -np.asarray(pc.fill_null(actions["position"], 0).to_numpy()), 0)
    return None if _is_ordered(account, moment, place) else np.lexsort((place, moment, account))


def out_of_order(actions: pa.Table, piece: npt.NDArray[Any]) -> int:
    """Return how many actions stand after one that was done later, of the same account and piece of input.

    A list that runs from newest to oldest is in order too. `piece` numbers the piece that each action came in.
    """
    moment = moments(actions)
    timed = np.flatnonzero(flags(pc.is_valid(actions["time"])))
    group = (codes(actions["account"]) * (int(piece.max(initial=0)) + 1) + piece)[timed]
    if not len(timed):
        return 0
    moment = moment[timed]
    if (group[1:] < group[:-1]).any():
        by_group = np.argsort(group, kind="stable")
        group, moment = group[by_group], moment[by_group]
    if not ((moment[1:] < moment[:-1]) & (group[1:] == group[:-1])).any():
        return 0
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    late = _behind(moment, starts)
    early = _behind(-moment, starts)
    return int(np.minimum(np.add.reduceat(late, starts), np.add.reduceat(early, starts)).sum())


def _is_ordered(account: npt.NDArray[Any], moment: npt.NDArray[Any], place: npt.NDArray[Any]) -> bool:
    same = account[1:] == account[:-1]
    later = (moment[1:] > moment[:-1]) | ((moment[1:] == moment[:-1]) & (place[1:] >= place[:-1]))
    return bool(((account[1:] > account[:-1]) | (same & later)).all())


def _behind(moment: npt.NDArray[Any], starts: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return 1 for each value that is smaller than one before it in its group, which begins at one of `starts`."""
    ranks = np.unique(moment, return_inverse=True)[1]
    number = np.zeros(len(moment), np.int64)
    number[starts[1:]] = 1
    lifted = ranks + np.cumsum(number) * (len(moment) + 1)
    return (lifted < np.maximum.accumulate(lifted)).astype(np.int64)
