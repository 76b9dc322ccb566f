"""Reads timelines of forensic tools (plaso, Timesketch; JSON lines) for what touches one account, and nothing else."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from countersign.activity import NotUnderstood, Session
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.asked import Asked, nothing, unclear
from countersign.sources.access.dumps.rows import Row, rows
from countersign.sources.access.times import NoZone, TwoWays, moment
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import address
from countersign.text import counted

SOURCE: Final = "timeline"
_SITES: Final[Mapping[str, tuple[str, ...]]] = {
    "x": ("x.com", "twitter.com"), "bluesky": ("bsky.app", "bsky.social"),
}  # fmt: skip
_LOGIN: Final = re.compile(
    r"\b(log(ged)?[ -]?(in|on)|sign(ed)?[ -]?in|logon|session opened|accepted (password|publickey))\b", re.IGNORECASE
)
_WORDS: Final = ("message", "url", "username", "user", "account", "hostname", "title")


def looks_like_a_timeline(body: bytes) -> bool:
    """Say whether the first line is an event as plaso and Timesketch write it."""
    head = body.lstrip(b"\xef\xbb\xbf \r\n")[:20_000].split(b"\n", 1)[0]
    return head.startswith(b"{") and b'"timestamp_desc"' in head


def timeline(body: bytes, name: str, asked: Asked) -> Told:
    """Return the sign-ins and visits of an account's platform that a timeline of some machine has."""
    traces: list[Trace] = []
    lost: list[NotUnderstood] = []
    others = 0
    for position, row in enumerate(rows(body, name)):
        try:
            trace = _event(row, position, asked)
        except (NoZone, TwoWays) as cause:
            raise unclear(cause, name) from cause
        except ValueError as error:
            lost.append(NotUnderstood(source=SOURCE, ref=name, position=position, reason=str(error)[:200]))
            continue
        others += trace is None
        traces += [trace] if trace is not None else []
    if not traces and not others:
        raise nothing("no event in it can be read", name, hint="Timesketch's JSON lines, or: psort -o json_line")
    return Told(kind="timeline", traces=tuple(traces), not_understood=tuple(lost[:1_000]),
                remarks=tuple(_remarks(others, traces)))  # fmt: skip


def _remarks(others: int, traces: list[Trace]) -> Iterator[str]:
    if others:
        yield f"{counted(others, 'event')} of other things: sealed with the file, and not read further"
    if not traces:
        yield "no event names the account or its platform: it tells nothing"


def _event(row: Row | str, position: int, asked: Asked) -> Trace | None:
    if isinstance(row, str):
        raise ValueError(row)
    at = _time(row, asked)
    words = " ".join(row.get(name, "") for name in _WORDS)[:4_000]
    if not _is_about(words, asked):
        return None
    signed_in = bool(_LOGIN.search(f"{words} {row.get('timestampdesc', '')}"))
    agent = row.get("useragent", "")
    said = row.get("timestampdesc", "") or "event"
    return Trace(
        session=Session(
            account=asked.account, platform=asked.platform, kind="sign-in" if signed_in else "presence", opened=at,
            last_seen=at, ip=_ip(row), device=(row.get("hostname") or row.get("computername") or agent)[:200] or None,
            meaning=f"an event of a machine's timeline: {said[:80]}", source=SOURCE, position=position,
        ),
        operating_system=operating_system(agent), browser=browser(agent or row.get("datatype", "")),
    )  # fmt: skip


def _time(row: Row, asked: Asked) -> datetime:
    written = row.get("datetime") or row.get("timestamp") or ""
    if not written:
        raise ValueError("it has no time")
    return moment(written, asked.time_zone, order=asked.order)


def _is_about(words: str, asked: Asked) -> bool:
    """Say whether words name the account by a handle, or its platform's site."""
    small = words.casefold()
    sites = _SITES.get(asked.platform, ())
    if any(re.search(rf"(?<![\w.-])(?:[\w-]+\.)?{re.escape(site)}(?![\w-])", small) for site in sites):
        return True
    handles = (handle.lstrip("@").casefold() for handle in asked.handles if len(handle) > 2)
    return any(re.search(rf"(?<!\w){re.escape(handle)}(?!\w)", small) for handle in handles)


def _ip(row: Row) -> str | None:
    for name in ("sourceip", "ip", "ipaddress", "srcip", "remoteip"):
        if row.get(name):
            return str(address(row[name]))
    return None
