"""`claims`: enters what was said in public about an incident, and answers it from the record."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import click

from countersign.cli import exits
from countersign.cli.asking import at_home
from countersign.cli.claims_kept import claims_of, keep_claim
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.kept import kept_verdict, open_store
from countersign.cli.report_state import state_of
from countersign.cli.report_weighing import facts_for
from countersign.cli.sealing import login
from countersign.cli.tables import write_json
from countersign.cli.tables import write_line as write_record
from countersign.errors import UsageError
from countersign.investigate.claim import CLAIM_KINDS, KIND_MEANS, Answered, Claim, claim
from countersign.investigate.claims import check_claim
from countersign.text import hanging, listed, utc, visible

DAY = timedelta(days=1)


@make_command(
    "claims",
    examples=(
        "countersign claims 1",
        'countersign claims 1 add "gone in 30 minutes" --kind undone-within --what 30 --at 2026-09-09',
        'countersign claims 1 add "it was an attack" --kind cause --what outsider --at 2026-09-09',
        "countersign claims 1 --format json",
    ),
    formats=("text", "json", "jsonl"),
)
@click.argument("number", type=int)
@click.argument("deed", default="list", type=click.Choice(("list", "add")))
@click.argument("text", default="")
@click.option("--kind", type=click.Choice(CLAIM_KINDS), metavar="KIND", help=f"One of: {listed(CLAIM_KINDS, most=9)}.")
@click.option("--at", "at", default="", metavar="TIME[/TIME]", help="What time it is about, in UTC; a day, or from/to.")
@click.option("--what", "detail", default="", help="The verb, the minutes, or the application, as its kind needs.")
@click.option("--said-by", default="", help="Who said it; shown inside only.")
@click.option("--where", default="", help="Where it was said.")
@click.option("--by", default=None, help="Who enters it; by default the name of this login.")
@click.option("--store", type=click.Path(dir_okay=False), help="The store to use instead of the usual one.")
def command(
    console: Console, *, number: int, deed: str, text: str, kind: str | None, at: str, detail: str, said_by: str,
    where: str, by: str | None, store: str | None,
) -> int:  # fmt: skip
    """Check what was said in public: the record supports it, contradicts it, or cannot tell; never more than that."""
    with open_store(console) as opened:
        meant = next((one for one in opened.incidents() if one.number == number), None)
        if meant is None:
            raise UsageError(f"the store has no incident {number}", hint="list them with: countersign incidents")
        if deed == "add":
            start, end = times(at)
            said = claim(_given(text), kind or _no_kind(), start, end, detail=detail, by=said_by, source=where)
            entered = login() if by is None else by
            keep_claim(opened, number, said, entered_by=entered, account=meant.account, platform=meant.platform)
    answered = _answered(console, number, f"{meant.platform}:{meant.account}")
    _write(console, answered)
    return _code(answered)


def times(given: str) -> tuple[datetime, datetime]:
    """Return from when to when a claim is about (UTC): a day is the whole of it, and so is a minute.

    >>> start, end = times("2026-09-09")
    >>> start.isoformat(), end.isoformat()
    ('2026-09-09T00:00:00+00:00', '2026-09-09T23:59:59.999999+00:00')
    """
    first, _, last = given.partition("/")
    start, whole = _time(first)
    end, whole_end = _time(last) if last else (start, whole)
    if not last or whole_end == DAY:  # "to 02:00" is to the stroke, "to 9 September" is to its end
        end = min(end, datetime.max.replace(tzinfo=UTC) - whole_end) + whole_end - timedelta(microseconds=1)
    return start, end


def _time(text: str) -> tuple[datetime, timedelta]:
    """Return a time in UTC, and how long what was named lasts: a day, an hour, a minute, a second."""
    try:
        if _is_day(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC), DAY
        found = datetime.fromisoformat(text)
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"this is no time: {visible(text) or 'nothing'}", hint="--at 2026-09-09T01:14") from None
    lasts = timedelta(minutes=1) if found.second == found.microsecond == 0 else timedelta(seconds=1)
    return at, lasts


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _given(text: str) -> str:
    if not text.strip():
        raise UsageError("a claim needs the words that were said", hint='countersign claims 1 add "…" --kind KIND')
    return text


def _no_kind() -> str:
    kinds = "; ".join(f"{name}: {means}" for name, means in KIND_MEANS.items())
    raise UsageError("a claim needs a kind, which says how it can be checked", hint=f"--kind, one of: {kinds}")


def _answered(console: Console, number: int, name: str) -> tuple[Answered, ...]:
    verdict = kept_verdict(console, [name])
    incident = next((one for one in verdict.incidents if one.number == number), None)
    if incident is None:
        raise UsageError(f"incident {number} is no longer found in this history", hint="countersign incidents")
    zone = str(at_home(console, verdict, incident.account).look.zone)
    with open_store(console) as store:
        state = state_of(store)
        facts = facts_for(console, verdict, incident, zone, store)
    claims: Sequence[Claim] = claims_of(state, number) if state else ()
    return tuple(check_claim(facts, one) for one in claims)


def _code(answered: Sequence[Answered]) -> int:
    answers = {one.answer for one in answered}
    if "contradicts" in answers:
        return exits.FOUND
    return exits.CANNOT_TELL if "cannot tell" in answers else exits.NOTHING


def _write(console: Console, answered: Sequence[Answered]) -> None:
    match console.look.format:
        case "json":
            write_json(console, {"claims": answered})
        case "jsonl":
            for one in answered:
                write_record(console, {"claim": one})
        case _:
            console.write(*_lines(console, answered))


def _lines(console: Console, answered: Sequence[Answered]) -> list[str]:
    if not answered:
        return ["No claim was entered."]
    lines = []
    for number, one in enumerate(answered, start=1):
        between = f"{utc(one.claim.start)} to {utc(one.claim.end)} UTC"
        shown = ", ".join(map(visible, one.exhibits))
        lines.append(
            f"{number}  {console.strong(one.answer)}: “{visible(one.claim.text)}” ({one.claim.kind}, {between})"
        )
        because = f"{visible(one.because)}{f'; see {shown}' if shown else ''}"
        lines.append(hanging("   because ", because, console.prose))
    return lines
