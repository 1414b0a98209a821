"""A rule about link definitions: one that the card shows as text, and text that is lost because it is one."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from deckbuilder.markdown import links
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.model.diagnostics import Diagnostic, excerpt
from deckbuilder.model.records import File, Question
from deckbuilder.source import positions
from deckbuilder.source.parse import bracketed

_DEFINITION = re.compile(
    r"^[ \t>]*(?P<shown>\[(?![\s^])[^\[\]\n]+\]:[ \t]+<?(?:https?://|mailto:|www\.|\.{0,2}/)[^\s<>]+)", re.MULTILINE
)
_OF_ADDRESS = re.compile(r"[/.:#@?=&%]")
"""A character that an address has, and a word has not."""


def definitions_read(file: File) -> Iterator[Diagnostic]:
    """Report a link definition that is text, or text that is a definition. Bad: ``[a]: https://…`` right below text, ``[!NOTE]: yes``."""
    if "]:" not in file.source.text:
        return
    named = Counter(map(links.label_key, bracketed(file.source.text)))
    for entry in file.entries:
        question = entry.question
        for line, text in positions.running_texts(file, question):
            for match in itertools.islice(_DEFINITION.finditer(text) if "]:" in text else (), positions.MOST):
                way = "behind its address, it may have only a title in quotation marks"
                way = "write a blank line above it" if text[: match.start()].strip() else way
                place = positions.occurrence(file, question, line + text.count("\n", 0, match.start("shown")), match["shown"])
                message = f"'{excerpt(match['shown'])}' defines no link, so the card shows it as text; {way}"
                yield Diagnostic(place, "literal-mark", message)
        own = positions.lines_of(file, question.span.path)[question.span.line - 1 : question.end]
        for offset, block in leaves(own) if any("]:" in line for line in own) else ():
            if block.kind == "definition" and named[links.label_key(block.text)] == 1:
                yield from _lost(file, question, question.span.line + offset + block.start, block)


def _lost(file: File, question: Question, line: int, block: Block) -> Iterator[Diagnostic]:
    """Yield the problem that the words of a definition are on no card, if they are no address."""
    found = links.definition("[x]:" + "\n".join(block.lines))
    if found and found.url and not _OF_ADDRESS.search(found.url):
        shown = f"[{block.text}]:"
        way = f"write '> {shown[:-1]}'" if shown.startswith("[!") else f"write '\\{shown}' for text"
        message = f"'{shown} {found.url}' defines a link, so it is on no card; {way}"
        yield Diagnostic(positions.occurrence(file, question, line, shown), "stray-text", message)
