"""Settings are decoded strictly, keep their origin, and never let a secret through."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.config import Layer, Secret, Settings, decode, from_environment, from_file, load, usual_files
from countersign.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "countersign.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(text: str, folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load([written(folder, text)], {})
    return caught.value


def origin(settings: Settings, key: str) -> str:
    return {name: where for name, _, where in settings.rows()}[key]


def test_without_any_configuration_everything_has_a_default() -> None:
    settings = load([], {"HOME": "/home/a"})
    assert settings.config.alarm.alerts_per_period == 1.0
    assert (settings.config.alarm.hard_cap, settings.config.alarm.incident_hours) == (2, 24.0)
    assert settings.config.account.home_zone == "UTC"
    assert settings.config.store.path == "/home/a/.local/share/countersign/countersign.db"
    assert {where for _, _, where in settings.rows()} == {"default"}


def test_a_file_is_read_and_each_value_names_it(tmp_path: Path) -> None:
    path = written(tmp_path, '[account]\nhome_zone = "Europe/London"\n[account.zones]\nEmb = "Asia/Shanghai"\n')
    settings = load([path], {})
    assert settings.config.account.home_zone == "Europe/London"
    assert settings.config.account.zones == {"Emb": "Asia/Shanghai"}
    assert origin(settings, "account.home_zone") == str(path)
    assert origin(settings, "alarm.hard_cap") == "default"


def test_the_environment_wins_over_files_and_flags_win_over_all(tmp_path: Path) -> None:
    path = written(tmp_path, "[alarm]\nhard_cap = 3\nperiod_days = 10\nadopt_days = 1\n")
    environ = {"COUNTERSIGN_ALARM__PERIOD_DAYS": "14", "COUNTERSIGN_ALARM__ADOPT_DAYS": "2"}
    settings = load([path], environ, {"alarm.adopt_days": 5})
    alarm = settings.config.alarm
    assert (alarm.hard_cap, alarm.period_days, alarm.adopt_days) == (3, 14.0, 5.0)
    assert origin(settings, "alarm.hard_cap") == str(path)
    assert origin(settings, "alarm.period_days") == "COUNTERSIGN_ALARM__PERIOD_DAYS"
    assert origin(settings, "alarm.adopt_days") == "flag"


def test_a_later_file_wins_over_an_earlier_one_value_by_value(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first = written(tmp_path, "[alarm]\nhard_cap = 3\nperiod_days = 10\n")
    second = written(tmp_path / "b", "[alarm]\nhard_cap = 4\n")
    alarm = load([first, second], {}).config.alarm
    assert (alarm.hard_cap, alarm.period_days) == (4, 10.0)


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("[alarm]\nhard_cup = 3\n", "alarm.hard_cap"),
        ("[alarms]\nhard_cap = 3\n", "alarm"),
        ("[alarms]\n", "alarm"),
        ('[show]\nhome_zone = "UTC"\n', "account.home_zone"),
        ("hard_cap = 3\n", "alarm.hard_cap"),
    ],
)
def test_an_unknown_key_is_refused_and_the_nearest_is_suggested(text: str, suggested: str, tmp_path: Path) -> None:
    error = refusal(text, tmp_path)
    assert error.code == "CS012"
    assert error.hint == f"did you mean {suggested}?"
    assert error.where == str(tmp_path / "countersign.toml")


def test_an_unknown_variable_is_refused_too() -> None:
    with pytest.raises(ConfigError, match=r"no setting alarm\.hard_cup") as caught:
        load([], {"COUNTERSIGN_ALARM__HARD_CUP": "3"})
    assert caught.value.where == "COUNTERSIGN_ALARM__HARD_CUP"


def test_variables_that_are_no_settings_are_left_alone() -> None:
    assert from_environment({"COUNTERSIGN_DATA": "/d", "COUNTERSIGN_PLAIN": "1", "HOME": "/h"}).values == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[alarm]\nhard_cap = "many"\n', "alarm.hard_cap cannot be this: expected `int`, got `str`"),
        ("[alarm]\nhard_cap = 0\n", "alarm.hard_cap cannot be this: expected `int` >= 1"),
        ("[show]\nplain = 1\n", "show.plain cannot be this: expected `bool`, got `int`"),
        ('[show]\ncolor = "red"\n', "show.color cannot be this: invalid enum value 'red'"),
        ('[score]\npreset = "big"\n', "score.preset cannot be this: invalid enum value 'big'"),
        ('[account]\nhome_zone = "BST"\n', "account.home_zone cannot be this: 'BST' is not a time zone"),
        ('[account]\nhome_zone = "../../etc/passwd"\n', "is not a time zone"),
        ('[account.zones]\nEmb = "Londres"\n', "account.zones cannot be this: 'Londres' is not a time zone"),
    ],
)
def test_a_wrong_value_says_what_was_expected(text: str, expected: str, tmp_path: Path) -> None:
    error = refusal(text, tmp_path)
    assert expected in error.message
    assert error.code == "CS013"
    assert error.where == str(tmp_path / "countersign.toml")


@pytest.mark.parametrize("key", ['{ env = "K" }', '{ file = "/k" }', '{ keyring = "countersign" }'])
def test_a_secret_is_named_by_its_place(key: str, tmp_path: Path) -> None:
    settings = load([written(tmp_path, f"[store]\nkey = {key}\n")], {})
    assert isinstance(settings.config.store.key, Secret)
    assert ("store.key", key, str(tmp_path / "countersign.toml")) in list(settings.rows())


@pytest.mark.parametrize("key", ['"hunter2"', "{}", '{ env = "A", file = "B" }', '{ value = "hunter2" }'])
def test_a_secret_in_the_clear_is_refused_and_not_repeated(key: str, tmp_path: Path) -> None:
    error = refusal(f"[store]\nkey = {key}\n", tmp_path)
    assert error.code == "CS014"
    assert "hunter2" not in f"{error.message} {error.hint}"


def test_a_secret_in_a_variable_is_refused_and_not_repeated_in_any_cause() -> None:
    with pytest.raises(ConfigError) as caught:
        load([], {"COUNTERSIGN_STORE__KEY": "hunter2"})
    assert caught.value.code == "CS014"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_tables_are_written_in_variables_as_toml_does() -> None:
    environ = {"COUNTERSIGN_STORE__KEY": '{ env = "K" }', "COUNTERSIGN_ACCOUNT__ZONES": '{ Emb = "Europe/London" }'}
    config = load([], environ).config
    assert config.store.key == Secret(env="K")
    assert config.account.zones == {"Emb": "Europe/London"}


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    error = refusal("[alarm\n", tmp_path)
    assert error.code == "CS011"
    assert "line 1" in error.message


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "countersign.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError):
        from_file(path)


def test_a_named_file_replaces_the_usual_ones_and_must_exist(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    assert usual_files({"COUNTERSIGN_CONFIG": str(path)}, Path("/w")) == (path,)
    with pytest.raises(ConfigError, match="no such file"):
        usual_files({"COUNTERSIGN_CONFIG": str(tmp_path / "absent.toml")}, Path("/w"))


def test_the_store_lies_where_xdg_says_unless_that_is_relative() -> None:
    assert load([], {"HOME": "/h", "XDG_DATA_HOME": "/x"}).config.store.path == "/x/countersign/countersign.db"
    assert load([], {"HOME": "/h", "XDG_DATA_HOME": "x"}).config.store.path.startswith("/h/.local/share/")
    assert load([], {"HOME": "/h", "COUNTERSIGN_STORE__PATH": "/s.db"}).config.store.path == "/s.db"


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20) | st.integers() | st.none(), max_size=3))
def test_whatever_unknown_key_is_written_is_refused_with_a_typed_error(values: dict[str, object]) -> None:
    if not values:
        return
    with pytest.raises(ConfigError) as caught:
        decode([Layer(values=values, origins=dict.fromkeys(values, "file"))])
    assert caught.value.code == "CS012"
    assert caught.value.hint


@given(
    st.sampled_from([key for key, _, _ in decode([]).rows()]),
    st.text(max_size=20) | st.integers() | st.floats() | st.none() | st.lists(st.text(), max_size=1),
    st.booleans(),
)
def test_whatever_a_known_key_is_given_is_taken_or_refused(key: str, raw: object, text: bool) -> None:
    layer = Layer(values={key: str(raw) if text else raw}, origins={key: "here"}, text=text)
    try:
        settings = decode([layer])
    except ConfigError as caught:
        refused = caught
    else:
        assert origin(settings, key) == "here"
        return
    assert refused.code in {"CS013", "CS014"}
    assert refused.where == "here"
    assert refused.hint
