"""Keeps what was said in public about an incident as entries of the evidence log, and reads it back."""

from collections.abc import Iterator
from datetime import datetime

from countersign.cli.report_state import CLAIM_ACT, State
from countersign.engine.custody import Custody
from countersign.errors import CountersignError
from countersign.investigate.claim import Claim, claim
from countersign.store import Store


def claims_of(state: State, number: int) -> tuple[Claim, ...]:
    """Return what was said in public about an incident, as it was entered."""
    return tuple(_claims(state.custody, number))


def keep_claim(store: Store, number: int, said: Claim, *, entered_by: str, account: str, platform: str) -> int:
    """Put a claim into the evidence log; return the leaf."""
    body = {
        "act": CLAIM_ACT, "by": entered_by, "detail": said.detail, "end": said.end.isoformat(), "incident": number,
        "kind": said.kind, "said_by": said.by, "source": said.source, "start": said.start.isoformat(),
        "text": said.text, "v": 1,
    }  # fmt: skip
    return store.log.enter("custody", body, account=account, platform=platform)


def _claims(custody: tuple[Custody, ...], number: int) -> Iterator[Claim]:
    for one in custody:
        if not one.is_about(CLAIM_ACT, number):
            continue
        try:
            yield claim(
                str(one.said["text"]), str(one.said["kind"]), datetime.fromisoformat(str(one.said["start"])),
                datetime.fromisoformat(str(one.said["end"])), detail=str(one.said["detail"]),
                by=str(one.said["said_by"]), source=str(one.said["source"]),
            )  # fmt: skip
        except CountersignError:
            continue  # a kind of claim that another version knows
