"""Markdown -> HTML as GitHub would show it. The only user of Python-Markdown.

Block structure comes from ``blocks``, not from Python-Markdown's own block processors, which take a
list right after a paragraph for running text and a two-space indentation for none. Links,
images and raw HTML in running text are Python-Markdown's.
"""
# ruff: noqa: ARG002, N802 - names and parameters of the methods Python-Markdown calls are its own

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Self

import markdown
from markdown.blockparser import BlockParser
from markdown.inlinepatterns import (
    ImageReferenceInlineProcessor,
    InlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry, code_escape

from deckbuilder import cloze, emphasis, syntax
from deckbuilder.blocks import MAX_DEPTH, Block, blocks
from deckbuilder.field import CLOZE_CLOSE, CLOZE_NUMBER_END, CLOZE_OPEN, MATHS
from deckbuilder.highlight import PLAIN, highlight

ALERTS = ("note", "tip", "important", "warning", "caution")
_ALERT = re.compile(rf"\[!({'|'.join(ALERTS)})\]\s*$", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\]\s+(?=\S)")
_FOOTNOTE = r"\[\^([^\]\s]+)\]"
# GFM's extended autolinks, https://github.github.com/gfm/#autolinks-extension-; Han punctuation ends one, too
_BARE_URL = r"(?<![\w\"'=/])https?://[^\s<>\x00-\x1f\u3000-\u303f\uff00-\uffef]+"
_URL_TAIL = re.compile(r"(?:[?!.,:*_~'\"]|&[a-z]+;)+$")
_DELIMITER = re.compile("[*_~]")
_CHILD = "\x1e"
"""Stands for an element in running text; as a control character it is no part of any source."""
_LONE_CLOZE_MARKS = re.compile(rf"<p>((?:{CLOZE_OPEN}\d+{CLOZE_NUMBER_END}|{CLOZE_CLOSE})+)</p>")
"""A paragraph that only opens or closes a cloze: the cloze holds whole blocks, so the tags of that paragraph must go."""


def html(text: str, words: Mapping[str, str], *, clozes: bool = False) -> str:
    """The HTML of Markdown ``text``, not yet a field: commands to Anki are control characters (see ``field``).

    ``words`` are the titles of alerts by their kind; ``clozes``: whether ``{{c1::…}}`` is one.
    """
    converter = _converter()
    converter.reset()
    converter.parser.begin(words, clozes=clozes)
    return _LONE_CLOZE_MARKS.sub(r"\1", emphasis.tags(converter.convert(text)))


def inline(text: str, words: Mapping[str, str], *, clozes: bool = False) -> str:
    """Like ``html`` for one paragraph, without the ``<p>`` around it."""
    found = html(text, words, clozes=clozes)
    return found.removeprefix("<p>").removesuffix("</p>") if found.count("<p>") == 1 else found


class _Containers(BlockParser):
    """Builds the element tree from ``blocks``; each kind of block has a method of its name."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.begin({}, clozes=False)

    def begin(self, words: Mapping[str, str], *, clozes: bool) -> None:
        """Forget the last text."""
        self.words = words
        self.scanner = cloze.Scanner() if clozes else None
        self.depth = 0
        self.footnotes: dict[str, Sequence[str]] = {}
        self.footnote_numbers: dict[str, int] = {}

    def parseDocument(self, lines: Iterable[str]) -> ET.ElementTree:
        text = "\n".join(lines)
        for label in re.findall(_FOOTNOTE + "(?!:)", text):
            self.footnote_numbers.setdefault(label, len(self.footnote_numbers) + 1)
        tree = super().parseDocument([text])
        used = sorted((self.footnote_numbers[label], label) for label in self.footnotes if label in self.footnote_numbers)
        if used:
            notes = ET.SubElement(self.root, "ol", {"class": "footnotes"})
            for number, label in used:
                lines = self.footnotes[label]
                self._fill(ET.SubElement(notes, "li", {"value": str(number)}), lines, tight=not _spread(lines))
        return tree

    def parseChunk(self, parent: ET.Element, text: str) -> None:
        self._fill(parent, text.split("\n"))

    def _fill(self, parent: ET.Element, lines: Sequence[str], *, tight: bool = False) -> None:
        """Add the blocks of ``lines`` to ``parent``; ``tight``: paragraphs without ``<p>``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._paragraph(parent, "\n".join(lines), tight=tight)
        else:
            for block in blocks(lines):
                if block.kind == "text":
                    self._paragraph(parent, self._marked(block.lines), tight=tight)
                else:
                    getattr(self, f"_{block.kind}")(parent, block)
        self.depth -= 1

    def _marked(self, lines: Sequence[str]) -> str:
        text = "\n".join(line.lstrip() for line in lines).rstrip()
        return self.scanner.mark(text) if self.scanner else text

    def _paragraph(self, parent: ET.Element, text: str, *, tight: bool) -> None:
        if not tight:
            ET.SubElement(parent, "p").text = text
        elif len(parent):
            parent[-1].tail = f"{parent[-1].tail}\n{text}" if parent[-1].tail else text
        else:
            parent.text = f"{parent.text}\n{text}" if parent.text else text

    def _raw(self, parent: ET.Element, raw: str) -> None:
        ET.SubElement(parent, "p").text = AtomicString(self.md.htmlStash.store(raw))

    def _heading(self, parent: ET.Element, block: Block) -> None:
        ET.SubElement(parent, f"h{block.level}").text = self._marked([block.text])

    def _rule(self, parent: ET.Element, _block: Block) -> None:
        ET.SubElement(parent, "hr")

    def _comment(self, parent: ET.Element, block: Block) -> None:
        """HTML comments are for authors."""

    def _fence(self, parent: ET.Element, block: Block) -> None:
        language = language_of(block)
        if language == "math":
            self._math(parent, block)
            return
        coloured = "" if language in PLAIN else ' class="highlight"'
        if language == "output":
            coloured = ' class="output"'
        code = highlight("\n".join(block.lines), language)
        self._raw(parent, f"<pre{coloured}><code>{code}</code></pre>")

    _code = _fence

    def _html(self, parent: ET.Element, block: Block) -> None:
        raw = cloze.COMMENT.sub("", "\n".join(block.lines))
        if raw.strip():
            self._raw(parent, self.scanner.mark(raw) if self.scanner else raw)

    def _math(self, parent: ET.Element, block: Block) -> None:
        begin, end = MATHS["block"]
        ET.SubElement(parent, "p").text = AtomicString(begin + " ".join(block.lines) + end)

    def _quote(self, parent: ET.Element, block: Block) -> None:
        kind = _ALERT.match(block.lines[0])
        if kind is None:
            self._fill(ET.SubElement(parent, "blockquote"), block.lines)
            return
        name = kind[1].lower()
        alert = ET.SubElement(parent, "div", {"class": f"alert {name}"})
        ET.SubElement(alert, "p", {"class": "alert-title"}).text = self.words.get(name, name.capitalize())
        self._fill(alert, block.lines[1:])

    def _list(self, parent: ET.Element, block: Block) -> None:
        items = ET.SubElement(parent, "ul" if block.level < 0 else "ol")
        if block.level > 1 or block.level == 0:
            items.set("start", str(block.level))
        loose = block.loose or any(_spread(item.lines) for item in block.items)
        for item in block.items:
            element, lines = ET.SubElement(items, "li"), item.lines
            if task := _TASK.match(lines[0]):
                done = task[1] != " "
                element.set("class", "task done" if done else "task")
                lines = (("☑ " if done else "☐ ") + lines[0][task.end() :], *lines[1:])
            self._fill(element, lines, tight=not loose)

    def _table(self, parent: ET.Element, block: Block) -> None:
        wrap = ET.SubElement(parent, "div", {"class": "tablewrap"})
        table = ET.SubElement(wrap, "table")
        header, delimiters, *rows = (_cells(line) for line in block.lines)
        align = [_ALIGN[cell.startswith(":"), cell.endswith(":")] for cell in delimiters]
        self._row(ET.SubElement(table, "thead"), "th", header, align)
        body = ET.SubElement(table, "tbody")
        for row in rows:
            self._row(body, "td", row, align)

    def _row(self, parent: ET.Element, tag: str, cells: Sequence[str], align: Sequence[str]) -> None:
        row = ET.SubElement(parent, "tr")
        for at, side in enumerate(align):
            cell = ET.SubElement(row, tag, {"style": f"text-align:{side}"} if side else {})
            cell.text = self._marked([cells[at]]) if at < len(cells) else ""

    def _definition(self, _parent: ET.Element, block: Block) -> None:
        if block.text.startswith("^"):
            self.footnotes.setdefault(block.text[1:], block.lines)
            return
        if target := syntax.LINK_TARGET.match(block.lines[0]):
            label = " ".join(block.text.split()).lower()
            title = target[3] or target[4] or target[5] or ""
            self.md.references.setdefault(label, (target[1] or target[2] or "", title))


_ALIGN = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}
_PIPE = re.compile(r"(?<!\\)\|")


