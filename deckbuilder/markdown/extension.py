"""GitHub's Markdown as an extension of Python-Markdown: ``markdown.Markdown(extensions=[GitHub()])``.

The tree, the registries, the stash of raw HTML and the serialiser are the library's. One block processor
replaces the library's own ones. One tree processor reads all running text. Extensions that follow this one may register
more: their block processors and inline patterns see the text that this one leaves.
"""
# ruff: noqa: N802, D102 - names of the methods Python-Markdown calls are its own

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping

import markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AtomicString, Registry

from deckbuilder.markdown.block_elements import Blocks
from deckbuilder.markdown.document import Document, Marks
from deckbuilder.markdown.entities import REPLACEMENT
from deckbuilder.markdown.inlines import Inlines
from deckbuilder.model.control_characters import CONTROLS, NUL


class GitHub(Extension):
    """GitHub's blocks and inlines, maths, footnotes and, if given, the marks of another dialect."""

    def __init__(
        self, words: Mapping[str, str] | None = None, *, marks: Callable[[], Marks] | None = None, commonmark: bool = False
    ) -> None:
        """Take the titles of alerts by their kind; for the others see ``Document``."""
        super().__init__()
        self.document = Document(words or {}, marks, commonmark=commonmark)

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors, md.parser.blockprocessors, md.inlinePatterns = Registry(), Registry(), Registry()
        self.blocks = Blocks(md.parser, self.document)
        md.preprocessors.register(_Controls(md), "controls", 30)
        md.parser.blockprocessors.register(self.blocks, "blocks", 10)
        for name in ("prettify", "unescape"):  # no white space between blocks, and no escapes are left
            md.treeprocessors.deregister(name)
        md.treeprocessors.register(_RunningText(md, self), "inline", 20)
        md.registerExtension(self)

    def reset(self) -> None:
        """Remove the state of the last text."""
        self.document.begin()
        self.blocks.begin()


class _Controls(Preprocessor):
    """Removes control characters: so no author's text can look like a mark of ours or a placeholder of the library."""

    def run(self, lines: list[str]) -> list[str]:
        return CONTROLS.sub(lambda match: REPLACEMENT if match[0] == NUL else "", "\n".join(lines)).split("\n")


class _RunningText(Treeprocessor):
    """Reads every text of the tree, then the footnotes that it has referred to."""

    def __init__(self, md: markdown.Markdown, extension: GitHub) -> None:
        super().__init__(md)
        self.extension = extension
        self.inlines = Inlines(extension.document, md.references, md.htmlStash.store)
        self.others = InlineProcessor(md)

    def run(self, root: ET.Element) -> None:
        document = self.extension.document
        _read(self.inlines, root)
        notes = ET.Element("ol", {"class": "footnotes"})
        for number, label in enumerate(document.used, 1):  # a footnote may refer to further ones
            _read(self.inlines, self.extension.blocks.footnote(notes, number, document.footnotes[label]))
        if len(notes):
            root.append(notes)
        if len(self.md.inlinePatterns):
            self.others.run(root)


def _read(inlines: Inlines, root: ET.Element) -> None:
    """Read the texts of ``root`` and of all that is in it; an ``AtomicString`` is not to be read."""
    for element in list(root.iter()):
        children, whole = list(element), list[ET.Element]()
        if element.text and not isinstance(element.text, AtomicString):
            element.text, whole = inlines.read(element.text)
        for child in children:
            whole.append(child)
            if child.tail and not isinstance(child.tail, AtomicString):
                child.tail, following = inlines.read(child.tail)
                whole += following
        if len(whole) > len(children):
            element[:] = whole
