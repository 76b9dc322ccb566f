"""An alert mail counts as the platform's word only where the platform's signature covers all that is read of it."""

import time
from datetime import UTC, datetime

import pytest

from countersign.errors import SourceError
from countersign.sources.access.asked import Asked, DomainKey
from countersign.sources.access.mail import key_files
from countersign.sources.access.reading import kind_of, read
from countersign.sources.access.told import Told
from tests.unit.sources.access.mails import ASKED, NAME, SIGNED_HEADERS, TEXT, published, record, signed, unsigned


def told(body: bytes, *keys: DomainKey, account: str = "111", platform: str = "x", zone: str = "") -> Told:
    assert kind_of(body, "alert.eml") == "login-alert"
    handles = ASKED.handles if account == "111" else (account,)
    return read(
        "login-alert",
        body,
        "alert.eml",
        Asked(account=account, platform=platform, handles=handles, keys=keys, zone=zone),
    )


def vouched(body: bytes, *keys: DomainKey) -> bool:
    return any(trace.signed for trace in told(body, *keys).traces)


def says(body: bytes, *keys: DomainKey) -> str:
    return " | ".join(told(body, *keys).remarks)


def test_a_mail_with_the_platforms_signature_is_the_platforms_word() -> None:
    found = told(signed(), published())
    (trace,) = found.traces
    assert trace.signed
    assert trace.notice
    assert trace.session.opened == datetime(2026, 9, 9, 1, 13, 2, tzinfo=UTC)
    assert (trace.session.ip, trace.country) == ("198.51.100.23", "FR")
    assert (trace.operating_system, trace.browser) == ("Windows", "Firefox")
    assert "by the key from key.txt" in found.remarks[0]


def test_without_its_key_a_signature_is_worth_nothing_and_that_is_said() -> None:
    assert not vouched(signed())
    assert "its key (alerts2026._domainkey.x.com) is not at hand" in says(signed())


def test_an_unsigned_mail_is_as_told() -> None:
    assert not vouched(unsigned(), published())
    assert "it is not signed" in says(unsigned(), published())


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"198.51.100.23", b"198.51.100.24"), (b"Subject: New sign-in", b"Subject: Old sign-in"),
     (b"01:13:20 +0000", b"01:14:20 +0000"), (b"From: X <verify@x.com>", b"From: Y <verify@x.com>")],
)  # fmt: skip
def test_one_changed_byte_ends_it(before: bytes, after: bytes) -> None:
    body = signed()
    assert before in body
    assert not vouched(body.replace(before, after), published())
    assert "does not hold" in says(body.replace(before, after), published())


@pytest.mark.parametrize("missing", ["Subject", "Date", "Content-Type"])
def test_a_signature_that_leaves_out_what_is_read_proves_nothing(missing: str) -> None:
    headers = tuple(name for name in SIGNED_HEADERS if name != missing.encode())
    assert not vouched(signed(headers=headers), published())
    assert f"leaves out {missing.lower()}" in says(signed(headers=headers), published())


def test_a_signature_over_a_part_of_the_text_proves_nothing() -> None:
    body = signed(length="yes") + b"Location: Moscow, Russia\r\n"
    assert not vouched(body, published())
    assert "a part of the text only" in says(body, published())


@pytest.mark.parametrize(
    "added", [b"From: Other <a@x.com>\r\n", b"Date: Wed, 09 Sep 2026 03:00:00 +0000\r\n", b"Subject: else\r\n",
              b"Content-Type: text/html\r\n"],
)  # fmt: skip
def test_a_header_put_in_a_second_time_proves_nothing(added: bytes) -> None:
    for body in (added + signed(), signed().replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1)):
        assert not vouched(body, published())


def test_a_transfer_encoding_put_in_later_proves_nothing() -> None:
    body = b"Content-Transfer-Encoding: base64\r\n" + signed()
    assert not vouched(body, published())
    assert "content-transfer-encoding" in says(body, published())


