"""`plugins`: shows which code takes part in an answer, and its hash, so that a report can name it."""

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.tables import Column, show
from countersign.plugins import Plugin, registered

COLUMNS = (
    Column(key="name", title="name", whole=True),
    Column(key="group", title="group"),
    Column(key="package", title="package"),
    Column(key="version", title="version"),
    Column(key="sha256", title="sha256 of its module", most=64, whole=True),
)


@make_command("plugins", examples=("countersign plugins", "countersign plugins --format json"))
def command(console: Console) -> int:
    """List every extension: its name, what it is, its package, version and hash."""
    show(console, "plugins", [_record(plugin) for plugin in registered()], COLUMNS)
    return 0


def _record(plugin: Plugin) -> Mapping[str, object]:
    return {
        "name": plugin.name,
        "group": plugin.group,
        "package": plugin.package,
        "version": plugin.version,
        "module": plugin.value,
        "sha256": digest(plugin.value.split(":")[0]),
    }


def digest(module: str) -> str | None:
    """Return the SHA-256 of a module's file (of all its files, by name, for a package); None if it has none."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    files = sorted(origin.parent.rglob("*.py")) if spec.submodule_search_locations else [origin]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
