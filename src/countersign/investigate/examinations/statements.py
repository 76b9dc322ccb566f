"""Looks at what people answered when asked "was this you?", and says whom to ask where nobody was."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from countersign.investigate.examinations.expecting import ESTIMATE, expected, reach
from countersign.investigate.facts import Facts, Statement
from countersign.investigate.finding import TEAM, Examination, Finding, Missing
from countersign.investigate.letter import named
from countersign.investigate.proposition import Key
from countersign.investigate.requests import to_people
from countersign.investigate.span import first_time
from countersign.text import visible

Said = Literal["yes", "by mistake", "no"]

SHARES: Final[Mapping[Said, Mapping[Key, float]]] = {
    "by mistake": {
        "slip": 0.55, "owner": 0.04, "insider": 0.06, "staged": 0.005, "outsider": 0.002, "app": 0.003,
        "platform": 0.002,
    },
    "yes": {
        "slip": 0.05, "owner": 0.6, "insider": 0.08, "staged": 0.005, "outsider": 0.002, "app": 0.004,
        "platform": 0.002,
    },
    "no": {
        "slip": 0.3, "owner": 0.25, "insider": 0.7, "staged": 0.9, "outsider": 0.9, "app": 0.9, "platform": 0.9,
    },
}  # fmt: skip
"""In how many cases of each explanation somebody of the team says so. People protect themselves: "no" says little."""

_STRONGEST: Final[Sequence[Said]] = ("by mistake", "yes", "no")


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the answers say: of several, the one that somebody gives against their own interest."""
    for said in _STRONGEST:
        answers = [one for one in facts.statements if one.said == said]
        if answers:
            return (_weighed(facts, said, answers),)
    return (_missing(facts),)


examination = Examination("statements", examine)


def _weighed(facts: Facts, said: Said, answers: Sequence[Statement]) -> Finding:
    who = ", ".join(sorted({visible(one.who) for one in answers}))
    asked = len({one.who for one in facts.statements})
    return Finding(
        name="statement", group="statement", ratios=expected(SHARES[said]), basis="estimate",
        because=f"asked whether it was them, {who} said: {said} ({asked} asked)",
        exhibits=tuple(f"leaf:{one.leaf}" for one in answers if one.leaf is not None), source=ESTIMATE,
        assumes="people of the team deny what they did by mistake" if said == "no" else "",
        assumed=("slip",) if said == "no" else (),
    )  # fmt: skip


def _missing(facts: Facts) -> Missing:
    when = first_time(facts)
    around = f" around {when:%Y-%m-%d %H:%M} UTC" if when else ""
    return to_people(
        "statement", "statement", 'everybody with access: "Was this you?"', TEAM,
        reach(SHARES.values(), ("outsider", "slip")), ("outsider", "slip"),
        f"Did you use the account {named(facts)}{around}, on any device, on purpose or by mistake? "
        "Please answer yes, by mistake, or no. A mistake that is named today ends the matter; the answer is sealed.",
    )  # fmt: skip
