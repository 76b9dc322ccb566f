"""What: the kind of action, whether it has a link, how long and how laid out its text is, how it is labelled."""

import pyarrow as pa
import pyarrow.compute as pc

from countersign.activity import VERBS
from countersign.profile.habit import Closed
from countersign.score.signals.shape import FIRST, LAST, LAYOUTS, layouts
from countersign.score.signals.signal import Seen, Signal, Unseen
from countersign.score.signals.texts import written_text
from countersign.score.signals.words import MANY, VERB_WORDS, no_own_text, no_text, usual

LENGTHS = (1, 10, 20, 35, 50, 70, 90, 110, 130, 145, 200, 280, 500)
"""Lower bounds, in characters, of the classes of length."""
_VERBS = pa.array(VERBS, type=pa.large_string())


def _kind(actions: pa.Table) -> pa.ChunkedArray:
    return pc.index_in(actions["verb"], value_set=_VERBS)


def _has_link(actions: pa.Table) -> pa.ChunkedArray:
    listed = pc.greater(pc.fill_null(pc.list_value_length(actions["links"]), 0), 0)
    written = pc.fill_null(pc.match_substring(actions["text"], "://"), fill_value=False)
    known = pc.or_(pc.is_valid(actions["text"]), pc.is_valid(actions["links"]))
    return pc.if_else(known, pc.cast(pc.or_(listed, written), pa.int8()), pa.scalar(None, pa.int8()))


def _length(actions: pa.Table) -> pa.ChunkedArray:
    length = pc.coalesce(pc.cast(pc.utf8_length(actions["text"]), pa.int32()), actions["text_length"])
    code = pc.multiply(length, 0)
    for bound in LENGTHS:
        code = pc.add(code, pc.cast(pc.greater_equal(length, bound), pa.int32()))
    return code


def _layout(actions: pa.Table) -> pa.ChunkedArray:
    codes = [layouts(chunk) for chunk in written_text(actions).chunks]
    return pa.chunked_array([pa.array(chunk, mask=chunk < 0) for chunk in codes], type=pa.int16())


def _sensitive(actions: pa.Table) -> pa.ChunkedArray:
    return pc.cast(actions["sensitive"], pa.int8())


def _say_kind(seen: Seen) -> str:
    return usual(VERB_WORDS[VERBS[seen.value]], seen)


def _say_link(seen: Seen) -> str:
    return usual("with a link" if seen.value else "no link is listed", seen, _such(seen))


def _say_length(seen: Seen) -> str:
    low = (0, *LENGTHS)[seen.value]
    high = LENGTHS[seen.value] - 1 if seen.value < len(LENGTHS) else None
    size = f"{low} characters or more" if high is None else f"{low} to {high} characters" if high else "no text in it"
    return usual(size, seen, _such(seen))


def _say_layout(seen: Seen) -> str:
    return usual(f"begins with {FIRST[seen.value // 8]}, ends with {LAST[seen.value % 8]}", seen, _such(seen))


def _say_sensitive(seen: Seen) -> str:
    label = "labelled sensitive by the platform" if seen.value else "labelled not sensitive by the platform"
    return usual(label, seen, _such(seen))


def _such(seen: Seen) -> str:
    return MANY.get(seen.verb, "such actions")


def _no_label(_: Unseen) -> str:
    return "the platform's label is not given"


kind = Signal(
    name="kind",
    question="What kind of action does this account do, after what it did before?",
    habit=Closed(size=len(VERBS), contexts=("lately", "after verb", "by client")),
    observe=_kind,
    say=_say_kind,
    example="a follow on an account that only posts",
    limits="A kind that the source does not list (likes, in most exports of others) cannot be missed or noticed.",
)

link = Signal(
    name="link",
    question="Does the text come with a link?",
    habit=Closed(size=2, contexts=("lately", "by verb", "by client")),
    observe=_has_link,
    say=_say_link,
    lacking=no_text,
    example="a post with a link on an account that never links",
    limits="Not observed where neither text nor links are given.",
)

length = Signal(
    name="length",
    question="How long is the text, for this kind of action?",
    habit=Closed(size=len(LENGTHS) + 1, contexts=("lately", "by verb", "by client")),
    observe=_length,
    say=_say_length,
    lacking=no_text,
    example="a four-word post on an account that writes full statements",
    limits="For a like or repost it is the length of somebody else's text.",
)

layout = Signal(
    name="layout",
    question="With what do the texts that it writes begin and end?",
    habit=Closed(size=LAYOUTS, contexts=("lately", "by verb", "by client")),
    observe=_layout,
    say=_say_layout,
    lacking=no_own_text,
    example="a post that ends in an exclamation mark on an account that ends in full stops",
    limits="Only text that the account wrote. Characters outside ASCII are one class.",
)

sensitive = Signal(
    name="sensitive",
    question="Has the platform labelled it as sensitive?",
    habit=Closed(size=2, contexts=("by verb",)),
    observe=_sensitive,
    say=_say_sensitive,
    lacking=_no_label,
    example="a like of an adult clip on an account that never liked one",
    limits="The platform's own label as it was given; not observed where the platform says nothing.",
)
