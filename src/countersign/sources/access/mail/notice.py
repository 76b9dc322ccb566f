"""Says what a platform's alert mail tells: a sign-in with time, place and device, or a change; and no more."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from countersign.activity import Activity, Session, activity_id
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.asked import Asked
from countersign.sources.access.countries import country
from countersign.sources.access.mail.parts import Mail
from countersign.sources.access.mail.signature import Signature, signature
from countersign.sources.access.times import moment
from countersign.sources.access.told import Told, Trace
from countersign.sources.networks import address
from countersign.text import utc

SOURCE: Final = "login-alert"
SENT: Final = "a platform's notice of a sign-in; its time is that of the mail, sent shortly after"
CHANGED: Final = (
    "what was changed after it was signed, by hand or by a mail server on its way, tells nothing: add the mail as the "
    "platform sent it"
)
SAID: Final = "a platform's notice of a sign-in, with the time that it names"

_DOMAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "x": ("x.com", "twitter.com"),
    "bluesky": ("bsky.app", "bsky.social", "bsky.network", "blueskyweb.xyz"),
}
"""From which domains a platform writes. A Mastodon server writes from its own."""
_SIGN_IN: Final = re.compile(
    r"\b(new|suspicious|unusual|recent|unrecogni[sz]ed) (log|sign)[ -]?in|\b(log|sign)[ -]?in (to|from|on)\b"
    r"|\b(logged|signed) in (to|from|on)\b|\bsign[ -]?in attempt|\blog[ -]?in attempt",
    re.IGNORECASE,
)
_CHANGES: Final = (
    ("password", r"\bpassword\b.{0,40}\b(changed|reset|updated)\b|\breset your password\b"),
    ("email", r"\be-?mail( address)?\b.{0,40}\b(changed|updated|confirm)"),
    ("phone", r"\bphone( number)?\b.{0,40}\b(changed|added|removed|updated)\b"),
    ("second factor", r"\b(two[- ]factor|2fa|second factor|security key)\b.{0,60}\b(enabled|disabled|added|removed)\b"),
    ("handle", r"\b(handle|username)\b.{0,40}\b(changed|updated)\b"),
)  # fmt: skip
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("location", "place", "near", "where", "approximate location"),
    "device": ("device", "browser", "client", "app", "application", "user agent"),
    "ip": ("ip", "ip address", "address"),
    "time": ("time", "date", "when", "date and time", "date & time"),
}
_LABELLED: Final = re.compile(r"[ \t>*•-]*([A-Za-z&][A-Za-z& ]{1,30}?)\*?[ \t]*(?::[ \t]*|\t[ \t]*|$)(.*)")
_HANDLE: Final = re.compile(r"(?<![\w@.])@([A-Za-z0-9_][A-Za-z0-9_.-]{0,60}(?:@[A-Za-z0-9.-]{1,100})?)")
_ID: Final = re.compile(r"\d+$|did:|https?://")
_DEVICE_IN_SUBJECT: Final = re.compile(r"(?:log|sign)[ -]?in\b.{0,40}?\bfrom\s+(.{3,80})", re.IGNORECASE)
LINES: Final = 2_000
"""Lines that are looked at; an alert has some tens."""
NEAR_DAYS: Final = 2
"""An alert is sent within minutes. A time further from the mail's own was read wrongly, or is no time of a sign-in."""


def alert(mail: Mail, name: str, asked: Asked) -> Told:
    """Return what a mail tells of an account. One about somebody else, or of no known kind, tells nothing but that."""
    checked = signature(mail, asked.keys)
    signed = checked.state == "holds" and _writes_for(checked.domain, asked)
    remarks = [checked.says, *_remarks(mail, checked, asked)]
    foreign = _foreign(mail, asked)
    if foreign:
        return Told(kind="login-alert", remarks=(*remarks, foreign))
    words = f"{mail.subject}\n{mail.text}"
    silent = CHANGED if checked.state == "changed" else _silent(mail, asked)
    if silent or mail.date is None:
        return Told(kind="login-alert", remarks=(*remarks, silent or "it has no date"))
    if _SIGN_IN.search(words):
        trace, more = _trace(mail, mail.date, asked, signed="yes" if signed else "")
        return Told(kind="login-alert", traces=(trace,), remarks=(*remarks, *more))
    changes = tuple(_changes(mail, mail.date, asked))
    if not changes:
        remarks.append("it is no notice of a sign-in or a change that is known here: kept, and weighs nothing")
    return Told(kind="login-alert", changes=changes, remarks=tuple(remarks))


def _remarks(mail: Mail, checked: Signature, asked: Asked) -> Iterator[str]:
    if checked.state == "holds" and not _writes_for(checked.domain, asked):
        yield f"{checked.domain} is not known to write for {asked.platform}: not taken as the platform's word"
    if checked.state != "holds":
        yield "it is taken as told by whoever gave it, not as the platform's word"
    if not _ours(asked) and _named(mail):
        yield f"it is about @{min(_named(mail))}: that this is our account is as told, for no handle of it is known"
    if not mail.text.strip():
        yield "it has no text that can be read"


