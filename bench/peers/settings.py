"""Which peers run, each with the scale and drift that `bench.peers.tune` found on development accounts."""

from collections.abc import Sequence

from bench.peers.alarm import Setting
from bench.peers.peer import Peer, Scorer
from bench.peers.regression import RegressionScorer
from bench.peers.replay import Shelf
from bench.peers.scorers import CompaScorer, EcodScorer, ForestScorer, TreesScorer
from bench.protocol.data import Account

SETTINGS = {
    "COMPA": Setting("rank", 1.5),
    "HalfSpaceTrees": Setting("rank", 1.0),
    "ECOD": Setting("z", 1.5),
    "IsolationForest": Setting("rank", 1.0),
    "LogReg": Setting("rank", 3.0),
}
"""Of the settings with at most 1.2 false alerts per 30 days on development accounts, the one that finds most within
three actions, over the three modes."""


def scorers(others: Sequence[Account]) -> list[Scorer]:
    """Return the peers' scorers; the supervised one learns what is foreign from `others`, never from an attacker."""
    return [CompaScorer(), TreesScorer(), EcodScorer(), ForestScorer(), RegressionScorer(others)]


def peers(others: Sequence[Account]) -> list[Peer]:
    """Return the peers as methods of the benchmark."""
    shelf = Shelf()
    return [Peer(scorer, SETTINGS[scorer.name], shelf) for scorer in scorers(others)]
