"""Applies inline patterns to the texts of a tree, each of them in one pass from left to right.

Python-Markdown's own driver copies the whole text for each match, which takes quadratic time. The patterns are the
library's. The elements in ``stashed_nodes`` are the library's, too: later patterns look up elements there.
"""
# ruff: noqa: D102 - what the methods that Python-Markdown calls do is its own

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from typing import cast

import markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import INLINE_PLACEHOLDER, INLINE_PLACEHOLDER_RE, AtomicString

Node = ET.Element | str
"""The result of a pattern for a match: an element, or text that no pattern searches."""


class Inlines(Treeprocessor):
    """Everything in running text but emphasis."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.stashed_nodes: dict[str, Node] = {}
        self._patterns: Sequence[InlineProcessor] = ()

    def run(self, root: ET.Element) -> None:
        self.stashed_nodes = {}
        self._patterns = cast(list[InlineProcessor], list(self.md.inlinePatterns))
        for element in list(root.iter()):
            self._fill(element)

    def _fill(self, element: ET.Element) -> None:
        """Put what the texts of ``element`` say into it; its children are gone into by themselves."""
        children = list(element)
        if not _is_text(element.text) and not any(_is_text(child.tail) for child in children):
            return
        filled: list[ET.Element] = []
        element.text = self._placed(element.text, filled)
        for child in children:
            filled.append(child)
            child.tail = self._placed(child.tail, filled)
        element[:] = filled

    def _placed(self, text: str | None, filled: list[ET.Element]) -> str | None:
        """Append the elements in ``text`` to ``filled``, each with the text behind it; the text before the first of them."""
        if text is None or not _is_text(text):
            return text
        before: list[str] = []
        tail, last = before, None
        for node in self._nodes(self._marked(text, 0, ())):
            if isinstance(node, str):
                tail.append(node)
                continue
            if last is not None:
                last.tail = "".join(tail) or None
            last, tail = node, []
            filled.append(node)
        if last is not None:
            last.tail = "".join(tail) or None
        return "".join(before) or None

    def _nodes(self, marked: str) -> Iterator[Node]:
        """Yield the texts of ``marked`` and the nodes of its placeholders, in order."""
        at = 0
        for match in INLINE_PLACEHOLDER_RE.finditer(marked):
            node = self.stashed_nodes.get(match[1])
            if node is None:
                continue
            yield marked[at : match.start()]
            at = match.end()
            if not isinstance(node, str):
                self._fill_stashed(node)
            yield node
        yield marked[at:]

    def _fill_stashed(self, node: ET.Element) -> None:
        """Replace the placeholders in the text of an element that a pattern has made, which has no children yet."""
        if _is_text(node.text):
            marked, node.text = node.text or "", None
            lead: list[str] = []
            for part in self._nodes(marked):
                if not isinstance(part, str):
                    node.append(part)
                elif len(node):
                    node[-1].tail = (node[-1].tail or "") + part
                else:
                    lead.append(part)
            node.text = "".join(lead) or None

    def _marked(self, text: str, first: int, inside: tuple[str, ...]) -> str:
        """Return ``text``, from ``inside`` elements of these tags, with placeholders for matches of the patterns from ``first``."""
        for at in range(first, len(self._patterns)):
            text = self._applied(at, text, inside)
        return text

    def _applied(self, at: int, text: str, inside: tuple[str, ...]) -> str:
        """Return ``text`` with a placeholder for each match of one pattern."""
        pattern = self._patterns[at]
        if inside and any(tag in pattern.ANCESTOR_EXCLUDES for tag in inside):
            return text
        search = pattern.getCompiledRegExp().search
        pieces: list[str] = []
        done = begin = 0
        while match := search(text, begin):
            node, start, end = pattern.handleMatch(match, text)
            if start is None or end is None:
                begin = max(match.end(), begin + 1)
                continue
            begin = max(end, begin + 1)
            if node is None:
                continue
            if not isinstance(node, str) and node.text and not isinstance(node.text, AtomicString):
                node.text = self._marked(node.text, at + 1, (*inside, node.tag))
            pieces += [text[done:start], self._stash(node)]
            done = end
        return "".join([*pieces, text[done:]]) if pieces else text

    def _stash(self, node: Node) -> str:
        name = str(len(self.stashed_nodes))
        self.stashed_nodes[name] = node
        return INLINE_PLACEHOLDER % name


def _is_text(text: str | None) -> bool:
    return bool(text) and not isinstance(text, AtomicString)