def test_a_carriage_return_alone_is_read_in_two_ways_and_proves_nothing() -> None:
    body = b"X-Note: a\rFrom: Other <a@x.com>\r\n" + signed()
    assert not vouched(body, published())


def test_a_signature_of_another_domain_is_not_the_platforms_word() -> None:
    body = signed(unsigned(sender="X <verify@mail.example>"), domain="mail.example")
    key = published(name="alerts2026._domainkey.mail.example")
    assert not vouched(body, key)
    assert "not known to write for x" in says(body, key)


def test_a_domain_cannot_sign_for_one_that_only_ends_like_it() -> None:
    body = signed(unsigned(sender="X <verify@notx.com>"))
    assert not vouched(body, published())
    assert "is from notx.com" in says(body, published())


def test_a_mastodon_server_signs_for_its_own_accounts_only() -> None:
    body = signed(unsigned(sender="Mastodon <no-reply@social.example>"), domain="social.example")
    key = published(name="alerts2026._domainkey.social.example")
    ours = told(body, key, account="https://social.example/users/ExamplianEmb", platform="mastodon")
    other = told(body, key, account="https://other.example/users/ExamplianEmb", platform="mastodon")
    assert [trace.signed for trace in ours.traces + other.traces] in ([True, False], [True], [])
    assert not any(trace.signed for trace in other.traces)


@pytest.mark.parametrize(
    ("text", "why"),
    [("v=DKIM1; p=", "was revoked"), ("v=DKIM1; t=y; p=QUJD", "for tests only"), ("v=DKIM1; p=QUJD", "does not hold"),
     ("v=DKIM1; p=!!", "does not hold")],
)  # fmt: skip
def test_a_key_that_is_revoked_for_tests_or_broken_is_told_as_what_it_is(text: str, why: str) -> None:
    assert not vouched(signed(), published(text=text))
    assert why in says(signed(), published(text=text))


def test_a_key_of_another_name_is_not_used() -> None:
    assert not vouched(signed(), published(name="other._domainkey.x.com"))


@pytest.mark.parametrize(
    "form",
    [
        "{record}",
        '"{record}"',
        '{name}. 3600 IN TXT "{record}"',
        "{name} {record}",
        '{name}. TXT ( "{half}" \n "{rest}" )',
    ],
)
def test_keys_are_read_as_people_archive_them(form: str) -> None:
    text = form.format(record=record(), name=NAME, half=record()[:90], rest=record()[90:])
    (key,) = key_files(text.encode(), "key.txt")
    assert vouched(signed(), key)


def test_a_file_without_a_key_is_refused() -> None:
    with pytest.raises(SourceError) as error:
        key_files(b"nothing here", "key.txt")
    assert error.value.code == "CS193"


def test_a_mail_about_another_account_tells_nothing_of_ours() -> None:
    found = told(signed(unsigned(TEXT.replace("ExamplianEmb", "SomebodyElse"))), published())
    assert found.records == 0
    assert "about @somebodyelse" in found.remarks[-1]


def test_where_no_handle_of_the_account_is_known_whom_a_mail_is_about_is_as_told() -> None:
    found = read(
        "login-alert", signed(), "a.eml", Asked(account="111", platform="x", handles=("111",), keys=(published(),))
    )
    assert len(found.traces) == 1
    assert "that this is our account is as told" in " ".join(found.remarks)


def test_a_time_without_a_zone_is_not_guessed() -> None:
    found = told(signed(unsigned(TEXT.replace("01:13:02 UTC", "03:13:02"))), published())
    assert found.traces[0].session.opened == datetime(2026, 9, 9, 1, 13, 20, tzinfo=UTC)
    assert "does not say its zone" in found.remarks[-1]


