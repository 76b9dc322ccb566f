"""150 real events of the network: every commit is signed, and exactly its operations lead to it."""

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import libipld
import pyarrow
import pytest

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
    key_in_document,
    transition,
)
from countersign.evidence.atproto.car import read_proof, read_repository
from countersign.evidence.atproto.inversion import Row, check_operations
from countersign.evidence.atproto.proof import put_back


class Event(NamedTuple):
    """A commit as it was sent, and the key of its signer."""

    sent: dict[str, Any]
    key: str

    @property
    def did(self) -> str:
        return str(self.sent["repo"])

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation(action=op["action"], path=op["path"], cid=op["cid"], prev=op.get("prev"))
            for op in self.sent["ops"]
        ]

    def state(self, car: bytes) -> State:
        return State(car, (self.key,))


@pytest.fixture(scope="session")
def folder(data_folder: Path) -> Path:
    return data_folder / "jetstream"


@pytest.fixture(scope="session")
def events(folder: Path) -> list[Event]:
    documents = json.loads(unpacked(folder / "did_docs.json.zst"))
    sent = [frame[1] for frame in frames(unpacked(folder / "frames.bin.zst")) if frame[0].get("t") == "#commit"]
    keys = {did: key_in_document(json.dumps(held).encode(), did=did) for did, held in documents.items()}
    return [Event(commit, keys[commit["repo"]]) for commit in sent]


def unpacked(path: Path) -> bytes:
    with pyarrow.CompressedInputStream(str(path), "zstd") as stream:
        read: bytes = stream.read()
        return read


def frames(packed: bytes) -> Iterator[list[Any]]:
    place = 0
    while place < len(packed):
        size = int.from_bytes(packed[place : place + 4], "little")
        yield libipld.decode_dag_cbor_multi(packed[place + 4 : place + 4 + size])
        place += 4 + size


def test_every_commit_is_signed_by_its_accounts_key(events: list[Event]) -> None:
    assert len(events) == 148
    for event in events:
        commit = head(event.state(cut_commit(event.sent["blocks"])), did=event.did)
        assert (commit.cid, commit.rev) == (event.sent["commit"], event.sent["rev"])


def test_taking_the_operations_back_gives_the_tree_before(events: list[Event]) -> None:
    for event in events:
        first, *nodes = read_proof(cut_tree(event.sent["blocks"]))
        root = head(event.state(cut_commit(event.sent["blocks"])), did=event.did).data
        assert first.cid == event.sent["commit"]
        row = Row.read({node.cid: node.data for node in nodes}, root)
        assert row.root() == root
        check_operations(event.operations)
        put_back(row, event.operations)
        assert row.root() == event.sent["prevData"]


def test_every_record_that_an_event_tells_is_proved_and_every_deleted_one_is_gone(events: list[Event]) -> None:
    kinds = []
    for event in events:
        for operation in event.operations:
            cut = cut_record(event.sent["blocks"], operation.path)
            if operation.action == "delete":
                exclusion(event.state(cut.car), did=event.did, path=operation.path)
            else:
                inclusion(event.state(cut.car), did=event.did, path=operation.path, cid=operation.cid)
            kinds.append(cut.kind)
    assert (kinds.count("inclusion"), kinds.count("exclusion")) == (146, 4)


def test_no_commit_is_signed_by_another_accounts_key(events: list[Event]) -> None:
    others = [*events[1:], events[0]]
    for event, other in zip(events, others, strict=True):
        if event.key == other.key:
            continue
        with pytest.raises(NotProved) as refused:
            head(other.state(cut_commit(event.sent["blocks"])), did=event.did)
        assert refused.value.rule == 25


def test_the_networks_example_repository_holds_what_it_is_said_to_hold(folder: Path) -> None:
    car = (folder / "repo.car").read_bytes()
    told = dict(line.split("\t") for line in (folder / "car_expected_records.tsv").read_text("ascii").splitlines())
    repository = read_repository(car)
    root = (folder / "car_expected_commit.txt").read_text("ascii").split("Data CID: ")[1].split()[0]
    row = Row.read(repository.blocks, next(cid for cid in repository.blocks if cid_text(cid) == root))
    assert {key.decode(): cid_text(cid) for key, cid in row.values.items()} == told
    assert row.whole
    assert cid_text(row.root()) == root
    for path, cid in told.items():
        cut = cut_record(car, path)
        assert (cut.kind, cid_text(read_proof(cut.car)[-1].cid)) == ("inclusion", cid)


def test_between_six_real_commits_of_one_account_lie_exactly_the_operations_told(data_folder: Path) -> None:
    told = json.loads((data_folder / "peers" / "indigo_cmd_relay_testing_testdata_post_lifecycle.json").read_bytes())
    key = "did:key:" + told["accounts"][0]["identity"]["keys"]["atproto"]["publicKeyMultibase"]
    sent = [message["frame"]["body"] for message in told["messages"] if message["frame"]["header"]["t"] == "#commit"]
    actions = []
    for before, after in pairwise(sent):
        first, last = (State(cut(blocks(event)), (key,)) for cut, event in ((cut_commit, before), (cut_tree, after)))
        operations = [operation(op) for op in after["ops"]]
        proved = transition(first, last, did=after["repo"], operations=operations)
        assert (proved.before.rev, proved.after.rev) == (after["since"], after["rev"])
        actions.append([done.action for done in proved.operations])
        for less in (operations[1:], [*operations, *operations]):
            with pytest.raises(NotProved):
                transition(first, last, did=after["repo"], operations=less)
    assert actions == [["delete"], ["create"], ["delete"], ["update"], ["create"] * 3]


def blocks(event: dict[str, Any]) -> bytes:
    text = event["blocks"]["$bytes"]
    return base64.b64decode(text + "=" * (-len(text) % 4))


def operation(op: dict[str, Any]) -> Operation:
    cid, prev = (cid_bytes(held["$link"]) if held else None for held in (op.get("cid"), op.get("prev")))
    return Operation(action=op["action"], path=op["path"], cid=cid, prev=prev)
