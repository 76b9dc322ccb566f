import gzip
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from bench.protocol.changes import changes
from bench.protocol.data import seconds, to_actions
from bench.protocol.figures import MODES_OF, REACH, Sample, measure
from bench.protocol.ours import Ours
from bench.protocol.swaps import like_swaps
from bench.protocol.takeovers import cases
from countersign.activity import ACTIONS
from countersign.engine.verdict import AccountVerdict, Reading, Verdict
from countersign.incident.incident import Incident
from tests.bench.toys import account, accounts

TOYS = accounts()


def unseen_client(actions: pa.Table, marks: Mapping[str, str] | None = None) -> Verdict:
    """A stand-in for the engine: one bit for an application never seen before, an alert at each until one is marked."""
    rows = actions.to_pylist()
    starts = [row for row in range(len(rows)) if row == 0 or rows[row]["account"] != rows[row - 1]["account"]]
    bits = np.zeros(len(rows))
    found: list[AccountVerdict] = []
    incidents: list[Incident] = []
    for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
        seen = {rows[start]["client"]}
        numbers = []
        for row in range(start, stop):
            if marks and rows[row]["id"] in marks:
                break
            if rows[row]["client"] not in seen:
                seen.add(rows[row]["client"])
                bits[row] = 1.0
                numbers.append(len(incidents) + 1)
                incidents.append(incident(len(incidents) + 1, rows[row]))
        found.append(answered(rows[start]["account"], start, stop, tuple(numbers)))
    return Verdict(reading=Reading(sources=(), actions=actions), accounts=tuple(found), incidents=tuple(incidents),
                   bits=bits, incident_of=np.zeros(len(rows), np.int32), preset="rich", alerts_per_period=1.0,
                   period_days=30.0)  # fmt: skip


def answered(name: str, start: int, stop: int, incidents: tuple[int, ...]) -> AccountVerdict:
    return AccountVerdict(account=name, platform="unknown", start=start, stop=stop, answer="nothing unusual", usual=0.0,
                          quantile99=0.0, highest=0.0, learned=0, needed=50, incidents=incidents)  # fmt: skip


def incident(number: int, row: dict[str, object]) -> Incident:
    return Incident(number=number, account=str(row["account"]), platform="unknown", alarm_action=str(row["id"]),
                    alarm_native_id=str(row["native_id"]), alert=row["verb"] != "reply", actions=1, peak=1.0,
                    threshold=0.5)  # fmt: skip


def test_rows_become_the_columns_that_the_engine_reads() -> None:
    table = to_actions(account("alder", actions=20, coarse=5).rows)
    assert table.schema == ACTIONS
    rough, known = table.slice(0, 1).to_pylist()[0], table.slice(9, 1).to_pylist()[0]
    assert (rough["time"], rough["time_basis"]) == (None, "day")
    assert (rough["end_time"] - rough["start_time"]).total_seconds() == pytest.approx(86_400, abs=1)
    assert known["time"] == known["start_time"] == known["end_time"]
    assert known["id"] == f"unknown:alder:{known['verb']}:{known['native_id']}"


def test_each_stream_is_an_account_of_its_own_even_if_the_same_history_comes_twice() -> None:
    tables = [to_actions(TOYS[0].rows), to_actions(TOYS[0].rows), to_actions([*TOYS[1].rows[:5], *TOYS[0].rows[:9]])]
    first, second, mixed = Ours(unseen_client).told(tables)
    assert not first.alerts
    assert first.scores.tolist() == second.scores.tolist()
    assert mixed.scores.tolist() == [0.0] * 5 + [1.0] + [0.0] * 8


def test_a_takeover_with_a_new_application_is_found_at_its_first_action_that_alerts() -> None:
    takeovers = cases(TOYS, "shift", per_account=4)
    run = Ours(unseen_client).run(TOYS, "full", takeovers)
    for takeover, outcome in zip(takeovers, run.outcomes, strict=True):
        assert outcome.scores.tolist() == [1.0] + [0.0] * 9
        assert outcome.alert == (0 if takeover.injected[0].verb == "reply" else 1)
    assert all(not run.clean[toy.name].alerts for toy in TOYS)


