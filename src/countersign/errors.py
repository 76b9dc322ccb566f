"""The errors that Countersign raises on purpose: each has a stable code and says what to do."""


class CountersignError(Exception):
    """Something stopped us that a person can act on.

    `code` is stable and documented in docs/reference/errors.md; `hint` says what to do;
    `where` names the file, member or setting that is meant.
    """

    code = "CS000"

    def __init__(self, message: str, *, hint: str = "", where: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        if code:
            self.code = code


class UsageError(CountersignError):
    """The command cannot mean what was typed."""

    code = "CS001"


class ConfigError(CountersignError):
    """The configuration is wrong."""

    code = "CS010"


class SourceError(CountersignError):
    """A file or stream cannot be read as what it should be; nothing of it was kept."""

    code = "CS100"


class HostileArchive(SourceError):
    """A container breaks a safety rule (evidence rules for uploaded archives); nothing of it was read."""

    code = "CS110"


class StoreError(CountersignError):
    """Our own stored data cannot be used as it is."""

    code = "CS200"


class ScopeError(CountersignError):
    """The request would make this a tool for watching people; it is refused."""

    code = "CS210"


class ScoreError(CountersignError):
    """A table that scoring needs is missing or damaged."""

    code = "CS300"


class EvidenceError(CountersignError):
    """Evidence cannot be kept or does not hold."""

    code = "CS400"


class NotProved(EvidenceError):
    """A platform's proof breaks a rule of its format: what it claims is not shown.

    `rule` is the number of the broken rule in docs/reference/atproto-proofs.md.
    """

    code = "CS440"

    def __init__(self, message: str, *, rule: int, code: str = "") -> None:
        super().__init__(
            message, where=f"rule {rule}", code=code, hint="docs/reference/atproto-proofs.md has the rules."
        )
        self.rule = rule


class ResponseError(CountersignError):
    """A step of containment cannot be carried out."""

    code = "CS500"
