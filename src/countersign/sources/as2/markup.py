"""Turns the HTML of a post into the text that a reader sees, and the links in it; markup never reaches anybody."""

import html
import re

import msgspec
import nh3

_TAGS = {"p", "br", "a", "span", "li", "blockquote", "pre"}
_ATTRIBUTES = {"a": {"href", "class"}}
# What servers put before a quoting post for readers that know no quotes; the account did not write it.
_FALLBACK = re.compile(r'<(p|span) class="quote-inline">.{0,2000}?</\1>', re.DOTALL | re.IGNORECASE)
_PARAGRAPH = re.compile(r"</(?:p|blockquote|pre)>\s*(?=<(?:p|blockquote|pre|li)>)")
_LINE = re.compile(r"<br>\n?|</li>\s*(?=<li>)")
_TAG = re.compile(r'</?[a-z]+((?:\s+[a-z]+="[^"]*")*)\s*>')
_ANCHOR = re.compile(r'<a((?:\s+[a-z]+="[^"]*")*)\s*>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_ANY_TAG = re.compile(r"<[^<>]*>")
_NO_LINK = {"mention", "hashtag"}

MAX_TAGS = 5_000
"""Tags in one post: a parser's time grows with the square of their nesting; past it they are only cut out."""


class Text(msgspec.Struct, frozen=True):
    """What a post says, and where its links lead (not the people and hashtags that it names)."""

    text: str
    links: tuple[str, ...] = ()


def plain(markup: str) -> Text:
    """Return the text and the links of a post's HTML.

    >>> plain('<p>See <a href="https://a.example/?x=1&amp;y=2">here</a><br>&lt;now&gt;</p><script>x()</script>')
    Text(text='See here\\n<now>', links=('https://a.example/?x=1&y=2',))
    """
    if markup.count("<") > MAX_TAGS:
        return Text(html.unescape(_ANY_TAG.sub(" ", markup)).strip())
    clean = nh3.clean(_FALLBACK.sub("", markup), tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    lines = _LINE.sub("\n", _PARAGRAPH.sub("\n\n", clean))
    return Text(html.unescape(_TAG.sub("", lines)).strip(), _links(clean))


def _links(clean: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for anchor in _ANCHOR.findall(clean):
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(anchor)}
        if attributes.get("href") and not _NO_LINK.intersection(attributes.get("class", "").split()):
            found[attributes["href"]] = None
    return tuple(found)
