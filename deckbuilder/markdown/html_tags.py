"""Tags in running text, as CommonMark 0.31 reads them (section 6.6), and the names that are HTML's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder import assets
from deckbuilder.model.splice import splice

_ATTRIBUTE = r"""
    (?:
        \s++ [A-Za-z_:] [\w.:-]*+                                     # name
        (?: \s*+ = \s*+ (?: [^\s"'=<>`]++ | '[^']*+' | "[^"]*+" ) )?+ # value
    )
"""
TAG = re.compile(
    rf"< (?: (?P<open>[A-Za-z][A-Za-z0-9-]*+) {_ATTRIBUTE}*+ \s*+ /?> | / (?P<close>[A-Za-z][A-Za-z0-9-]*+) \s*+ > )",
    re.ASCII | re.VERBOSE,
)
_SHORT_COMMENT = re.compile("<!--(-?>)")
_DECLARATION = re.compile("<![A-Za-z]")
_SPANS = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))

ELEMENTS, BLOCKS = (frozenset(assets.data("html.toml")[kind].split()) for kind in ("elements", "blocks"))
"""The names of HTML's elements, and of those whose tags begin a block."""
_BEGIN = re.compile(r"<(?!!--)(?:/?(?P<name>[A-Za-z][^\s/>]*+)|[/!?])")
"""The beginning of a tag, as a browser reads it; a comment that is never closed is an error of its own.

https://html.spec.whatwg.org/multipage/parsing.html#tag-open-state
"""
_UNFINISHED = re.compile(r"""[^<>"']*+<""")
_FOREIGN = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)


def no_elements(html: str) -> Iterator[re.Match[str]]:
    """Yield each beginning of a tag in ``html`` that is no element of HTML: by its name, or because the tag has no end.

    A drawing or a formula has names of its own, so that nothing in ``html`` is yielded then.
    """
    if "<" in html and not _FOREIGN.search(html):
        for match in _BEGIN.finditer(html):
            if (match["name"] or "").lower() not in ELEMENTS or _UNFINISHED.match(html, match.end()):
                yield match


def as_written(html: str) -> str:
    """Return ``html`` with a reference for each ``<`` that begins no element of HTML: a browser would drop the words behind it."""
    return splice(html, ((match.start(), match.start() + 1, "&lt;") for match in no_elements(html)))


class Spans:
    """Finds where comments and the like end in one text, in linear time: no end is looked for behind the last one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = {end: text.rfind(end) for end in ("-->", "?>", "]]>", ">")}

    def end(self, begin: int) -> int:
        """Return the end of the comment, instruction, declaration or CDATA section at ``begin``, or -1."""
        text = self._text
        if short := _SHORT_COMMENT.match(text, begin):
            return short.end()
        for opening, closing in _SPANS:
            if text.startswith(opening, begin):
                return self._closing(closing, begin + len(opening))
        return self._closing(">", begin + 2) if _DECLARATION.match(text, begin) else -1

    def _closing(self, mark: str, begin: int) -> int:
        return self._text.index(mark, begin) + len(mark) if self._last[mark] >= begin else -1
