"""Sentences: short, true whatever the habit forgot, no more precise than what is known, and harmless."""

import numpy as np
import pyarrow as pa
import pytest

from countersign.activity import ACTIONS
from countersign.plugins import load
from countersign.score.observe import with_local_time
from countersign.score.sentences import LEAST, rounded
from countersign.score.signals.signal import Leaning, Seen, Signal, Unseen
from countersign.score.signals.when import pause
from countersign.score.signals.words import LONGEST_NAME, dealt, named, names, percent, usual
from countersign.text import width

BY_NAME: dict[str, Signal] = {signal.name: signal for signal in load("countersign.signals")}


def said(signal: str, **of: object) -> str:
    seen = {"value": None, "verb": "like", "leaning": "neither", "others": None, **of}
    return BY_NAME[signal].say(Seen(**seen))  # type: ignore[arg-type]


def lacking(signal: str, **of: object) -> str:
    unseen = {"verb": "like", "source": "", "time_basis": "given", "text": "not given", "listed": False, **of}
    return BY_NAME[signal].lacking(Unseen(**unseen))  # type: ignore[arg-type]


def test_the_morning_s_first_like_reads_as_a_press_officer_would_say_it() -> None:
    assert said("hour", value=2, habit=0.0, others=0.05, zone="Europe/London") == (
        "between 02:00 and 03:00 London: expected in under 0.1 % of its actions (others: 5 %)"
    )
    assert said("sensitive", value=1, habit=0.0, others=0.007) == (
        "labelled sensitive by the platform: expected in under 0.1 % of its likes (others: 0.7 %)"
    )
    assert said("whom", value="kx_clips", habit=0.0, leaning="somebody else") == (
        "kx_clips: as good as new to its habit"
    )
    assert said("language", value="zh", habit=0.0, leaning="somebody else") == "in Chinese: as good as new to its habit"
    assert said("gap", value=4, habit=0.05, others=0.02) == (
        "16 to 32 seconds after its last action: expected in about 5 % of its pauses (others: 2 %)"
    )


@pytest.mark.parametrize(
    ("leaning", "sentence"),
    [
        ("somebody else", "reads unlike what it writes: 0.8 bits a run of characters against it"),
        ("itself", "reads like what it writes: 0.8 bits a run of characters for it"),
        ("neither", "reads no more like its own texts than like those of others"),
    ],
)
def test_a_text_is_compared_in_three_grades_and_never_in_per_cent(leaning: Leaning, sentence: str) -> None:
    per_unit = -0.8 if leaning == "itself" else 0.8
    assert said("style", leaning=leaning, per_unit=per_unit, verb="post") == sentence
    for name in ("style", "about", "wording", "topic"):
        assert "%" not in said(name, leaning=leaning, per_unit=per_unit)


def test_a_very_long_text_may_differ_by_little_in_each_run() -> None:
    assert said("style", leaning="somebody else", per_unit=0.0).endswith(
        "under 0.1 bits a run of characters against it"
    )


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_too_little_history_is_said_in_words_and_without_a_share_of_its_own(name: str) -> None:
    value = {"whom": "a", "client": "a", "language": "en", "mentions": ("a",), "hashtags": ("a",), "domain": ("a.ex",)}
    text = BY_NAME[name].say(Seen(value=value.get(name, 1), verb="like", leaning="neither", habit=0.4, history=False))
    assert "too little" in text
    assert "expected" not in text


def test_who_is_known_is_said_only_where_the_habit_is_sure_to_hold_it() -> None:
    words = {"done": "dealt with", "of": "dealings"}

    def of(leaning: Leaning, habit: float) -> str:
        return dealt("@a", Seen(value="a", verb="like", leaning=leaning, habit=habit, least=0.01), **words)

    assert of("itself", 0.0) == "@a: dealt with before, but rarely"
    assert of("itself", 0.3) == "@a: dealt with before, expected in about 30 % of its dealings"
    assert of("neither", 0.02) == "@a: expected in about 2 % of its dealings"
    assert of("neither", 0.0) == of("somebody else", 0.0) == "@a: as good as new to its habit"


def test_no_sentence_says_never() -> None:
    for leaning in ("itself", "neither", "somebody else"):
        for name, value in (("whom", "a"), ("client", "b"), ("domain", ("c",)), ("language", "tlh"), ("kind", 4)):
            assert "never" not in said(name, value=value, habit=0.0, leaning=leaning)


