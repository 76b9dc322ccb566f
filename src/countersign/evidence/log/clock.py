"""Tells the log what time it is, and says so when the clock of the machine jumped."""

import ctypes
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import msgspec

from countersign.evidence.entry import Clock

BACK_SECONDS = 1
"""A clock that is corrected by a second is a good clock."""
FORWARD_SECONDS = 3600
"""Ahead of the time that has passed by more than this, somebody set the clock: daylight saving does not move UTC."""
_STA_UNSYNC = 0x40
_TIMEX_BYTES = 256
"""More than `struct timex` has on any Linux; its field `status` follows modes, offset, freq, maxerror, esterror."""


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the machine's clock, in seconds since 1970: what it should have shown, and what it shows."""

    kind: Literal["back", "forward"]
    expected: int
    found: int


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock said, and what the log will say: `seen` never runs backwards."""

    wall: int
    seen: int
    clock: Clock
    jumps: tuple[Jump, ...] = ()


class LogClock:
    """Reads the machine's clock against one that nobody sets, and remembers jumps until they are in the log."""

    def __init__(
        self, now: Callable[[], datetime], *, elapsed: Callable[[], float] | None = None,
        synchronised: Callable[[], bool] | None = None,
    ) -> None:  # fmt: skip
        self._now = now
        self._elapsed = elapsed or passed
        self._synchronised = synchronised or kernel_is_synchronised
        self._base: tuple[int, float] | None = None
        self._jumps: list[Jump] = []

    def tick(self) -> int:
        """Return the seconds since 1970 that the machine's clock shows, and note a jump since the last time."""
        wall, elapsed = int(self._now().timestamp()), self._elapsed()
        if self._base is not None:
            expected = self._base[0] + int(elapsed - self._base[1])
            if wall - expected > FORWARD_SECONDS:
                self._jumps.append(Jump(kind="forward", expected=expected, found=wall))
            elif self._base[0] - wall > BACK_SECONDS:
                self._jumps.append(Jump(kind="back", expected=expected, found=wall))
        self._base = (wall, elapsed)
        return wall

    def read(self, last_seen: int, last_wall: int) -> Moment:
        """Return the moment for the next entry, given what the log saw last and what the clock showed then."""
        wall = self.tick()
        jumps = tuple(self._jumps)
        if last_wall - wall > BACK_SECONDS and not any(jump.kind == "back" for jump in jumps):
            jumps = (*jumps, Jump(kind="back", expected=last_wall, found=wall))
        behind = last_seen - wall > BACK_SECONDS
        known: Clock = "ntp ok" if self._synchronised() else "unsynchronised"
        return Moment(
            wall=wall, seen=max(wall, last_seen), clock="stepped" if jumps or behind else known, jumps=jumps
        )  # fmt: skip

    def told(self) -> None:
        """Forget the jumps: they are in the log now."""
        self._jumps.clear()


def stamp(seconds: int) -> str:
    """Return a moment as entries write it.

    >>> stamp(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kernel_is_synchronised() -> bool:
    """Say whether the kernel believes its clock (adjtimex(2)); False where nobody can tell."""
    if sys.platform != "linux":
        return False
    try:
        found = ctypes.create_string_buffer(_TIMEX_BYTES)
        if ctypes.CDLL(None, use_errno=True).adjtimex(found) < 0:
            return False
    except (OSError, AttributeError):
        return False
    word = ctypes.sizeof(ctypes.c_long)
    status = int.from_bytes(found.raw[5 * word : 5 * word + 4], sys.byteorder)
    return not status & _STA_UNSYNC


passed: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic
)
"""Seconds since the machine was started, sleep included where the system counts it."""
