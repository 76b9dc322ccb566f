"""Takes a mail apart within limits: a hostile one costs neither time nor memory, and raises one error only."""

import codecs
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

import msgspec

from countersign.errors import SourceError

MOST_BYTES: Final = 4 << 20
"""An alert is some tens of kilobytes; pictures come by link."""
MOST_HEADER_BYTES: Final = 256 << 10
MOST_HEADERS: Final = 500
MOST_PARTS: Final = 50
DEEPEST: Final = 10
"""A mail of a platform has two or three parts, at most three deep; forwarding adds one or two of each."""
MOST_TEXT: Final = 200_000
"""Characters of text that are looked at."""
HOSTILE: Final = "CS192"

_HEADER: Final = re.compile(
    rb"(?i)\A(?:>?From [^\n]*\n)?(?:[!-9;-~]{1,200}:[^\n]*\n)(?:(?:[!-9;-~]{1,200}:|[ \t])[^\n]*\n)+"
)
_NESTING: Final = re.compile(rb"(?i)boundary\s{0,9}\*?[0-9*]{0,5}\s{0,9}=|content-type:\s{0,9}message/")
_BROKEN: Final = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError, OverflowError,
)  # fmt: skip
"""What Python's mail parser is known to raise on input that breaks its rules."""
_CHARSETS: Final = re.compile(
    r"ascii|utf-(8|16|32)(-[bl]e)?|utf-8-sig|iso8859-\d+|cp\d{3,4}|koi8-\w+|gb\w+|big5\w*|shift_jis\w*|euc_\w+|"
    r"iso2022_\w+|tis-620|mac-\w+|johab|hz"
)
_BREAKING: Final = frozenset({"br", "p", "div", "td", "tr", "th", "li", "h1", "h2", "h3", "h4", "table", "dt", "dd"})
_UNREAD: Final = frozenset({"script", "style"})


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail: its bytes, the address and domain it says it is from, subject, date (UTC), text, and odd things in it.

    `forwards` says whether another mail is attached; `repeated` names headers that stand more than once, of which
    readers show now the one, now the other.
    """

    body: bytes
    sender: str = ""
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    forwards: bool = False
    repeated: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """Return the domain that the mail says it is from."""
        return self.sender.rpartition("@")[2].lower().rstrip(".")


def looks_like_a_mail(body: bytes) -> bool:
    """Say whether bytes begin as a mail does: with two headers at least, among them one that mails have."""
    head = body[:MOST_HEADER_BYTES].lstrip(b"\r\n")
    return bool(_HEADER.match(head)) and bool(re.search(rb"(?im)^(from|received|dkim-signature|return-path):", head))


def message(body: bytes, name: str) -> Mail:
    """Return a mail. Raises SourceError (CS192) for one that breaks a limit, or that nothing can take apart."""
    _within_limits(body, name)
    try:
        parsed = message_from_bytes(body, policy=policy.compat32)
        return Mail(
            body=body,
            sender=parseaddr(_header(parsed, "From"))[1][:320],
            subject=_header(parsed, "Subject")[:500],
            date=_date(parsed),
            text="\n".join(_texts(parsed, name))[:MOST_TEXT],
            forwards=any(part.get_content_type() == "message/rfc822" for part in parsed.walk()),
            repeated=_repeated(parsed),
            odd=tuple(_odd(body)),
        )
    except _BROKEN as cause:
        raise _hostile("a mail that cannot be taken apart", name) from cause


def _within_limits(body: bytes, name: str) -> None:
    if len(body) > MOST_BYTES:
        raise _hostile(f"a mail of {len(body):,} bytes", name)
    head = re.split(rb"\r?\n\r?\n", body, maxsplit=1)[0]
    if len(head) > MOST_HEADER_BYTES or head.count(b"\n") > MOST_HEADERS * 10:
        raise _hostile("a mail whose headers are far too long", name)
    if sum(1 for line in head.split(b"\n") if line[:1] not in (b" ", b"\t")) > MOST_HEADERS:
        raise _hostile(f"a mail with more than {MOST_HEADERS} headers", name)
    if sum(1 for _ in _NESTING.finditer(body)) > MOST_PARTS or body.count(b"\n--") > MOST_PARTS * 10:
        raise _hostile(f"a mail with more than {MOST_PARTS} mails or parts in it", name)


def _texts(parsed: "Message[Any, Any]", name: str) -> Iterator[str]:
    """Yield the plain text, or, where there is none, the text of the HTML."""
    plain, marked = [], []
    for part in _parts(parsed, name):
        kind = part.get_content_type()
        if kind == "text/plain":
            plain.append(_decoded(part))
        elif kind == "text/html":
            marked.append(_unmarked(_decoded(part)))
    yield from plain if any(text.strip() for text in plain) else marked


def _parts(parsed: "Message[Any, Any]", name: str) -> "Iterator[Message[Any, Any]]":
    """Yield the leaves; a mail within the mail is somebody else's words, and not looked into."""
    waiting, seen = [(parsed, 0)], 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS * 4:
            raise _hostile(f"a mail with parts more than {DEEPEST} deep, or too many of them", name)
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            if part.get_content_maintype() == "multipart":
                waiting += [(one, depth + 1) for one in inner if isinstance(one, Message)]
        elif part.get_content_disposition() != "attachment":
            yield part


