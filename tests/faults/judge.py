"""Knows every state that the story may be in, and says what is wrong with a store and its folder after a fault."""

import shutil
from pathlib import Path

from countersign.errors import CountersignError
from countersign.evidence.log.checking import LogReport, verify_folder
from countersign.store import Store
from tests.faults.faulty import FINISHED, TYPED, Ending, Fault
from tests.faults.story import IMPORTS, STEPS, actions_digest, now, state, tell, weighed

MISSING = ("I_CHECKPOINT", "I_ENTRIES", "I_TILE")
"""What a folder may lack while nothing was ever published in it."""


class Judge:
    """Says what is wrong: lost, doubled, half there, untyped, or a log or folder that does not verify."""

    def __init__(self, folder: Path) -> None:
        path = folder / "expected" / "store.db"
        self.states, self.sizes = [state(path)], [0]
        for step in STEPS:
            if step is STEPS[-1]:
                shutil.copytree(path.parent, folder / "begun")
            with Store.open(path, clock=now) as store:
                step(store)
                self.sizes.append(store.log.size)
            self.states.append(state(path))
        self._actions = actions_digest(path)
        self._begun, self._twice = _handed_twice(folder / "begun" / "store.db")

    def wrong(self, path: Path, ending: Ending, fault: Fault) -> str:
        """Return what is wrong, "" if all is well: then the story was also told to its end, and imports repeated."""
        if fault != "kill" and ending.code not in (FINISHED, TYPED):
            return f"ended with {ending.code}: not a typed error"
        return self.after_crash(path, ending.acknowledged)

    def after_crash(self, path: Path, acknowledged: int) -> str:
        """Return what is wrong with a store and its folder, of whose story so many steps were acknowledged."""
        try:
            return self._published(path, acknowledged) or self._lost(path, acknowledged)
        except CountersignError as error:
            return f"{error.code} {error.message}"

    def steps_at(self, found: str) -> int | None:
        """Return after which step a store in this state is; None for none of the story's."""
        if found == self._begun:
            return len(STEPS) - 1
        return self.states.index(found) if found in self.states else None

    def _published(self, path: Path, acknowledged: int) -> str:
        """Look at the folder as an outsider would find it, before any process of ours mends it."""
        report = verify_folder(Path(f"{path}.log"))
        if problem := troubling(report):
            return f"the folder: {problem}"
        size = report.checkpoint.size if report.checkpoint else 0
        return "" if size >= self.sizes[acknowledged] else f"{self.sizes[acknowledged]} were published, {size} are"

    def _lost(self, path: Path, acknowledged: int) -> str:
        with Store.open(path, clock=now) as store:
            if found := store.examine():
                return "; ".join(found)
            if store.log.size and (problems := store.log.check().problems):
                return f"the log: {problems[0].code} {problems[0].where}: {problems[0].says}"
        found_state = state(path)
        steps = self.steps_at(found_state)
        if steps is None:
            return "a state that is neither before nor after a step: half an import is visible"
        if not acknowledged <= steps <= acknowledged + 1:
            return f"{acknowledged} steps were acknowledged, {steps} are there"
        if steps < len(STEPS):
            tell(path, lambda _: None, start=steps)
            if state(path) != (self._twice if found_state == self._begun else self.states[-1]):
                return "after the rest of the story the state is not the expected one"
        return self._repeated(path)

    def _repeated(self, path: Path) -> str:
        with Store.open(path, clock=now) as store:
            new = [step(store).new for step in IMPORTS]  # type: ignore[attr-defined]
        return "" if new == [1, 1] and actions_digest(path) == self._actions else f"imported again: {new} were new"


def troubling(report: LogReport) -> str:
    """Return what is wrong with a folder that was not mended yet.

    One in which nothing was published may be empty, and one in which a new key was just named may have the old one.
    """
    for problem in report.problems:
        if problem.code != "I_KEY" and (report.checkpoint is not None or problem.code not in MISSING):
            return f"{problem.code} {problem.where}: {problem.says}"
    return ""


def _handed_twice(path: Path) -> tuple[str, str]:
    """Return the state between the two entries of a hand-over, and that after it was begun anew from there."""
    with Store.open(path, clock=now) as store:
        weighed(store)
    begun = state(path)
    with Store.open(path, clock=now) as store:
        STEPS[-1](store)
    return begun, state(path)
