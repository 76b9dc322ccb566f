"""Takes a mailbox (mbox, RFC 4155) apart into its mails, each as it was sent."""

import re
from typing import Final

from countersign.sources.access.mail.parts import looks_like_a_mail

_FROM: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{1,200}\n")
_QUOTED: Final = re.compile(rb"(?m)^>(>*From )")


def mailbox(body: bytes) -> tuple[bytes, ...]:
    """Return the mails of a mailbox, without what it put between and before their lines; none where it is no mailbox.

    >>> mailbox(b"From a Wed Sep  9 01:13:20 2026\\nFrom: a@x.example\\nSubject: s\\n\\n>From here\\n\\n")
    (b'From: a@x.example\\nSubject: s\\n\\nFrom here\\n',)
    """
    if not body.startswith(b"From ") or not looks_like_a_mail(body):
        return ()
    starts = [(one.start(), one.end()) for one in _FROM.finditer(body)]
    ends = [*(start for start, _ in starts[1:]), len(body)]
    mails = (body[start:end] for (_, start), end in zip(starts, ends, strict=True))
    return tuple(re.sub(rb"\n\r?\n\Z", b"\n", _QUOTED.sub(rb"\1", one)) for one in mails)
