"""An incident on its way from a file to a stranger's hands: sealed, answered, handed over, checked, altered."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from countersign import plugins
from countersign.activity import Activity
from countersign.cli import main
from countersign.engine.exhibits import Case, Told
from countersign.engine.handing import hand_over
from countersign.engine.reading import read
from countersign.engine.sealing import Sealing
from countersign.evidence.bundle import write_zip
from countersign.evidence.verify import Options, verify_bundle
from countersign.store import Account, Captures, Store
from countersign.testing import witnesses
from tests.e2e.test_command_line import HABIT, START, at_home, habit, takeover, write

STANDALONE = Path(__file__).parents[2] / "src/countersign/evidence/standalone"
CAR = Path(__file__).parents[1] / "fixtures/bluesky-car/input.car"


class Done:
    """What one run of the program gave."""

    def __init__(self, code: int, out: str, err: str = "") -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def record(self) -> Any:
        """What it wrote, as JSON."""
        return json.loads(self.out)


def run(*arguments: str) -> Done:
    out, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(error):
        code = main(arguments)
        out.flush()
        error.flush()
    return Done(code, *(stream.buffer.getvalue().decode() for stream in (out, error)))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a store in which an incident was found and answered."""
    folder = tmp_path_factory.mktemp("handing")
    with at_home(folder):
        write(folder / "taken.jsonl", habit("embassy", HABIT), takeover("embassy", START + timedelta(days=200)))
        assert run("import", "taken.jsonl", "--account", "embassy", "--store", "s.db").code == 0
        assert run("check", "--store", "s.db").code == 1
        number = str(newest(folder)["number"])
        assert run("mark", number, "not-us", "--by", "ana", "--store", "s.db").code == 0
        yield folder


def newest(folder: Path) -> Any:
    return json.loads(run("incidents", "--store", "s.db", "--format", "jsonl").out.splitlines()[-1])


def seal(folder: Path, name: str, *more: str) -> Path:
    number = str(newest(folder)["number"])
    assert run("seal", number, "-o", name, "--replace", "--store", "s.db", *more).code == 0
    return folder / name


def verified(bundle: Path, *, policy: bool = True) -> dict[str, Any]:
    more = ["--policy", str(bundle.with_suffix(".policy"))] if policy else []
    done = run("verify", str(bundle), "--json", *more)
    said: dict[str, Any] = json.loads(done.out)
    assert done.code == said["exit"]
    alone = [sys.executable, "-I", "-S", str(STANDALONE / "verify.py"), str(bundle), "--json", *more]
    stranger = json.loads(subprocess.run(alone, capture_output=True, check=False).stdout)
    weighty = [code for code in said["codes"] if code[0] != "W"]
    assert (stranger["exit"], [code for code in stranger["codes"] if code[0] != "W"]) == (said["exit"], weighty)
    return said


def test_an_import_says_where_in_the_log_it_stands_and_the_log_holds(place: Path) -> None:
    again = run("import", "taken.jsonl", "--account", "embassy", "--store", "s.db", "--format", "json")
    sealed = json.loads(again.out)["import"]["sealed"]
    assert sealed["last"] == sealed["first"]  # what is sealed already is not sealed again; that it came again is said
    assert run("log", "check", "--store", "s.db").code == 0


def test_what_was_found_is_in_the_log_once_before_anybody_is_told(place: Path) -> None:
    assert run("check", "--store", "s.db").code == 1
    shown = [
        json.loads(line)
        for line in run("log", "show", "--last", "100", "--store", "s.db", "--format", "jsonl").out.splitlines()
    ]
    assert sum(entry["type"] == "alert" for entry in shown) == 1


def test_a_bundle_holds_for_whoever_has_its_policy_and_is_incomplete_for_others(place: Path) -> None:
    bundle = seal(place, "case.zip")
    assert verified(bundle)["exit"] == 0
    without = verified(bundle, policy=False)
    assert (without["exit"], without["codes"]) == (
        3,
        ["I_SIGNER", *[code for code in without["codes"] if code != "I_SIGNER"]],
    )
    assert [claim["shown"] for claim in without["claims"]] == ["whole"] * len(without["claims"])


def test_a_changed_bit_of_a_bundle_is_never_believed(place: Path) -> None:
    bundle = seal(place, "flipped.zip")
    data, random = bundle.read_bytes(), Random(7)
    for _ in range(100):
        bit = random.randrange(len(data) * 8)
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        bundle.write_bytes(altered)
        assert verify_bundle(bundle, Options(policy=bundle.with_suffix(".policy"))).exit in (1, 2)


