"""Looks at the client application that acted: usual, new, or let in not long before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from countersign.activity import Session
from countersign.investigate.clients import is_own
from countersign.investigate.examinations.expecting import ESTIMATE, TEAM, expected
from countersign.investigate.facts import Facts
from countersign.investigate.finding import Examination, Finding, Missing
from countersign.investigate.proposition import Key
from countersign.investigate.span import first_time
from countersign.investigate.validation import cases_of, validated
from countersign.text import duration, visible

RECENT: Final = timedelta(days=45)
"""A permission younger than this is new: rogue applications act within weeks of being let in (an estimate)."""
FAMILIAR: Final = 100
"""Past actions with a known client below which "new client" says little."""
NEWLY_GRANTED: Final[Mapping[Key, float]] = {
    "app": 0.75, "outsider": 0.05, "slip": 0.008, "insider": 0.008, "owner": 0.008, "staged": 0.008, "platform": 0.003,
}  # fmt: skip
GRANTED: Final[dict[Key, float]] = {"app": 0.2, "outsider": 0.05, "platform": 0.02, "staged": 0.1}
"""In how many cases it is done by an application that was let in lately, or that was known. Estimates."""
OWN_CLIENT: Final = 0.2
OTHER_CLIENT: Final = 0.02
"""How often somebody else acts by just this client: of the platforms' own, or of all others."""
UNLIKE_HABIT: Final = 0.05
"""How often a team acts by a client as anybody would: a new telephone, a colleague's application. These three are of 72
settings the ones taken on the development accounts of the benchmark; the figures are of its test accounts."""


def examine(facts: Facts) -> Sequence[Finding | Missing]:
    """Return what the client of the incident's actions says; nothing where the platform does not tell it."""
    used = Counter(one.instrument for one in facts.actions if one.instrument)
    if not used:
        return ()
    client, times = used.most_common(1)[0]
    first = first_time(facts)
    grant = _grant(facts, client)
    if grant is not None and first is not None and not is_own(client):
        return (_granted(facts, client, grant, first),)
    return (_by_use(facts, client, times),)


examination = Examination("client", examine)


def _granted(facts: Facts, client: str, grant: Session, first: datetime) -> Finding:
    age = first - grant.opened if grant.opened else None
    recent = age is not None and timedelta() <= age <= RECENT
    used = facts.clients.get(client, 0)
    new = recent and used == 0
    shares = dict(NEWLY_GRANTED) if new else GRANTED | dict.fromkeys(TEAM, _usual(facts, client))
    since = f", let in {duration(age)} before" if age is not None and age >= timedelta() else ""
    return Finding(
        name="client", group="client", ratios=expected(shares), basis="estimate",
        because=f"all came by the application {visible(client)}{since}, as did {used:,} before",
        exhibits=tuple(one.id for one in facts.actions), source=f"{ESTIMATE}; the account's own use is counted",
        assumes="members of the team act by an application that they let in within weeks" if new else "",
        assumed=TEAM if new else (),
    )  # fmt: skip


def _by_use(facts: Facts, client: str, times: int) -> Finding:
    total, used = sum(facts.clients.values()), facts.clients.get(client, 0)
    enough = total >= FAMILIAR
    return Finding(
        name="client", group="client", ratios=expected(_shares(facts, client)) if enough else {},
        basis="measured" if enough else "direction",
        because=f"{times} of {len(facts.actions)} came by the application {visible(client)}, as did {used:,} of the "
        f"{total:,} before",
        exhibits=tuple(one.id for one in facts.actions if one.instrument == client),
        source=f"team: counted on this account's own {total:,} actions; the team against an outsider "
        f"{validated('client')}; application, platform, staged: estimates"
        if enough else f"no number below {FAMILIAR} past actions whose client is known",
        cases=cases_of("client") if enough else 0, history=total if enough else 0,
        assumes=f"the team acts by {visible(client)}" if enough and not used else "",
        assumed=TEAM if enough and not used else (),
    )  # fmt: skip


def _shares(facts: Facts, client: str) -> dict[Key, float]:
    own, used = is_own(client), facts.clients.get(client, 0)
    anybody = OWN_CLIENT if own else OTHER_CLIENT
    team = (1 - UNLIKE_HABIT) * _usual(facts, client) + UNLIKE_HABIT * anybody
    return {
        "outsider": anybody, "platform": 0.3 if own else 0.02, "app": 0.02 if own else 0.03 if used else 0.25,
        "staged": (team + anybody) / 2, **dict.fromkeys(TEAM, team),
    }  # fmt: skip


def _usual(facts: Facts, client: str) -> float:
    """Return how often the team used a client; for one never used, how often it took up a new one."""
    total, used = sum(facts.clients.values()), facts.clients.get(client, 0)
    return (used if used else len(facts.clients) + 0.5) / (total + 1)


def _grant(facts: Facts, client: str) -> Session | None:
    return next((one for one in facts.grants if client in (one.client, one.device)), None)
