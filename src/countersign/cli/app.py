"""The program `countersign`: finds the command, runs it, and turns whatever happens into an exit code."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from countersign import __version__
from countersign.cli import exits, failures
from countersign.cli.console import tell
from countersign.cli.interrupts import interrupts
from countersign.config import keep_compiled
from countersign.errors import CountersignError
from countersign.text import nearest

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "replay one made-up incident, offline"),
    "check": ("check", "is anything unusual in these files, or in this account?"),
    "explain": ("explain", "why an incident or an action is unusual, part by part"),
    "incidents": ("incidents", "list incidents"),
    "import": ("importing", "keep the history of an account in the store"),
    "evidence": ("evidence", "keep alert mails, dumps of sign-ins, rosters, tables of networks"),
    "accounts": ("accounts", "list, add or remove the accounts you run"),
    "investigate": ("investigate", "which explanation do the findings support, and what would settle it?"),
    "operators": ("operators", "who works on an account, as unnamed groups of habits"),
    "ask": ("ask", "requests for what would settle it, ready to be sent"),
    "mark": ("mark", 'answer an incident: "it was us", "it was not us", ...'),
    "claims": ("claims", "check what was said in public against the record"),
    "report": ("report", "the case, written for the team, the platform or the public"),
    "seal": ("seal", "hand an incident over as a bundle that outsiders can check"),
    "signal": ("signal", "what a signal notices, and where its numbers come from"),
    "export": ("export", "write actions or incidents for other programs"),
    "log": ("log", "the evidence log: show it, check it, rotate its key, erase"),
    "witness": ("witness", "have your log countersigned by peers, and countersign theirs"),
    "verify": ("verify", "check evidence that somebody handed over, offline"),
    "config": ("configuration", "every setting, and where it comes from"),
    "plugins": ("plugins", "every extension, with its package and hash"),
    "doctor": ("doctor", "is everything in order here?"),
}
"""Every command: the module of this package that holds it (as `command`), and its line in the help."""

COLLECT_AFTER = 100_000
"""New objects after which Python looks for circles of garbage: there are few here, and its usual 700 took a sixth of a
first start, and much of reading a large file."""

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 98}

EXAMPLES = (
    ("countersign demo", "a made-up incident, offline"),
    ("countersign check twitter-archive.zip", "files, no set-up"),
    ("countersign explain 1 twitter-archive.zip", "why it is unusual"),
    ("countersign check more.jsonl --all --format jsonl", "every action, for programs"),
)


class Commands(click.Group):
    """The commands, each imported only when it is called: `countersign --help` loads no numerics."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"countersign.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command, or name the nearest."""
        if args[0] not in COMMANDS:
            meant = nearest(args[0], COMMANDS)
            hint = f"; did you mean {meant}?" if meant else ""
            raise click.UsageError(f"there is no command {args[0]}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write help that starts with examples and fits a screen."""
        formatter.write(f"countersign {__version__}: who really did that?\n\n")
        for example, words in EXAMPLES:
            formatter.write(f"  {example:<51} {words}\n")
        formatter.write("\n")
        formatter.write_dl([(f"  {name}", line) for name, (_, line) in COMMANDS.items()], col_max=16)
        formatter.write(
            "\n  countersign COMMAND --help says more; --version; --help\n"
            "  Exit codes: 0 nothing found, 1 found, 2 could not run, 3 cannot tell,\n"
            "              4 a defect of ours, 130 interrupted\n"
        )


@click.group(cls=Commands, invoke_without_command=True, context_settings=SETTINGS)
@click.version_option(__version__, message="countersign %(version)s")
@click.pass_context
def countersign(ctx: click.Context) -> int:
    """Say whether an account's actions fit its own habit, and why not."""
    if ctx.invoked_subcommand is not None:
        return exits.NOTHING
    from countersign.cli.start import start

    return start()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    interrupts.watch()
    gc.set_threshold(COLLECT_AFTER)
    try:
        keep_compiled(os.environ)
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except BrokenPipeError:
        return _reader_left()
    except (KeyboardInterrupt, click.Abort):
        tell("interrupted; nothing was decided")
        return exits.INTERRUPTED
    except click.ClickException as error:
        return _fail(failures.from_click(error))
    except CountersignError as error:
        return _fail(error)
    except OSError as error:
        return _fail(failures.from_system(error))
    except MemoryError:
        return _fail(failures.from_memory())
    except Exception as error:
        _fail(failures.from_defect(error))
        return exits.DEFECT


def _run(arguments: list[str]) -> int:
    with countersign.make_context("countersign", arguments) as context:
        code: int | None = countersign.invoke(context)
        interrupts.check()
        sys.stdout.flush()
        return code or exits.NOTHING


def _fail(error: CountersignError) -> int:
    for line in failures.report(error).splitlines():
        tell(line)
    return exits.COULD_NOT_RUN


def _reader_left() -> int:
    """A reader who leaves early (`| head`) is no error; what is still unwritten goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exits.NOTHING
