"""`demo`: replays one made-up incident, offline, and shows what Countersign would have said."""

import os
import shlex
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import click
import numpy as np

from countersign.activity import to_columns
from countersign.cli.asking import at_home
from countersign.cli.case import TOOL, case_of
from countersign.cli.check_text import quiet_lines
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.explain_text import incident_lines, span
from countersign.cli.kept import keep
from countersign.cli.machine import write_check
from countersign.cli.naming import account_named
from countersign.cli.rows import records
from countersign.cli.seal import lines, ways, write
from countersign.cli.seal_report import reporting_for
from countersign.cli.sealing import Intake, intake, login
from countersign.engine.embedded import check
from countersign.engine.handing import hand_over
from countersign.engine.verdict import Reading, Verdict
from countersign.errors import UsageError
from countersign.incident.incident import Incident
from countersign.testing import scenarios, witnesses
from countersign.testing.played import SOURCE, Played
from countersign.testing.scenarios import Scenario
from countersign.text import count, counted, duration, listed, visible, wrapped

REPORT = "countersign-demo.html"
"""Where the report of the made-up incident is put if nobody names a file: replaced by the next one."""


@make_command(
    "demo", examples=("countersign demo", "countersign demo --scenario slip", "countersign demo --store demo.db")
)
@click.option("--scenario", "name", default="morning", help=f"The truth to replay: {', '.join(scenarios.NAMES)}.")
@click.option("--seed", default=7, show_default=True, help="Another seed: another office with the same story.")
@click.option("--store", type=click.Path(dir_okay=False), help="Keep what was made in this file.")
@click.option("--bundle", type=click.Path(dir_okay=False), help="Hand the incident over as a bundle, a zip.")
@click.option("--report", type=click.Path(dir_okay=False), help="Where its report goes: .html, .md, .json, .pdf.")
def command(
    console: Console, *, name: str, seed: int, store: str | None, bundle: str | None, report: str | None
) -> int:  # fmt: skip
    """Replay a made-up embassy's account that ends in an incident, and explain it. Offline; only its report is kept."""
    started = time.monotonic()
    scenario = scenarios.play(name, seed=seed)
    console.say(_opening(scenario))
    verdict = check(reading_of(scenario), console.settings)
    console.say(f"done in {time.monotonic() - started:.1f} s")
    if store:
        _keep(console, scenario, verdict.reading)
    told = _told(verdict, scenario)
    _write(console, scenario, verdict, told)
    if bundle:
        _hand_over(console, scenario, verdict, told, Path(bundle))
    written = _report(console, verdict, told, report, bundle)
    if written:
        console.write(f"The report, for those inside: {visible(str(written))}")
    console.next(ways(Path(bundle))[0].strip() if bundle else _after(verdict, scenario, store))
    return 0


def reading_of(scenario: Scenario) -> Reading:
    """Return a scenario as if it had been read from files: by account, then by time."""
    accounts = {who.account: at for at, who in enumerate(scenario.identities)}
    ordered = sorted(scenario.activities, key=lambda action: accounts[action.actor])
    return Reading(
        sources=((scenario.name, SOURCE),),
        actions=to_columns(ordered),
        sessions=scenario.sessions,
        identities=scenario.identities,
    )


def _keep(console: Console, scenario: Scenario, reading: Reading) -> None:
    with intake(console) as taken:
        _keep_in(console, taken, scenario, reading)


def _keep_in(console: Console, taken: Intake, scenario: Scenario, reading: Reading) -> None:
    for _ in taken.sealing.parsed(Played(scenario), scenario.name):
        continue
    accounts = [who.account for who in scenario.identities]
    keep(console, taken.store, reading, accounts=accounts, captures=taken.captures(), by=login())


def _hand_over(console: Console, scenario: Scenario, verdict: Verdict, told: Sequence[Incident], target: Path) -> None:
    """Write the incident as a bundle, out of a store that is forgotten, with three made-up witnesses."""
    if not told:
        raise UsageError("no alarm went off in this story, so there is no incident to hand over",
                         hint="countersign demo --bundle FILE")  # fmt: skip
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="countersign-demo-") as folder:
        aside = console.with_store(str(Path(folder) / "demo.db"))
        with intake(aside) as taken:
            _keep_in(aside, taken, scenario, verdict.reading)
            case = case_of(verdict, told[0], shown="whole")
            handed = hand_over(
                taken.store, case, by="the demo", tool=TOOL, now=now,
                anchoring=witnesses.anchoring, proposing=witnesses.proposing, keys={},
                reporting=reporting_for(aside, taken.store, verdict, told[0], "inside", now),
            )  # fmt: skip
    size = write(target, handed, replace=True)
    console.write(*lines(target, size, handed), *ways(target), "")


