"""The classes that highlighters write on a block of code -> the language of the code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deckbuilder.markdown.highlight import PLAIN, knows

# highlight.js and Prism: language-x, lang-x; Sphinx and Jekyll: highlight-x, highlight-source-x; Org: src-x
_NAMED = re.compile(r"(?:language|lang|highlight-source|highlight|src)-([\w+#.-]+)", re.IGNORECASE)
_MARKS = frozenset({"hljs", "sourcecode", "highlight", "codehilite", "code", "brush:", "prettyprint"})
"""Classes that come with the plain name of a language: ``hljs python``, ``sourceCode python``, ``brush: python``."""


def language(classes: Iterable[str]) -> str:
    """Return the language that ``classes`` name, or ``""``. Classes of the block come first, then those of its parents."""
    groups = [group.lower().split() for group in classes]
    if any("output" in words for words in groups):
        return "output"  # our name for the printed output of code
    for words in groups:
        for match in filter(None, (_NAMED.fullmatch(word) for word in words)):
            if _is_language(match[1]):
                return match[1]
    for words in groups:
        found = [word for word in words if word not in _MARKS and _is_language(word)]
        if len(found) == 1 and _MARKS & {*words}:
            return found[0]
    return ""


def _is_language(word: str) -> bool:
    return word not in PLAIN and knows(word)
