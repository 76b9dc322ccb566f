"""Our verifier and the official library agree: on repositories, proofs, events, and the history of keys.

The long form: `python -m tests.e2e.atproto.agreement 1000`.
"""

import json
import random
import subprocess

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import history_of
from tests.e2e.atproto.agreement import Counts, agree
from tests.e2e.atproto.oracle import FOLDER, need, node, repositories

SEED = 3


@pytest.mark.slow
def test_sixty_repositories_of_the_official_library_are_read_alike() -> None:
    rng = random.Random(SEED)
    counts = Counts()
    for made in repositories(60, seed=SEED):
        counts = counts.plus(agree(made, rng))
    assert counts.repositories == counts.shadows == 60
    assert counts.inclusions > 300
    assert counts.exclusions == 120
    assert counts.transitions == 360
    assert counts.refused > 1_000


def test_key_histories_are_judged_as_the_official_library_judges_them() -> None:
    need(FOLDER, "@did-plc/lib")
    command = [node(), str(FOLDER / "plc.mjs"), "40", str(SEED)]
    told = [
        json.loads(line) for line in subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    ]
    rules = set()
    for made in told:
        log = json.dumps(made["log"]).encode()
        if made["accepted"]:
            read = history_of(log, did=made["did"])
            assert [period.key for period in read.periods] == made["keys"]
            assert read.nullified == sum(entry["nullified"] for entry in made["log"])
        else:
            with pytest.raises(NotProved) as refused:
                history_of(log, did=made["did"])
            rules.add(refused.value.rule)
    assert sum(made["accepted"] for made in told) == 40
    assert rules >= {60, 63}
