"""Reads what X returns to a lawful request: texts signed with PGP that hold the same records as its archives."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from countersign.activity import NotUnderstood, Parsed, Received, Remark, Session
from countersign.sources.access.agents import browser, operating_system
from countersign.sources.access.asked import Asked, nothing
from countersign.sources.access.told import Told, Trace
from countersign.sources.x_archive import access as records
from countersign.sources.x_archive.identity import suspension

SOURCE: Final = "legal-return"
MOST_BYTES: Final = 64 << 20
UNCHECKED: Final = "its PGP signature was not checked: give X's public key with --key FILE; it is taken as told"
OTHER: Final = "what its PGP signature covers is not what is read here: it tells nothing"
UNSIGNED: Final = "it bears no PGP signature: X signs what it returns, so this is a copy; it is taken as told"
CUT: Final = "its PGP signature is cut off: it is not the whole of what X returned; it is taken as told"

_READERS: Final[Mapping[str, Callable[[Received], Iterator[Parsed]]]] = {
    "ipAudit": records.addresses,
    "deviceToken": records.tokens,
    "accountCreationIp": records.first_address,
    "accountSuspension": suspension,
}
"""The record's name, and what reads it in an archive. Returns have others too; they tell nothing of access."""
_BEGIN: Final = re.compile(rb"-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:[A-Za-z-]{1,40}:[^\n]{0,200}\n){0,10}\r?\n")
_SIGNATURE: Final = b"-----BEGIN PGP SIGNATURE-----"
_END: Final = b"-----END PGP SIGNATURE-----"


def looks_like_a_return(body: bytes) -> bool:
    """Say whether bytes are a text signed with PGP that holds an archive's records of access."""
    return b"-----BEGIN PGP SIGNED MESSAGE-----" in body[:2_000] and _kind(body) != ""


def legal_return(body: bytes, name: str, asked: Asked) -> Told:
    """Return the traces of access in one file of a return. Raises SourceError (CS190) where there is none."""
    if len(body) > MOST_BYTES:
        raise nothing(f"a file of {len(body):,} bytes", name, hint="add -ip-audit.txt and -device-token.txt")
    signed, text = _opened(body)
    if asked.pgp is not None:
        signed = OTHER if asked.pgp.state == "holds" and not _is_signed(text, asked.pgp.text) else asked.pgp.says
        if asked.pgp.state == "fails" or signed == OTHER:
            return Told(kind="legal-return", remarks=(signed, "what was changed after it was signed tells nothing"))
    kind = _kind(text)
    if asked.platform != "x" or not kind:
        raise nothing("no record of access that X returns", name, hint="it needs ipAudit, deviceToken, or the like")
    start, end = text.find(b"["), text.rfind(b"]")
    received = Received(source=SOURCE, ref=name, body=text[start : end + 1], context={"account": asked.account})
    parsed = list(_READERS[kind](received)) if 0 <= start < end else []
    traces = tuple(_trace(one) for one in parsed if isinstance(one, Session))
    lost = tuple(msgspec.structs.replace(one, source=SOURCE) for one in parsed if isinstance(one, NotUnderstood))
    remarks = [signed, *_foreign(text, asked), *(one.text for one in parsed if isinstance(one, Remark))]
    if not traces and not any(isinstance(one, Remark) for one in parsed):
        why = f": {lost[0].reason}" if lost else ""
        raise nothing(f"no record in it can be read{why}", name, hint="keep the file as X sent it")
    days = sorted(one.session.last_seen for one in traces if one.session.last_seen) if kind == "ipAudit" else []
    return Told(
        kind="legal-return", traces=traces, covers_from=days[0] if days else None,
        covers_until=days[-1] if days else None, remarks=tuple(remarks), not_understood=lost,
    )  # fmt: skip


def _opened(body: bytes) -> tuple[str, bytes]:
    """Return what is to be said of the signature, and the text that it covers (RFC 9580, 7: dashes are escaped)."""
    begun = _BEGIN.search(body)
    if not begun:
        return UNSIGNED, body
    until = body.find(_SIGNATURE, begun.end())
    text = body[begun.end() : until if until >= 0 else len(body)]
    whole = until >= 0 and _END in body[until:]
    return UNCHECKED if whole else CUT, re.sub(rb"(?m)^- ", b"", text)


def _is_signed(text: bytes, signed: bytes) -> bool:
    """Say whether what is read lies wholly in what was signed; blanks at the ends of lines are not signed."""
    plain, whole = (re.sub(rb"[ \t\r]+(?=\n|\Z)", b"", one).strip() for one in (text, signed))
    return bool(plain) and plain in whole


def _kind(text: bytes) -> str:
    head = text[:20_000]
    return next((kind for kind in _READERS if f'"{kind}"'.encode() in head), "")


def _foreign(text: bytes, asked: Asked) -> Iterator[str]:
    owners = {one.decode() for one in re.findall(rb'"accountId"\s*:\s*"(\d{1,25})"', text)}
    if owners - {asked.account}:
        raise nothing(f"it is about account {sorted(owners - {asked.account})[0]}", "", hint="name it with --account")
    if not owners:
        yield "it does not name the account: that it is ours is as told"


def _trace(session: Session) -> Trace:
    agent = f"{session.device or ''} {session.client or ''}"
    return Trace(session=msgspec.structs.replace(session, source=SOURCE), operating_system=operating_system(agent),
                 browser=browser(agent))  # fmt: skip
