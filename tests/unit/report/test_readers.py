"""What each reader gets: no more than they may see, in any form, and a hash where something was taken out."""

import hashlib
import json
import time

import msgspec
import pytest

from countersign.cli.report_known import known_values, quoted_values
from countersign.report import READERS, Reader, compose, render
from countersign.report.readers import redact, withheld
from countersign.report.words import Held, Kind, Withheld, plain, told
from tests.unit.report.made_up import ADDRESS, DEVICE, HANDLE, LINK, PRINTS, STAFF, case, salt_of

HIDDEN: dict[Reader, tuple[str, ...]] = {
    "inside": (),
    "platform": (STAFF,),
    "public": (STAFF, ADDRESS, DEVICE, HANDLE, "kx_clips", "Uncut clip", LINK),
}


@pytest.mark.parametrize("form", PRINTS)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_nothing_that_is_hidden_from_them_in_any_form(reader: Reader, form: str) -> None:
    page = render(compose(case(), reader, salt_of), form).decode()
    assert [value for value in HIDDEN[reader] if value in page] == []
    assert "4180" in page


@pytest.mark.parametrize("form", PRINTS)
def test_those_inside_see_who_and_what(form: str) -> None:
    page = render(compose(case(), "inside", salt_of), form).decode()
    for value in (STAFF, ADDRESS, DEVICE, HANDLE.removeprefix("@")):
        assert value in page


def test_a_withheld_field_says_its_kind_and_can_be_checked_with_its_salt() -> None:
    report = json.loads(render(compose(case(), "public", salt_of), "json"))
    found = [piece for piece in pieces(report) if piece.get("type") == "withheld" and piece["kind"] == "handle"]
    expected = hashlib.sha256(salt_of(HANDLE) + b"handle\0" + HANDLE.encode()).hexdigest()
    assert found
    assert {piece["digest"] for piece in found} == {expected}


def test_those_inside_can_open_every_field_that_the_public_finds_withheld() -> None:
    inside = json.loads(render(compose(case(), "inside", salt_of), "json"))["report"]["openings"]
    public = json.loads(render(compose(case(), "public", salt_of), "json"))
    hidden = {piece["digest"] for piece in pieces(public) if piece.get("type") == "withheld"}
    opened = {
        hashlib.sha256(bytes.fromhex(one["salt"]) + f"{one['kind']}\0{one['value']}".encode()).hexdigest()
        for one in inside
    }
    assert hidden
    assert hidden <= opened
    assert public["report"]["openings"] == []


def test_the_same_value_has_the_same_hash_wherever_it_stands_and_another_salt_gives_another() -> None:
    ours = render(compose(case(), "public", salt_of), "json")
    theirs = render(compose(case(), "public", lambda value: b"t" * 32), "json")
    assert ours != theirs


def test_addresses_mails_handles_and_links_are_set_apart_though_nobody_said_what_they_are() -> None:
    words = told(
        "from 198.51.100.7 or 2001:db8::7 by a.b@mail.example to @someone see https://x.example/1 at 02:14:07", {}
    )
    assert [(piece.kind, piece.value) for piece in words if isinstance(piece, Held)] == [
        ("address", "198.51.100.7"), ("address", "2001:db8::7"), ("person", "a.b@mail.example"),
        ("handle", "@someone"), ("link", "https://x.example/1"),
    ]  # fmt: skip
    assert "02:14:07" in plain(words)


def test_the_accounts_own_words_do_not_name_somebody_who_is_withheld_beside_them() -> None:
    own = Held(kind="own words", value="@bread_friend, see https://own.example/1 or ask a.b@mail.example")
    public, platform, inside = (redact((own,), reader, salt_of)[0] for reader in ("public", "platform", "inside"))
    assert isinstance(public, Held)
    assert isinstance(platform, Held)
    digest = withheld(Held(kind="handle", value="@bread_friend"), salt_of("@bread_friend")).digest
    assert public.value.startswith(f"[somebody's handle, withheld: {digest[:12]}], see [a link, withheld:")
    assert "mail.example" not in platform.value
    assert platform.value.startswith("@bread_friend")
    assert inside == own


