"""What the engine answers for files or the store: accounts, their incidents, and every action's surprise on demand."""

from typing import Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from countersign.activity import Identity, NotUnderstood, Session
from countersign.incident.incident import Incident
from countersign.score.scorer import Scorer
from countersign.score.walk import Outcome

MADE_UP: Final = "demo"
"""The source of made-up accounts: days are counted from the end of their story."""

Answer = Literal["incident", "nothing unusual", "cannot tell"]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from files: actions in schema `ACTIONS`, ordered by account and time, and what was not.

    `sources` names (path, source name) pairs; `duplicates` and `out_of_order` are counts; `remarks` are sentences
    for the reader ("manifest.js says 66 rows of ip-audit, 64 were read").
    """

    sources: tuple[tuple[str, str], ...]
    actions: pa.Table
    sessions: tuple[Session, ...] = ()
    identities: tuple[Identity, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    not_understood_count: int = 0
    duplicates: int = 0
    out_of_order: int = 0
    remarks: tuple[str, ...] = ()


class AccountVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one account: rows `start` to `stop` (exclusive) of the reading's table are its actions.

    `quantile99` and `highest` are bits of its actions outside incidents, `usual` their median; `learned` how many
    actions its habit holds; `needed` how many it should hold before "nothing unusual" means something.
    """

    account: str
    platform: str
    start: int
    stop: int
    answer: Answer
    usual: float
    quantile99: float
    highest: float
    learned: int
    needed: int
    incidents: tuple[int, ...]
    not_looked_at: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for a reading. Incidents are numbered from 1 in order of account and alarm.

    `bits` (float64) and `incident_of` (int32, 0: none) hold one value a row of `reading.actions`; the shares of a row
    are made on demand by `countersign.engine.embedded.surprises`.
    """

    reading: Reading
    accounts: tuple[AccountVerdict, ...]
    incidents: tuple[Incident, ...]
    bits: npt.NDArray[np.float64]
    incident_of: npt.NDArray[np.int32]
    preset: str
    alerts_per_period: float
    period_days: float
    outcome: Outcome | None = None
    scorer: Scorer | None = None
