"""About what: hashtags and domains, the language, how it writes, and what the posts that it likes are about."""

import pyarrow as pa
import pyarrow.compute as pc

from countersign.profile.habit import Open, Text
from countersign.score.signals.signal import Seen, Signal
from countersign.score.signals.what import others_text, written_text
from countersign.score.signals.words import usual

_HOST = r"^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/@]*@)?(?:www\.)?(?P<host>[^/:?#]+)"


def _hashtags(actions: pa.Table) -> pa.ChunkedArray:
    tags = actions["hashtags"]
    listed = pc.fill_null(tags, pa.scalar([], type=tags.type))
    return pc.if_else(pc.is_valid(actions["text"]), listed, tags)


def _domains(actions: pa.Table) -> pa.ChunkedArray:
    links = actions["links"]
    chunks = []
    for chunk in links.chunks:
        hosts = pc.struct_field(pc.extract_regex(chunk.values, _HOST), "host")
        folded = pc.utf8_lower(hosts).fill_null("")
        mask = chunk.is_null() if chunk.null_count else None
        chunks.append(pa.LargeListArray.from_arrays(chunk.offsets, folded, mask=mask))
    return pa.chunked_array(chunks, type=links.type)


def _language(actions: pa.Table) -> pa.ChunkedArray:
    lang = pc.utf8_lower(actions["lang"])
    unknown = pc.is_in(
        lang, value_set=pa.array(["und", "zxx", "qam", "qme", "qst", "qct", "qht", ""], pa.large_string())
    )
    primary = pc.list_element(pc.split_pattern(pc.fill_null(lang, "-"), "-", max_splits=1), 0)
    return pc.if_else(pc.or_(unknown, pc.is_null(lang)), pa.scalar(None, pa.large_string()), primary)


def _say_hashtags(seen: Seen) -> str:
    return usual("with #" + ", #".join(seen.value[:3]) if seen.value else "without a hashtag", seen)


def _say_domains(seen: Seen) -> str:
    return usual("links to " + ", ".join(seen.value[:3]), seen)


def _say_language(seen: Seen) -> str:
    return usual(f"in the language {seen.value!r}", seen)


def _say_style(seen: Seen) -> str:
    return usual("a text that fits its way of writing as well as this one", seen)


def _say_about(seen: Seen) -> str:
    return usual("a text that fits what it usually likes or reposts as well as this one", seen)


def _say_wording(seen: Seen) -> str:
    return usual("words that fit what it wrote lately as well as these", seen)


def _say_topic(seen: Seen) -> str:
    return usual("words that fit what it liked or reposted lately as well as these", seen)


hashtags = Signal(
    name="hashtags",
    question="Which hashtags does it use, and how many at once?",
    habit=Open(slots=1024, compact_slots=8, contexts=("lately",), counted=True),
    observe=_hashtags,
    say=_say_hashtags,
    example="a post with three tags that it never used",
    limits="Tags as the platform lists them.",
)

domain = Signal(
    name="domain",
    question="Which sites does it link to?",
    habit=Open(slots=1024, compact_slots=8, contexts=("lately",)),
    observe=_domains,
    say=_say_domains,
    example="a link to a site that it never linked to",
    limits="Not observed without the list of links; a link shortener hides the site.",
)

language = Signal(
    name="language",
    question="In which language is the text?",
    habit=Open(slots=16, compact_slots=4, contexts=("lately", "by verb", "by client")),
    observe=_language,
    say=_say_language,
    example="a repost in Chinese on an account that reads English and French",
    limits="The platform's own label; not observed where it gives none. Short texts are often labelled wrongly.",
)

style = Signal(
    name="style",
    question="Does the text read as this account writes?",
    habit=Text(unit="characters", slots=65536, compact_slots=256),
    observe=written_text,
    say=_say_style,
    example="a breathless post on an account that writes in full, plain sentences",
    limits="Only text that the account wrote itself. A model that imitates the account can imitate its style.",
)

about = Signal(
    name="about",
    question="Is the post that it liked or reposted like those it usually likes or reposts?",
    habit=Text(unit="characters", slots=65536, compact_slots=64),
    observe=others_text,
    say=_say_about,
    example="a repost of gambling advice on an account that reposts trade statistics",
    limits="Words and 3-grams of other people's text, kept only as sums; not observed where the text is not given.",
)

wording = Signal(
    name="wording",
    question="Does it use the words that it has been using lately?",
    habit=Text(unit="words", slots=16384, compact_slots=64, memory=1500, strength=300.0),
    observe=written_text,
    say=_say_wording,
    example="a post about a currency on an account that has been writing about a trade fair",
    limits="Only text that the account wrote itself, over some hundred posts; a new subject of its own looks foreign once.",
)

topic = Signal(
    name="topic",
    question="Is the post that it liked or reposted about what it has been liking and reposting lately?",
    habit=Text(unit="words", slots=16384, compact_slots=64, memory=1500, strength=300.0),
    observe=others_text,
    say=_say_topic,
    example="a like of a rumour about a third country among reposts of a state visit",
    limits="Words of other people's text, kept only as sums; not observed where the text is not given.",
)
