"""Blocks -> element tree, in place of Python-Markdown's own block processors."""
# ruff: noqa: N802 - names and parameters of the methods Python-Markdown calls are its own

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence

import markdown
from markdown.blockparser import BlockParser
from markdown.util import AtomicString

from deckbuilder.markdown import fence_options, patterns
from deckbuilder.markdown.block import Block, language_of
from deckbuilder.markdown.block_parser import MAX_DEPTH, blocks
from deckbuilder.markdown.clozes import Scanner, taken_out, without_comments
from deckbuilder.markdown.highlight import PLAIN, highlight
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.model.control_characters import MATHS, SYMBOLS

ALERTS = ("note", "tip", "important", "warning", "caution")
_MARKUP = re.compile(rf"[\\`*_~$<>&\[\]!{{}}@]|  \n|://|[{SYMBOLS}]")
"""The beginnings of all inline patterns."""
LONG = 5
"""Lines of code. On the back of a long question, a longer block is cut to about this length."""
_ALERT = re.compile(rf"\[!({'|'.join(ALERTS)})\]\s*$", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\]\s+(?=\S)")
_ALIGN = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}


class Containers(BlockParser):
    """Builds the element tree from ``block_parser.blocks``; each kind of block has a method with its name."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.begin({}, clozes=False)

    def begin(self, words: Mapping[str, str], *, clozes: bool) -> None:
        """Prepare for a new text; ``words`` and ``clozes`` are those of ``to_html.html``."""
        self.words = words
        self.scanner = Scanner() if clozes else None
        self.depth = 0
        self.footnotes: dict[str, Sequence[str]] = {}
        self.footnote_numbers: dict[str, int] = {}

    def parseDocument(self, lines: Iterable[str]) -> ET.ElementTree:
        """Return the tree of a whole text, with its footnotes at the end, numbered by their first use."""
        text = "\n".join(lines)
        for label in re.findall(patterns.FOOTNOTE + "(?!:)", text):
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
        """Add the blocks of ``text`` to ``parent``."""
        self._fill(parent, tuple(text.split("\n")))

    def _fill(self, parent: ET.Element, lines: Sequence[str], *, tight: bool = False) -> None:
        """Add the blocks of ``lines`` to ``parent``; if ``tight``, paragraphs have no ``<p>``."""
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
        if not _MARKUP.search(text):
            text = AtomicString(text)  # the inline patterns skip such a text
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
        """Add nothing: HTML comments are for authors."""

    def _fence(self, parent: ET.Element, block: Block) -> None:
        language = language_of(block)
        if language == "math":
            self._math(parent, block)
            return
        options = fence_options.read(block)
        classes = ["output"] if language == "output" else [] if language in PLAIN else ["highlight"]
        classes += ["long"] if len(block.lines) > LONG else []
        classes += [] if options.wrap is None else ["wrap"] if options.wrap else ["scroll"]
        numbered = options.first is not None
        attributes = f' class="{" ".join(classes)}"' if classes else ""
        attributes += f' style="counter-reset:line {options.first - 1}"' if options.first is not None else ""
        code = "\n".join(block.lines)
        clozes: list[tuple[int, str]] = []
        if self.scanner and options.cloze:
            code, clozes = taken_out(code)
        html = highlight(code, language, clozes, marked=options.marked, numbered=numbered)
        self._raw(parent, f"<pre{attributes}><code>{html}</code></pre>")

    _code = _fence

    def _html(self, parent: ET.Element, block: Block) -> None:
        raw = without_comments("\n".join(block.lines))
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
        header, delimiters, *rows = (cells(line) for line in block.lines)
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
        if target := patterns.LINK_TARGET.match(block.lines[0]):
            label = " ".join(block.text.split()).lower()
            title = target[3] or target[4] or target[5] or ""
            self.md.references.setdefault(label, (target[1] or target[2] or "", title))


def _spread(lines: Sequence[str]) -> bool:
    """Return whether a blank line is between two blocks of a list item, which makes the list loose."""
    end = None
    for block in blocks(lines):
        if end is not None and block.start > end:
            return True
        end = block.end
    return False
