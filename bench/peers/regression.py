"""The supervised batch peer: one logistic regression an account, its own actions against other people's.

It sees hashed character 3-grams of the text, whom the action is aimed at, and all metadata with the client. It is
fitted on the first 60 % of the account's actions and on as many actions of the *other* side's accounts of the same
years, so that no attacker was in what it learned from.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from bench.peers.observed import Observed, observe_all
from bench.peers.peer import Scored
from bench.peers.replay import Streams
from bench.protocol.data import Account, Row
from bench.protocol.takeovers import Variant, stripped

TEXT_BUCKETS = 2**18
WORD_BUCKETS = 2**16
MOST_ROWS = 10_000
"""More of an account's history (its latest rows count) makes the fit slower and hardly better."""
INVERSE_PENALTY = 10.0
"""Best of 0.3, 3 and 10 on development accounts."""
TOLERANCE = 0.1
"""The dual solver stops here with the same AUC (to 0.001) as the primal one at its default, in a tenth of the time."""
SEED = 1
MOST_ROUNDS = 2_000
_TEXT = HashingVectorizer(analyzer="char", ngram_range=(3, 3), n_features=TEXT_BUCKETS, alternate_sign=False)
_WORDS = FeatureHasher(n_features=WORD_BUCKETS, input_type="string", alternate_sign=False)


class RegressionScorer:
    """A logistic regression an account."""

    name = "LogReg"

    def __init__(self, others: Sequence[Account]) -> None:
        self._others = tuple(others)
        self._fitted: dict[tuple[str, Variant], Any] = {}
        self._kept: dict[tuple[str, Variant], list[Observed]] = {}

    def scores(self, streams: Streams, variant: Variant) -> Scored:
        """Return log odds that somebody else made the action."""
        start = streams.calibration_start
        fit_rows = streams.account.rows[max(0, start - MOST_ROWS) : start]
        # Where the archive gives no language yet, a language would only tell later actions from earlier ones.
        language = sum(row.lang is not None for row in fit_rows) * 2 >= len(fit_rows)
        key = (streams.account.name, variant)
        if key not in self._fitted:
            self._fitted[key] = self._fit(streams, fit_rows, variant, language=language)
        parts = [streams.own[start:], *(tail.actions for tail in streams.tails)]
        rows = vstack([_matrix(part, language=language) for part in parts])
        first, *rest = np.split(
            self._fitted[key].decision_function(rows), np.cumsum([len(part) for part in parts])[:-1]
        )
        return Scored(own=first, tails=tuple(rest))

    def _fit(self, streams: Streams, fit_rows: Sequence[Row], variant: Variant, *, language: bool) -> Any:
        own = streams.own[streams.calibration_start - len(fit_rows) : streams.calibration_start]
        foreign = self._foreign(fit_rows, variant)
        rows = vstack([_matrix(own, language=language), _matrix(foreign, language=language)])
        regression = LogisticRegression(
            solver="liblinear",
            dual=True,
            tol=TOLERANCE,
            C=INVERSE_PENALTY,
            class_weight="balanced",
            random_state=SEED,
            max_iter=MOST_ROUNDS,
        )
        return regression.fit(rows, np.repeat([0, 1], [len(own), len(foreign)]))

    def _foreign(self, fit_rows: Sequence[Row], variant: Variant) -> list[Observed]:
        first, last = fit_rows[0].at, fit_rows[-1].at
        near = [
            action
            for account in self._others
            for action, row in zip(self._observed(account, variant), account.rows, strict=True)
            if first <= row.at <= last
        ]
        return Random(fit_rows[0].account).sample(near, min(len(fit_rows), len(near)))

    def _observed(self, account: Account, variant: Variant) -> list[Observed]:
        key = (account.name, variant)
        if key not in self._kept:
            self._kept[key] = observe_all([stripped(row, variant) for row in account.rows])
        return self._kept[key]


def _matrix(actions: Sequence[Observed], *, language: bool) -> csr_matrix:
    texts = _TEXT.transform(action.text for action in actions)
    words = _WORDS.transform(_words(action, language=language) for action in actions)
    return hstack([texts, words], format="csr")


def _words(action: Observed, *, language: bool) -> list[str]:
    lists = (("mention", action.mentions), ("domain", action.domains), ("hashtag", action.hashtags))
    words = [f"{name} {value}" for name, values in lists for value in values]
    words += [f"{name} none" for name, values in lists if not values]
    return [
        *words,
        f"kind {action.kind}",
        f"hour {action.hour}",
        f"weekday {action.weekday}",
        f"gap {int(action.gap)}",
        f"length {len(action.text) // 20}",
        f"media {action.media}",
        f"client {action.client}",
        f"whom {action.whom}",
        *([f"language {action.language}"] if language else []),
    ]