def _decoded(part: "Message[Any, Any]") -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(_charset(part), "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _charset(part: "Message[Any, Any]") -> str:
    """Return how the text of a part is written, of those that mails are written in.

    Python knows other codecs that make another text of it, or that take the square of it in time.
    """
    named = codecs.lookup(str(part.get_content_charset() or "utf-8")).name
    return named if _CHARSETS.fullmatch(named) else "utf-8"


def _unmarked(text: str) -> str:
    """Return the words of HTML, a line for each cell, item and paragraph; nothing of it is ever shown as HTML.

    It looks at each character once: Python's own parser, and patterns, take the square of hostile text.
    """
    pieces, place, text = [], 0, text[: MOST_TEXT * 5]
    while (start := text.find("<", place)) >= 0:
        pieces.append(text[place:start])
        end = text.find(">", start)
        if end < 0:
            return html.unescape("".join(pieces))
        tag = text[start + 1 : min(end, start + 20)].lower().split(None, 1)
        name = tag[0].strip("/") if tag else ""
        pieces.append("\n" if name in _BREAKING else " ")
        place = _after(text, name, end) if name in _UNREAD and not tag[0].startswith("/") else end + 1
    return html.unescape("".join(pieces) + text[place:])


def _after(text: str, name: str, place: int) -> int:
    """Return where a style or script ends; at the end of the text if it does not."""
    found = text.find(f"</{name}", place)
    return len(text) if found < 0 else found


def _header(parsed: "Message[Any, Any]", name: str) -> str:
    value = parsed.get(name)
    if value is None:
        return ""
    try:
        return str(make_header(decode_header(str(value)[:5_000]))).strip()
    except _BROKEN:
        return str(value)[:500].strip()


def _date(parsed: "Message[Any, Any]") -> datetime | None:
    """Return the time of a mail; None if it has none, or names a zone that the standard does not (RFC 5322, 4.3)."""
    written = str(parsed.get("Date", "")).strip()[:100]
    try:
        found = parsedate_to_datetime(written)
        if found.tzinfo is None and not written.endswith("-0000"):
            return None
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except _BROKEN:
        return None


def _repeated(parsed: "Message[Any, Any]") -> tuple[str, ...]:
    names = ("From", "Date", "Subject", "To", "Content-Type", "Content-Transfer-Encoding")
    return tuple(name for name in names if len(parsed.get_all(name) or ()) > 1)


def _odd(body: bytes) -> Iterator[str]:
    if re.search(rb"\r(?!\n)", body):
        yield "it has carriage returns alone, which programs read as line ends or not"
    if b"\0" in body:
        yield "it has zero bytes"


def _hostile(what: str, name: str) -> SourceError:
    return SourceError(what, where=name, code=HOSTILE,
                       hint="save the platform's own mail unchanged (as .eml), and add that")  # fmt: skip
