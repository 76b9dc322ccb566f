"""Measures how long the report of a long incident takes: weighed, composed, and written as a page and as a PDF."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from countersign.activity import Activity, activity_id
from countersign.cli.console import Console, Look
from countersign.cli.demo import reading_of
from countersign.cli.report_case import case_of
from countersign.cli.report_state import salts_of_files
from countersign.cli.report_weighing import weighed
from countersign.engine.embedded import check
from countersign.engine.verdict import Verdict
from countersign.incident.incident import Incident
from countersign.report import Report, compose, render
from countersign.report.as_pdf import as_pdf
from countersign.testing import scenarios
from countersign.testing.scenarios import Scenario

ACTIONS = 100
"""Actions of the incident: the size for which the brief sets ten seconds."""
APART = timedelta(seconds=20)


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds from a verdict to the page, and from there to the PDF; None where WeasyPrint is not installed.

    `cpu_s` is the processor time of both: what it takes where nothing else runs.
    """

    actions: int
    page_s: float
    pdf_s: float | None
    page_bytes: int
    cpu_s: float

    @property
    def seconds(self) -> float:
        """Return how long both took."""
        return self.page_s + (self.pdf_s or 0.0)


def reported(*, seed: int = 7) -> Reported:
    """Return how long the report of a made-up incident of 100 actions takes, for the team inside: the longest."""
    console, verdict, incident = _incident(seed)
    start, busy = time.perf_counter(), time.process_time()
    report = _report(console, verdict, incident)
    page = render(report, "html")
    between = time.perf_counter()
    printed = _printed(report)
    pdf_s = time.perf_counter() - between if printed else None
    return Reported(
        actions=incident.actions, page_s=between - start, page_bytes=len(page), pdf_s=pdf_s,
        cpu_s=time.process_time() - busy,
    )  # fmt: skip


def _report(console: Console, verdict: Verdict, incident: Incident) -> Report:
    case = weighed(console, verdict, incident, case_of(console, verdict, incident), None)
    return compose(case, "inside", salts_of_files((), incident))


def _printed(report: Report) -> bool:
    try:
        import weasyprint
    except (ImportError, OSError):
        return False
    return bool(weasyprint.__version__) and as_pdf(report).startswith(b"%PDF")


def _incident(seed: int) -> tuple[Console, Verdict, Incident]:
    console = Console(Look())
    verdict = check(reading_of(_longer(scenarios.play("morning", seed=seed))), console.settings)
    return console, verdict, max(verdict.incidents, key=lambda one: one.actions)


def _longer(scenario: Scenario) -> Scenario:
    """Return the story with as many likes in its night as are wanted, one after the other."""
    foreign = [one for one in scenario.activities if one.id in scenario.truth.ids and one.verb == "like"]
    more = tuple(_more(foreign))
    last = datetime.max.replace(tzinfo=UTC)
    ordered = sorted((*scenario.activities, *more), key=lambda one: one.published or last)
    return msgspec.structs.replace(scenario, activities=tuple(ordered))


def _more(foreign: list[Activity]) -> Iterator[Activity]:
    last = foreign[-1]
    assert last.published is not None
    for number in range(ACTIONS - len(foreign)):
        like = foreign[number % len(foreign)]
        native = f"9{number:06}"
        yield msgspec.structs.replace(
            like, id=activity_id(like.platform, like.actor, "like", native), native_id=native,
            published=last.published + APART * (number + 1), object=f"8{number:06}",
        )  # fmt: skip
