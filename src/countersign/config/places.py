"""Finds settings where people leave them: files, variables of the environment, and flags of a command."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from countersign.config.decoding import DEFAULT, Layer, Settings, decode, unknown
from countersign.config.keys import Config
from countersign.errors import ConfigError

FILE_NAME = "countersign.toml"
ENV_PREFIX = "COUNTERSIGN_"
ENV_FILE = "COUNTERSIGN_CONFIG"


def load(files: Sequence[Path], environ: Mapping[str, str], flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings that files (those that are missing are skipped), the environment and flags ask for.

    Later files win over earlier ones, the environment over files, flags (full key to value) over all. Raises
    ConfigError for anything that is not understood: a setting is never dropped in silence.
    """
    usual = Layer(values={"store.path": str(usual_store(environ))}, origins={"store.path": DEFAULT})
    given = flags or {}
    asked = Layer(values=given, origins=dict.fromkeys(given, "flag"))
    return decode([usual, *(from_file(path) for path in files if path.exists()), from_environment(environ), asked])


def usual_files(environ: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Return where configuration is looked for: $COUNTERSIGN_CONFIG, else the user's file and `folder`'s.

    >>> [str(path) for path in usual_files({"HOME": "/h"}, Path("/w"))]
    ['/h/.config/countersign/countersign.toml', '/w/countersign.toml']
    """
    named = environ.get(ENV_FILE)
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError("there is no such file", where=f"{ENV_FILE}={named}", hint="unset it or mend the path")
        return (path,)
    base = base_folder(environ, "XDG_CONFIG_HOME", ".config")
    return (base / "countersign" / FILE_NAME, folder / FILE_NAME)


def usual_store(environ: Mapping[str, str]) -> Path:
    """Return where the database lies if nothing else is said.

    >>> str(usual_store({"HOME": "/h"}))
    '/h/.local/share/countersign/countersign.db'
    """
    return base_folder(environ, "XDG_DATA_HOME", ".local/share") / "countersign" / "countersign.db"


def from_file(path: Path) -> Layer:
    """Return the settings of one TOML file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise ConfigError(f"this cannot be read as TOML: {cause}", where=str(path), code="CS011") from cause
    values = dict(_flattened(tables, str(path)))
    return Layer(values=values, origins=dict.fromkeys(values, str(path)))


def from_environment(environ: Mapping[str, str]) -> Layer:
    """Return the settings of variables named COUNTERSIGN_SECTION__KEY.

    >>> dict(from_environment({"COUNTERSIGN_SHOW__PLAIN": "true"}).values)
    {'show.plain': 'true'}
    """
    names = {
        name.removeprefix(ENV_PREFIX).lower().replace("__", ".", 1): name
        for name in sorted(environ)
        if name.startswith(ENV_PREFIX) and "__" in name
    }
    values = {key: environ[name] for key, name in names.items()}
    return Layer(values=values, origins=names, text=True)


def _flattened(tables: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    for section, values in tables.items():
        if section not in Config.__struct_fields__ or not isinstance(values, dict):
            raise unknown(section, where)
        for name, value in values.items():
            yield f"{section}.{name}", value


def base_folder(environ: Mapping[str, str], name: str, below_home: str) -> Path:
    """Return one of a user's base folders: what the variable names, else a folder below home.

    >>> str(base_folder({"HOME": "/h"}, "XDG_CACHE_HOME", ".cache"))
    '/h/.cache'
    """
    # XDG Base Directory Specification: a relative path in these variables is to be ignored.
    given = environ.get(name, "")
    return Path(given) if given.startswith("/") else Path(environ.get("HOME", "/")) / below_home
