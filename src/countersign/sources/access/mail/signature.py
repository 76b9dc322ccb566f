"""Checks whether a platform's domain signed a mail (DKIM, RFC 6376), so strictly that a "yes" cannot mean less."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import dkim
import msgspec

from countersign.sources.access.asked import DomainKey
from countersign.sources.access.mail import ed25519
from countersign.sources.access.mail.keys import key_name
from countersign.sources.access.mail.parts import Mail

MOST_SIGNATURES: Final = 10
"""Platforms sign once or twice; lists and forwarders add a few."""
LONGEST_BLANK: Final = 200
"""Blanks in a row: checking takes the square of them, and no mail program writes so many."""
_NEEDED: Final = ("from", "date", "subject")
_IF_THERE: Final = ("content-type", "content-transfer-encoding")
"""What has to be signed: who, when, what; and, where it stands, what decides how the text is read."""
_ALGORITHMS: Final = (b"rsa-sha256", b"ed25519-sha256")
"""RFC 8301 forbids to believe rsa-sha1."""

State = Literal["holds", "no key", "fails", "changed", "none"]
"""`changed`: the text is not what was signed, whatever the key; `fails` may be the fault of the key at hand."""
_CHANGED: Final = "the text was changed after it was signed"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a mail's signature holds: whose it is, under which name its key is published, and a sentence on it."""

    state: State
    says: str
    domain: str = ""
    key: str = ""
    whence: str = ""


def wanted_keys(mail: Mail) -> tuple[str, ...]:
    """Return where the keys are published by which a mail may have been signed."""
    names = []
    for fields in _signatures(mail):
        selector, domain = _text(fields.get(b"s")), _text(fields.get(b"d"))
        if selector and domain:
            names.append(key_name(selector, domain))
    return tuple(dict.fromkeys(names))


def signature(mail: Mail, keys: Sequence[DomainKey]) -> Signature:
    """Return what is to be said of a mail's signatures by keys at hand: the best of them."""
    found = _signatures(mail)
    if not found:
        return Signature(state="none", says="it is not signed (no DKIM signature)")
    if len(found) > MOST_SIGNATURES:
        return Signature(state="fails", says=f"it has {len(found)} signatures, more than any true mail")
    trouble = _trouble(mail)
    if trouble:
        return Signature(state="fails", says=f"its signature was not checked: {trouble}")
    results = [_checked(mail, place, fields, keys) for place, fields in enumerate(found)]
    return min(results, key=lambda one: ("holds", "no key", "fails", "changed", "none").index(one.state))


def _trouble(mail: Mail) -> str:
    """Say what makes a mail readable in two ways, or too costly to check."""
    if mail.repeated:
        return f"{', '.join(mail.repeated)} stands in it more than once"
    if mail.odd:
        return mail.odd[0]
    if re.search(rb"[ \t]{%d}" % LONGEST_BLANK, mail.body):
        return f"it has more than {LONGEST_BLANK} blanks in a row"
    return ""


def _checked(mail: Mail, place: int, fields: Mapping[bytes, bytes], keys: Sequence[DomainKey]) -> Signature:
    selector, domain = _text(fields.get(b"s")), _text(fields.get(b"d")).lower()
    name = key_name(selector, domain)
    said = {"domain": domain, "key": name}
    weak = _weak(mail, fields)
    if weak:
        return Signature(state="fails", says=f"the signature of {domain or 'nobody'} proves nothing: {weak}", **said)
    known = [key for key in keys if key.name in ("", name)]
    if not known:
        return Signature(state="no key", **said, says=(
            f"it bears a signature of {domain}, but its key ({name}) is not at hand: unchecked, it proves nothing"
        ))  # fmt: skip
    results = [_by_key(mail, place, key, said) for key in known]
    return next((one for one in results if one.state == "holds"), results[0])


def _by_key(mail: Mail, place: int, key: DomainKey, said: Mapping[str, str]) -> Signature:
    domain = said["domain"]
    tags = _tags(key.record)
    if not tags.get("p"):
        return Signature(state="fails", says=f"the key of {domain} was revoked by its domain", **said)
    if "y" in tags.get("t", "").split(":"):
        return Signature(state="fails", says=f"{domain} says of this key that it is for tests only", **said)
    broken = _verified(mail, place, key.record)
    if broken:
        return Signature(
            state="changed" if broken == _CHANGED else "fails",
            says=f"the signature of {domain} does not hold: {broken}",
            **said,
        )
    unnamed = "" if key.name else f", which does not say that it is of {said['key']}"
    return Signature(
        state="holds", says=f"the signature of {domain} holds, by the key from {key.whence}{unnamed}",
        whence=key.whence, **said,
    )  # fmt: skip


def _verified(mail: Mail, place: int, record: str) -> str:
    """Return why a signature does not hold by a key, "" if it does."""
    try:
        if _tags(record).get("k", "rsa").lower() == "ed25519":
            held = ed25519.holds(mail.body, place, _tags(record))
        else:
            key = record.encode("utf-8", "replace")
            held = dkim.DKIM(mail.body, minkey=1024).verify(place, dnsfunc=lambda _, **__: key)
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError, ImportError,
            OverflowError, AssertionError, RecursionError) as error:  # fmt: skip
        return _reason(error)
    return "" if held else "the mail is not as it was signed, or the key is not the one that signed it"


def _reason(error: Exception) -> str:
    text = str(error)
    if "x= value is past" in text:
        return "the platform set an end to it, which has passed"
    if "t= value is in the future" in text:
        return "it says that it was made in the future"
    if "body hash mismatch" in text:
        return _CHANGED
    return text[:200] or type(error).__name__


def _weak(mail: Mail, fields: Mapping[bytes, bytes]) -> str:
    """Say which of our demands a signature does not meet, before anything is computed."""
    if fields.get(b"a", b"").lower() not in _ALGORITHMS:
        return f"it is made by {_text(fields.get(b'a')) or 'no method'}"
    if b"l" in fields:
        return "it covers a part of the text only (l=), so that anybody could have added to it"
    signed = {_text(name).lower().strip() for name in fields.get(b"h", b"").split(b":")}
    needed = [*_NEEDED, *(name for name in _IF_THERE if _has(mail, name))]
    missing = [name for name in needed if name not in signed]
    if missing:
        return f"it leaves out {', '.join(missing)}"
    domain = _text(fields.get(b"d")).lower()
    if not domain or not (mail.domain == domain or mail.domain.endswith(f".{domain}")):
        return f"the mail says that it is from {mail.domain or 'nobody'}"
    return ""


def _has(mail: Mail, name: str) -> bool:
    head = re.split(rb"\r?\n\r?\n", mail.body, maxsplit=1)[0]
    return re.search(rb"(?im)^%s[ \t]*:" % re.escape(name.encode()), head) is not None


def _signatures(mail: Mail) -> list[dict[bytes, bytes]]:
    try:
        headers: Any = dkim.rfc822_parse(mail.body)[0]
        values = [value for name, value in headers if name.lower().strip() == b"dkim-signature"]
    except (dkim.MessageFormatError, ValueError, TypeError, IndexError):
        return []
    return [_fields(value) for value in values]


def _fields(value: bytes) -> dict[bytes, bytes]:
    try:
        return dict(dkim.parse_tag_value(value))
    except (ValueError, TypeError, IndexError, dkim.InvalidTagValueList):
        return {}


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): re.sub(r"\s", "", value) for name, _, value in pairs}


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace").strip()[:255]
