"""An interrupt that something swallowed still ends the command as interrupted, and decides nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import click
import pytest

from countersign.cli import app, main
from countersign.cli.console import Console, Look
from countersign.cli.exits import INTERRUPTED
from countersign.cli.interrupts import interrupts


@pytest.fixture(autouse=True)
def own_handler() -> Iterator[None]:
    """Leave the process's handling of interrupts as it was."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
    yield
    signal.signal(signal.SIGINT, before)
    interrupts.watch()
    signal.signal(signal.SIGINT, before)


def swallow_an_interrupt() -> None:
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(10_000):  # the handler runs between two instructions
            pass


def test_a_swallowed_interrupt_is_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.Commands, "get_command", lambda *_: click.Command("demo", callback=swallow_an_interrupt))
    assert main(["demo"]) == INTERRUPTED
    assert capsys.readouterr().err == "interrupted; nothing was decided\n"


def test_after_a_swallowed_interrupt_nothing_more_is_written() -> None:
    out = BytesIO()
    console = Console(Look(), out=out)
    interrupts.watch()
    console.write("before")
    swallow_an_interrupt()
    with pytest.raises(KeyboardInterrupt):
        console.write("after")
    with pytest.raises(KeyboardInterrupt):
        console.write_data(b"after")
    assert out.getvalue() == b"before\n"


def test_whoever_has_interrupts_ignored_is_left_alone() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupts.watch()
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
