"""Says a weighing in values for programs: every pair, every finding with its numbers, everything that is missing."""

from typing import Any

from countersign.investigate.evaluation import Evaluation
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Finding, Missing
from countersign.investigate.proposition import PROPOSITIONS
from countersign.investigate.reach import reach
from countersign.investigate.scale import whole
from countersign.investigate.weighing import ranked
from countersign.text import visible


def evaluation_record(
    facts: Facts, ours: Evaluation, theirs: Evaluation | None = None, leaf: int | None = None
) -> dict[str, Any]:
    """Return a weighing, the reader's own beside it, and the leaf under which it was sealed."""
    record = {
        "account": visible(facts.account),
        "platform": facts.platform,
        "as_of": facts.as_of.isoformat(),
        "propositions": {key: one.words for key, one in PROPOSITIONS.items()},
        "scale": list(whole()),
        "access": _access(facts),
        **_weighing(ours),
        "leaf": leaf,
    }
    return record if theirs is None else {**record, "yours": _weighing(theirs)}


def _access(facts: Facts) -> dict[str, Any]:
    return {
        "reach": visible(reach(facts)),
        "covers": [[since.isoformat(), until.isoformat()] for since, until in facts.covers],
        "sign_ins": len(facts.sign_ins),
        "remarks": [visible(one) for one in facts.access_remarks],
        "tables": [visible(one) for one in facts.tables],
    }


def _weighing(one: Evaluation) -> dict[str, Any]:
    return {
        "incident": one.incident,
        "method": one.method,
        "answer": one.answer,
        "margin": one.margin,
        "ranked": list(ranked(one)),
        "weights": [
            {"pair": list(weight.pair), "log10": _short(weight.log10), "low": _short(weight.low),
             "high": _short(weight.high), "words": weight.words, "capped": weight.capped}
            for weight in one.weights
        ],
        "groups": {
            group: {key: _short(value) for key, value in levels.items()} for group, levels in one.groups.items()
        },
        "findings": [_finding(finding) for finding in one.findings],
        "missing": [_missing(missing) for missing in one.missing],
        "flips": list(one.flips),
        "looked": [{"examination": look.examination, "outcome": look.outcome, "because": look.because}
                   for look in one.looked],
        "prior": one.prior,
        "posterior": one.posterior,
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "name": one.name, "group": one.group, "because": visible(one.because), "basis": one.basis,
        "source": visible(one.source), "cases": one.cases, "history": one.history,
        "exhibits": [visible(ref) for ref in one.exhibits],
        "ratios": {
            key: {"log10": _short(ratio.log10), "low": _short(ratio.low), "high": _short(ratio.high)}
            for key, ratio in one.ratios.items()
        },
    }  # fmt: skip


def _missing(one: Missing) -> dict[str, Any]:
    return {
        "name": one.name, "group": one.group, "what": visible(one.what), "holder": visible(one.holder),
        "could_move": list(one.could_move), "pair": list(one.pair),
        "until": one.until.isoformat() if one.until else None, "why_until": one.why_until,
        "request": one.request, "ourselves": one.ourselves,
    }  # fmt: skip


def _short(value: float) -> float:
    return round(value, 4) + 0.0
