"""What `countersign` alone says: where you are, and the one or two things to do next."""

import sys

from countersign import __version__
from countersign.cli.console import Console, Look
from countersign.cli.kept import accounts_kept

_FIRST = (
    "No account here yet. Try one of:",
    "  countersign demo                             a made-up incident, offline, in seconds",
    "  countersign check twitter-archive.zip        is anything unusual? keeps nothing, needs no set-up",
    "  countersign import twitter-archive.zip       keep the history of an account that you run",
)
_KEPT = (
    "  countersign incidents                        what is open",
    "  countersign check                            is anything unusual?",
    "  countersign import NEWER-ARCHIVE.zip         add what happened since",
)


def start() -> int:
    """Say what to do next, for a newcomer or for someone whose accounts are known."""
    console = Console(Look())
    names = accounts_kept()
    head = [f"In the store: {', '.join(names)}", *_KEPT] if names else list(_FIRST)
    console.write(f"countersign {__version__} - who really did that?", "", *head, "", "More: countersign --help")
    console.flush()
    sys.stdout.flush()
    return 0
