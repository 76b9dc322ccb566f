"""Puts foreign text into CSV, Markdown and JSON so that no reader of these runs it, follows it or is fooled by it."""

import re

from countersign.text.visible import visible

# OWASP, "CSV injection": what a spreadsheet takes for a formula, with the full-width forms that some locales accept.
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_BACKTICKS = re.compile("`+")
# Characters that JSON lets stand raw but a terminal obeys or hides: DEL and C1 controls, format and invisible
# characters, surrogates, private use.
_RAW_IN_JSON = re.compile(
    "[\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bcaf\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


def csv_cell(text: str) -> str:
    """Return text for one CSV cell: visible, and with `'` before what a spreadsheet would take for a formula.

    >>> csv_cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    shown = visible(text)
    return "'" + shown if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else shown


def code_span(text: str) -> str:
    """Return text as a Markdown code span for a table cell: no link, image, mention or HTML in it takes effect.

    >>> code_span("[a](http://b) `c` | d")
    '``[a](http://b) `c` \\\\| d``'
    """
    shown = visible(text).replace("|", "\\|").strip()
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    gap = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{gap}{shown}{gap}{fence}"


def json_ascii(encoded: bytes) -> bytes:
    """Return JSON with the characters that a terminal obeys or hides written as `\\\\u` escapes: the same values.

    >>> json_ascii('"a\\u202eb"'.encode())
    b'"a\\\\u202eb"'
    """
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    text = encoded.decode("utf-8", "surrogatepass")
    return _RAW_IN_JSON.sub(_escape, text).encode("utf-8")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
