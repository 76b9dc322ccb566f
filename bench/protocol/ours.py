"""Countersign as a method of the benchmark: through the engine's public function, on whole tables of actions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import pyarrow as pa

from bench.protocol.changes import Change
from bench.protocol.data import Account, seconds, to_actions
from bench.protocol.runs import Clean, Followed, Outcome, Reply, Run
from bench.protocol.takeovers import Takeover, Variant, stripped
from countersign.config import Settings
from countersign.config.keys import Config, Score
from countersign.engine import embedded
from countersign.engine.verdict import AccountVerdict, Reading, Verdict

Check = Callable[[pa.Table, Mapping[str, str]], Verdict]
"""Scores a table of actions, given what people said of incidents by the id of the action that raised the alarm."""
Preset = Literal["rich", "compact"]
Episode = Takeover | Change

ROWS_AT_ONCE = 400_000
"""Episodes are laid side by side as accounts of their own, so many rows a call: some hundred megabytes."""


class Told(msgspec.Struct, frozen=True):
    """What the verdict says of one stream: a score for each row, and the rows at which somebody is told at once."""

    scores: Any
    alerts: tuple[int, ...]
    alarm_ids: tuple[str, ...]


class Ours:
    """The engine's answer on each stream laid out in full: the account's history, then the episode's tail."""

    def __init__(self, check: Check | None = None, *, name: str = "countersign") -> None:
        self.name = name
        self._check = check or engine()

    def run(self, hosts: Sequence[Account], variant: Variant, takeovers: Sequence[Takeover]) -> Run:
        """Return scores and alerts for the clean streams of the hosts and for the takeovers."""
        histories = _histories(hosts, variant)
        clean = self.told([histories[host.name] for host in hosts])
        streams, marks = _laid_out(hosts, variant, takeovers, histories)
        told = self.told(streams)
        return Run(
            clean={host.name: Clean(one.scores, one.alerts) for host, one in zip(hosts, clean, strict=True)},
            outcomes=tuple(
                _outcome(one, takeover.place, mark) for one, takeover, mark in zip(told, takeovers, marks, strict=True)
            ),
        )

    def follow(self, hosts: Sequence[Account], changes: Sequence[Change], reply: Reply) -> Followed | None:
        """Return the times of the alerts after each of the owner's changes.

        To reply "it was us" the streams are checked twice: once to see where the first notice comes, and once more
        with it marked.
        """
        histories = _histories(hosts, "full")
        streams, _ = _laid_out(hosts, "full", changes, histories)
        found = self.told(streams)
        if reply == "it was us":
            notices = [_notice(one, change.place) for one, change in zip(found, changes, strict=True)]
            found = self.told(streams, {notice: reply for notice in notices if notice})
        return tuple(
            tuple(seconds(change.rows[alert - change.place - 1].at) for alert in one.alerts if alert > change.place)
            for one, change in zip(found, changes, strict=True)
        )

    def told(self, streams: Sequence[pa.Table], marks: Mapping[str, str] | None = None) -> list[Told]:
        """Return what the engine says of streams, each an account of its own; marks are by ids "account:row"."""
        named = [_renamed(stream, f"{number:06}") for number, stream in enumerate(streams)]
        return [one for batch in _batches(named) for one in _told(self._check, batch, marks or {})]


def _told(check: Check, named: Sequence[pa.Table], marks: Mapping[str, str]) -> list[Told]:
    verdict = check(pa.concat_tables(named).combine_chunks(), marks)
    by_name = {account.account: account for account in verdict.accounts}
    alarms: dict[str, list[str]] = {}
    for incident in verdict.incidents:
        if incident.alert:
            alarms.setdefault(incident.account, []).append(incident.alarm_action)
    names = [stream["account"][0].as_py() for stream in named]
    return [
        _told_of(verdict, by_name[name], alarms.get(name, []), stream)
        for name, stream in zip(names, named, strict=True)
    ]


def _told_of(verdict: Verdict, account: AccountVerdict, alarms: Sequence[str], stream: pa.Table) -> Told:
    of_account = verdict.reading.actions.slice(account.start, account.stop - account.start)
    scores = np.full(stream.num_rows, np.nan)
    scores[of_account["position"].to_numpy()] = verdict.bits[account.start : account.stop]
    row_of = {action: row for row, action in enumerate(stream["id"].to_pylist())} if alarms else {}
    found = sorted((row_of[alarm], alarm) for alarm in alarms)
    return Told(scores, tuple(row for row, _ in found), tuple(alarm for _, alarm in found))


def _notice(one: Told, place: int) -> str | None:
    return next((alarm for row, alarm in zip(one.alerts, one.alarm_ids, strict=True) if row > place), None)


def _batches(streams: Sequence[pa.Table]) -> Iterator[list[pa.Table]]:
    batch: list[pa.Table] = []
    for stream in streams:
        if batch and sum(table.num_rows for table in batch) + stream.num_rows > ROWS_AT_ONCE:
            yield batch
            batch = []
        batch.append(stream)
    if batch:
        yield batch


def _renamed(stream: pa.Table, name: str) -> pa.Table:
    """Return a stream as an account of its own, with ids of its own, each row numbered: its answer is found again."""
    count = stream.num_rows
    columns = {
        "account": pa.array([name] * count, pa.large_string()),
        "id": pa.array([f"{name}:{row}" for row in range(count)], pa.large_string()),
        "position": pa.array(np.arange(count)),
    }
    for column, values in columns.items():
        index = stream.schema.get_field_index(column)
        stream = stream.set_column(index, stream.schema.field(index), values)
    return stream


def _histories(hosts: Sequence[Account], variant: Variant) -> dict[str, pa.Table]:
    return {host.name: to_actions([stripped(row, variant) for row in host.rows]) for host in hosts}


def _laid_out(
    hosts: Sequence[Account], variant: Variant, episodes: Sequence[Episode], histories: dict[str, pa.Table]
) -> tuple[list[pa.Table], list[list[int]]]:
    rows = {host.name: host.rows for host in hosts}
    streams, marks = [], []
    for episode in episodes:
        tail = episode.tail(rows[episode.host])
        after = to_actions([stripped(row, variant) for row, _ in tail])
        streams.append(pa.concat_tables([histories[episode.host].slice(0, episode.place + 1), after]))
        marks.append([ordinal for _, ordinal in tail])
    return streams, marks


def _outcome(one: Told, place: int, marks: Sequence[int]) -> Outcome:
    of_tail = one.scores[place + 1 :]
    hits = [marks[alert - place - 1] for alert in one.alerts if alert > place and marks[alert - place - 1] >= 0]
    return Outcome(scores=of_tail[np.array(marks) >= 0], alert=min(hits) + 1 if hits else 0)


def engine(preset: Preset = "rich") -> Check:
    """Return the engine's function that scores a table of actions, with default settings."""
    settings = Settings(config=Config(score=Score(preset=preset)), origins={})

    def check(actions: pa.Table, marks: Mapping[str, str]) -> Verdict:
        return embedded.check(Reading(sources=(), actions=actions), settings, marks=marks)

    return check
