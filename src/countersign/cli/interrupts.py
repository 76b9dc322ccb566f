"""Remembers an interrupt that some library swallowed, so that what was interrupted never looks finished."""

import signal
from types import FrameType
from typing import Any


class Interrupts:
    """Ctrl-C as the exception that it is, and as a fact: compilers and destructors may catch the exception."""

    def __init__(self) -> None:
        self._seen = False

    def watch(self) -> None:
        """Begin to remember, unless whoever started us has interrupts ignored or handled otherwise."""
        self._seen = False
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._note)

    def check(self) -> None:
        """Raise KeyboardInterrupt if there was one, even if something caught it since."""
        if self._seen:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> Any:
        self._seen = True
        signal.default_int_handler(number, frame)


interrupts = Interrupts()
