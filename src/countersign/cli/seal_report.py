"""Puts the report of an incident into its bundle: written once, sealed, and made again from there in any form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from countersign.cli.console import Console
from countersign.cli.report_case import case_of
from countersign.cli.report_state import Handed, state_of
from countersign.cli.report_store import from_store
from countersign.engine.exhibits import Reporting
from countersign.engine.verdict import Verdict
from countersign.errors import UsageError
from countersign.evidence.bundle import Exhibit
from countersign.incident.incident import Incident
from countersign.report import Reader, Report, compose
from countersign.report.sealed import to_record, what
from countersign.store import Store
from countersign.text import counted

Made = Callable[[Handed | None], Report]


def reporting_for(
    console: Console, store: Store, verdict: Verdict, incident: Incident, reader: Reader, now: datetime, *,
    hands: bool = False,
) -> Reporting:  # fmt: skip
    """Return what writes the report, once it is known how the bundle numbers its exhibits.

    Raises UsageError before anything is sealed if it is for the public and still needs a person.
    """

    def made(handed: Handed | None) -> Report:
        case = case_of(console, verdict, incident)
        case, salt_of = from_store(console, store, verdict, incident, case, handed, hands=hands)
        return compose(case, reader, salt_of)

    if reader == "public":
        _refuse_draft(made(None))
    return _Writing(made, store, now.replace(microsecond=0))


class _Writing(msgspec.Struct, frozen=True):
    """Writes a report whose exhibits bear the numbers of the bundle that is being made."""

    made: Made
    store: Store
    now: datetime

    def __call__(self, exhibits: Sequence[Exhibit]) -> Iterable[tuple[str, Mapping[str, Any]]]:
        state = state_of(self.store)
        checkpoint = state.checkpoint if state else ""
        report = self.made(Handed(exhibits=tuple(exhibits), made=self.now, checkpoint=checkpoint))
        return ((what(report.reader, report.version), to_record(report)),)


def _refuse_draft(report: Report) -> None:
    if report.is_draft:
        needs = counted(len(report.unsigned), "sentence needs", "sentences need")
        raise UsageError(
            f"the report for the public is a draft: {needs} a person first",
            hint=f"countersign report sign {report.incident} --sentence {report.unsigned[0]} --by NAME",
        )
