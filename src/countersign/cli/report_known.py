"""Names what in the records of an incident tells of somebody: no sentence gives it to whoever may not see it."""

from collections.abc import Iterable, Mapping
from typing import Any

from countersign.activity import WRITTEN, Session
from countersign.engine.verdict import Verdict
from countersign.incident.incident import Incident
from countersign.report.words import Kind
from countersign.score.signals.words import named
from countersign.text import domain

LEAST_TEXT, LEAST_ID = 40, 6
"""Letters from which somebody's words, an id or a link cannot be a piece of a sentence of ours by chance."""


def known_values(rows: Iterable[Mapping[str, Any]], sessions: Iterable[Session], account: str) -> dict[str, Kind]:
    """Return the values of these records that tell of somebody, with their kind.

    What could be a word of ours is left to the reasons that quote it (`quoted_values`): whoever names @the, or likes a
    post that says "60", must not be able to tear our sentences apart.
    """
    known: dict[str, Kind] = {}
    for row in rows:
        _add(known, "handle", [one for one in _handles(row) if not _is_word(one)])
        texts = [row["text"]] if row["verb"] not in WRITTEN else []
        _add(known, "text", [one for one in texts if one and len(one) >= LEAST_TEXT])
        _add(known, "link", [one for one in row["links"] or () if len(one) >= LEAST_ID])
        _add(known, "id", [one for one in (row["object"], row["native_id"]) if one and len(one) >= LEAST_ID])
    for session in sessions:
        _add(known, "address", [session.ip])
        _add(known, "device", [session.device])
    known.pop(account, None)
    return known


def quoted_values(rows: Iterable[Mapping[str, Any]]) -> dict[str, Kind]:
    """Return what reasons of quoting signals may hold of these records: handles, others' hashtags, hosts of links."""
    known: dict[str, Kind] = {}
    for row in rows:
        _add(known, "handle", _handles(row))
        if row["verb"] not in WRITTEN:
            _add(known, "text", [named(one) for one in row["hashtags"] or () if one])
        hosts = map(domain, row["links"] or ())
        _add(known, "link", [named(one) for one in hosts if one])
    return known


def _handles(row: Mapping[str, Any]) -> list[str]:
    handles = [one for one in (row["object_author"], *(row["mentions"] or ())) if one]
    return [*handles, *map(named, handles)]


def _is_word(handle: str) -> bool:
    """Say whether a handle without its @ could be a word of a sentence of ours."""
    return handle.isascii() and handle.isalpha() and handle.islower()


def own_names(verdict: Verdict, incident: Incident) -> tuple[str, ...]:
    """Return what the account itself is called: every reader may see that."""
    handles = [who.handle for who in verdict.reading.identities if who.account == incident.account and who.handle]
    return tuple(sorted({incident.account, *handles, *(f"@{one}" for one in handles)}))


def _add(known: dict[str, Kind], kind: Kind, values: Iterable[str | None]) -> None:
    for value in values:
        if value:
            known[value] = kind
