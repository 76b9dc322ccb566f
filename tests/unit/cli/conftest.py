"""A made-up verdict: the ambassador's morning, small enough to read, with whatever names a test wants in it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from countersign.activity import Activity, Identity, Verb, to_columns
from countersign.cli.console import Console, Look
from countersign.engine import embedded
from countersign.engine.verdict import AccountVerdict, Reading, Verdict
from countersign.incident.incident import Incident
from countersign.score.surprise import Share, Surprise

ONSET = datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC)
LIKED = ("kx_clips", "leaf_of_truth", "真相之叶_daily")

Make = Callable[..., Verdict]


def action(number: int, verb: Verb, time: datetime | None, who: str, **more: Any) -> Activity:
    return Activity(
        id=f"x:111:{verb}:{number}",
        native_id=str(number),
        platform="x",
        verb=verb,
        actor="111",
        published=time,
        time_basis="given" if time else "after object",
        object_author=who,
        **more,
    )


def share(signal: str, bits: float, because: str, **more: Any) -> Share:
    return Share(signal=signal, state="scored", bits=bits, raw_bits=2 * bits, weight=0.5, because=because, **more)


def surprise(row: int, native_id: str, incident: int | None, because: str) -> Surprise:
    unseen = Share(signal="client", state="not observed", bits=0.0, raw_bits=0.0, weight=0.5, because="no client given")
    shares = (
        share("whom", 6.75, because),
        share("about", 9.5, "adult words: 0 of 3,902 likes"),
        share("hour", 3.75, "between 02:00 and 03:00: 4 of 4,112"),
        share("kind", -1.0, "a like: 3,902 of 4,112"),
        unseen,
    )
    return Surprise(
        row=row,
        id=f"x:111:like:{native_id}",
        native_id=native_id,
        account="111",
        bits=19.0,
        usual=6.0625,
        learned=4109,
        incident=incident,
        shares=shares,
    )


@pytest.fixture
def make_verdict(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that makes the verdict; `names` are the accounts liked, `because` the sentence on them."""

    def surprises(verdict: Verdict, rows: Iterable[int]) -> Iterator[Surprise]:
        native = verdict.reading.actions["native_id"]
        for row in rows:
            yield surprise(row, native[row].as_py(), int(verdict.incident_of[row]) or None, "a stranger: 37 of 4,112")

    monkeypatch.setattr(embedded, "surprises", surprises)
    return made


def made(
    *,
    names: tuple[str, ...] = LIKED,
    because: str = "a stranger: 37 of 4,112",
    text: str = "Good morning",
    note: str = "",
) -> Verdict:
    before = action(1, "post", ONSET - timedelta(hours=10), "", content=text)
    likes = [action(2 + at, "like", ONSET + timedelta(seconds=24 * at), name) for at, name in enumerate(names)]
    undo = action(99, "unlike", ONSET + timedelta(hours=7), names[0])
    untimed = action(
        100, "like", None, "friend", start_time=ONSET - timedelta(days=9), end_time=ONSET + timedelta(days=1)
    )
    actions = to_columns([before, *likes, undo, untimed])
    last = 1 + len(names)
    incident = Incident(
        number=1,
        account="111",
        platform="x",
        severity="high",
        onset=ONSET,
        ended=ONSET + timedelta(seconds=55),
        alarm_time=ONSET,
        alarm_action="x:111:like:2",
        alarm_native_id="2",
        alert=True,
        actions=len(names),
        peak=40.0,
        threshold=12.0,
        surprises=tuple(surprise(1 + at, str(2 + at), 1, because) for at in range(len(names))),
        before=(0,),
        after=(last,),
        undone=((1, last),),
        notes=(note,) if note else (),
    )
    account = AccountVerdict(
        account="111",
        platform="x",
        start=0,
        stop=actions.num_rows,
        answer="incident",
        usual=6.0,
        quantile99=13.0,
        highest=14.1,
        learned=4109,
        needed=200,
        incidents=(1,),
        not_looked_at=("access (no list of sign-ins after 2026-08-20)",),
    )
    numbers = np.zeros(actions.num_rows, np.int32)
    numbers[1:last] = 1
    return Verdict(
        reading=Reading(
            sources=(("archive.zip", "x-archive"),),
            actions=actions,
            identities=(Identity(account="111", platform="x", handle="ExamplianEmb", time_zone="Europe/London"),),
        ),
        accounts=(account,),
        incidents=(incident,),
        bits=np.where(numbers > 0, 19.0, 4.0),
        incident_of=numbers,
        preset="rich",
        alerts_per_period=1.0,
        period_days=30.0,
    )


class Written:
    """A console whose stdout is kept in memory."""

    def __init__(self, **look: Any) -> None:
        self.stream = BytesIO()
        self.console = Console(Look(**look), out=self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue().decode("utf-8")


@pytest.fixture
def written() -> type[Written]:
    return Written
