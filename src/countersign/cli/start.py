"""What `countersign` alone says: where you are, and the one or two things to do next."""

import os
from pathlib import Path

from countersign import __version__
from countersign.cli.console import Console, Look
from countersign.config import load, usual_files

_FIRST = (
    "No account here yet. Try one of:",
    "  countersign demo                             a made-up incident, offline, in seconds",
    "  countersign check twitter-archive.zip        is anything unusual? keeps nothing, needs no set-up",
    "  countersign import twitter-archive.zip       keep the history of an account that you run",
)
_KEPT = (
    "  countersign incidents                        what was found, and who answered",
    "  countersign check                            is anything unusual?",
    "  countersign import NEWER-ARCHIVE.zip         add what happened since",
)


def start() -> int:
    """Say what to do next, to a newcomer or to someone whose accounts are known."""
    console = Console(Look())
    names, due = _kept()
    head = [f"In the store: {', '.join(names)}", *([due] if due else []), *_KEPT] if names else _FIRST
    console.write(f"countersign {__version__} - who really did that?", "", *head, "", "More: countersign --help")
    console.flush()
    return 0


def _kept() -> tuple[list[str], str]:
    """Return what the accounts of the usual store are called, and what is due; a newcomer waits for nothing to load."""
    settings = load(usual_files(os.environ, Path.cwd()), os.environ)
    if not Path(settings.config.store.path).exists():
        return [], ""
    from countersign.cli.due import due, due_line
    from countersign.cli.kept import called
    from countersign.store import Store, store_key

    path = Path(settings.config.store.path)
    with Store.open(path, key=store_key(path, settings.config.store.key)) as store:
        return [called(store, account) for account in store.accounts()], due_line(due(store, settings), settings)
