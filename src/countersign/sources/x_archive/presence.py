"""Reads moments at which somebody had the account open: advertisements shown, links opened, messages sent."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from countersign.activity import Parsed, Received, Session
from countersign.sources.x_archive.names import PLATFORM, SOURCE
from countersign.sources.x_archive.records import Fields, each, inner, needed, objects, text
from countersign.sources.x_archive.times import when

SHOWN: Final = "an advertisement was shown to somebody who had the account open"
ENGAGED: Final = "somebody who had the account open acted on an advertisement"
CLICKED: Final = "a link was opened in the X app for iOS or Android"
ARRIVED: Final = "X was entered by a link from elsewhere"
PROMPTED: Final = "a warning was shown to somebody who was writing a reply"
SENT: Final = "a direct message was sent; its content is not read"


def impressions(received: Received) -> Iterator[Parsed]:
    """Yield when advertisements were shown, and on what device: to the second, the best hidden trace of presence."""
    return each(received, partial(_impressions, received))


def _impressions(received: Received, record: Fields, place: int) -> Iterator[Session]:
    shown = inner(_ads(record), "adImpressions").get("impressions")
    for one in objects(shown):
        yield _impression(received, one, SHOWN, "impressionTime", place)


def engagements(received: Received) -> Iterator[Parsed]:
    """Yield when advertisements were shown and acted on; acts of one advertisement share its device."""
    return each(received, partial(_engagements, received))


def _engagements(received: Received, record: Fields, place: int) -> Iterator[Session]:
    for one in objects(inner(_ads(record), "adEngagements").get("engagements")):
        shown = inner(one, "impressionAttributes")
        device = inner(shown, "deviceInfo")
        if text(shown, "impressionTime"):
            yield _impression(received, shown, SHOWN, "impressionTime", place)
        for act in objects(one.get("engagementAttributes")):
            told = {**act, "deviceInfo": device}
            yield _impression(received, told, ENGAGED, "engagementTime", place)


def _ads(record: Fields) -> Fields:
    return inner(inner(record, "ad"), "adsUserData")


def _impression(received: Received, shown: Fields, meaning: str, name: str, place: int) -> Session:
    device = inner(shown, "deviceInfo")
    about = " ".join(one for one in (text(device, "osType"), text(device, "deviceType")) if one)
    return _presence(received, needed(shown, name), meaning, place, device=about or None)


def clicks(received: Received) -> Iterator[Parsed]:
    """Yield when links were opened in the app (30 days)."""
    return each(received, partial(_click, received))


def _click(received: Received, record: Fields, place: int) -> Iterator[Session]:
    click = inner(inner(record, "userInteractionsData"), "linkClick")
    yield _presence(received, needed(click, "timeStampOfInteraction"), CLICKED, place, device="iOS or Android")


def arrivals(received: Received) -> Iterator[Parsed]:
    """Yield when X was entered by a link from elsewhere (21 days)."""
    return each(received, lambda record, place: iter((_presence(
        received, needed(_only(record), "timestamp", "timeStamp"), ARRIVED, place),)))  # fmt: skip


def prompts(received: Received) -> Iterator[Parsed]:
    """Yield when a warning was shown to somebody who was writing a reply."""
    return each(received, lambda record, place: iter((_presence(
        received, needed(_only(record), "createdAt"), PROMPTED, place),)))  # fmt: skip


def _only(record: Fields) -> Fields:
    """The object in the record's only field: the wrapper of these files has had several names."""
    found = next(iter(record.values()), None) if len(record) == 1 else None
    return found if isinstance(found, dict) else record


def messages(received: Received) -> Iterator[Parsed]:
    """Yield when the account sent direct messages; those that it got say nothing of who had it open."""
    return each(received, partial(_messages, received))


def _messages(received: Received, record: Fields, place: int) -> Iterator[Session]:
    for message in objects(inner(record, "dmConversation").get("messages")):
        sent = message.get("messageCreate")
        if isinstance(sent, dict) and text(sent, "senderId") == received.context["account"]:
            yield _presence(received, needed(sent, "createdAt"), SENT, place)


def _presence(received: Received, at: str, meaning: str, place: int, **told: Any) -> Session:
    moment = when(at)
    return Session(
        account=received.context["account"], platform=PLATFORM, kind="presence", opened=moment, last_seen=moment,
        meaning=meaning, source=SOURCE, position=place, **told,
    )  # fmt: skip
