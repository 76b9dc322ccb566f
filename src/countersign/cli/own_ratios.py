"""Keeps a reader's own ratios as entries of the evidence log, so that the report shows them beside ours."""

from collections.abc import Iterator, Sequence

from countersign.cli.report_state import OWN_RATIO_ACT, State
from countersign.engine.custody import Custody
from countersign.investigate.evaluation import Evaluation
from countersign.investigate.examining import weighed
from countersign.investigate.proposition import KEYS, Key
from countersign.investigate.reader import Own, with_ratios
from countersign.report.case import OwnRatio
from countersign.report.words import Held
from countersign.store import Store
from countersign.text import visible

LONGEST = 500
"""Characters of a reason."""


def keep_own(
    store: Store, number: int, owns: Sequence[Own], *, by: str, why: str, account: str, platform: str
) -> tuple[int, ...]:
    """Put a reader's ratios into the evidence log, one entry each; return the leaves. Numbers are text."""
    bodies = [
        {
            "act": OWN_RATIO_ACT, "by": visible(by), "finding": own.finding, "first": own.first, "incident": number,
            "second": own.second, "v": 1, "value": repr(own.value), "why": visible(why[:LONGEST]),
        }
        for own in owns
    ]  # fmt: skip
    return tuple(store.log.enter("custody", body, account=account, platform=platform) for body in bodies)


def owns_of(state: State, number: int, ours: Evaluation) -> tuple[OwnRatio, ...]:
    """Return the ratios that readers put beside ours: the latest of each finding that there is, and of each pair."""
    names = {finding.name for finding in ours.findings}
    latest: dict[tuple[str, Key, Key], OwnRatio] = {}
    for own in _owns(state.custody, number):
        if own.finding in names:
            latest[own.finding, *_ordered(own.first, own.second)] = own
    return tuple(latest.values())


def with_owns(ours: Evaluation, owns: Sequence[OwnRatio]) -> Evaluation | None:
    """Return the weighing with a reader's ratios in the place of ours; None if there are none."""
    if not owns:
        return None
    given = [Own(finding=one.finding, first=one.first, second=one.second, value=one.value) for one in owns]
    return weighed(ours.incident, (*with_ratios(ours.findings, given), *ours.missing), margin=ours.margin)


def _owns(custody: Sequence[Custody], number: int) -> Iterator[OwnRatio]:
    for one in custody:
        if not one.is_about(OWN_RATIO_ACT, number):
            continue
        said = one.said
        pair = [key for name in ("first", "second") for key in KEYS if key == said.get(name)]
        if len(pair) == 2:
            yield OwnRatio(
                by=(Held(kind="person", value=str(said["by"])),), leaf=one.leaf, finding=str(said["finding"]),
                first=pair[0], second=pair[1], value=float(str(said["value"])), why=str(said["why"]),
            )  # fmt: skip


def _ordered(first: Key, second: Key) -> tuple[Key, Key]:
    return (first, second) if KEYS.index(first) < KEYS.index(second) else (second, first)
