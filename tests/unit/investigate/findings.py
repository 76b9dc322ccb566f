"""Makes findings for tests of the weighing."""

from typing import Any

from countersign.investigate.finding import Basis, Finding, Group, Ratio
from countersign.investigate.proposition import KEYS, Key


def exactly(value: float) -> Ratio:
    """Return a ratio without a range."""
    return Ratio(log10=value, low=value, high=value)


def finding(
    name: str, group: Group = "session", basis: Basis = "estimate", cases: int = 0, more: Any = None, **values: Any
) -> Finding:
    """Return a finding with these log10 by explanation."""
    ratios: dict[Key, Ratio] = {key: exactly(values[key]) for key in KEYS if key in values}
    return Finding(
        name=name, group=group, ratios=ratios, because=f"{name} was seen", basis=basis, source="a test", cases=cases,
        **(more or {}),
    )  # fmt: skip
