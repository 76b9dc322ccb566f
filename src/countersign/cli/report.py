"""`report`: writes the case for one reader, takes a person's word for its sentences, and says what needs one."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from countersign.cli import exits
from countersign.cli.asking import Asked, ask
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.investigation import meant, refuse_chosen
from countersign.cli.kept import open_store
from countersign.cli.report_case import case_of
from countersign.cli.report_form import form_of, written
from countersign.cli.report_state import (
    CORRECTION_ACT,
    REPORT_ACT,
    SENTENCE_ACT,
    HandedBundle,
    read_bundle,
    salts_of_files,
    sentence_digest,
)
from countersign.cli.report_store import from_store
from countersign.cli.sealing import login
from countersign.engine.verdict import Verdict
from countersign.errors import StoreError, UsageError
from countersign.evidence.durable import write_whole
from countersign.incident.incident import BY_HAND, Incident
from countersign.report import READERS, Case, Reader, Report, compose
from countersign.report.composing import people
from countersign.report.formats import names
from countersign.report.readers import SaltOf
from countersign.report.sealed import with_bundle
from countersign.text import counted, listed, visible

_DEEDS = ("sign", "correct")
STDOUT = "-"


@make_command(
    "report",
    examples=(
        "countersign report 1 --for inside -o case.html",
        "countersign report 1 --for platform -o request.html twitter-archive.zip",
        "countersign report sign 1 --sentence 2 --by NAME",
        "countersign report --from case-1.zip -o statement.pdf      again, out of its bundle",
        "countersign report 1 --for inside --format timesketch -o case.jsonl",
    ),
    formats=("auto", *names()),
)
@click.argument("what", nargs=-1, metavar="[sign|correct] [NUMBER|ACTION,...] [PATH...]")
@click.option("--for", "reader", type=click.Choice(READERS), help="Who is to read it; inside, if nothing is said.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="The file; - for stdout.")
@click.option("--bundle", type=click.Path(exists=True, dir_okay=False), help="The bundle that goes along.")
@click.option("--from", "carrier", type=click.Path(exists=True, dir_okay=False),
              help="The bundle that holds the report: write it again, without a store.")  # fmt: skip
@click.option("--hands", is_flag=True, help="Say also whose way of working it is like: a minute.")
@click.option("--sentence", type=int, help="The sentence that you vouch for (sign).")
@click.option("--note", default="", help="What an earlier version said wrongly (correct).")
@click.option("--by", default=None, help="Who vouches or corrects; by default the name of this login.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
@click.option("--source", metavar="NAME", help="Read files as this format; see: countersign plugins.")
def command(
    console: Console, *, what: tuple[str, ...], reader: Reader | None, output: str | None, bundle: str | None,
    carrier: str | None, hands: bool, sentence: int | None, note: str, by: str | None, store: str | None,
    source: str | None,
) -> int:  # fmt: skip
    """Write an incident as a report for the team, the platform or the public; nobody gets more than they may see."""
    if carrier is not None:
        return _again(console, what, carrier, reader, output)
    deed, which, paths = _named(what)
    asked, incident = meant(ask(console, paths or _account_of(console, which), source, store), which)
    if deed:
        refuse_chosen(incident)
    handed = read_bundle(bundle) if bundle else None
    case, salt_of = gathered(console, asked, incident, paths, handed, hands=hands)
    if deed == "sign":
        return _sign(console, case, sentence, login() if by is None else by, asked)
    if deed == "correct":
        return _correct(console, case, note, login() if by is None else by, asked)
    return _write_new(console, asked, compose(case, reader or "inside", salt_of), output, handed)


def _write_new(
    console: Console, asked: Asked, report: Report, output: str | None, handed: HandedBundle | None
) -> int:  # fmt: skip
    if not output:
        again = f"countersign report {report.incident} --for {report.reader} -o report.html"
        raise UsageError("a report needs a file", hint=again)
    form = form_of(console.look.format, output)
    _write(console, output, written(report, form, handed))
    if asked.kept and report.reader != "inside":
        _note(console, report, form)
    return _tell(console, report, output)


def _again(
    console: Console, what: tuple[str, ...], carrier: str, reader: Reader | None, output: str | None
) -> int:  # fmt: skip
    """Write the report that a bundle holds, the same bytes on every machine."""
    if what:
        raise UsageError(
            "--from needs no number: the report is in the bundle", hint=f"countersign report --from {carrier}"
        )
    if not output:
        raise UsageError("a report needs a file", hint=f"countersign report --from {carrier} -o report.html")
    return _tell(console, write_again(console, carrier, output, reader=reader, wish=console.look.format), output)


def write_again(
    console: Console, carrier: str, output: str, *, reader: Reader | None = None, wish: str = "auto"
) -> Report:  # fmt: skip
    """Write the report that a bundle holds; EvidenceError if the bundle does not, UsageError if it holds none."""
    held = read_bundle(carrier)
    found = next((one for one in held.reports if reader in (None, one.reader)), None)
    if found is None:
        has = listed([f"the one for {one.reader}" for one in held.reports]) or "none"
        hint = f"it holds {has}; countersign seal NUMBER --report {reader or 'public'} puts one in"
        raise UsageError("the bundle holds no such report", where=carrier, hint=hint)
    report = with_bundle(found, held.bundle, held.handed.checkpoint)
    _write(console, output, written(report, form_of(wish, output), held))
    return report


def write_report(console: Console, verdict: Verdict, incident: Incident, output: str) -> None:
    """Write the report for those inside, of an incident that no store has."""
    from countersign.cli.report_weighing import weighed

    case = weighed(console, verdict, incident, case_of(console, verdict, incident), None)
    report = compose(case, "inside", salts_of_files((), incident))
    _write(console, output, written(report, form_of("auto", output), None))


def gathered(
    console: Console, asked: Asked, incident: Incident, paths: Sequence[str], handed: HandedBundle | None = None, *,
    hands: bool = False,
) -> tuple[Case, SaltOf]:  # fmt: skip
    """Return the case with all that backs it, and where the salts of withheld fields come from."""
    case = case_of(console, asked.verdict, incident)
    if asked.kept:
        with open_store(console) as store:
            beside = handed.handed if handed else None
            return from_store(console, store, asked.verdict, incident, case, beside, hands=hands)
    from countersign.cli.report_weighing import weighed

    return weighed(console, asked.verdict, incident, case, None, hands=hands), salts_of_files(paths, incident)


def _named(what: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
    deed, rest = (what[0], what[1:]) if what and what[0] in _DEEDS else ("", what)
    if not rest:
        raise UsageError("a report is of an incident, named by its number", hint="countersign report 1 -o report.html")
    return deed, rest[0], tuple(rest[1:])


def _account_of(console: Console, which: str) -> tuple[str, ...]:
    """Return the account of the store that has this incident: only it is weighed again."""
    if not Path(console.settings.config.store.path).exists():
        return ()
    with open_store(console) as store:
        meant = next((one for one in store.incidents() if str(one.number) == which), None)
    return (f"{meant.platform}:{meant.account}",) if meant else ()


def _write(console: Console, output: str, data: bytes) -> None:
    if output == STDOUT:
        console.write_data(data)
    else:
        write_whole(Path(output), data)


def _note(console: Console, report: Report, form: str) -> None:
    """Put into the log that a report left the house; it is no part of the state that reports are about."""
    with open_store(console) as store:
        said = {"act": REPORT_ACT, "format": form, "incident": report.incident, "reader": report.reader, "v": 1}
        store.log.enter("custody", said)


def _tell(console: Console, report: Report, output: str) -> int:
    draft = report.reader == "public" and report.is_draft
    console.code = exits.CANNOT_TELL if draft else exits.NOTHING
    say: Callable[..., None] = console.say if output == STDOUT else console.write
    say(f"Wrote {visible(output)}. Readers: {report.reader}. Version {report.version}.")
    if report.unsigned:
        numbers = listed([str(one) for one in report.unsigned])
        kept = "Not to be published yet" if draft else "Before anything of it is published"
        what = counted(len(report.unsigned), "sentence needs", "sentences need")
        say(f"{kept}: {what} a person, {numbers} (marked with ▶).")
        if report.incident != BY_HAND:
            console.next(f"countersign report sign {report.incident} --sentence {report.unsigned[0]} --by NAME")
    return console.code


def _sign(console: Console, case: Case, sentence: int | None, by: str, asked: Asked) -> int:
    """Keep that somebody vouches for a sentence: for these words, so that other words need a person again."""
    texts: dict[int | None, str] = {number: text for text, number in people(case).items()}
    if sentence not in texts:
        raise UsageError(
            f"the report has no sentence {sentence or ''}".rstrip() + " that needs a person",
            hint=f"it has: {listed([str(one) for one in texts], most=20) or 'none'}",
        )
    text = texts[sentence]
    _enter(console, case, asked, {"act": SENTENCE_ACT, "by": by, "sentence": sentence_digest(text)})
    console.write(f"{visible(by)} vouches for sentence {sentence}: {visible(text)}")
    return exits.NOTHING


def _correct(console: Console, case: Case, note: str, by: str, asked: Asked) -> int:
    if not note.strip():
        raise UsageError("a correction says what was wrong", hint='--note "section 3 gave the wrong hour"')
    _enter(console, case, asked, {"act": CORRECTION_ACT, "by": by, "text": note})
    console.write(f"Version {case.version + 1} of the report of incident {case.number} tells of this correction.")
    console.say("Every reader gets its words: whoever they name is withheld only where the record knows the name.")
    return exits.NOTHING


def _enter(console: Console, case: Case, asked: Asked, said: dict[str, object]) -> None:
    if not asked.kept:
        raise StoreError(
            "only a report of the store can be signed or corrected: files keep nothing", code="CS209",
            hint=f"countersign import {shlex.join(asked.again.split()) or 'FILE'}",
        )  # fmt: skip
    with open_store(console) as store:
        body = {**said, "incident": case.number, "v": 1}
        store.log.enter("custody", body, account=case.account_id, platform=case.platform)
