"""How long platforms keep what an investigation needs: after that there is nothing left to ask for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal

import msgspec

Held = Literal["ip-audit", "deleted posts", "link clicks", "branch links", "webhook replay", "jetstream"]


class Window(msgspec.Struct, frozen=True):
    """For how long something is kept, and how that is known."""

    kept: timedelta
    why: str


WINDOWS: Final[Mapping[Held, Window]] = {
    "ip-audit": Window(
        timedelta(days=60),
        "X archives list sign-in addresses of the last 60 days (measured on three archives of 2021 to 2026)",
    ),
    "deleted posts": Window(timedelta(days=14), "X archives list posts deleted in about the last 14 days"),
    "link clicks": Window(timedelta(days=30), "X archives list links opened on phones in the last 30 days"),
    "branch links": Window(timedelta(days=21), "X archives list deep links of the last 21 days"),
    "webhook replay": Window(timedelta(hours=24), "X replays a webhook's events of the last 24 hours"),
    "jetstream": Window(
        timedelta(hours=36),
        "Jetstream's first version reaches back 36 hours; its second keeps that and when something was deleted, "
        "not what it was",
    ),
}  # fmt: skip
"""Source: the archives' own README, the platforms' documentation, and our measurements (August 2026).

Left out on purpose: a Bluesky access token outlives its app password by two hours. It leaves no trace that could be
asked for, so nothing is settled by asking in time; what is asked for ends two hours after the last action
(`letter.AFTER`).
"""

LONGEST: Final = max(window.kept for window in WINDOWS.values())
"""After so long nothing that we know the end of is left of an incident."""

ARCHIVE_TAKES: Final = timedelta(days=2)
"""How long X takes to make an archive: a day at least, often more."""