def _cells(row: str) -> list[str]:
    """The cells of a table's row. A pipe inside code parts cells, too, unless it is escaped: so says GFM."""
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(inner)]


def language_of(block: Block) -> str:
    """The language of a fence: the first word after its marks, in lower case; ``""`` where there is none."""
    return block.text.partition(" ")[0].lower()


def _spread(lines: Sequence[str]) -> bool:
    """Whether a blank line stands between two blocks of a list item, which makes its list a loose one."""
    end = None
    for block in blocks(lines):
        if end is not None and block.start > end:
            return True
        end = block.end
    return False


class _CodeSpan(InlineProcessor):
    """Code between two runs of as many backticks. Python-Markdown's own takes unequal runs, too."""

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]
        code = ET.Element("code")
        text = match[0][match.end("ticks") - match.start() : -len(match["ticks"])].replace("\n", " ")
        if text.strip() and text[0] == text[-1] == " ":
            text = text[1:-1]
        code.text = AtomicString(code_escape(text))
        return code, match.start("ticks"), match.end()


class _Maths(InlineProcessor):
    """``$…$`` and ``$$…$$`` in running text."""

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        text = match[0]
        marks = 2 if text.startswith("$$") else 1
        begin, end = MATHS["block" if marks == 2 else "inline"]
        return begin + text[marks:-marks].strip() + end, match.start(), match.end()


