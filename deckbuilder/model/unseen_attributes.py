"""Attributes of code and tables on a card that change nothing that a learner sees, and no hash in ``deck.lock``.

- The language of a block of code. ``adopt`` reads it, so that a deck whose sources are lost gets its fences back.
- ``tabindex`` for code and tables that may scroll: keys reach only an element that takes the focus.
- A mark of code that is too short for a fold; ``card.css`` reads it.

Cards of earlier releases do not have these attributes.
"""

from __future__ import annotations

import re

ATTRIBUTE = "data-deckbuilder"
"""Published: ``publish.canonical_html`` depends on it."""
NAME = r"[\w+#.-]+"
"""A part of a pattern: the name of a language."""
NO_LANGUAGE = "text"
"""The language of code without a language."""
FEW_LINES = 10
"""The most lines of code that no fold hides: a fold shows four lines, and should save six."""

_FOCUS, _SHORT = ' tabindex="0"', " data-short"
_TABLE = '<div class="tablewrap">'
_REACHABLE_TABLE = f'<div class="tablewrap" {ATTRIBUTE}="table"{_FOCUS}>'
_PRE = re.compile(r"<pre\b([^<>]*)>")
_LANGUAGE = re.compile(rf' {ATTRIBUTE}="{NAME}"')
_NAMED = re.compile(rf'<pre\b[^<>]*? {ATTRIBUTE}="({NAME})"')
_OURS = re.compile(rf"(<pre\b[^<>]*?){_LANGUAGE.pattern}(?:{_FOCUS})?(?:{_SHORT})?")
_CLASSES = re.compile(r'\sclass="([^"]*)"')
_IS_NAME = re.compile(NAME).fullmatch


def attribute(language: str) -> str:
    """Return the attribute of a language with a blank before it, or ``""`` without a language."""
    return f' {ATTRIBUTE}="{language}"' if _IS_NAME(language) else ""


def reachable(html: str) -> str:
    """Return the HTML of a field with the attributes for keys and for the fold. Code that wraps or is hidden needs no key."""
    if _TABLE in html:
        html = html.replace(_TABLE, _REACHABLE_TABLE)
    return _PRE.sub(_reachable, html) if "<pre" in html else html


def _reachable(pre: re.Match[str]) -> str:
    attributes = pre[1]
    if "tabindex" in attributes or _SHORT in attributes or " hidden" in attributes:
        return pre[0]
    found = _CLASSES.search(attributes)
    classes = set(found[1].split()) if found else set()
    added = "" if "scroll" not in classes and classes & {"output", "wrap"} else _FOCUS
    if "long" in classes and _lines(pre) <= FEW_LINES:
        added += _SHORT
    if not added:
        return pre[0]
    named = _LANGUAGE.search(attributes)
    at = named.end() if named else len(attributes)
    return f"<pre{attributes[:at]}{'' if named else attribute(NO_LANGUAGE)}{added}{attributes[at:]}>"


def _lines(pre: re.Match[str]) -> int:
    """Return the number of lines of the code that ``pre`` begins."""
    return pre.string.count("\n", pre.end(), pre.string.find("</pre>", pre.end())) + 1


def names_language(html: str) -> bool:
    """Return True if a block of code in ``html`` has a language."""
    return any(found[1] != NO_LANGUAGE for found in _NAMED.finditer(html)) if ATTRIBUTE in html else False


def without(html: str) -> str:
    """Return ``html`` without the attributes."""
    return _OURS.sub(r"\1", html).replace(_REACHABLE_TABLE, _TABLE) if ATTRIBUTE in html else html