def test_what_only_the_digest_would_say_is_no_alert() -> None:
    takeovers = cases(TOYS, "shift", per_account=10)
    replies = [takeover.injected[0].verb == "reply" for takeover in takeovers]
    alerts = [outcome.alert for outcome in Ours(unseen_client).run(TOYS, "full", takeovers).outcomes]
    assert any(replies)
    assert [alert == 0 for alert in alerts] == replies


def test_without_the_client_the_engine_is_shown_none() -> None:
    run = Ours(unseen_client).run(TOYS, "noclient", cases(TOYS, "shift", per_account=2))
    assert all(outcome.scores.sum() == 0.0 and outcome.alert == 0 for outcome in run.outcomes)


def test_alerts_after_a_change_are_told_by_their_time() -> None:
    made = [
        change for change in changes(TOYS, "colleague", Path()) if _first_foreign(change.host, change.rows) is not None
    ]
    times = Ours(unseen_client).follow(TOYS, made, "unanswered")
    assert times is not None
    for change, alerts in zip(made, times, strict=True):
        first = _first_foreign(change.host, change.rows)
        assert first is not None
        assert list(alerts) == ([] if first[0] == "reply" else [first[1]])


def test_the_first_notice_is_marked_when_the_team_says_that_it_was_them() -> None:
    made = changes(TOYS, "colleague", Path())
    seen: list[Mapping[str, str]] = []

    def keeping(actions: pa.Table, marks: Mapping[str, str]) -> Verdict:
        seen.append(marks)
        return unseen_client(actions, marks)

    times = Ours(keeping).follow(TOYS, made, "it was us")
    assert times is not None
    first, second = seen
    assert not first
    assert set(second.values()) == {"it was us"}
    assert 0 < len(second) <= len(made)


def _first_foreign(host: str, rows: tuple[object, ...]) -> tuple[str, float] | None:
    return next(((row.verb, seconds(row.at)) for row in rows if row.client != f"{host} app"), None)  # type: ignore[attr-defined]


def test_every_figure_that_is_asked_for_is_measured_under_its_permanent_name() -> None:
    takeovers = {
        variant: tuple(t for mode in modes for t in cases(TOYS, mode, per_account=2))
        for variant, modes in MODES_OF.items()
    }
    found = measure(Ours(unseen_client), Sample(TOYS, takeovers, tuple(changes(TOYS, "travel", Path()))))
    assert set(REACH) <= set(found)
    assert found["auc_shift"].value > 0.5
    assert found["noclient_auc_shift"].value == 0.5
    assert found["mask_at_10"].value == 0.0
    assert found["false_alerts_ratio"].value == 0.0
    assert found["worst_30_days"].value == 1.0
    assert found["t7_unanswered_travel"].value == 1.0


def write(path: Path, records: list[dict[str, object]]) -> None:
    path.write_bytes(gzip.compress(b"\n".join(msgspec.json.encode(record) for record in records)))


def test_a_foreign_like_is_ranked_among_the_accounts_own_with_its_text_hidden(tmp_path: Path) -> None:
    own = [{"id": f"like-{n}", "account": "a", "verb": "like", "seq": n, "text_length": 100 + n} for n in range(9)]
    swap = {"id": "x", "account": "a", "verb": "like", "seq": 4.5, "text": "z" * 107, "splice_id": "s1"}
    write(tmp_path / "x_archives_likes_open.jsonl.gz", own)
    write(tmp_path / "like_swaps_open.jsonl.gz", [swap])
    (tmp_path / "like_swaps_open_truth.csv").write_text("splice_id,host,donor,seq\ns1,a,b,4.5\n")
    seen: list[pa.Table] = []

    def by_length(actions: pa.Table, marks: Mapping[str, str]) -> Verdict:
        seen.append(actions)
        plain = unseen_client(actions)
        return msgspec.structs.replace(plain, bits=np.array(actions["text_length"].to_pylist(), dtype=float))

    assert like_swaps(tmp_path, Ours(by_length)).value == pytest.approx(1.5 / 9)
    [table] = seen
    assert table["text"].null_count == 10
    assert table["native_id"].to_pylist()[4:6] == ["x", "like-4"]
