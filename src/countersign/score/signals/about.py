"""About what: hashtags and domains, the language, how it writes, and what the posts that it likes are about."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Open, Text
from countersign.score.signals.languages import language_named
from countersign.score.signals.signal import Seen, Signal, Unseen
from countersign.score.signals.texts import others_text, written_text
from countersign.score.signals.words import (
    compared,
    dealt,
    named,
    names,
    no_others_text,
    no_own_text,
    no_text,
    several,
    usual,
)

_HOST = r"^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/@]*@)?(?:www\.)?(?P<host>[^/:?#]+)"


def _hashtags(actions: pa.Table) -> pa.ChunkedArray:
    tags = actions["hashtags"]
    listed = pc.fill_null(tags, pa.scalar([], type=tags.type))
    return pc.if_else(pc.is_valid(actions["text"]), listed, tags)


def _domains(actions: pa.Table) -> pa.ChunkedArray:
    links = actions["links"]
    return pa.chunked_array([_hosts(chunk) for chunk in links.chunks], type=links.type)


def _hosts(links: pa.LargeListArray) -> pa.LargeListArray:
    """Return the hosts of lists of addresses, "" for what is not an address; a slice costs no more than its length."""
    lengths = np.asarray(pc.fill_null(pc.list_value_length(links), 0))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    hosts = pc.struct_field(pc.extract_regex(links.flatten(), _HOST), "host")
    mask = links.is_null() if links.null_count else None
    return pa.LargeListArray.from_arrays(offsets, pc.fill_null(pc.utf8_lower(hosts), ""), mask=mask)


def _language(actions: pa.Table) -> pa.ChunkedArray:
    lang = pc.utf8_lower(actions["lang"])
    unknown = pc.is_in(
        lang, value_set=pa.array(["und", "zxx", "qam", "qme", "qst", "qct", "qht", ""], pa.large_string())
    )
    primary = pc.list_element(pc.split_pattern(pc.fill_null(lang, "-"), "-", max_splits=1), 0)
    return pc.if_else(pc.or_(unknown, pc.is_null(lang)), pa.scalar(None, pa.large_string()), primary)


def _say_hashtags(seen: Seen) -> str:
    if not seen.value:
        return usual("no hashtag is listed", seen)
    return several(f"with the {'hashtag' if len(seen.value) == 1 else 'hashtags'} {names(seen.value)}", seen)


def _say_domains(seen: Seen) -> str:
    if not seen.value:
        return usual("no link is listed", seen)
    if len(seen.value) > 1:
        return several(f"links to {names(seen.value)}", seen)
    return dealt(f"links to {named(seen.value[0] or '')}", seen, done="linked to", of="links")


def _no_link(unseen: Unseen) -> str:
    return "no link is listed" if unseen.listed else "links are not given"


def _say_language(seen: Seen) -> str:
    return dealt(f"in {language_named(seen.value)}", seen, done="seen", of="texts")


def _no_language(_: Unseen) -> str:
    return "no language is given"


def _say_style(seen: Seen) -> str:
    return compared(
        seen,
        like="reads like what it writes",
        unlike="reads unlike what it writes",
        neither="reads no more like its own texts than like those of others",
        unit="a run of characters",
        learning="too little that it wrote is known to compare it with",
    )


def _say_about(seen: Seen) -> str:
    return compared(
        seen,
        like="reads like what it likes or reposts",
        unlike="reads unlike what it likes or reposts",
        neither="reads no more like what it likes or reposts than like anything else",
        unit="a run of characters",
        learning="too little that it liked or reposted is known to compare it with",
    )


def _say_wording(seen: Seen) -> str:
    return compared(
        seen,
        like="its words are those that it has used lately",
        unlike="its words are not those that it has used lately",
        neither="its words are no more those that it has used lately than those of others",
        unit="a word",
        learning="too little that it wrote is known to compare it with",
    )


def _say_topic(seen: Seen) -> str:
    return compared(
        seen,
        like="its words are those of what it has liked or reposted lately",
        unlike="its words are not those of what it has liked or reposted lately",
        neither="its words are no more those of what it has liked or reposted lately than those of others",
        unit="a word",
        learning="too little that it liked or reposted is known to compare it with",
    )


hashtags = Signal(
    name="hashtags",
    question="Which hashtags does it use, and how many at once?",
    habit=Open(slots=1024, compact_slots=8, contexts=("lately",), counted=True),
    observe=_hashtags,
    say=_say_hashtags,
    lacking=no_text,
    example="a post with three tags that it never used",
    limits="Tags as the platform lists them; where it lists none, one cannot tell a source that omits them.",
)

domain = Signal(
    name="domain",
    question="Which sites does it link to?",
    habit=Open(slots=1024, compact_slots=8, contexts=("lately",)),
    observe=_domains,
    say=_say_domains,
    lacking=_no_link,
    example="a link to a site that it never linked to",
    limits="Not observed without the list of links; a link shortener hides the site.",
)

language = Signal(
    name="language",
    question="In which language is the text?",
    habit=Open(slots=16, compact_slots=4, contexts=("lately", "by verb", "by client")),
    observe=_language,
    say=_say_language,
    lacking=_no_language,
    example="a repost in Chinese on an account that reads English and French",
    limits="The platform's own label; not observed where it gives none. Short texts are often labelled wrongly.",
)

style = Signal(
    name="style",
    question="Does the text read as this account writes?",
    habit=Text(unit="characters", slots=65536, compact_slots=128, strength=2000.0),
    observe=written_text,
    say=_say_style,
    lacking=no_own_text,
    example="a breathless post on an account that writes in full, plain sentences",
    limits="Only text that the account wrote itself. A model that imitates the account can imitate its style.",
)

about = Signal(
    name="about",
    question="Is the post that it liked or reposted like those it usually likes or reposts?",
    habit=Text(unit="characters", slots=65536, compact_slots=64, strength=2000.0),
    observe=others_text,
    say=_say_about,
    lacking=no_others_text,
    example="a repost of gambling advice on an account that reposts trade statistics",
    limits="Runs of characters of other people's text, kept only as sums; not observed where the text is not given.",
)

wording = Signal(
    name="wording",
    question="Does it use the words that it has been using lately?",
    habit=Text(unit="words", slots=16384, compact_slots=64, memory=1500, strength=300.0),
    observe=written_text,
    say=_say_wording,
    lacking=no_own_text,
    example="a post about a currency on an account that has been writing about a trade fair",
    limits="Only text that the account wrote itself, over some hundred posts; a new subject looks foreign once.",
)

topic = Signal(
    name="topic",
    question="Is the post that it liked or reposted about what it has been liking and reposting lately?",
    habit=Text(unit="words", slots=16384, compact_slots=64, memory=1500, strength=300.0),
    observe=others_text,
    say=_say_topic,
    lacking=no_others_text,
    example="a like of a rumour about a third country among reposts of a state visit",
    limits="Words of other people's text, kept only as sums; not observed where the text is not given.",
)
