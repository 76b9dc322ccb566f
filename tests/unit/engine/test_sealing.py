"""What is sealed while a file is read: every record by itself, before it is parsed, with whose and which actions."""

from pathlib import Path

import pytest

from countersign import plugins
from countersign.activity import Activity
from countersign.engine.sealing import Sealing
from countersign.sources.source import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = [
    pytest.param(source, path, id=f"{source.name}-{path.name}")
    for source in plugins.load("countersign.sources")
    for path in sorted((FIXTURES / source.name).glob("input*"))
    if path.is_file()
]


class Bodies:
    """Keeps what it is given, in order."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def capture(self, source: str, body: bytes) -> int:
        """Keep a body and number it."""
        assert source
        self.bodies.append(body)
        return len(self.bodies) - 1


@pytest.mark.parametrize(("source", "path"), CASES)
def test_sealing_changes_nothing_of_what_is_read_and_every_recorded_action_has_its_bytes(
    source: Source, path: Path
) -> None:
    keeper = Bodies()
    sealing = Sealing(keeper)
    plain = [value for received in source.open(str(path)) for value in source.parse(received)]
    assert list(sealing.parsed(source, str(path))) == plain
    sealed = sealing.sealed()
    assert len(sealed.owners) == len(keeper.bodies)
    linked = {action for action, _ in sealed.actions}
    actions = {value.id: value for value in plain if isinstance(value, Activity)}
    assert linked == set(actions)
    for action, number in sealed.actions:
        assert (actions[action].platform, actions[action].actor) in sealed.owners[number]


@pytest.mark.parametrize(("source", "path"), CASES)
def test_a_like_can_be_shown_without_its_neighbours(source: Source, path: Path) -> None:
    keeper = Bodies()
    sealing = Sealing(keeper)
    likes = [one for one in sealing.parsed(source, str(path)) if isinstance(one, Activity) and one.verb == "like"]
    of = dict(sealing.sealed().actions)
    shared = [one.id for one in likes if sum(of[other.id] == of[one.id] for other in likes) > 1]
    assert not shared
    if source.name == "x-archive":
        assert all(one.native_id.encode() in keeper.bodies[of[one.id]] for one in likes)
