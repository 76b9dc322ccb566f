"""The forms that a report can take: built-in ones and plug-ins enter by the same door, and get a frozen value."""

from collections.abc import Callable, Mapping

import msgspec

from countersign.errors import CountersignError, UsageError
from countersign.plugins import load, registered
from countersign.report.document import Report
from countersign.text import visible

GROUP = "countersign.formats"
Attached = Mapping[str, bytes]
"""Files that go along, by name; a form that holds no files leaves them."""
NOTHING: Attached = {}


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One form of a report: what it is called, what it is for, and how it is written.

    `write` is pure: the same report gives the same bytes, on any machine, in any time zone and language. It gets the
    report as its reader may see it and has no way to the rest of the case: sections for a print, `record` for another
    program. `endings` are those of file names; the longest one that fits a name decides (".stix.json" before ".json").

    Registered in the entry-point group `countersign.formats` under its name.
    """

    name: str
    says: str
    endings: tuple[str, ...]
    write: Callable[[Report, Attached], bytes]

    def __call__(self, report: Report, attached: Attached = NOTHING) -> bytes:
        """Return a report in this form."""
        return self.write(report, attached)


def forms() -> Mapping[str, Format]:
    """Return every registered form by its name; UsageError where two bear the same (CS061) or one is none (CS063)."""
    found: dict[str, Format] = {}
    for one in _loaded():
        if one.name in found:
            raise UsageError(f"two forms of a report are called {one.name}", code="CS061",
                             hint="countersign plugins names the packages; remove one")  # fmt: skip
        found[one.name] = one
    return found


def _loaded() -> tuple[Format, ...]:
    try:
        found = load(GROUP)
    except Exception as error:  # a plug-in is somebody else's code: anything can happen when it is imported
        raise _no_form(f"{type(error).__name__}: {error}") from error
    odd = next((one for one in found if not isinstance(one, Format)), None)
    if odd is not None:
        raise _no_form(f"it is a {type(odd).__name__}")
    return found


def names() -> tuple[str, ...]:
    """Return what the registered forms are called, without loading any."""
    return tuple(dict.fromkeys(one.name for one in registered() if one.group == GROUP))


def named_after(path: str) -> Format | None:
    """Return the form that the ending of a file's name asks for; None if it asks for none, or for two at once."""
    fitting = [
        (len(ending), one) for one in forms().values() for ending in one.endings if path.lower().endswith(ending)
    ]
    longest = max((length for length, _ in fitting), default=0)
    meant = [one for length, one in fitting if length == longest]
    return meant[0] if len(meant) == 1 else None


def render(report: Report, form: str, attached: Attached = NOTHING) -> bytes:
    """Return a report in one form; UsageError (CS062) where the form fails, so that nothing half made is written."""
    try:
        written = forms()[form](report, attached)
    except CountersignError:
        raise
    except Exception as error:
        raise _failed(form, f"{type(error).__name__} in it") from error
    if not isinstance(written, bytes):
        raise _failed(form, f"it gave {type(written).__name__} instead of bytes")
    return written


def _no_form(why: str) -> UsageError:
    return UsageError(f"a plug-in for reports cannot be used: {visible(why)[:200]}", code="CS063",
                      hint="countersign plugins names the packages; mend or remove it")  # fmt: skip


def _failed(form: str, why: str) -> UsageError:
    return UsageError(f"the form {form} could not be written: {why}", code="CS062",
                      hint="take another --format; countersign plugins says whose code it is")  # fmt: skip
