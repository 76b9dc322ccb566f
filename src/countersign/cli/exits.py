"""Exit codes, the same in every command: a script cannot mistake silence for safety."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `countersign --help` loads no numerics
    from countersign.engine.verdict import AccountVerdict

NOTHING = 0
FOUND = 1
COULD_NOT_RUN = 2
CANNOT_TELL = 3
DEFECT = 4
INTERRUPTED = 130


def exit_code(accounts: "Iterable[AccountVerdict]") -> int:
    """Return the exit code for a verdict: found if any account has an incident, else cannot tell, else nothing."""
    answers = {account.answer for account in accounts}
    if "incident" in answers:
        return FOUND
    return CANNOT_TELL if "cannot tell" in answers or not answers else NOTHING
