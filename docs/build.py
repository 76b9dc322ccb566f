"""Writes docs/reference and the picture in README from the program itself: `./run docs`; `--check` only compares."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from click.testing import CliRunner
from msgspec import Meta

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that the script finds its other half when it is started by its path

from docs import error_codes, picture  # noqa: E402

HELP_WIDTH = "100"
MADE = "This page is made from the program by `./run docs`."
CONFIG_OPENING = """\
# Configuration

Nothing needs to be configured. Settings are read from `countersign.toml`, then from the environment, then from flags;
later ones win, value by value. `countersign config` shows every value with where it comes from. A key that does not
exist is an error, never ignored.

- Files: the one that `COUNTERSIGN_CONFIG` names; else `$XDG_CONFIG_HOME/countersign/countersign.toml`
  (`~/.config/countersign/countersign.toml`), then `countersign.toml` in the current folder.
- Environment: `COUNTERSIGN_SECTION__KEY`, for example `COUNTERSIGN_ALARM__HARD_CAP=3`; a table is written as in TOML:
  `COUNTERSIGN_ACCOUNT__ZONES='{ ExamplianEmb = "Europe/London" }'`.
- Secrets never stand in the configuration. It names their place: `{ env = "NAME" }`, `{ file = "PATH" }` or
  `{ keyring = "SERVICE" }`."""
SIGNALS_OPENING = """\
# Signals

What is looked at in every action. A signal gives bits: how much better "somebody else" explains what was seen than the
account's own habit does. The bits of all signals, multiplied by their published weights, add up;
`countersign signal NAME` shows the weight."""


def pages() -> dict[str, Callable[[], str]]:
    """Return what makes each generated page, by its path in the repository."""
    return {
        "docs/reference/errors.md": error_codes.page,
        "docs/reference/config.md": config_page,
        "docs/reference/commands.md": commands_page,
        "docs/reference/sources.md": sources_page,
        "docs/reference/signals.md": signals_page,
    }


def stale() -> list[str]:
    """Return the paths of the generated pages that differ from what the program says now."""
    return [path for path, make in pages().items() if not _is(ROOT / path, make())]


def config_page() -> str:
    """Return docs/reference/config.md: every setting, from the structs that decode it."""
    from countersign.config import Config

    lines = [CONFIG_OPENING, "", MADE]
    for section, struct in get_type_hints(Config).items():
        lines += ["", f"## [{section}]", "", inspect.getdoc(struct) or "", ""]
        lines += ["| key | takes | default | meaning |", "|---|---|---|---|"]
        lines += _settings(struct)
    return "\n".join(lines) + "\n"


def _settings(struct: Any) -> Iterator[str]:
    for name, kind in get_type_hints(struct, include_extras=True).items():
        meaning = next((meta.description for meta in getattr(kind, "__metadata__", ()) if meta.description), "")
        yield f"| `{name}` | {_takes(kind)} | {_default(getattr(struct(), name))} | {meaning} |"


def _takes(kind: Any) -> str:
    plain = kind.__origin__ if hasattr(kind, "__metadata__") else kind
    limits = [_limits(meta) for meta in getattr(kind, "__metadata__", ()) if isinstance(meta, Meta)]
    return " ".join([_word(plain), *filter(None, limits)])


def _word(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) in (Union, UnionType):
        return next(_word(part) for part in get_args(kind) if part is not type(None))
    words = {int: "whole number", float: "number", bool: "`true`, `false`", str: "text", "Secret": "place of a secret"}
    return words.get(kind) or words.get(getattr(kind, "__name__", ""), "table")


def _limits(meta: Meta) -> str:
    bounds = (("above", meta.gt), ("from", meta.ge), ("to", meta.le))
    return " ".join(f"{word} {value}" for word, value in bounds if value is not None)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value not in (None, "", {}) else "-"


def commands_page() -> str:
    """Return docs/reference/commands.md: the help of every command."""
    from countersign.cli.app import COMMANDS

    lines = ["# Commands", "", f"The help of every command. {MADE}", "", "## countersign", "", *_help()]
    for name in COMMANDS:
        lines += ["", f"## countersign {name}", "", *_help(name)]
    return "\n".join(lines) + "\n"


def _help(*command: str) -> list[str]:
    from countersign.cli.app import countersign

    environment = {"COLUMNS": HELP_WIDTH, "HOME": "/home/you", "NO_COLOR": "1"}
    done = CliRunner().invoke(countersign, [*command, "--help"], env=environment, prog_name="countersign")
    if done.exit_code != 0:
        raise RuntimeError(f"countersign {' '.join(command)} --help failed: {done.exception!r}")
    return ["```text", *(line.rstrip() for line in done.output.strip().splitlines()), "```"]


def sources_page() -> str:
    """Return docs/reference/sources.md: every registered source, in its own words."""
    lines = ["# Sources", "", f"What can be read. `--source NAME` overrules the recognition by content. {MADE}"]
    for name, source in _extensions("countersign.sources").items():
        words = inspect.getdoc(type(source)) or ""
        module = inspect.getdoc(inspect.getmodule(type(source))) or ""
        lines += ["", f"## {name}", "", _prose(module), *([] if words == module else ["", _prose(words)])]
    return "\n".join(lines) + "\n"


def signals_page() -> str:
    """Return docs/reference/signals.md: what every signal asks, an example, and its limits."""
    lines = [SIGNALS_OPENING, "", MADE]
    for name, signal in _extensions("countersign.signals").items():
        lines += ["", f"## {name}", "", signal.question, ""]
        lines += [f"- Example: {signal.example}", f"- Limits: {signal.limits}"]
    return "\n".join(lines) + "\n"


def _extensions(group: str) -> Mapping[str, Any]:
    ours = [entry for entry in entry_points(group=group) if entry.value.startswith("countersign.")]
    return {entry.name: entry.load() for entry in sorted(ours, key=lambda entry: entry.name)}


def _prose(docstring: str) -> str:
    return docstring.split(">>>")[0].strip()


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write every page and the picture, or with --check only name the pages that are stale; 1 if any fails."""
    if "--check" in arguments:
        wrong = stale()
        print("\n".join(f"stale: {path} (./run docs)" for path in wrong) or "docs/reference is up to date")
        return 1 if wrong else 0
    return max([_write(path, make) for path, make in pages().items()] + [_draw()])


def _write(path: str, make: Callable[[], str]) -> int:
    try:
        text = make()
    except Exception as error:  # one page that cannot be made must not keep the others from being made
        print(f"failed {path}: {error!r}")
        return 1
    if not _is(ROOT / path, text):
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    return 0


def _draw() -> int:
    program = str(Path(sys.prefix) / "bin" / "countersign")
    try:
        print(picture.make(ROOT / "docs" / "images" / "demo.svg", [program, "demo"]))
    except RuntimeError as error:
        print(f"failed docs/images/demo.svg: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
