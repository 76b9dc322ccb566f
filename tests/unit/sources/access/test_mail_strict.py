"""What a mail may tell: only the platform's own, at a time that it says with its zone, in letters that mails use."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from countersign.sources.access.asked import Asked, DomainKey
from countersign.sources.access.mail import alert, key_files, mailbox, message
from countersign.sources.access.told import Told
from tests.unit.sources.access.mails import ASKED, TEXT, published, signed, unsigned

FIXTURES = Path(__file__).parents[3] / "fixtures" / "access"
KEY = FIXTURES / "alert-ed25519.key.txt"


def read(body: bytes, *keys: DomainKey, asked: Asked = ASKED) -> Told:
    return alert(message(body, "alert.eml"), "alert.eml", msgspec.structs.replace(asked, keys=keys))


def ed25519_key() -> DomainKey:
    (found,) = key_files(KEY.read_bytes(), "key.txt")
    return found


def test_a_signature_by_ed25519_that_another_program_made_holds() -> None:
    found = read((FIXTURES / "alert-ed25519.eml").read_bytes(), ed25519_key())
    assert [one.signed for one in found.traces] == [True]
    assert "the signature of x.com holds" in found.remarks[0]


@pytest.mark.parametrize(
    ("before", "after"), [(b"Lyon", b"Nice"), (b"Subject: New", b"Subject: Old"), (b"b=", b"b=AAAA")]
)
def test_one_changed_byte_ends_a_signature_by_ed25519(before: bytes, after: bytes) -> None:
    body = (FIXTURES / "alert-ed25519.eml").read_bytes().replace(before, after, 1)
    assert not any(one.signed for one in read(body, ed25519_key()).traces)


@pytest.mark.parametrize(
    ("record", "why"),
    [("v=DKIM1; k=ed25519; p=AAAA", "does not hold"), ("v=DKIM2; k=ed25519; p={}", "another version"),
     ("v=DKIM1; k=ed25519; s=tlsrpt; p={}", "another service"), ("v=DKIM1; k=ed25519; p=", "revoked"),
     ("v=DKIM1; k=ed25519; p=***", "does not hold")],
)  # fmt: skip
def test_a_key_for_ed25519_that_is_none_is_told_as_that(record: str, why: str) -> None:
    key = ed25519_key()
    text = record.format(key.record.partition("p=")[2])
    found = read((FIXTURES / "alert-ed25519.eml").read_bytes(), msgspec.structs.replace(key, record=text))
    assert not any(one.signed for one in found.traces)
    assert why in found.remarks[0]


@pytest.mark.parametrize(
    "sender", ["X <verify@x.com.evil.example>", '"verify@x.com" <evil@evil.example>', "press@embassy.example"]
)
def test_a_mail_that_the_platform_did_not_send_tells_nothing(sender: str) -> None:
    found = read(unsigned(sender=sender))
    assert (found.traces, found.changes) == ((), ())
    assert "not known to write for x" in found.remarks[-1]


def test_a_text_that_was_changed_after_it_was_signed_tells_nothing() -> None:
    found = read(signed().replace(b"Lyon", b"Nice"), published())
    assert found.traces == ()
    assert "tells nothing: add the mail as the platform sent it" in found.remarks[-1]


def test_a_signature_that_a_newer_key_does_not_open_leaves_the_mail_as_told() -> None:
    other = published(text=ed25519_key().record)
    found = read(signed(), other)
    assert [one.signed for one in found.traces] == [False]


def test_a_mail_that_was_forwarded_is_told_to_be_saved_apart() -> None:
    inner = signed().decode()
    body = f"--b1\nContent-Type: message/rfc822\n\n{inner}\n--b1--\n"
    found = read(unsigned(body, sender="press@embassy.example", kind="multipart/mixed; boundary=b1"), published())
    assert found.traces == ()
    assert "another mail within it may be" in found.remarks[-1]


@pytest.mark.parametrize(
    "date", ["Wed, 09 Sep 2026 02:13:20 BST", "Wed, 09 Sep 2026 02:13:20", "2026-09-09", "yesterday"]
)
def test_a_date_without_a_zone_is_not_taken_for_utc(date: str) -> None:
    found = read(signed(unsigned(date=date)), published())
    assert found.traces == ()
    assert "no date that can be read" in found.remarks[-1]


def test_a_date_that_has_not_come_yet_tells_nothing() -> None:
    asked = msgspec.structs.replace(ASKED, now=datetime(2026, 9, 8, tzinfo=UTC))
    assert read(signed(), published(), asked=asked).traces == ()


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "unicode_escape", "rot13", "zlib", "x-klingon"])
def test_a_text_is_read_in_letters_that_mails_are_written_in(charset: str) -> None:
    found = message(unsigned(kind=f'text/plain; charset="{charset}"'), "alert.eml")
    assert found.text.replace("\r\n", "\n") == TEXT


def test_each_mail_of_a_mailbox_is_as_it_was_signed() -> None:
    dates = [f"Wed, 09 Sep 2026 0{hour}:13:20 +0000" for hour in (2, 3, 4)]
    mails = [signed(unsigned(f"{TEXT}From here on\n", date=date)).replace(b"\r\n", b"\n") for date in dates]
    box = b"".join(
        b"From x Wed Sep  9 01:13:20 2026\n" + one.replace(b"\nFrom here", b"\n>From here") + b"\n" for one in mails
    )
    found = mailbox(box)
    assert found == tuple(mails)
    assert all(one.signed for mail in found for one in read(mail, published()).traces)


def test_one_mail_is_no_mailbox() -> None:
    assert mailbox(signed()) == ()
    assert mailbox(b"From me to you,\nhello\n") == ()