def test_several_names_are_weighed_together_and_none_of_them_alone() -> None:
    text = said("mentions", value=("a", None, "b", "c", "d"), habit=0.0, leaning="somebody else")
    assert text == "names a, b, c and 1 more: fits the habit of others better than its own"


def test_nothing_listed_is_not_called_nothing_there() -> None:
    assert said("mentions", value=(), habit=0.4, others=0.7).startswith("no account is named: expected in about 40 %")
    assert said("hashtags", value=(), habit=0.4).startswith("no hashtag is listed")
    assert said("link", value=0, habit=0.4).startswith("no link is listed")


def test_a_share_is_never_more_precise_than_the_history_is_long() -> None:
    assert percent(0.4242) == "42 %"
    assert percent(0.0042) == "0.4 %"
    assert percent(0.0, least=0.05) == "under 5 %"
    told = rounded(np.array([0.4242, 0.0942, 0.0142, 0.0098, 0.0042, 0.0004, -0.001]), LEAST[0])
    assert told.tolist() == pytest.approx([0.42, 0.09, 0.01, 0.01, 0.004, 0.0, -0.001])


def test_all_is_said_as_nearly_all() -> None:
    assert percent(1.0) == "nearly all"
    seen = Seen(value=4, verb="like", leaning="itself", habit=1.0, others=1.0)
    assert usual("a like", seen) == "a like: expected in nearly all of its actions (others: nearly all)"


def test_foreign_names_are_short_and_cannot_attack_a_terminal() -> None:
    assert named("\x1b[31mevil\u202e") == "<U+001B>[31mevil<U+202E>"
    assert width(named("真" * 10_000)) <= LONGEST_NAME
    assert named(" ") == "(no name)"
    assert names([None, "a"]) == "a"


def test_pauses_leave_no_second_out() -> None:
    words = [pause(code) for code in range(24)]
    assert len(set(words)) == 24
    assert words[:3] == ["less than 2 seconds", "2 to 4 seconds", "4 to 8 seconds"]
    assert words[16:18] == ["about 18 to 36 hours", "about 36 to 73 hours"]
    assert words[22:] == ["about 49 to 97 days", "about 97 days or more"]


def test_what_was_not_looked_at_has_its_own_reason() -> None:
    assert lacking("whom", source="x-archive") == "this X archive does not say whose post it was"
    assert lacking("whom", source="mastodon-export") == "the source does not say towards whom"
    assert lacking("whom", verb="post") == "a post is towards nobody"
    assert lacking("hour", time_basis="after object") == "the archive keeps no time for a like"
    assert lacking("hour", time_basis="day") == "only the day is known"
    assert lacking("gap", time_basis="given") == "no action with a known time is before it"
    assert lacking("style") == "it has no text of its own"
    assert lacking("style", verb="post", text="empty") == "the text is empty"
    assert lacking("about", verb="post", text="given") == "its text is its own"
    assert lacking("domain", listed=True) == "no link is listed"
    assert lacking("domain", listed=False) == "links are not given"


def test_a_new_signal_need_not_say_why_it_saw_nothing() -> None:
    signal = Signal(
        name="mine",
        question="?",
        habit=BY_NAME["hour"].habit,
        observe=BY_NAME["hour"].observe,
        say=BY_NAME["hour"].say,
        example="",
        limits="",
    )
    assert len(signal.observe(with_local_time(ACTIONS.empty_table(), {}))) == 0
    assert signal.lacking(Unseen(verb="like", source="", time_basis="given", text="given", listed=False)) == (
        "the source does not give it for this action"
    )


def test_hosts_are_read_from_addresses_of_any_shape_and_from_slices() -> None:
    links = [["https://User@www.A.example:80/x?y", "no address"], None, [], ["http://b.example#c", None]]
    rows = pa.table({"links": pa.array(links, pa.large_list(pa.large_string()))})
    seen = BY_NAME["domain"].observe(rows)
    assert seen.to_pylist() == [["a.example", ""], None, [], ["b.example", ""]]
    assert BY_NAME["domain"].observe(rows.slice(1)).to_pylist() == seen.to_pylist()[1:]
