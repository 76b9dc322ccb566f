"""Holds our verifier against one repository of the official library: `python -m tests.e2e.atproto.agreement 1000`."""

import argparse
import random
import sys
import time
from typing import Any, NamedTuple

from countersign.errors import NotProved
from countersign.evidence.atproto import (
    Operation,
    State,
    cid_bytes,
    cid_text,
    cut_commit,
    cut_record,
    cut_tree,
    exclusion,
    head,
    inclusion,
    removal,
    transition,
    undo_shadow,
)
from countersign.evidence.atproto.car import read_repository
from countersign.evidence.atproto.inversion import Row
from tests.e2e.atproto.oracle import held, repositories

SAMPLE = 12
"""Records of one repository that are each proved."""


class Counts(NamedTuple):
    """How many of each kind were checked; every one of them agreed, or an assertion failed."""

    repositories: int = 0
    inclusions: int = 0
    exclusions: int = 0
    transitions: int = 0
    shadows: int = 0
    refused: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))


def agree(made: dict[str, Any], rng: random.Random) -> Counts:
    """Check all that one repository says; raises AssertionError or NotProved where the two libraries disagree."""
    check_whole(made)
    paths = [path for path, _ in made["records"]]
    chosen = paths if len(paths) <= SAMPLE else rng.sample(paths, SAMPLE)
    refused = sum(check_record(made, path, rng) for path in chosen)
    absent = sum(check_proof(made, proof) for proof in made["proofs"])
    refused += sum(check_transition(made, index) for index in range(1, len(made["steps"])))
    check_shadow(made)
    return Counts(1, len(chosen) + len(made["proofs"]) - absent, absent, len(made["steps"]) - 1, 1, refused)


def check_whole(made: dict[str, Any]) -> None:
    """Every record of the repository is found, no other, and its tree built anew has the same root."""
    repository = read_repository(held(made["car"]))
    assert cid_text(repository.root) == made["commit"]
    commit = head(State(cut_commit(held(made["car"])), (made["key"],)), did=made["did"])
    row = Row.read(repository.blocks, commit.data)
    assert {key.decode(): cid_text(cid) for key, cid in row.values.items()} == dict(made["records"])
    assert row.whole
    assert row.root() == commit.data


def check_record(made: dict[str, Any], path: str, rng: random.Random) -> int:
    """Prove a record, and see some lies about it refused; return how many."""
    cut = cut_record(held(made["car"]), path)
    state = State(cut.car, (made["key"],))
    cid = cid_bytes(dict(made["records"])[path])
    assert inclusion(state, did=made["did"], path=path, cid=cid).cid == cid
    place = rng.randrange(len(cut.car))
    flipped = bytearray(cut.car)
    flipped[place] ^= 1 << rng.randrange(8)
    for bad in (bytes(flipped), cut.car[:place], cut.car + b"\0"):
        assert is_refused(State(bad, state.keys), made["did"], path)
    with_other = [State(cut.car, ("did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo",))]
    assert all(is_refused(other, made["did"], path) for other in with_other)
    return 4


def check_proof(made: dict[str, Any], proof: dict[str, str]) -> bool:
    """Cut the official proof and the whole repository: the same bytes; return whether they show absence."""
    path, state = proof["path"], dict(made["records"])
    cut = cut_record(held(proof["car"]), path)
    assert cut == cut_record(held(made["car"]), path)
    absent = path not in state
    show = exclusion if absent else inclusion
    assert show(State(cut.car, (made["key"],)), did=made["did"], path=path).path == path
    return absent


def check_transition(made: dict[str, Any], index: int) -> int:
    """Prove that exactly its operations lie between a step and the one before; return how many others are refused."""
    before, after = made["steps"][index - 1], made["steps"][index]
    operations = [operation(one) for one in after["ops"]]
    first = State(cut_commit(held(before["car"])), (made["key"],))
    last = State(cut_tree(held(after["car"])), (made["key"],))
    proved = transition(first, last, did=made["did"], operations=operations)
    assert (cid_text(proved.before.data), cid_text(proved.after.data)) == (after["prevData"], after["data"])
    lies = [
        operations[1:],
        operations[:-1],
        [*operations, Operation(action="create", path="a.b.c/x", cid=first.car[14:50])],
    ]
    for lie in lies:
        try:
            transition(first, last, did=made["did"], operations=lie)
        except NotProved:
            continue
        raise AssertionError(f"a wrong list of operations was taken: {lie}")
    return len(lies)


def check_shadow(made: dict[str, Any]) -> None:
    """The last two steps make a like and remove it: the shadow shows, and the removal is proved."""
    before, done, undone = (held(step["car"]) for step in made["steps"][-3:])
    keys, did = (made["key"],), made["did"]
    both = undo_shadow(State(cut_commit(before), keys), State(cut_commit(undone), keys), did=did)
    assert both.before.rev < both.after.rev
    path = made["steps"][-1]["ops"][0]["path"]
    there = inclusion(State(cut_record(done, path).car, keys), did=did, path=path)
    gone = exclusion(State(cut_record(held(made["car"]), path).car, keys), did=did, path=path)
    assert removal(there, gone).after.rev == both.after.rev


def is_refused(state: State, did: str, path: str) -> bool:
    """Say whether neither presence nor absence can be shown."""
    for show in (inclusion, exclusion):
        try:
            show(state, did=did, path=path)
        except NotProved:
            continue
        return False
    return True


def operation(one: dict[str, Any]) -> Operation:
    """Return an operation of an event as ours."""
    cid, prev = (None if text is None else cid_bytes(text) for text in (one["cid"], one["prev"]))
    return Operation(action=one["action"], path=one["path"], cid=cid, prev=prev)


def main() -> None:
    """Run the long form and print what was checked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    counts, rng, start = Counts(), random.Random(asked.seed), time.monotonic()
    for made in repositories(asked.count, seed=asked.seed):
        counts = counts.plus(agree(made, rng))
    sys.stdout.write(f"{counts._asdict()}, seed {asked.seed}, {time.monotonic() - start:.0f} s: all agreed\n")


if __name__ == "__main__":
    main()
