"""Blocks -> element tree: one block processor in place of Python-Markdown's own."""
# ruff: noqa: ARG002 - names and parameters of the methods Python-Markdown calls are its own

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString

from deckbuilder.markdown import alerts, fence_options, links
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import MAX_DEPTH, blocks
from deckbuilder.markdown.document import Document
from deckbuilder.markdown.highlight import PLAIN, highlight
from deckbuilder.markdown.html_tags import as_written
from deckbuilder.markdown.inline_tree import append
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.markdown.maths import in_field
from deckbuilder.markdown.pieces import without
from deckbuilder.model import diagrams, unseen_attributes
from deckbuilder.model.control_characters import DIAGRAM

LONG = 5
"""Lines of code. On the back of a long question, a longer block is cut to about this length."""
_TASK = re.compile(r"\[([ xX])\]\s+")
_ALIGN = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}


class Blocks(BlockProcessor):
    """Builds the element tree of a whole text; each kind of block has a method of its name."""

    def __init__(self, parser: BlockParser, document: Document) -> None:
        super().__init__(parser)
        self.md = parser.md
        self.document = document
        self.begin()

    def begin(self) -> None:
        """Remove the state of the last text."""
        self.marks = self.document.marks() if self.document.marks else None
        self.depth = 0

    def test(self, parent: ET.Element, block: str) -> bool:
        """Return True: every block is ours."""
        return True

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Add all ``blocks``, which the library has cut at blank lines, to ``parent``."""
        lines = "\n\n".join(blocks).split("\n")
        blocks.clear()
        lead = self.document.lead
        if any(line.strip() for line in lines[:lead]):
            self._paragraph(parent, self._marked(lines[:lead]), tight=False)
        begin = lead + (lines[lead : lead + 1] == [""])  # without the blank line, these are the lines that rules remember
        self.fill(parent, tuple(lines[begin:]))

    def footnote(self, notes: ET.Element, number: int, lines: Sequence[str]) -> ET.Element:
        """Add the footnote ``number`` to the list of ``notes``."""
        item = ET.SubElement(notes, "li", {"value": str(number)})
        self.fill(item, lines, tight=not _spread(lines))
        return item

    def fill(self, parent: ET.Element, lines: Sequence[str], *, tight: bool = False) -> None:
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
        text = "\n".join(line.lstrip(" \t") for line in lines).rstrip(" \t\n")
        return self.marks.mark(text) if self.marks else text

    def _paragraph(self, parent: ET.Element, text: str, *, tight: bool) -> None:
        if tight:
            append(parent, text, "\n")
        else:
            ET.SubElement(parent, "p").text = text

    def _raw(self, parent: ET.Element, raw: str) -> None:
        append(parent, self.md.htmlStash.store(raw), "\n")

    def _heading(self, parent: ET.Element, block: Block) -> None:
        ET.SubElement(parent, f"h{block.level}").text = self._marked([block.text])

    def _rule(self, parent: ET.Element, _block: Block) -> None:
        ET.SubElement(parent, "hr")

    def _comment(self, parent: ET.Element, block: Block) -> None:
        """Keep a comment only as CommonMark does: on cards it is for authors."""
        if self.document.commonmark:
            self._html(parent, block)

    def _fence(self, parent: ET.Element, block: Block) -> None:
        language = language_of(block)
        if language == "math":
            self._math(parent, block)
            return
        options = fence_options.read(block)
        if self.document.drawn and fence_options.is_diagram(block):
            self._raw(parent, DIAGRAM + diagrams.source(language, "\n".join(block.lines)))
            return
        classes = ["output"] if language == "output" else [] if language in PLAIN else ["highlight"]
        classes += ["long"] if len(block.lines) > LONG else []
        classes += [] if options.wrap is None else ["wrap"] if options.wrap else ["scroll"]
        numbered = options.first is not None
        attributes = f' class="{" ".join(classes)}"' if classes else ""
        attributes += "" if language in ("output", "text") or self.document.commonmark else unseen_attributes.attribute(language)
        attributes += f' style="counter-reset:line {options.first - 1}"' if options.first is not None else ""
        code = "\n".join(block.lines)
        inserts: list[tuple[int, str]] = []
        if self.marks and options.cloze:
            code, inserts = self.marks.of_code(code)
        html = highlight(code, language, inserts, marked=options.marked, numbered=numbered)
        self._raw(parent, f"<pre{attributes}><code>{html}</code></pre>")

    _code = _fence

    def _html(self, parent: ET.Element, block: Block) -> None:
        raw = "\n".join(block.lines)
        raw = raw if self.document.commonmark else as_written(without(raw, "comment"))
        if raw.strip():
            self._raw(parent, (self.marks.mark(raw) if self.marks else raw) + "\n")

    def _math(self, parent: ET.Element, block: Block) -> None:
        tex = "\n".join(block.lines)
        tex = self.marks.mark_formula(tex) if self.marks else tex
        ET.SubElement(parent, "p").text = AtomicString(in_field(tex, "block"))

    def _quote(self, parent: ET.Element, block: Block) -> None:
        alert = alerts.read(block.lines[0])
        if alert is None:
            self.fill(ET.SubElement(parent, "blockquote"), block.lines)
            return
        tag, title = ("details", "summary") if alert.fold else ("div", "p")
        element = ET.SubElement(parent, tag, {"class": f"alert {alerts.LOOKS[alert.kind]}"})
        if alert.fold == "+":
            element.set("open", "open")
        text = self._marked([alert.title]) if alert.title else self.document.words.get(alert.kind, alert.kind.capitalize())
        ET.SubElement(element, title, {"class": "alert-title"}).text = text
        self.fill(element, block.lines[1:])

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
            self.fill(element, lines, tight=not loose)

    def _table(self, parent: ET.Element, block: Block) -> None:
        wrap = ET.SubElement(parent, "div", {"class": "tablewrap"})
        table = ET.SubElement(wrap, "table")
        header, delimiters, *rows = (cells(line) for line in block.lines)
        align = [_ALIGN[cell.startswith(":"), cell.endswith(":")] for cell in delimiters]
        self._row(ET.SubElement(table, "thead"), "th", header, align)
        body = ET.SubElement(table, "tbody") if rows else table
        for row in rows:
            self._row(body, "td", row, align)

    def _row(self, parent: ET.Element, tag: str, cells: Sequence[str], align: Sequence[str]) -> None:
        row = ET.SubElement(parent, "tr")
        for at, side in enumerate(align):
            cell = ET.SubElement(row, tag, {"style": f"text-align:{side}"} if side else {})
            cell.text = self._marked([cells[at]]) if at < len(cells) else ""

    def _definition(self, _parent: ET.Element, block: Block) -> None:
        if block.text.startswith("^"):
            self.document.footnotes.setdefault(links.label_key(block.text[1:]), block.lines)
        elif found := links.definition("[x]:" + "\n".join(block.lines)):
            self.md.references.setdefault(links.label_key(block.text), (found.url, found.title))


def _spread(lines: Sequence[str]) -> bool:
    """Return whether a blank line is between two blocks of a list item, which makes the list loose."""
    end = None
    for block in blocks(lines):
        if end is not None and block.start > end:
            return True
        end = block.end
    return False
