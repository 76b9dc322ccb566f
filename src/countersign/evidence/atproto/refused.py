"""Makes the one error that ends every check here: which rule is broken, and in what words."""

from countersign.errors import NotProved


def refused(code: str, message: str, rule: int) -> NotProved:
    """Return the error that refuses a proof; `rule` is its number in docs/reference/atproto-proofs.md."""
    return NotProved(message, code=code, rule=rule)
