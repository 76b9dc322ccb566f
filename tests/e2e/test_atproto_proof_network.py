"""On a real Bluesky server a like is made and removed, and every proof of it holds."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from countersign.errors import NotProved
from countersign.evidence.atproto import (
    Operation,
    State,
    cut_commit,
    cut_record,
    cut_tree,
    exclusion,
    head,
    history_of,
    inclusion,
    key_in_document,
    removal,
    transition,
    undo_shadow,
)
from tests.e2e.atproto.network import Account, Network

pytestmark = pytest.mark.slow
LIKE = "app.bsky.feed.like"
ACCOUNTS = 5


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with Network.running() as running:
        yield running


def like(number: int) -> dict[str, Any]:
    subject = {"uri": f"at://did:plc:{'a' * 24}/app.bsky.feed.post/3k{number:011d}",
               "cid": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}  # fmt: skip
    value = {"$type": LIKE, "subject": subject, "createdAt": "2026-01-02T03:04:05.678Z"}
    return {"$type": "com.atproto.repo.applyWrites#create", "collection": LIKE, "value": value}


def unlike(path: str) -> dict[str, Any]:
    return {"$type": "com.atproto.repo.applyWrites#delete", "collection": LIKE, "rkey": path.split("/")[1]}


def key_of(network: Network, account: Account) -> str:
    return key_in_document(network.directory(account.did), did=account.did)


def operations(event: dict[str, Any]) -> list[Operation]:
    return [Operation(action=op["action"], path=op["path"], cid=op["cid"], prev=op.get("prev")) for op in event["ops"]]


def test_a_like_that_was_removed_is_proved_from_what_the_server_sent(network: Network) -> None:
    account = network.account("story")
    keys = (key_of(network, account),)
    before = network.write(account, [like(number) for number in range(30)])
    liked = network.write(account, [like(99)])
    path = liked["ops"][0]["path"]
    record = inclusion(State(cut_record(liked["blocks"], path).car, keys), did=account.did, path=path)
    removed = network.write(account, [unlike(path)])
    gone = exclusion(State(cut_record(removed["blocks"], path).car, keys), did=account.did, path=path)

    assert removal(record, gone).before.rev < gone.commit.rev
    states = [State(cut_commit(event["blocks"]), keys) for event in (before, liked, removed)]
    tree = State(cut_tree(removed["blocks"]), keys)
    proved = transition(states[1], tree, did=account.did, operations=operations(removed))
    assert [operation.action for operation in proved.operations] == ["delete"]
    assert undo_shadow(states[0], states[2], did=account.did).after.rev == gone.commit.rev
    with pytest.raises(NotProved, match="hold different records"):
        undo_shadow(states[0], states[1], did=account.did)


def test_the_servers_own_proofs_are_the_ones_that_we_cut(network: Network) -> None:
    rng = random.Random(5)
    for number in range(ACCOUNTS):
        account = network.account(f"account{number}")
        keys = (key_of(network, account),)
        made = network.write(account, [like(one) for one in range(rng.choice((1, 7, 60, 150)))])
        network.write(account, [unlike(op["path"]) for op in rng.sample(made["ops"], len(made["ops"]) // 3)])
        whole = network.get("com.atproto.sync.getRepo", did=account.did)
        for op in rng.sample(made["ops"], min(10, len(made["ops"]))):
            collection, rkey = op["path"].split("/")
            asked = network.get("com.atproto.sync.getRecord", did=account.did, collection=collection, rkey=rkey)
            cut = cut_record(whole, op["path"])
            assert cut_record(asked, op["path"]) == cut
            show = inclusion if cut.kind == "inclusion" else exclusion
            assert show(State(cut.car, keys), did=account.did, path=op["path"]).commit.did == account.did


def test_the_directorys_log_tells_the_key_that_signs(network: Network) -> None:
    account = network.account("history")
    read = history_of(network.directory(f"{account.did}/log/audit"), did=account.did)
    assert read.keys == (key_of(network, account),)
    state = State(cut_commit(network.get("com.atproto.sync.getRepo", did=account.did)), read.keys)
    assert head(state, did=account.did).key == read.keys[0]
    with pytest.raises(NotProved, match="not a later one"):
        undo_shadow(state, state, did=account.did)