def test_those_inside_can_open_what_the_accounts_own_words_withhold() -> None:
    own = Held(kind="own words", value="thanks to @bread_friend")
    made = case(actions=(msgspec.structs.replace(case().actions[0], target=(own,)),))
    assert "@bread_friend" in {one.value for one in compose(made, "inside", salt_of).openings}


def test_the_accounts_own_name_is_for_everybody() -> None:
    assert told("@ExamplianEmb liked it", {}, own=("@ExamplianEmb",)) == ("@ExamplianEmb liked it",)


def test_the_platform_gets_its_own_ids_and_a_letter_and_the_public_gets_neither() -> None:
    platform = render(compose(case(), "platform", salt_of), "html").decode()
    public = render(compose(case(), "public", salt_of), "html").decode()
    assert "209741581" in platform
    assert "Please keep the access log." in platform
    assert "209741581" not in public
    assert "Please keep the access log." not in public


def test_the_public_does_not_see_when_somebody_signed_in() -> None:
    assert "Sign-ins" in render(compose(case(), "platform", salt_of), "html").decode()
    assert "Sign-ins" not in render(compose(case(), "public", salt_of), "html").decode()


def test_section_numbers_are_the_same_for_every_reader_and_the_platform_has_no_right_of_reply() -> None:
    numbers = {reader: [one.number for one in compose(case(), reader, salt_of).sections] for reader in READERS}
    assert numbers["inside"] == numbers["public"] == list(range(1, 14))
    assert numbers["platform"] == [number for number in range(1, 14) if number != 12]


def pieces(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        mine = [value] if "type" in value else []
        return [*mine, *(one for inner in value.values() for one in pieces(inner))]
    return [one for inner in value for one in pieces(inner)] if isinstance(value, list) else []


def test_redaction_reaches_every_part_that_a_report_can_have() -> None:
    report = compose(case(), "public", salt_of)
    held = [piece for piece in walked(report) if isinstance(piece, Held)]
    assert {piece.kind for piece in held} <= {"own words", "application"}
    assert any(isinstance(piece, Withheld) for piece in walked(report))


def walked(value: object) -> list[object]:
    if isinstance(value, msgspec.Struct):
        return [value, *(one for name in value.__struct_fields__ for one in walked(getattr(value, name)))]
    return [one for inner in value for one in walked(inner)] if isinstance(value, tuple) else [value]


def test_whoever_names_a_word_of_ours_does_not_tear_our_sentences_apart() -> None:
    row = {"verb": "like", "object_author": "the", "mentions": ["others", "@the", "kx_clips"], "text": "the record",
           "object": "60", "native_id": "1834", "links": ["of"], "hashtags": None}  # fmt: skip
    known = known_values([row], (), "1")
    assert told("the record of others: 60 such", known) == ("the record of others: 60 such",)
    assert [one.value for one in told("it names kx_clips, @the", known) if isinstance(one, Held)] == [
        "kx_clips",
        "@the",
    ]
    quoted = told("names the and others", {**known, **quoted_values([row])})
    assert [one.value for one in quoted if isinstance(one, Held)] == ["the", "others"]


def test_a_handle_is_found_as_a_whole_word_and_a_name_anywhere() -> None:
    known: dict[str, Kind] = {"clips": "handle", "Ada": "person"}
    assert told("eclipsed", known) == ("eclipsed",)
    assert told("真相clips之叶", known)[1] == Held(kind="handle", value="clips")
    assert told("Adas Konto", known)[0] == Held(kind="person", value="Ada")


def test_a_post_that_names_tens_of_thousands_keeps_no_report_from_being_made() -> None:
    known: dict[str, Kind] = {f"@m{number}": "handle" for number in range(50_000)}
    start = time.process_time()
    for number in range(200):
        assert told(f"it names @m{number}", known)[1] == Held(kind="handle", value=f"@m{number}")
    assert time.process_time() - start < 10, "one pattern of them all took 0.1 s a sentence"
