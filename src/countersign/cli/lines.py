"""Writes actions and incidents as `countersign/1` JSON: the contract with other programs, fast enough for millions."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from countersign.cli.rows import Record
from countersign.cli.tables import SCHEMA
from countersign.incident.incident import Incident
from countersign.score.surprise import Share, State, Surprise
from countersign.text import json_ascii

WRITE_AT_ONCE = 1 << 18
"""Bytes gathered before a write."""


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action with its bits and shares, as machine formats show it. Documented in docs/reference/formats.md."""

    schema: str = SCHEMA
    id: str
    native_id: str
    account: str
    platform: str
    verb: str
    time: str | None
    start_time: str | None
    end_time: str | None
    time_basis: str
    object: str | None
    object_author: str | None
    client: str | None
    bits: float
    usual: float
    learned: int
    state: State
    incident: int | None
    shares: tuple[Share, ...]


def action_line(record: Record, surprise: Surprise) -> ActionLine:
    """Return one action as machine formats show it."""
    return ActionLine(
        **record,
        bits=surprise.bits,
        usual=surprise.usual,
        learned=surprise.learned,
        state=action_state(surprise.shares),
        incident=surprise.incident or None,
        shares=surprise.shares,
    )


def action_state(shares: Iterable[Share]) -> State:
    """Return what became of an action as a whole: scored if any signal was, else the best that can be said.

    >>> action_state([])
    'not observed'
    """
    states = {share.state for share in shares}
    return next((state for state in ("scored", "no history", "failed") if state in states), "not observed")


def encoded_lines(lines: Iterable[ActionLine]) -> Iterator[bytes]:
    """Yield JSON lines, many to a piece."""
    encode = msgspec.json.Encoder().encode
    pieces: list[bytes] = []
    gathered = 0
    for line in lines:
        piece = json_ascii(encode(line))
        pieces.append(piece)
        gathered += len(piece)
        if gathered >= WRITE_AT_ONCE:
            yield b"\n".join(pieces) + b"\n"
            pieces, gathered = [], 0
    if pieces:
        yield b"\n".join(pieces) + b"\n"


def incident_record(incident: Incident, native_ids: dict[int, str]) -> dict[str, Any]:
    """Return one incident as machine formats show it; `native_ids` gives those of the rows that it names."""
    return {
        "account": incident.account,
        "platform": incident.platform,
        "number": incident.number,
        "state": incident.state,
        "severity": incident.severity,
        "onset": stamp(incident.onset),
        "alarm_time": stamp(incident.alarm_time),
        "ended": stamp(incident.ended),
        "alarm_action": incident.alarm_action,
        "alarm_native_id": incident.alarm_native_id,
        "alert": incident.alert,
        "actions": incident.actions,
        "peak": incident.peak,
        "threshold": incident.threshold,
        "members": [surprise.native_id for surprise in incident.surprises],
        "undone": [[native_ids[done], native_ids[undo]] for done, undo in incident.undone],
        "notes": list(incident.notes),
    }


def stamp(time: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC with `Z`.

    >>> stamp(datetime(2026, 9, 9, 1, 14, 7, tzinfo=UTC))
    '2026-09-09T01:14:07Z'
    """
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
