"""Tells a verdict to a person: what was checked, what is claimed and since when, and what all of it does not prove."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from countersign.cli.console import Console
from countersign.cli.tables import Column, laid_out
from countersign.evidence.bundle.documents import Act
from countersign.evidence.verify import INCOMPLETE, Report
from countersign.text import counted, hanging, visible, wrapped

NOT_PROVED = (
    "What this does not prove: that what was recorded is true, that the platform showed the same to everybody, who "
    "acted, or that nothing else happened. Grades: A signed by the platform itself, B told by two independent sources, "
    "C recorded by the makers' program, D handed in by a person."
)
MOST_FAILURES = 20
"""Failures told one by one; who changed everything is not shown a page for each file."""

_AGAINST_GROWTH = frozenset({"E_SPLIT", "E_CHECKPOINT", "I_OLDER", "I_CONSISTENCY"})
_ASK = "not checked: give an older one with --checkpoint"
_CHECKED = (
    Column(key="what", title="what", ours=True, whole=True),
    Column(key="passed", title="passed", side="right", ours=True, whole=True),
    Column(key="says", title="says", most=80),
)
_CLAIMS = (
    Column(key="number", title="no.", side="right", whole=True),
    Column(key="what", title="what", most=48),
    Column(key="between", title="[no earlier than, no later than]", most=60),
    Column(key="grade", title="grade", ours=True),
    Column(key="shown", title="shown", ours=True, most=40),
)
_CUSTODY = (
    Column(key="act", title="custody", most=70),
    Column(key="at", title="at", ours=True),
    Column(key="leaf", title="leaf", side="right", ours=True),
)
_FAILURES = (
    Column(key="code", title="code", ours=True, whole=True),
    Column(key="where", title="where", most=44),
    Column(key="says", title="says", most=100),
)


def report_lines(console: Console, name: str, report: Report) -> Iterator[str]:
    """Yield the lines of a report: the verdict's word begins the last paragraph but the fixed one."""
    yield from _first(report)
    if report.origin is not None:
        what = counted(len(report.claims), "exhibit") if report.claims else f"{report.size:,} entries"
        yield f'{visible(name)}: sealed by log "{visible(report.origin)}", {what}'
        yield ""
        yield from _without_title(console, laid_out(console, _checked(report), _CHECKED, indent="  "))
    if report.claims:
        yield ""
        yield from laid_out(console, [_claim(report, at) for at in range(len(report.claims))], _CLAIMS, indent="  ")
        for beacon in sorted({claim.no_earlier for claim in report.claims if claim.no_earlier}):
            yield from ("", wrapped(visible(f"  beacon: {beacon}"), console.look.width))
    if report.custody:
        yield ""
        acts = [{"act": _done_by(act), "at": act.at, "leaf": f"leaf {act.leaf:,}"} for act in report.custody]
        yield from _without_title(console, laid_out(console, acts, _CUSTODY, indent="  "))
    if report.failures:
        yield ""
        shown = [{"code": one.code, "where": one.where, "says": one.says} for one in report.failures[:MOST_FAILURES]]
        yield from laid_out(console, shown, _FAILURES, indent="  ")
        if len(report.failures) > MOST_FAILURES:
            yield f"  and {len(report.failures) - MOST_FAILURES} more"
    yield ""
    yield hanging(f"{report.verdict}  ", _verdict(report), console.prose)
    yield ""
    yield wrapped(NOT_PROVED, console.prose)


def _done_by(act: Act) -> str:
    return f"{act.act} by {act.by}" if act.by else act.act


def _without_title(console: Console, lines: list[str]) -> list[str]:
    return lines if console.look.plain else lines[1:]


def _first(report: Report) -> Iterable[str]:
    if report.with_policy or report.exit != INCOMPLETE or report.key is None:
        return ()
    return (f"internally consistent; signer not checked: key {report.key}",)


def _checked(report: Report) -> list[dict[str, str]]:
    """Return a row for each kind of check, as a reader would ask for it."""
    if not report.checked:
        return []
    times = sorted(anchor.time for anchor in report.anchors if anchor.kind == "tsa" and anchor.counted)
    witnesses = [anchor.name for anchor in report.anchors if anchor.kind == "witness" and anchor.counted]
    named = "" if report.with_policy else " (named by the maker)"
    rows = [
        _row(report, "bodies", "contents match their hashes", ""),
        _row(report, "leaves", "are in the log", f"checkpoint {report.size:,}"),
        _row(report, "signature", "checkpoint signed by the log", f"key {_short(report.key)}"),
        _row(report, "witnesses", "seen by independent witnesses", ", ".join(witnesses) + named),
        _row(
            report, "stamps", "existed before", f"{_told(times[0])}, by a time-stamp authority{named}" if times else ""
        ),
    ]
    return [
        *rows,
        {"what": "log only ever grew since", "passed": _grown(report), "says": "" if report.with_older else _ASK},
    ]


def _grown(report: Report) -> str:
    if not report.with_older:
        return "-"
    return "not shown" if _AGAINST_GROWTH & set(report.codes) else "passed"


def _row(report: Report, kind: str, what: str, says: str) -> dict[str, str]:
    passed, of = report.checked.get(kind, (0, 0))
    if of == 0:
        return {"what": what, "passed": "-", "says": "nothing of the kind was handed over, or nobody is listed"}
    return {"what": what, "passed": f"{passed} of {of} passed", "says": says}


def _claim(report: Report, at: int) -> dict[str, object]:
    claim = report.claims[at]
    left = report.withheld_fields.get(claim.number)
    return {
        "number": claim.number,
        "what": claim.what,
        "between": f"[{'beacon' if claim.no_earlier else '-'}, {claim.no_later or '-'}]",
        "grade": claim.grade,
        "shown": claim.shown if left is None else f"fields; {left} withheld",
    }


def _verdict(report: Report) -> str:
    deciding = [one for one in report.failures if not one.code.startswith("W_")]
    if report.exit:
        first = next((one for one in deciding if one.code.startswith("E_")), deciding[0])
        where = f"{first.where}: " if first.where else ""
        return visible(f"{where}{first.says}.")
    times = [anchor.time for anchor in report.anchors if anchor.counted]
    since = f"existed by {_told(min(times))} and " if times else ""
    return f"These bytes {since}have not changed since they were put in the log."


def _told(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _short(key: str | None) -> str:
    return f"{key[:4]}…{key[-4:]}" if key else "-"
