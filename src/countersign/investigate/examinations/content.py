"""Looks at what was acted on: an advertisement, one item that draws the eye among others with a message, leisure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from countersign.activity import WRITTEN, Activity
from countersign.investigate.examinations.expecting import ESTIMATE, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.text import domain

Pattern = Literal["advertisement", "decoy and payload", "only looked at", "written"]

ADVERTISED: Final = 2
"""Actions with one and the same link that the account never had: one may be chance,
unless other accounts carry it in the same hour."""
STRANGERS: Final = 0.75
"""Share of the acted-on accounts that must be new to this one before the others count as chosen."""

SHARES: Final[Mapping[Pattern, Mapping[Key, float]]] = {
    "advertisement": {
        "outsider": 0.45, "platform": 0.45, "app": 0.4, "insider": 0.02, "slip": 0.005, "owner": 0.02, "staged": 0.04,
    },
    "decoy and payload": {
        "outsider": 0.25, "platform": 0.1, "app": 0.1, "insider": 0.15, "slip": 0.03, "owner": 0.02, "staged": 0.25,
    },
    "only looked at": {
        "outsider": 0.15, "platform": 0.08, "app": 0.4, "insider": 0.25, "slip": 0.75, "owner": 0.25, "staged": 0.1,
    },
    "written": {
        "outsider": 0.25, "platform": 0.3, "app": 0.1, "insider": 0.5, "slip": 0.15, "owner": 0.65, "staged": 0.5,
    },
}  # fmt: skip
"""In how many cases of each explanation actions look like this. Estimates, after the public cases of 2012 to 2025."""

_SAID: Final[Mapping[Pattern, str]] = {
    "advertisement": "the same link, never linked to before, in {} of {} actions",
    "decoy and payload": "one sensitive item among others that are none, all of accounts that it never dealt with",
    "only looked at": "liked, reposted or followed, nothing written, no link in common",
    "written": "the account itself wrote {} of {}",
}


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the choice of things says about why they were chosen."""
    done = [one for one in facts.actions if one.verb not in ("grant", "delete")]
    if not done:
        return ()
    pattern = _pattern(facts, done)
    number = _advertised(facts, done) if pattern == "advertisement" else sum(one.verb in WRITTEN for one in done)
    return (
        Finding(
            name="content", group="content", ratios=expected(SHARES[pattern]), basis="estimate",
            because=_SAID[pattern].format(number, len(done)), exhibits=tuple(one.id for one in done), source=ESTIMATE,
        ),
    )  # fmt: skip


examination = Examination("content", examine)


def _pattern(facts: Facts, done: Sequence[Activity]) -> Pattern:
    if _advertised(facts, done) >= (1 if facts.elsewhere else ADVERTISED):
        return "advertisement"
    if _decoy(facts, done):
        return "decoy and payload"
    return "written" if any(one.verb in WRITTEN for one in done) else "only looked at"


def _advertised(facts: Facts, done: Sequence[Activity]) -> int:
    """Return how many actions carry the link that most carry, among links to places where it never linked before."""
    links = Counter(place for one in done if one.verb in WRITTEN for place in set(map(domain, one.links)))
    strange = [times for place, times in links.items() if not facts.domains.get(place)]
    return max(strange, default=0)


def _decoy(facts: Facts, done: Sequence[Activity]) -> bool:
    sensitive = [one for one in done if one.sensitive]
    authors = [one.object_author for one in done if one.object_author]
    strangers = sum(not facts.authors.get(author) for author in authors)
    return 0 < len(sensitive) < len(done) and bool(authors) and strangers >= STRANGERS * len(authors)