def test_a_time_that_does_not_fit_to_the_mail_is_not_believed() -> None:
    found = told(unsigned(TEXT.replace("2026-09-09 01:13:02", "2026-08-01 01:13:02")))
    assert found.traces[0].session.opened == datetime(2026, 9, 9, 1, 13, 20, tzinfo=UTC)


def test_html_with_values_in_cells_is_read() -> None:
    page = (
        "<html><style>td{}</style><body><script>var a='Location: Oslo, Norway'</script><table>"
        "<tr><td>Location</td><td>Nairobi, Kenya</td></tr><tr><td>Device</td><td>Chrome &amp; Android</td></tr></table>"
    )
    (trace,) = told(unsigned(page, kind="text/html; charset=utf-8")).traces
    assert (trace.country, trace.operating_system, trace.browser) == ("KE", "Android", "Chrome")


def test_a_change_of_password_is_a_change_and_not_a_sign_in() -> None:
    found = told(
        signed(unsigned("The password of @ExamplianEmb was changed.", subject="Your password has been changed")),
        published(),
    )
    assert [change.object for change in found.changes] == ["password"]
    assert found.traces == ()


def test_a_mail_of_no_known_kind_is_kept_and_weighs_nothing() -> None:
    found = told(unsigned("Hello @ExamplianEmb, here is what you missed", subject="News"))
    assert found.records == 0
    assert "weighs nothing" in found.remarks[-1]


def test_a_mail_without_a_date_tells_nothing() -> None:
    assert told(unsigned(date="yesterday")).records == 0


def nested(depth: int) -> bytes:
    mail = b"Content-Type: text/plain\r\n\r\nLocation: Oslo, Norway\r\n"
    for level in range(depth):
        mark = b"b%d" % level
        mail = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + mail
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return b"From: a@x.com\r\nSubject: new login\r\nDate: Wed, 09 Sep 2026 01:13:20 +0000\r\n" + mail


HOSTILE = {
    "nested": nested(3_000),
    "nested a little": nested(12),
    "many parts": nested(1).replace(b"--b0\r\n", b"--b0\r\n\r\nx\r\n" * 100_000, 1),
    "a long header": b"From: a@x.com\r\nSubject: " + b"a" * 2_000_000 + b"\r\n\r\nhi",
    "many headers": b"From: a@x.com\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\nhi",
    "folded for ever": b"From: a@x.com\r\nSubject: a\r\n" + b" b\r\n" * 20_000 + b"\r\nhi",
    "too large": b"From: a@x.com\r\nDate: x\r\n\r\n" + b"a" * 5_000_000,
    "many signatures": b"DKIM-Signature: v=1; d=x.com; s=a\r\n" * 400 + unsigned(),
    "blanks": unsigned("a" + " " * 3_500_000 + "b", more="DKIM-Signature: v=1; d=x.com; s=a\n"),
    "tags": unsigned("<script" * 500_000, kind="text/html"),
    "open tags": unsigned("<" * 3_000_000, kind="text/html"),
    "encoded words": unsigned(subject="=?utf-8?q?a?=" * 5_000),
    "unknown charset": unsigned(kind='text/plain; charset="x-nonsense"'),
    "broken base64": unsigned("!!!!", more="Content-Transfer-Encoding: base64\n"),
    "labels": unsigned("Location:\n" * 300_000),
    "handles": unsigned("@" * 200_000 + "a." * 100_000),
    "zeros": unsigned("\0" * 100_000),
    "addresses": unsigned(sender='"' * 100_000),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_mail_costs_no_time_and_breaks_nothing(kind: str) -> None:
    begun = time.monotonic()
    asked = Asked(account="111", platform="x", keys=(published(),))
    found: Told | None = None
    refused: SourceError | None = None
    try:
        found = read("login-alert", HOSTILE[kind], "hostile.eml", asked)
    except SourceError as error:
        refused = error
    assert refused is None or (refused.hint and refused.code == "CS192")
    assert found is None or not any(trace.signed for trace in found.traces)
    assert time.monotonic() - begun < 5
