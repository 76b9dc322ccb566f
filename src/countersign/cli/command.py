"""Makes a command: the options that all commands share, help that starts with examples, exit codes and streams."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from countersign.cli import exits
from countersign.cli.console import FORMATS, Console, Look, terminal_width
from countersign.cli.zones import zone_named
from countersign.config import Settings, Show, load, usual_files

Run = Callable[..., int]


SHARED = frozenset({"format", "quiet", "exit_zero", "plain", "color", "ascii", "zone", "help"})
"""Options that every command has."""


class Command(click.Command):
    """A command whose help starts with examples."""

    examples: tuple[str, ...] = ()

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does, examples, then options."""
        formatter.write_text(str(self.help))
        formatter.write("\n")
        for example in self.examples:
            formatter.write(f"  {example}\n")
        formatter.write("\n")
        params = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        for part in (
            [param for param in params if param.name not in SHARED],
            [param for param in params if param.name in SHARED],
        ):
            records = [record for param in part if (record := param.get_help_record(ctx))]
            if records:
                formatter.write_dl([(f"  {option}", words) for option, words in records], col_max=30)
                formatter.write("\n")


def command(name: str, *, examples: Sequence[str], formats: Sequence[str] = FORMATS) -> Callable[[Run], click.Command]:
    """Return a decorator that makes a function `(console, **options) -> exit code` a command of this name.

    Arguments and options of its own are put on with click's decorators below this one.
    """

    def decorate(run: Run) -> click.Command:
        made: click.Command = click.command(name, cls=Command)(_shared(formats)(_on_console(run)))
        assert isinstance(made, Command)
        made.examples = tuple(examples)
        return made

    return decorate


def _on_console(run: Run) -> Run:
    @wraps(run)
    def wrapper(**options: Any) -> int:
        settings = _settings(options)
        console = Console(_look(options, settings.config.show), settings=settings)
        try:
            code = run(console, **options)
            console.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = console.code
        return exits.NOTHING if console.look.exit_zero and code in (exits.FOUND, exits.CANNOT_TELL) else code

    return wrapper


def _settings(options: dict[str, Any]) -> Settings:
    """Return the configuration, with this command's flags above all else."""
    wishes = {
        "show.plain": options.pop("plain") or _is_set("COUNTERSIGN_PLAIN") or None,
        "show.color": options.pop("color"),
        "show.zone": options["zone"],
        "account.home_zone": options.pop("zone"),
        "store.path": options.get("store"),
    }
    for zone in {wishes["show.zone"]} - {None}:
        zone_named(str(zone))
    flags = {key: value for key, value in wishes.items() if value is not None}
    return load(usual_files(os.environ, Path.cwd()), os.environ, flags)


def _look(options: dict[str, Any], show: Show) -> Look:
    return Look(
        format=options.pop("format"),
        quiet=options.pop("quiet"),
        exit_zero=options.pop("exit_zero"),
        plain=show.plain,
        color=_colored(show.color),
        ascii_only=options.pop("ascii"),
        zone=zone_named(show.zone or "UTC"),
        zone_given=show.zone is not None,
        width=terminal_width(),
    )


def _colored(wish: str) -> bool:
    if wish != "auto":
        return wish == "always"
    return sys.stdout.isatty() and not _is_set("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def _shared(formats: Sequence[str]) -> Callable[[Run], Run]:
    options = (
        click.option("--format", type=click.Choice(formats), default=formats[0], help="What to write."),
        click.option("-q", "--quiet", is_flag=True, help="Write nothing; only the exit code answers."),
        click.option("--exit-zero", is_flag=True, help="Exit 0 also for found (1) and cannot tell (3)."),
        click.option("--plain", is_flag=True, help="For screen readers: label before value, no bars."),
        click.option("--color", type=click.Choice(("auto", "always", "never")), help="Bold headings."),
        click.option("--ascii", is_flag=True, help="Show all that is not ASCII as codes."),
        click.option("--zone", metavar="ZONE", help="Home time zone, such as Europe/London."),
    )

    def decorate(run: Run) -> Run:
        for option in reversed(options):
            run = option(run)
        return run

    return decorate
