"""`verify`: checks evidence that somebody handed over, without the network and without believing its maker."""

from pathlib import Path

import click

from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.verify_text import report_lines
from countersign.errors import CountersignError, UsageError
from countersign.evidence.verify import Options, Report, verify_bundle
from countersign.text import json_ascii


@make_command(
    "verify",
    examples=(
        "countersign verify case-1.zip",
        "countersign verify case-1.zip --policy exemb.policy",
        "countersign verify case-1/ --policy exemb.policy --checkpoint kept-in-june --json",
    ),
    formats=("text", "json"),
)
@click.argument("path", type=click.Path())
@click.option("--policy", type=click.Path(), metavar="FILE", help="Whose keys count; get it by another way.")
@click.option("--checkpoint", type=click.Path(), metavar="FILE", help="One you kept: has the log only grown since?")
@click.option("--at", metavar="TIME", help="Something that counts is this new (2026-09-09T01:14:22Z).")
@click.option("--require", metavar="LIST", help="Such as tsa:2,witness:3,platform,beacon.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    console: Console,
    *,
    path: str,
    policy: str | None,
    checkpoint: str | None,
    at: str | None,
    require: str | None,
    as_json: bool,
) -> int:
    """Check a bundle (zip or folder), a log's folder or a proof. Exit: 0 holds, 1 false, 2 unreadable, 3 incomplete"""
    if console.look.exit_zero:
        raise UsageError("verify never says 0 of what does not hold", hint="leave out --exit-zero")
    options = Options(
        policy=None if policy is None else Path(policy),
        checkpoint=None if checkpoint is None else Path(checkpoint),
        at=at,
        require=require,
    )
    report = _verified(Path(path), options)
    console.code = report.exit
    if as_json or console.look.format == "json":
        _write_json(console, report)
    else:
        console.write(*report_lines(console, Path(path).name or path, report))
    return report.exit


def _verified(path: Path, options: Options) -> Report:
    """Verify; an error that no check expected is a defect of ours, whatever its type: never a verdict."""
    try:
        return _by_kind(path, options)
    except CountersignError as error:
        raise AssertionError(f"{type(error).__name__} {error.code} was not expected") from error
    except MemoryError as error:  # exit 4, as the format's page has it, though elsewhere it is told as what it is
        raise AssertionError("there was not enough memory") from error


def _by_kind(path: Path, options: Options) -> Report:
    try:
        from countersign.evidence.verify import logs

        if logs.is_log(path):
            return logs.verify_log(path, options)
        if logs.is_proof(path):
            return logs.verify_proof(path, options)
    except OSError:
        pass  # it is told as what cannot be read
    return verify_bundle(path, options)


def _write_json(console: Console, report: Report) -> None:
    import msgspec

    encoded = msgspec.json.format(msgspec.json.encode(report.to_json()), indent=2)
    console.write_data(json_ascii(encoded) + b"\n")