def test_one_action_is_shown_and_the_rest_withheld(place: Path) -> None:
    bundle = seal(place, "one.zip", "--only", "1")
    claims = verified(bundle)["claims"]
    assert claims[0]["shown"] == "whole"
    assert {claim["shown"] for claim in claims[1:]} == {"withheld"}
    with zipfile.ZipFile(bundle) as box:
        bodies = [name for name in box.namelist() if "/data/exhibits/" in name]
        shown = b"".join(box.read(name) for name in bodies)
    assert shown.count(b'"id": "embassy-evil-') == 1


def test_fields_are_shown_without_the_words_and_names_of_others(place: Path) -> None:
    bundle = seal(place, "fields.zip", "--fields")
    assert verified(bundle)["exit"] == 0
    with zipfile.ZipFile(bundle) as box:
        everything = b"".join(
            box.read(name) for name in box.namelist() if name.partition("/")[2][:7] not in ("verify.",)
        )
    names = {
        row["target_author"]
        for row in map(json.loads, (place / "taken.jsonl").read_text().splitlines()[HABIT:])
        if row.get("target_author")
    }
    assert not [name for name in names if name.encode() in everything]
    assert b"Auto Poster 3000" in everything


def test_what_was_erased_leaves_the_log_true_and_the_bundle_incomplete(place: Path) -> None:
    shown = [
        json.loads(line)
        for line in run("log", "show", "--last", "1000", "--store", "s.db", "--format", "jsonl").out.splitlines()
    ]
    last = [entry["leaf"] for entry in shown if entry["type"] == "capture"][-1]
    assert run("log", "erase", str(last), "--ground", "third-person", "--yes", "--store", "s.db").code == 0
    assert run("log", "check", "--store", "s.db").code == 0
    said = verified(seal(place, "erased.zip"))
    assert (said["exit"], "I_ERASED" in said["codes"]) == (3, True)


def test_a_file_that_is_refused_leaves_no_store_behind(place: Path) -> None:
    (place / "broken.zip").write_bytes(b"PK\x03\x04 this is no archive")
    assert run("import", "broken.zip", "--store", "none.db").code == 2
    assert not (place / "none.db").exists()


def test_the_demonstration_hands_over_a_bundle_that_strangers_check(place: Path) -> None:
    assert run("demo", "--bundle", "demo.zip").code == 0
    said = verified(place / "demo.zip")
    assert (said["exit"], len([one for one in said["anchors"] if one["kind"] == "witness"])) == (0, 3)
    with zipfile.ZipFile(place / "demo.zip") as box:
        box.extractall(place / "unpacked")
    bag = place / "unpacked" / "demo"
    assert {path.name for path in bag.iterdir()} >= {"README.txt", "verify.py", "verify.html", "verify.sh", "data"}
    assert subprocess.run(["sh", "verify.sh"], cwd=bag, capture_output=True, check=False).returncode == 3
    assert run("verify", str(bag), "--policy", "demo.policy").code == 0


def test_a_repository_s_records_go_with_the_proof_that_their_host_signed(place: Path) -> None:
    source = next(one for one in plugins.load("countersign.sources") if one.name == "bluesky-car")
    with Store.open(place / "bluesky.db") as store, store.log.spool() as spool:
        sealing = Sealing(spool)
        reading = read([str(CAR)], sealing=sealing)
        like = next(one for one in sealing_values(source) if one.verb == "like")
        store.import_reading(
            reading.actions, files=[], adding=[Account(platform="bluesky", account=like.actor)],
            captures=Captures(spool=spool, sealed=sealing.sealed()),
        )  # fmt: skip
        told = Told(id=like.id, what="liked", fields={"native_id": like.native_id})
        case = Case(number=1, title="a like", account=like.actor, platform="bluesky", actions=(told,), weighing={})
        handed = hand_over(
            store, case, by="ana", tool="test", now=datetime(2026, 1, 1, tzinfo=UTC),
            anchoring=witnesses.anchoring, proposing=witnesses.proposing, keys={},
        )  # fmt: skip
    assert "data/platform/1.car" in handed.files
    (place / "b.zip").write_bytes(write_zip("b", handed.files))
    (place / "b.policy").write_bytes(handed.policy)
    said = verified(place / "b.zip")
    assert (said["exit"], [code for code in said["codes"] if code[0] != "W"]) == (3, ["I_PLATFORM"])


def sealing_values(source: Any) -> list[Activity]:
    values = (value for received in source.open(str(CAR)) for value in source.parse(received))
    return [value for value in values if isinstance(value, Activity)]
