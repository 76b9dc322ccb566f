"""Warns where a name is spelt to look like another: letters of two scripts in one handle."""

import re
import unicodedata

# Letters that are drawn like Latin ones (a small part of Unicode TS 39, confusables: the scripts used in practice).
_LOOKS_LATIN = frozenset("аеорсухіјѕһԁԛԝӏАВЕКМНОРСТХІЈЅοαινΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսհ")
_NEVER_MIXED = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN", "LISU"})
_NAMED = re.compile(r"[^\W\d_]")


def handle_remark(handle: str) -> str:
    """Return a remark on a handle or domain whose letters deceive, or "" for an honest one.

    >>> handle_remark("ex\\u0430mple")
    'contains Cyrillic а'
    >>> handle_remark("example"), handle_remark("真相之叶_daily")
    ('', '')
    """
    scripts = {letter: _script(letter) for letter in _NAMED.findall(handle)}
    foreign = [letter for letter, script in scripts.items() if script in _NEVER_MIXED]
    if not foreign:
        return ""
    if len(set(scripts.values())) > 1:
        return f"contains {_title(scripts[foreign[0]])} {foreign[0]}"
    if all(letter in _LOOKS_LATIN for letter in scripts):
        return f"written in {_title(scripts[foreign[0]])} letters that look Latin"
    return ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0]


def _title(script: str) -> str:
    return script.capitalize()
