"""What one verification has found so far: every failure is told, nothing is believed before it is checked."""

from countersign.evidence.keys import Vkey
from countersign.evidence.verify.anchor import Anchor
from countersign.evidence.verify.asked import Asked
from countersign.evidence.verify.bag import Bag
from countersign.evidence.verify.codes import Failure
from countersign.evidence.verify.policy import Policy, Requires


class Case:
    """A bundle, what is asked of it, and what was found.

    What is said of exhibits is kept by leaf and by number, and the leaves of beacons in order: a hostile bundle has ten
    thousand of each, and none is looked for by going through all.

    `chain` are the keys that the log has had, the present one first; `holding` are the numbers of exhibits that a
    platform's own signature was found to hold for.
    """

    def __init__(self, bag: Bag, asked: Asked) -> None:
        self.bag, self.asked = bag, asked
        self.policy = asked.policy or bag.policy or Policy()
        self.requires: Requires = self.policy.requires + asked.requires
        self.by_leaf = {exhibit.leaf: exhibit for exhibit in bag.statement.exhibits}
        self.by_number = {exhibit.number: exhibit for exhibit in bag.statement.exhibits}
        self.beacons = sorted(leaf for leaf, entry in bag.entries.items() if entry.type == "beacon")
        self.failures: list[Failure] = []
        self.anchors: list[Anchor] = []
        self.chain: list[Vkey] = [bag.log_key]
        self.holding: set[int] = set()
        self.withheld_fields: dict[int, int] = {}
        self.checked: dict[str, tuple[int, int]] = {}

    def tell(self, code: str, where: str, says: str) -> None:
        """Add a failure."""
        self.failures.append(Failure(code=code, where=where, says=says))

    def count(self, what: str, passed: int, of: int) -> None:
        """Keep how many of something held."""
        self.checked[what] = (passed, of)

    @property
    def text(self) -> bytes:
        """Return what everybody signs: the checkpoint's three lines."""
        return self.bag.note.text.encode()

    @property
    def times(self) -> list[int]:
        """Return the times of the anchors that count."""
        return [anchor.time for anchor in self.anchors if anchor.counted]