def _silent(mail: Mail, asked: Asked) -> str:
    """Say why a mail can tell nothing of a sign-in: nobody knows when it was sent, or the platform did not send it."""
    if mail.date is None:
        return "it has no date that can be read, with its zone: it tells nothing"
    if asked.now is not None and mail.date > asked.now:
        return f"its date ({utc(mail.date)} UTC) has not come yet: it tells nothing"
    if _names(asked) and not _writes_for(mail.domain, asked):
        inside = ", but another mail within it may be" if mail.forwards else ""
        return (
            f"it is from {mail.domain[:80] or 'nobody'}, which is not known to write for {asked.platform}{inside}: it "
            "tells nothing; add the platform's own mail, saved as .eml"
        )
    return ""


def _writes_for(domain: str, asked: Asked) -> bool:
    """Say whether a domain writes for the account's platform."""
    return any(domain == name or domain.endswith(f".{name}") for name in _names(asked))


def _names(asked: Asked) -> tuple[str, ...]:
    """Return the domains of the account's platform; none where they are not known."""
    if asked.platform != "mastodon":
        return _DOMAINS.get(asked.platform, ())
    found = re.search(r"(?:https?://|@)([A-Za-z0-9.-]+)", asked.account)
    return (found[1].lower(),) if found else ()


def _foreign(mail: Mail, asked: Asked) -> str:
    """Say whom a mail is about, if it names accounts and ours is not among them."""
    ours, named = _ours(asked), _named(mail)
    if not named or not ours or named & ours:
        return ""
    return f"it is about @{sorted(named)[0]}, not about this account: it tells nothing of it"


def _ours(asked: Asked) -> set[str]:
    """Return the handles of the account; an id is none."""
    handles = {handle.lstrip("@").casefold() for handle in asked.handles if handle and not _ID.match(handle)}
    return handles | {handle.partition("@")[0] for handle in handles}


def _named(mail: Mail) -> set[str]:
    return {one.rstrip(".-").casefold() for one in _HANDLE.findall(f"{mail.subject}\n{mail.text}")}


def _trace(mail: Mail, sent: datetime, asked: Asked, *, signed: str) -> tuple[Trace, list[str]]:
    found = _labelled(mail.text)
    device = found.get("device", "") or _from_subject(mail.subject)
    at, remarks = _time(found.get("time", ""), sent, asked)
    ip = _ip(found.get("ip", ""))
    session = Session(
        account=asked.account, platform=asked.platform, kind="sign-in", opened=at or sent, last_seen=at or sent,
        ip=ip, device=device[:200] or None, client=None, meaning=SAID if at else SENT, source=SOURCE,
    )  # fmt: skip
    return (
        Trace(
            session=session, country=country(found.get("place", "")), operating_system=operating_system(device),
            browser=browser(device), notice=True, signed=bool(signed),
        ),
        remarks,
    )  # fmt: skip


def _time(written: str, sent: datetime, asked: Asked) -> tuple[datetime | None, list[str]]:
    if not written:
        return None, []
    try:
        at = moment(re.sub(r"\s+\(.*", "", written), asked.time_zone)
    except ValueError:
        return None, [f"the time in it ({written[:40]}) does not say its zone, or is none: the mail's own is taken"]
    if abs((at - sent).days) > NEAR_DAYS or at > sent:
        return None, [f"the time in it ({written[:40]}) does not fit to the mail's own, which is taken"]
    return at, []


def _ip(written: str) -> str | None:
    try:
        return str(address(written)) if written else None
    except ValueError:
        return None


def _from_subject(subject: str) -> str:
    found = _DEVICE_IN_SUBJECT.search(subject)
    return re.sub(r"\s+(on|at)\s+\w{3,9}\s+\d.*$", "", found[1]).strip() if found else ""


def _labelled(text: str) -> dict[str, str]:
    """Return the values that stand after known labels, on the same line or on the next that is not empty."""
    lines = [line.strip() for line in text.splitlines()[:LINES] if line.strip()]
    found: dict[str, str] = {}
    for place, line in enumerate(lines):
        match = _LABELLED.fullmatch(line[:500])
        what = next((name for name, labels in _FIELDS.items() if match and match[1].strip().lower() in labels), "")
        if not match or not what or what in found:
            continue
        value = match[2].strip() or (lines[place + 1] if place + 1 < len(lines) else "")
        if value:
            found[what] = value[:300]
    return found


def _changes(mail: Mail, sent: datetime, asked: Asked) -> Iterator[Activity]:
    words = f"{mail.subject}\n{mail.text[:5_000]}"
    for what, pattern in _CHANGES:
        if re.search(pattern, words, re.IGNORECASE):
            native_id = f"{what}:mail:{sha256(mail.body).hexdigest()[:12]}"
            yield Activity(
                id=activity_id(asked.platform, asked.account, "update", native_id), native_id=native_id,
                platform=asked.platform, verb="update", actor=asked.account, published=sent, start_time=sent,
                end_time=sent, time_basis="given", object=what, source=SOURCE,
                note="by the platform's mail, at the time of the mail",
            )  # fmt: skip
