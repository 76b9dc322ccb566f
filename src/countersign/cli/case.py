"""Puts an incident into the plain values that are handed over: what each action was, and how it was weighed."""

from collections.abc import Iterable, Mapping
from typing import Any

from countersign import __version__
from countersign.cli.naming import DID, account_named, target
from countersign.cli.rows import records
from countersign.engine.exhibits import Case, Disclosure, Told
from countersign.engine.verdict import Verdict
from countersign.incident.incident import Incident
from countersign.score.surprise import Surprise
from countersign.text import visible, when

TOOL = f"countersign {__version__}"
_FIELDS = (
    "native_id", "verb", "object", "object_author", "client", "text", "lang", "links", "mentions", "hashtags",
    "sensitive", "note",
)  # fmt: skip
"""What can be shown of an action field by field, besides its time."""


def case_of(verdict: Verdict, incident: Incident, *, shown: Disclosure, only: Iterable[int] = ()) -> Case:
    """Return an incident as it is handed over; `only` numbers the actions that are shown, of the others nothing is.

    Its own actions come first, in their order, then those that took them back.
    """
    rows = [surprise.row for surprise in incident.surprises]
    rows += [undo for _, undo in incident.undone if undo not in rows]
    chosen = frozenset(only)
    told = [
        _told(record, shown if not chosen or number in chosen else "withheld")
        for number, record in enumerate(records(verdict.reading.actions, rows), start=1)
    ]
    name = account_named(incident.account, incident.platform, verdict.reading.identities)
    return Case(
        number=incident.number,
        title=f"Incident {incident.number} of {name}",
        account=incident.account,
        platform=incident.platform,
        actions=tuple(told),
        weighing=_weighing(verdict, incident),
    )


def _told(record: Mapping[str, Any], shown: Disclosure) -> Told:
    at = when(record["time"], record["start_time"], record["end_time"])
    fields = {name: _text(record[name]) for name in _FIELDS if record.get(name) not in (None, [], "")}
    whom = f" {target(record)}" if shown == "whole" else ""
    return Told(
        id=record["id"],
        what=visible(f"{DID[record['verb']]}{whom}, {at}"),
        fields={**fields, "time": at},
        shown=shown,
    )


def _text(value: object) -> str:
    return visible(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _weighing(verdict: Verdict, incident: Incident) -> dict[str, Any]:
    """Return how the incident was weighed. Numbers are text: canonical JSON has no fractions."""
    return {
        "actions": [_surprise(one) for one in incident.surprises],
        "alerts_per_period": str(verdict.alerts_per_period),
        "incident": incident.number,
        "kind": "weighing",
        "peak": str(incident.peak),
        "period_days": str(verdict.period_days),
        "preset": verdict.preset,
        "threshold": str(incident.threshold),
        "tool": TOOL,
    }


def _surprise(surprise: Surprise) -> dict[str, Any]:
    shares = [
        {"because": visible(share.because), "bits": str(share.bits), "signal": share.signal, "state": share.state}
        for share in surprise.shares
    ]
    return {"bits": str(surprise.bits), "id": visible(surprise.id), "shares": shares, "usual": str(surprise.usual)}