class _FootnoteMark(InlineProcessor):
    """``[^label]``: a raised number. No link: clients swallow links within a card."""

    md: _Markdown

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[ET.Element | None, int | None, int | None]:
        parser = self.md.parser
        if match[1] not in parser.footnotes:
            return None, None, None
        mark = ET.Element("sup")
        mark.text = AtomicString(str(parser.footnote_numbers.get(match[1], 1)))
        return mark, match.start(), match.end()


_CLOSE_BY = re.compile(r"\[([^\]]*)\]", re.DOTALL)
"""``[text][label]``: Python-Markdown lets a blank stand between, and so reads ``array[i] [ref]`` as one link."""


class _Reference(ReferenceInlineProcessor):
    RE_LINK = _CLOSE_BY


class _ShortReference(ShortReferenceInlineProcessor):
    RE_LINK = _CLOSE_BY


class _ImageReference(ImageReferenceInlineProcessor):
    RE_LINK = _CLOSE_BY


class _ShortImageReference(ShortImageReferenceInlineProcessor):
    RE_LINK = _CLOSE_BY


_REFERENCES = {
    "reference": _Reference,
    "short_reference": _ShortReference,
    "image_reference": _ImageReference,
    "short_image_ref": _ShortImageReference,
}
_PRIORITY = {"reference": 170, "image_reference": 140, "short_reference": 130, "short_image_ref": 125}
"""Python-Markdown's own, see its build_inlinepatterns."""


class _Emphasis(Treeprocessor):
    """Marks emphasis when everything else has become elements: delimiters in code, links and tags are out of reach."""

    def run(self, root: ET.Element) -> None:
        for parent in root.iter():
            texts = [parent.text, *(child.tail for child in parent)]
            if not any(text and not isinstance(text, AtomicString) and _DELIMITER.search(text) for text in texts):
                continue
            runs: list[list[int]] = [[0]]
            for at, child in enumerate(parent, 1):
                if self.md.is_block_level(child.tag):
                    runs.append([])  # emphasis ends with its paragraph
                runs[-1].append(at)
            for run in runs:
                pieces = ["" if isinstance(texts[at], AtomicString) else texts[at] or "" for at in run]
                for at, text in zip(run, emphasis.mark(_CHILD.join(pieces)).split(_CHILD), strict=True):
                    if isinstance(texts[at], AtomicString):
                        continue
                    if at:
                        parent[at - 1].tail = text or None
                    else:
                        parent.text = text or None


class _Comment(InlineProcessor):
    """``<!-- … -->`` in running text shows nothing."""

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        return "", match.start(), match.end()


class _BareUrl(InlineProcessor):
    """``https://…`` in running text is a link to itself."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int]:
        url = _URL_TAIL.sub("", match[0])
        surplus = url.count(")") - url.count("(")
        closing = len(url) - len(url.rstrip(")"))
        url = url[: len(url) - max(0, min(surplus, closing))]
        link = ET.Element("a", {"href": url})
        link.text = AtomicString(url)
        return link, match.start(), match.start() + len(url)


class _Markdown(markdown.Markdown):
    """Python-Markdown with GitHub's blocks and its few inline extras."""

    parser: _Containers

    def build_parser(self) -> Self:
        super().build_parser()
        self.preprocessors = Registry()  # no white-space or HTML passes: blocks has seen to both
        self.parser = _Containers(self)
        self.treeprocessors.deregister("prettify")
        self.ESCAPED_CHARS = list(string.punctuation)
        inlines = self.inlinePatterns
        for name in ("em_strong", "em_strong2"):
            inlines.deregister(name, strict=False)
        inlines.register(_CodeSpan(rf"(?<!\\)(?P<slashes>(?:\\\\)*){cloze.CODE_SPAN}", self), "backtick", 190)
        inlines.register(_Maths(rf"\$\$(?!\s*\$)[^\x02]+?\$\$|{cloze.MATH}", self), "maths", 185)
        inlines.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 179)
        inlines.register(_FootnoteMark(_FOOTNOTE, self), "footnote", 175)
        for name, kind in _REFERENCES.items():
            old = inlines[name]
            inlines.register(kind(old.pattern, self), name, _PRIORITY[name])
        inlines.register(_Comment(cloze.COMMENT.pattern, self), "comment", 95)
        inlines.register(_BareUrl(_BARE_URL, self), "bare_url", 70)
        self.treeprocessors.register(_Emphasis(self), "emphasis", 10)
        return self


@cache
def _converter() -> _Markdown:
    return _Markdown(output_format="html")
