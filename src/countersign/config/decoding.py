"""Decodes settings strictly: what is not understood is an error that helps, and every value keeps its origin."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast, get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from countersign.config.keys import Config
from countersign.errors import ConfigError

DEFAULT = "default"

_SECTIONS: dict[str, type[msgspec.Struct]] = get_type_hints(Config)
_TYPES: dict[str, Any] = {
    f"{section}.{name}": kind
    for section, struct in _SECTIONS.items()
    for name, kind in get_type_hints(struct, include_extras=True).items()
}
_TABLES = ("account.zones", "store.key", "evidence.authorities", "evidence.beacon")


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """Settings from one place: full key (`alarm.period_days`) to value; texts from the environment are converted."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    text: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration, and where each of its values came from: a file, a variable, a flag or the default."""

    config: Config
    origins: Mapping[str, str]

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield key, value as TOML writes it, and origin of every setting.

        >>> next(decode([]).rows())
        ('alarm.alerts_per_period', '1.0', 'default')
        """
        for key in _TYPES:
            section, name = key.split(".")
            value = getattr(getattr(self.config, section), name)
            yield key, _as_toml(value), self.origins.get(key, DEFAULT)


def decode(layers: Sequence[Layer]) -> Settings:
    """Return the settings of several layers, later ones winning. Pure.

    >>> decode([Layer(values={"alarm.hard_cap": 3}, origins={"alarm.hard_cap": "file"})]).config.alarm.hard_cap
    3
    """
    sections: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    origins: dict[str, str] = {}
    for layer in layers:
        for key, raw in layer.values.items():
            origin = layer.origins.get(key, "")
            value = _value(key, raw, origin, text=layer.text)
            section, name = key.split(".")
            sections[section][name] = value
            origins[key] = origin
    config = Config(**{section: cast(Any, _SECTIONS[section](**values)) for section, values in sections.items()})
    return Settings(config=config, origins=origins)


def _value(key: str, raw: Any, origin: str, *, text: bool) -> Any:
    if key not in _TYPES:
        raise unknown(key, origin)
    if text and key in _TABLES:
        raw = _inline_table(key, raw, origin)
    try:
        value = msgspec.convert(raw, _TYPES[key], strict=not text)
    except msgspec.ValidationError as cause:
        raise _wrong(key, str(cause), origin) from cause
    for zone in _zones_in(key, value):
        _check_zone(key, zone, origin)
    return value


def unknown(key: str, origin: str) -> ConfigError:
    """Return the error for a key that does not exist, with the nearest one that does."""
    elsewhere = [known for known in _TYPES if known.split(".")[1] == key.split(".")[-1]]
    near = elsewhere or difflib.get_close_matches(key, _TYPES if "." in key else _SECTIONS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(_TYPES)}"
    return ConfigError(f"there is no setting {key}", where=origin, hint=hint, code="CS012")


def _wrong(key: str, words: str, origin: str) -> ConfigError:
    # msgspec's words name types and limits but never the value, so that no secret gets into a message by accident.
    expected = words[:1].lower() + words[1:]
    if key == "store.key":
        return ConfigError(
            f"{key} does not say where a secret is kept: {expected}",
            where=origin,
            hint='write { env = "NAME" }, { file = "PATH" } or { keyring = "SERVICE" }, never the secret itself',
            code="CS014",
        )
    return ConfigError(
        f"{key} cannot be this: {expected}",
        where=origin,
        hint="docs/reference/config.md tells what each setting takes",
        code="CS013",
    )


def _zones_in(key: str, value: Any) -> tuple[str, ...]:
    if key == "account.zones":
        return tuple(value.values())
    return (value,) if key in ("account.home_zone", "show.zone") and value is not None else ()


def _check_zone(key: str, zone: str, origin: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as cause:
        raise ConfigError(
            f"{key} cannot be this: {zone!r} is not a time zone",
            where=origin,
            hint="use a name of the IANA database, such as Europe/London; never an abbreviation such as BST",
            code="CS013",
        ) from cause


def _inline_table(key: str, raw: str, origin: str) -> Any:
    try:
        return tomllib.loads(f"value = {raw}")["value"]
    except tomllib.TOMLDecodeError:
        raise _wrong(key, "expected a table such as { … }", origin) from None  # the cause would quote what was typed


def _as_toml(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_as_toml(part)}" for key, part in value.items()) + " }" if value else "{}"
    return msgspec.json.encode(value).decode()
