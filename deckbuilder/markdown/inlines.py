"""Running text -> elements, in one pass from left to right: CommonMark's algorithm with GFM's links, maths and footnotes.

https://spec.commonmark.org/0.31.2/#phase-2-inline-structure. Each character that may begin something has a method.
A method returns where to go on; 0 says that the character is text. Every text is read in linear time.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from functools import cache

from markdown.util import AtomicString

from deckbuilder.markdown import autolinks, html_tags, links, pictures
from deckbuilder.markdown.delimiter_runs import Run
from deckbuilder.markdown.document import Document
from deckbuilder.markdown.entities import ENTITY, REPLACEMENT, as_attribute, as_text, resolved
from deckbuilder.markdown.html_tags import TAG, Spans
from deckbuilder.markdown.inline_tree import MAX_DEPTH, Bracket, Node, alternative, place
from deckbuilder.markdown.maths import FORMULA, in_field
from deckbuilder.markdown.patterns import FOOTNOTE
from deckbuilder.markdown.pieces import Ticks, code_text

_TICKS, _DOLLARS = re.compile("`+"), re.compile(r"\$+")
_FOOTNOTE, _FORMULA = re.compile(FOOTNOTE), re.compile(FORMULA, re.VERBOSE)
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@cache
def _special(links: bool, dots: bool, mails: bool, marks: bool) -> Callable[[str, int], re.Match[str] | None]:
    """Return the search for the next character that may begin something."""
    return re.compile(rf"[\\`*_~$!\[\]<&\n{':' * links}{'.' * dots}{'@' * mails}{'=' * marks}]").search


class Inlines:
    """Reads the running texts of one document, one after the other."""

    def __init__(self, document: Document, references: Mapping[str, tuple[str, str]], stash: Callable[[str], str]) -> None:
        """Take addresses and titles by ``links.label_key`` of their labels, and the maker of placeholders for raw HTML."""
        self.document, self.references, self.stash = document, references, stash
        self._methods: dict[str, Callable[[int], int]] = {
            "\\": self._escape,
            "`": self._code,
            "$": self._maths,
            "&": self._entity,
            "<": self._angle,
            "\n": self._newline,
            "!": self._image,
            "[": self._bracket,
            "]": self._close,
            **dict.fromkeys("*_~=", self._run),
            **dict.fromkeys(":.@", self._autolink),
        }

    def read(self, text: str) -> tuple[str | None, list[ET.Element]]:
        """Return the text before the first element in ``text``, and the elements."""
        gfm = not self.document.commonmark
        search = _special(gfm and "://" in text, gfm and "www." in text, gfm and "@" in text, gfm and "==" in text)
        match = search(text, 0)
        if match is None:
            return text, []
        self._text, self._done = text, 0  # up to there the text is in the nodes
        self._nodes: list[Node] = []
        self._brackets: list[Bracket] = []
        self._inactive = 0  # so many of the brackets, from the first on, are around a link
        self._ticks: Ticks | None = None
        self._spans: Spans | None = None
        while match:
            begin = match.start()
            match = search(text, self._methods[text[begin]](begin) or begin + 1)
        self._flush(len(text))
        holder = ET.Element("span")
        place(holder, self._nodes)
        return holder.text, list(holder)

    def _flush(self, end: int) -> None:
        if end > self._done:
            self._nodes.append(as_text(self._text[self._done : end]))
            self._done = end

    def _add(self, node: Node, begin: int, end: int) -> int:
        self._flush(begin)
        self._nodes.append(node)
        self._done = end
        return end

    def _escape(self, begin: int) -> int:
        following = self._text[begin + 1 : begin + 2]
        if following == "\n":
            return self._add(ET.Element("br"), begin, begin + 1) + 1
        if following not in _ESCAPABLE:
            return 0
        self._flush(begin)
        self._done = begin + 1
        return begin + 2

    def _code(self, begin: int) -> int:
        match = _TICKS.match(self._text, begin)
        end = match.end() if match else begin + 1
        self._ticks = self._ticks or Ticks(self._text)
        whole = self._ticks.end(begin, end)
        if whole < 0:
            return end
        code = ET.Element("code")
        code.text = AtomicString(as_text(code_text(self._text[begin:whole])))
        return self._add(code, begin, whole)

    def _run(self, begin: int) -> int:
        run = Run(self._text, begin)
        return self._add(run, begin, run.end) if run.opens or run.closes else run.end

    def _maths(self, begin: int) -> int:
        if formula := _FORMULA.match(self._text, begin):
            tex = formula["block"] or formula["line"] or formula["quoted"]
            return self._add(in_field(tex, "block" if formula["block"] else "inline"), begin, formula.end())
        dollars = _DOLLARS.match(self._text, begin)
        return dollars.end() if dollars else 0

    def _image(self, begin: int) -> int:
        if not self._text.startswith("[", begin + 1):
            return 0
        if not self.document.commonmark and (found := pictures.embed(self._text, begin)):
            attributes, end = found
            return self._add(_element("img", {name: as_text(value) for name, value in attributes.items()}), begin, end)
        return self._open(begin, begin + 2, image=True)

    def _bracket(self, begin: int) -> int:
        if (mark := _FOOTNOTE.match(self._text, begin)) and (number := self.document.number(mark[1])):
            raised = ET.Element("sup")
            raised.text = AtomicString(str(number))
            return self._add(raised, begin, mark.end())
        return self._open(begin, begin + 1, image=False)

    def _open(self, begin: int, end: int, *, image: bool) -> int:
        if self._brackets:
            self._brackets[-1].holds_bracket = True
        self._flush(begin)
        bracket = Bracket(len(self._nodes), end, image)
        self._brackets.append(bracket)
        return self._add(bracket, begin, end)

    def _close(self, begin: int) -> int:
        if not self._brackets:
            return 0
        opener = self._brackets.pop()
        active = opener.image or len(self._brackets) >= self._inactive
        self._inactive = min(self._inactive, len(self._brackets))
        found = self._target(opener, begin) if active and opener.images < MAX_DEPTH else None
        if self._brackets:
            images = opener.images + (opener.image and found is not None)
            self._brackets[-1].images = max(self._brackets[-1].images, images)
        if found is None:
            return 0
        self._flush(begin)
        inner = self._nodes[opener.at + 1 :]
        del self._nodes[opener.at :]
        end, title = found.end, {"title": as_text(found.title)} if found.title else {}
        if opener.image:
            alt, size, end = self._sized(alternative(inner), self._text[opener.end : begin], end)
            element = _element("img", {"alt": alt, "src": as_text(found.url), **size, **title})
        else:
            element = _element("a", {"href": as_text(found.url), **title})
            place(element, inner, in_link=True)
            self._inactive = len(self._brackets)  # no link is in a link
        self._nodes.append(element)
        self._done = end
        return end

    def _sized(self, alt: str, source: str, end: int) -> tuple[str, Mapping[str, str], int]:
        """Return (the text of a picture without its size, the size as attributes, the end of the picture)."""
        if self.document.commonmark:
            return alt, {}, end
        alt, size = pictures.in_alt(alt, source)
        braces = pictures.behind(self._text, end)
        return (alt, *braces) if braces else (alt, size, end)

    def _target(self, opener: Bracket, closing: int) -> links.Target | None:
        """Return where the text between the brackets leads."""
        text, end = self._text, closing + 1
        inside = end + 1 if text.startswith("(", end) else 0
        if inside and (found := links.target(text, inside) or (links.path(text, inside) if opener.image else None)):
            return found
        label = links.label(text, end)
        if label and label[0]:
            key, end = links.label_key(label[0]), label[1]
        elif opener.holds_bracket or closing - opener.end > links.LONGEST_LABEL:
            return None
        else:
            key, end = links.label_key(text[opener.end : closing]), label[1] if label else end
        known = self.references.get(key)
        return links.Target(*known, end) if known else None

    def _angle(self, begin: int) -> int:
        text, every = self._text, self.document.commonmark
        if found := autolinks.angle(text, begin, any_scheme=every):
            return self._add(*found)
        if tag := TAG.match(text, begin):
            known = every or (tag["open"] or tag["close"]).lower() in html_tags.ELEMENTS
            return self._add(self.stash(tag[0]) if known else as_text(tag[0]), begin, tag.end())
        is_comment = text.startswith("<!--", begin)
        if not is_comment and not every:
            return 0
        self._spans = self._spans or Spans(text)
        end = self._spans.end(begin)
        if end < 0:
            return 0
        return self._add("" if is_comment and not every else self.stash(text[begin:end]), begin, end)

    def _entity(self, begin: int) -> int:
        match = ENTITY.match(self._text, begin)
        if match is None:
            return 0
        char = resolved(match[0])
        if char == match[0]:
            return 0
        # the reference itself, as its author wrote it: the serialiser keeps it
        return self._add(char if char in ("", REPLACEMENT) else match[0], begin, match.end())

    def _newline(self, begin: int) -> int:
        start = begin
        while start > self._done and self._text[start - 1] == " ":
            start -= 1
        if start < begin - 1:
            return self._add(ET.Element("br"), start, begin) + 1
        self._flush(start)
        self._done = begin
        return begin + 1

    def _autolink(self, begin: int) -> int:
        find = {":": autolinks.web, ".": autolinks.www, "@": autolinks.mail}[self._text[begin]]
        found = find(self._text, begin, self._done, bracketed=bool(self._brackets))
        return self._add(*found) if found else 0


def _element(tag: str, attributes: Mapping[str, str]) -> ET.Element:
    """Return an element with ``attributes``, which are texts for the tree."""
    return ET.Element(tag, {name: as_attribute(name, value) for name, value in attributes.items()})
