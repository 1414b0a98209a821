"""A question -> the sentences that claim something: those with a word of ``TRIGGERS``, such as *always*, or a number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deckbuilder.check.prose import shown_words
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.model.records import Kind, Question

DIGITS = r"(?<![A-Za-z0-9_./-])\d+(?:[.,:]\d+)*"
"""A number, for example 3.1."""
_MEASURES = "个种类条步次项件层段行处点份组张秒天位名套台字倍"
TRIGGERS = re.compile(
    r"\b(?:always|never|only|every(?:thing|one|where)?|all|both|any(?:thing|one|where)?|defaults?|safe|safely"
    r"|escape[ds]?|protects?|prevents?|private|three|four|five|six|seven|eight|nine|ten)\b"
    rf"|总是|永远|从不|绝不|只|仅|所有|全部|每|都|任何|默认|安全|转义|防止|保护|私有|(?<!第)[三四五六七八九十]+(?=[{_MEASURES}])"
    rf"|{DIGITS}",
    re.IGNORECASE,
)
"""The words that make a sentence a claim."""
_NAMES = re.compile(r"\b(?:PEP|RFC|DB-API)[ \u00a0]\d+|N\+1")
"""Numbers that are names."""
_CLOZE = re.compile(r"\{\{c\d+::|::[^{}:]*\}\}|\}\}")
_END = re.compile(r"[。！？；…]+[”’）)]*|[.!?;][\"')”’]*(?=\s|$)")
_WRONG_OPTION = re.compile(r"\[ \]\s")


class Text(NamedTuple):
    """A paragraph, a cell or an item: its words, with single blanks, and the places where its lines begin in ``text``."""

    first: int
    text: str
    starts: tuple[int, ...] = (0,)
    claims: bool = True
    """False for a wrong option."""
    asks: bool = False
    """True for the heading of a question that is no cloze."""

    def line(self, at: int) -> int:
        """Return the number of the line in the file that has the character ``at``."""
        return self.first + bisect_right(self.starts, at) - 1


def texts(question: Question) -> Iterator[Text]:
    """Yield the running texts that learners see of a question. Its sources are not among them."""
    yield _text(question.heading.first, question.heading.lines)._replace(asks=question.kind is not Kind.CLOZE)
    if question.hint:
        yield _text(question.span.line, (question.hint,))
    for passage in (question.body, question.answer):
        for offset, block in leaves(passage.lines):
            yield from _texts(passage.first + offset + block.start, block)


def _texts(first: int, block: Block) -> Iterator[Text]:
    if block.kind == "table":
        for row, line in enumerate(block.lines):
            if row != 1:  # the row of hyphens
                yield from (_text(first + row, (cell,)) for cell in cells(line))
    elif block.kind == "heading":
        yield _text(first, (block.text,))
    elif block.kind in ("text", "html"):
        yield _text(first, block.lines)


def _text(first: int, lines: Sequence[str]) -> Text:
    starts, parts, at = [], [], 0
    for line in lines:
        part = " ".join(line.split())
        starts.append(at)
        parts.append(part)
        at += len(part) + 1
    return Text(first, " ".join(parts), tuple(starts), claims=not _WRONG_OPTION.match(parts[0] if parts else ""))


def masked(text: str) -> str:
    """Return ``text`` with blanks in place of code, addresses, names with numbers, and the marks and hints of clozes."""
    bare = _CLOZE.sub(lambda match: " " * len(match[0]), shown_words(text))
    return _NAMES.sub(lambda match: " " * len(match[0]), bare)


def sentences(text: str, bare: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each sentence of ``text``; ``bare`` is its masked form. A semicolon ends a sentence, too."""
    begin = 0
    for match in _END.finditer(bare):
        if match[0][0] in ".!?;" and match.end() < len(text) and not text[match.end()].isspace():
            continue
        yield begin, match.end()
        begin = match.end()
    if bare[begin:].strip():
        yield begin, len(text)


def claims(text: Text, shown: set[str]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield (begin, end, places of its triggers) of each claim. Numbers in ``shown`` are proven by the run of the code.

    Questions claim nothing. Neither do the sentences of a heading that follow its question: these say how to answer. Whole
    numbers before the question are given, such as three users or an answer of 500.
    """
    bare = masked(text.text)
    asked = not text.claims
    for begin, end in sentences(text.text, bare):
        if bare[begin:end].rstrip("\"')”’） ").endswith(("?", "？")):
            asked = asked or text.asks
        elif not asked:
            triggers = (match for match in TRIGGERS.finditer(bare, begin, end) if match[0] not in shown)
            found = [match.span() for match in triggers if not (text.asks and match[0].isdigit())]
            if found:
                yield begin, end, found
