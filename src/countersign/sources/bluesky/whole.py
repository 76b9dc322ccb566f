"""What a repository export says as a whole: whose it is, as of when, and what a reader should know of it."""

from collections.abc import Iterator

import msgspec

from countersign.activity import Identity, NotUnderstood, Parsed, Received, Remark
from countersign.sources.bluesky.records import PLATFORM, SOURCE
from countersign.sources.bluesky.syntax import declared_time


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted on the walk over a repository."""

    records: int
    gaps: int
    spare: int
    roots: int
    canonical: bool


def owner(received: Received) -> Iterator[Parsed]:
    """Yield whose repository it is, as of its last revision."""
    context = received.context
    yield Identity(account=context["account"], platform=PLATFORM, name=context.get("name"),
                   as_of=declared_time(context.get("generated")))  # fmt: skip


def remarks(received: Received) -> Iterator[Parsed]:
    """Yield what a reader should know of the whole file."""
    try:
        tally = msgspec.json.decode(received.body, type=Tally)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        yield NotUnderstood(source=SOURCE, ref=received.ref, position=received.position, reason=str(error),
                            body=received.body)  # fmt: skip
        return
    for text in _sentences(tally):
        yield Remark(source=SOURCE, ref=received.ref, text=text)


def _sentences(tally: Tally) -> Iterator[str]:
    yield (f"every block of the file fits its hash, and {tally.records:,} records hang on the signed commit; whether "
           "the signature is the account's own is not checked here: that needs the account's DID document")  # fmt: skip
    yield "an export holds what the account has now: what was deleted is not in it, nor older versions of a record"
    if tally.gaps:
        yield f"parts of the tree that are not in the file: {tally.gaps:,}; it is only a part of the repository"
    if tally.spare:
        yield f"blocks of the file that belong to no record of the repository, and were not read: {tally.spare:,}"
    if tally.roots > 1:
        yield f"the file names {tally.roots} roots; only the first was read"
    if not tally.canonical:
        yield "the tree of records is not in the form that the protocol asks for; its records are read all the same"
