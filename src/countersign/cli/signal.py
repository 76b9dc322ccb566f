"""`signal`: what a signal notices, an example, its limits, and where its numbers come from."""

from collections.abc import Sequence
from typing import Any

import click

from countersign import plugins
from countersign.cli.command import command as make_command
from countersign.cli.console import Console
from countersign.cli.tables import Column, as_csv, laid_out, markdown, write_json, write_line
from countersign.errors import UsageError
from countersign.profile.habit import Closed, Gap, Habit, Open, Text
from countersign.score.signals.signal import Signal
from countersign.score.tables import weights
from countersign.text import hanging, nearest, visible

COLUMNS = (
    Column(key="name", title="signal"),
    Column(key="question", title="what it asks", most=96),
    Column(key="habit", title="habit"),
)
_CSV = (*COLUMNS, *(Column(key=key, title=key) for key in ("weight", "example", "limits")))


@make_command("signal", examples=("countersign signal", "countersign signal whom", "countersign signal --format json"))
@click.argument("name", required=False)
def command(console: Console, *, name: str | None) -> int:
    """What does a signal notice, and where do its numbers come from? Without a name: all signals."""
    signals = _signals()
    if name is None:
        _write(console, [_record(console, signal) for signal in signals], "signals")
        return 0
    signal = _named(signals, name)
    if console.wants_text:
        console.write(*_described(console, signal))
    else:
        _write(console, [_record(console, signal)], "signals")
    return 0


def _signals() -> tuple[Signal, ...]:
    return plugins.load("countersign.signals")


def _named(signals: Sequence[Signal], name: str) -> Signal:
    for signal in signals:
        if signal.name == name:
            return signal
    meant = nearest(name, [signal.name for signal in signals])
    hint = f"did you mean {meant}?" if meant else "countersign signal lists all"
    raise UsageError(f"there is no signal {name}", hint=hint)


def _write(console: Console, records: Sequence[dict[str, Any]], kind: str) -> None:
    match console.look.format:
        case "json":
            write_json(console, {kind: records})
        case "jsonl":
            for record in records:
                write_line(console, record)
        case "csv":
            console.write_data(as_csv(records, _CSV))
        case "md":
            console.write(*markdown(records, COLUMNS))
        case "text":
            console.write(*laid_out(console, records, COLUMNS))
            console.next("countersign signal NAME    says more of one")


def _record(console: Console, signal: Signal) -> dict[str, Any]:
    return {
        "name": signal.name,
        "question": signal.question,
        "habit": habit_kind(signal.habit),
        "weight": _weight(console, signal),
        "example": signal.example,
        "limits": signal.limits,
    }


def _described(console: Console, signal: Signal) -> list[str]:
    parts = (
        ("Asks", signal.question),
        ("Example", signal.example),
        ("Limits", signal.limits),
        ("Habit", habit_words(signal.habit)),
        ("Weight", f"{_weight(console, signal):.2f}: its bits are multiplied by this, because signals overlap"),
        ("Numbers", NUMBERS),
    )
    lines = [console.strong(f"{signal.name}")]
    for label, words in parts:
        lines.append(hanging(f"  {label + ':':<9} ", visible(words), console.prose))
    return lines


NUMBERS = (
    "the account's own decayed habit, against a background table that ships with the program and is never taken from"
    " the file that is read; the weights are one published table"
)


def habit_kind(habit: Habit) -> str:
    """Return which of the kinds of habit this is.

    >>> habit_kind(Gap())
    'pauses'
    """
    return {Closed: "closed", Open: "open", Text: "style", Gap: "pauses"}[type(habit)]


def habit_words(habit: Habit) -> str:
    """Return in a sentence what is remembered of an account."""
    match habit:
        case Closed(size=size, contexts=contexts):
            kept = f"how often each of {size} values came, older actions counting less"
            return f"{kept}; kept apart {_and(contexts)}" if contexts else kept
        case Open(slots=slots):
            return f"how often each value came and how often a new one does; up to {slots:,} values are remembered"
        case Text(unit=unit, slots=slots):
            parts = "words" if unit == "words" else "runs of letters"
            return f"which {parts} it uses, hashed into {slots:,} counters; no text is kept"
        case Gap():
            return "how long the pauses between its actions are, in powers of two of a second"


def _and(words: Sequence[str]) -> str:
    return ", ".join(words)


def _weight(console: Console, signal: Signal) -> float:
    """Return what the published table says for the preset in use."""
    return weights(console.settings.config.score.preset).signals.get(signal.name, signal.weight)
