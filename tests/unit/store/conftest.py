"""Gives every test of the store one of its own, whose clock stands still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from countersign.store import Store
from tests.unit.store.acts import day


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "countersign" / "countersign.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, clock=lambda: day(100)) as opened:
        yield opened


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Return how to make further stores; each is closed at the end."""
    made: list[Store] = []

    def make(name: str) -> Store:
        made.append(Store.open(tmp_path / name / "countersign.db", clock=lambda: day(100)))
        return made[-1]

    yield make
    for one in made:
        one.close()
