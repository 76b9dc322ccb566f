"""Traces of access keep the meaning that X's records have, and secrets are not kept."""

from pathlib import Path

from countersign.activity import Activity, Session
from countersign.sources.x_archive.access import KEY, KEY_GONE
from tests.unit.sources.x_archive.archives import OWNER, js, only, packed, read


def _sessions(path: Path, name: str, record: object) -> list[Session]:
    ref = packed(path / "a.zip", {f"data/{name}.js": js(name.replace("-", "_"), [record])})
    return only(Session, read(ref))


def test_an_address_has_no_beginning_only_a_last_use(tmp_path: Path) -> None:
    row = {"ipAudit": {"createdAt": "2026-03-01T23:41:07.000Z", "loginIp": "203.0.113.7", "loginPortNumber": "51234"}}
    (session,) = _sessions(tmp_path, "ip-audit", row)
    assert (session.opened, session.ip, session.client) == (None, "203.0.113.7", "port 51234")
    assert "last use" in session.meaning


def test_a_device_token_is_never_kept(tmp_path: Path) -> None:
    row = {
        "deviceToken": {"token": "very-secret", "createdAt": "1970-01-01T00:00:00.000Z", "clientApplicationName": "A"}
    }
    (session,) = _sessions(tmp_path, "device-token", row)
    assert session.opened is None
    assert session.device is not None
    assert "secret" not in repr(session)


def test_both_forms_of_the_key_registry_are_read(tmp_path: Path) -> None:
    device = {"userAgent": "UA", "createdAt": "2023-05-01T00:00:00.000Z"}
    old = {"registeredDevices": {"userId": "1", "deviceMetadataList": [device]}}
    new = {"keyRegistryData": {"userId": "1", "registeredDevices": {"deviceMetadataList": []},
                               "deregisteredDevices": {"deRegisteredDeviceMetadataList": [device]}}}  # fmt: skip
    assert [(one.device, one.meaning) for one in _sessions(tmp_path, "key-registry", old)] == [("UA", KEY)]
    assert [(one.device, one.meaning) for one in _sessions(tmp_path, "key-registry", new)] == [("UA", KEY_GONE)]


def test_an_application_is_a_way_in_and_an_act(tmp_path: Path) -> None:
    row = {"connectedApplication": {"name": "PostLater", "id": "5", "permissions": ["read", "write"],
                                    "approvedAt": "2018-01-10T21:58:14.000Z"}}  # fmt: skip
    ref = packed(tmp_path / "a.zip", {"data/connected-application.js": js("connected_application", [row])})
    values = read(ref)
    (session,), (grant,) = only(Session, values), only(Activity, values)
    assert (session.client, session.permissions) == ("PostLater", ("read", "write"))
    assert (grant.verb, grant.object, grant.published) == ("grant", "PostLater", session.opened)


def test_only_messages_that_the_account_sent_are_presence(tmp_path: Path) -> None:
    sent, got = ({"messageCreate": {"senderId": who, "createdAt": "2026-02-28T14:00:00.000Z"}} for who in (OWNER, "9"))
    row = {"dmConversation": {"conversationId": "1-2", "messages": [sent, got, {"joinConversation": {}}]}}
    assert len(_sessions(tmp_path, "direct-message-headers", row)) == 1


def test_presence_is_read_whatever_its_wrapper_is_called(tmp_path: Path) -> None:
    link = {"branchLink": {"timestamp": "2026-02-28T14:00:00.000Z", "landingPage": "https://x.com"}}
    prompt = {"replyPrompt": {"promptId": "1", "createdAt": "2026-02-28T14:00:00.000Z"}}
    assert [one.kind for one in _sessions(tmp_path, "branch-links", link)] == ["presence"]
    assert [one.kind for one in _sessions(tmp_path, "reply-prompt", prompt)] == ["presence"]


def test_phone_numbers_and_addresses_are_shortened(tmp_path: Path) -> None:
    files = {
        "data/phone-number.js": js("phone_number", [{"device": {"phoneNumber": "+43000123456"}}]),
        "data/email-address-change.js": js("email_address_change", [{"emailAddressChange": {
            "emailChange": {"changedAt": "2025-09-06T13:02:20.000Z", "changedTo": "ambassador@embassy.example"}}}]),
        "data/ni-devices.js": js("ni_devices", [{"niDeviceResponse": {"messagingDevice": {
            "phoneNumber": "+43000123456", "deviceType": "Auth", "createdDate": "2021.10.20"}}}]),
    }  # fmt: skip
    said = repr(read(packed(tmp_path / "a.zip", files)))
    assert "00012" not in said
    assert "ambassador" not in said
    assert "a…@embassy.example" in said


def test_the_profile_has_another_id_once_it_changed(tmp_path: Path) -> None:
    def ids(bio: str) -> list[str]:
        row = {"profile": {"description": {"bio": bio, "website": "", "location": ""}}}
        ref = packed(tmp_path / "a.zip", {"data/profile.js": js("profile", [row])})
        return [one.id for one in only(Activity, read(ref))]

    assert ids("one") == ids("one") != ids("two")
