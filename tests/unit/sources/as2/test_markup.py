"""What a post's HTML becomes: the text that a reader sees, and nothing that could run."""

import time

import pytest

from countersign.sources.as2 import Text, plain
from countersign.sources.as2.markup import MAX_TAGS

SAID = {
    "": Text(""),
    "<p>one</p><p>two</p>": Text("one\n\ntwo"),
    "<p>one<br>two<br/>three</p>": Text("one\ntwo\nthree"),
    "<p>1 &lt; 2 &amp; 3 &amp;amp; 4</p>": Text("1 < 2 & 3 &amp; 4"),
    "no markup at all, 3 < 4": Text("no markup at all, 3 < 4"),
    "<ul><li>one</li><li>two</li></ul>": Text("one\ntwo"),
    "<p>&#x1F600; &#0; &#xD800;</p>": Text("\U0001f600 \ufffd \ufffd"),
    '<a href="https://a.example/?x=1&amp;y=2">x</a>': Text("x", ("https://a.example/?x=1&y=2",)),
    '<a href="https://a.example/" class="mention u-url">@x</a>': Text("@x"),
    '<a href="https://a.example/tags/x" rel="tag" class="mention hashtag">#x</a>': Text("#x"),
    '<a href="https://a.example/">x</a><a href="https://a.example/">y</a>': Text("xy", ("https://a.example/",)),
    '<a href="javascript:alert(1)">x</a>': Text("x"),
    '<a href="data:text/html,x">x</a>': Text("x"),
    "<a href='https://q.example/\"&gt;&lt;b&gt;'>x</a>": Text("x", ('https://q.example/"><b>',)),
    "<script>alert(1)</script><style>p{}</style>x": Text("x"),
    "<img src=x onerror=alert(1)>x": Text("x"),
    "<svg onload=alert(1)>x</svg>": Text("x"),
    "<p>unclosed <b>bold": Text("unclosed bold"),
    "<!-- hidden --><p>x</p>": Text("x"),
    '<p class="quote-inline">RE: <a href="https://a.example/1">1</a></p><p>Yes</p>': Text("Yes"),
    "<p>元宵节<br>快乐</p>": Text("元宵节\n快乐"),
}


@pytest.mark.parametrize(("markup", "said"), SAID.items(), ids=range(len(SAID)))
def test_markup_becomes_the_text_that_a_reader_sees(markup: str, said: Text) -> None:
    assert plain(markup) == said


@pytest.mark.parametrize(
    "markup", ["<blockquote>" * 300_000, "<p class=\"quote-inline\">" * 4_999, "<" * 1_000_000, "<a href='" * 4_999,
               "<p>" * 4_999, "<a href=\"x\">" * 4_999, "<table><tr><td>" * 1_600],
    ids=["quotes", "fallbacks", "angles", "open attributes", "paragraphs", "links", "tables"],
)  # fmt: skip
def test_hostile_markup_takes_little_time(markup: str) -> None:
    started = time.process_time()
    assert "<p" not in plain(markup).text
    assert time.process_time() - started < 3


def test_markup_with_too_many_tags_is_only_stripped() -> None:
    assert plain("<b>" * MAX_TAGS + "<i>word &amp; word</i>") == Text("word & word")