def _report(
    console: Console, verdict: Verdict, told: Sequence[Incident], report: str | None, bundle: str | None
) -> Path | None:
    """Write the incident as those inside would get it, and return where; None if nobody asked and nobody reads it."""
    if report is None and (not told or not console.wants_text or console.look.quiet):
        return None
    if not told:
        raise UsageError("no alarm went off in this story, so there is no incident to report",
                         hint="countersign demo --report FILE")  # fmt: skip
    from countersign.cli.report import write_again, write_report

    target = Path(report) if report else _writable() / REPORT
    if bundle:
        write_again(console, bundle, str(target))
    else:
        write_report(console, verdict, told[0], str(target))
    return target


def _writable() -> Path:
    """Return the present folder, or a new one where nothing can be written here."""
    return Path() if os.access(Path(), os.W_OK) else Path(mkdtemp(prefix="countersign-demo-"))


def _opening(scenario: Scenario) -> str:
    who = scenario.identity
    times = [action.published for action in scenario.activities if action.published]
    period = duration(max(times) - min(times)) if times else duration(timedelta())
    name = account_named(who.account, who.platform, scenario.identities)
    others = f" and {len(scenario.identities) - 1} others" if len(scenario.identities) > 1 else ""
    return f"Replaying {period} of {name}{others} (made up, {counted(len(scenario.activities), 'action')})"


def _told(verdict: Verdict, scenario: Scenario) -> list[Incident]:
    """Return the incidents that hold what the story is about."""
    native = set(scenario.truth.ids)
    return [one for one in verdict.incidents if any(surprise.id in native for surprise in one.surprises)]


def _missed(verdict: Verdict, scenario: Scenario) -> str:
    """Return the sentence on a story that raised no alarm: how little its actions surprised."""
    ids = verdict.reading.actions["id"].to_pylist()
    found = [float(verdict.bits[ids.index(one)]) for one in scenario.truth.ids]
    return (
        f"No alarm went off on it. Its actions have {listed([f'{bits:.1f}' for bits in found], most=5)} bits (usual "
        f"{verdict.accounts[0].usual:.1f}): more than usual, but no more than this account reaches now and then. "
        "Whoever acts much like the account is not told from it."
    )


def _write(console: Console, scenario: Scenario, verdict: Verdict, told: Sequence[Incident]) -> None:
    if not console.wants_text:
        rows = np.flatnonzero(verdict.incident_of > 0).astype(np.int64)
        write_check(console, verdict, verdict.incidents, rows)
        return
    console.write(wrapped(scenario.sentence, console.prose), "")
    if not told:
        quiet = [] if verdict.incidents else quiet_lines(console, verdict, verdict.accounts)
        console.write(wrapped(_missed(verdict, scenario), console.prose), *quiet, "")
    for incident in told[:1]:
        home = at_home(console, verdict, incident.account)
        console.write(*incident_lines(home, verdict, incident), "")
    for incident in told[1:]:
        found = records(verdict.reading.actions, [surprise.row for surprise in incident.surprises])
        name = account_named(incident.account, incident.platform, scenario.identities)
        console.write(f"Incident {incident.number}: {name}, {span(incident, found, console.look.zone)}")
    others = len(verdict.incidents) - len(told)
    if others:
        console.write(
            f"{counted(others, 'other incident')} in these {count(verdict.reading.actions.num_rows)} actions."
        )


def _after(verdict: Verdict, scenario: Scenario, store: str | None) -> str:
    if store and verdict.incidents:
        return f"countersign incidents --store {shlex.quote(store)}"
    if scenario.name != "slip":
        return "countersign check YOUR-ARCHIVE.zip    (or: countersign demo --scenario slip)"
    return "countersign check YOUR-ARCHIVE.zip"
