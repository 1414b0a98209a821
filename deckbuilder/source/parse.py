"""Source -> its questions. Files are cut only between whole lines, so that every position is exact. No rule is applied here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import MAX_DEPTH, blocks, leaves_of
from deckbuilder.markdown.links import label_key
from deckbuilder.markdown.patterns import SEPARATOR
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Attribute, Ignore, Included, Kind, Outline, Passage, Question, Source, Stray
from deckbuilder.source import code_blocks, front_matter, ignore_orders
from deckbuilder.source.details import without_details
from deckbuilder.source.question_ids import free_id

# The syntax of attr_list in Python-Markdown. Possessive (++): each item has only one reading, so that no input backtracks.
_ATTRIBUTES = re.compile(
    r"""
    (?:^|\s) \{:? (?P<items>
        \s*+
        (?: (?: [#.][^\s{}"'=]++ | [\w:-]++=(?:"[^"]*+"|'[^']*+'|[^\s{}"']*+) ) \s*+ )++
    ) \}$
    """,
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""(?P<mark>[#.])(?P<name>[^\s{}"'=]++)|(?P<key>[\w:-]++)=(?P<value>"[^"]*+"|'[^']*+'|[^\s{}"']*+)""")
SOURCE = re.compile(r"\s*(?:\*\*|__)?(?:source|来源)\s*[:：](?:\*\*|__)?\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"\\.|\[((?:[^\\\[\]]|\\.)*+)\]", re.DOTALL)
"""The first branch takes escapes, so that no search begins at an escaped bracket: the time is linear."""
_QUOTED_LINE = re.compile(r"\n[ \t]*+(?:>[ \t]*+)++")
TASK = re.compile(r"\[[ xX]\]\s")
_LONGEST_TITLE = 1000
"""Characters. Every question below a title has a copy of it."""
Links = dict[str, tuple[int, str, str]]
"""The first link definition of each label in a file: (index of its first line, label as written, target)."""
_CLASSES = {kind.value: kind for kind in Kind if kind.value}
"""The kind of a question by the class in the heading."""


class Parsed(NamedTuple):
    """The content of one file; ``unclosed`` are the places of blocks without an end."""

    questions: tuple[Question, ...] = ()
    strays: tuple[Stray, ...] = ()
    unclosed: tuple[Span, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    ignore: tuple[Ignore, ...] = ()


def parse(source: Source, question_level: int = 2, *, context: bool = False) -> Parsed:
    """Return ``source`` cut at its headings of ``question_level``. Questions without ``{#id}`` have the id ``""``.

    With ``context``, or if the front matter says so, each question has the titles above it.
    """
    lines = source.text.split("\n")
    front, diagnostics = front_matter.read(source.path, lines)
    front = front._replace(deck=front.deck or source.subdeck)
    body = lines[front.end :]
    found = [block._replace(start=block.start + front.end, end=block.end + front.end) for block in blocks(body)]
    leaves = list(leaves_of(found))
    links: Links = {}
    for offset, block in leaves:  # a definition in a list or quote counts for the whole file, too
        if block.kind == "definition" and block.text[0] != "^":
            links.setdefault(label_key(block.text), (offset + block.start, block.text, "\n".join(block.lines)))
    questions, strays, ranges, titles = [], [], [], list[Block]()
    context = context if front.context is None else front.context
    for heading, content in _sections(found, question_level):
        if heading is not None and heading.level == question_level:
            end = content[-1].end if content else heading.end
            section = _Section(source.path, lines, heading, content, end, source.included)
            questions.append(section.question(front, links, tuple(map(_title, filter(_title, titles))) if context else ()))
            ranges.append((heading.start + 1, end))
            continue
        if heading is not None:
            titles = [*(title for title in titles if title.level < heading.level), heading]
        if content:
            span = Span(source.path, content[0].start + 1)
            text = tuple(line for block in content for line in lines[block.start : block.end])
            strays.append(Stray(span, heading.text if heading else "", text))
    unclosed = tuple(Span(source.path, offset + block.start + 1) for offset, block in leaves if not block.closed)
    orders = ignore_orders.of_file(source.path, lines, found, ranges)
    diagnostics += [order for order in orders if isinstance(order, Diagnostic)]
    ignore = tuple(order for order in orders if isinstance(order, Ignore))
    return Parsed(tuple(questions), tuple(strays), unclosed, tuple(diagnostics), ignore)


def _sections(found: Iterable[Block], level: int) -> Iterator[tuple[Block | None, list[Block]]]:
    """Yield each heading of ``level`` or above with the blocks up to the next one; the first blocks have the heading None."""
    heading: Block | None = None
    content: list[Block] = []
    for block in found:
        if block.kind == "heading" and block.level <= level:
            yield heading, content
            heading, content = block, []
        elif (heading is not None and heading.level == level) or block.kind not in ("comment", "definition"):
            content.append(block)
    yield heading, content


@dataclass(frozen=True, slots=True)
class _Section:
    """The lines and blocks of one question."""

    path: str
    lines: Sequence[str]
    heading: Block
    content: Sequence[Block]
    end: int
    included: tuple[Included, ...] = ()

    def question(self, front: front_matter.FrontMatter, links: Links, context: tuple[str, ...]) -> Question:
        """Return the question. ``links`` are the file's link definitions, ``context`` are the titles that the card shows."""
        span = Span(self.path, self.heading.start + 1)
        text, attributes = self._attributes()
        values = {item.key: item.value for item in attributes}
        kind = next((_CLASSES[item.value] for item in attributes if item.key == "." and item.value in _CLASSES), Kind.BASIC)
        separators = [block for block in self.content if block.kind == "rule" and SEPARATOR.match(self.lines[block.start])]
        cut, hidden = self._cut(kind, separators)
        source = self._source(cut)
        blank = [(block.start, block.end) for block in self.content if block.kind in ("comment", "definition")]
        blank += [(block.start, block.end) for block in separators]
        blank += [(source.start, source.end)] if source else []
        top = self.heading.end
        shown = list(self.lines[top : self.end])
        for at, line in hidden.items():
            shown[at - top] = line
        for begin, end in blank:
            shown[begin - top : end - top] = [""] * (end - begin)
        return Question(
            span=span,
            id=nfc(values.get("#", "")),
            pinned="#" in values,
            kind=kind,
            heading=Passage(span.line, (text,)),
            body=Passage(top + 1, tuple(shown[: cut - top])),
            answer=Passage(cut + 1, tuple(shown[cut - top :])),
            source=self._source_text(source) if source else Passage(self.end + 1),
            definitions=tuple(self._definitions(links, context)),
            tags=(*front.tags, *front_matter.tag_list(values.get("tags", ""))),
            hint=values.get("hint", "").strip(),
            subdeck=front.deck,
            context=context,
            attributes=tuple(attributes),
            separators=tuple(Span(self.path, block.start + 1) for block in separators),
            code=tuple(code_blocks.steps(self.content, self.included)),
            included=self.included,
        )

    def _definitions(self, links: Links, context: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Yield the link definitions of the file that the question may use, and its footnotes."""
        named = labels("\n".join([*context, *self.lines[self.heading.start : self.end]])) if links else ()
        yield from ((label, line) for _, label, line in sorted(links[name] for name in named if name in links))
        has_footnote = any("[^" in line for line in self.lines[self.heading.end : self.end])
        yield from ((block.text, "\n".join(block.lines)) for block in (_footnotes(self.content) if has_footnote else ()))

    def _attributes(self) -> tuple[str, list[Attribute]]:
        """Return the heading without its attributes, and the attributes."""
        text = self.heading.text
        match = _ATTRIBUTES.search(text)
        if match is None:
            return text, []
        at = last_line(self.heading)
        line = self.lines[at]
        shift = line.rfind(match["items"]) - match.start("items") + 1
        found = []
        for item in _ATTRIBUTE.finditer(text, match.start("items"), match.end("items")):
            key, value = (item["mark"], item["name"]) if item["mark"] else (item["key"], item["value"])
            value = value[1:-1] if not item["mark"] and value[:1] in "\"'" else value
            found.append(Attribute(key, value, Span(self.path, at + 1, max(1, item.start() + shift))))
        return text[: match.start()].rstrip(), found

    def _cut(self, kind: Kind, separators: Sequence[Block]) -> tuple[int, dict[int, str]]:
        """Return the index of the answer's first line, and the lines that lose a ``<details>`` tag: new line by index."""
        if separators:
            return separators[0].end, {}
        details = next((block for block in self.content if _opens_details(block)), None)
        if details is not None:
            return details.start, without_details(self.lines, self.content, details, self._attributes()[0])
        if kind is Kind.CHOICE:
            options = task_list(self.content)
            if options is not None:
                return options.end, {}
        return self.heading.end, {}

    def _source(self, cut: int) -> Block | None:
        """Return the last paragraph of the answer if it begins with ``Source:``, else None."""
        content = [block for block in self.content if block.kind not in ("comment", "definition", "html")]
        last = content[-1] if content else None
        if last and last.kind == "text" and last.start >= cut and SOURCE.match(self.lines[last.start]):
            return last
        return None

    def _source_text(self, block: Block) -> Passage:
        first = self.lines[block.start]
        rest = first[SOURCE.match(first).end() :]  # type: ignore[union-attr]  # _source has matched it
        return Passage(block.start + 1, (rest, *self.lines[block.start + 1 : block.end]))


def _title(heading: Block) -> str:
    """Return the text of a heading without attributes; ``""`` for a text that is too long for each card below it."""
    return _ATTRIBUTES.sub("", heading.text).rstrip() if len(heading.text) <= _LONGEST_TITLE else ""


def titles(lines: Sequence[str], below: int) -> Iterator[tuple[int, str]]:
    """Yield (number of the line, Markdown) of each heading above the level ``below`` in the ``lines`` of a file."""
    end = front_matter.end(lines)
    for block in blocks(lines[end:]):
        if block.kind == "heading" and block.level < below:
            yield end + block.start + 1, _title(block)


def is_attributes(braces: str) -> bool:
    """Return whether a heading that ends in ``braces`` has attributes."""
    return _ATTRIBUTES.fullmatch(braces) is not None


def labels(text: str) -> set[str]:
    """Return all bracketed texts in ``text``, by ``label_key``: the labels that ``text`` may refer to.

    A label over two lines of a quote has no mark of the quote in it.
    """
    return {label_key(_QUOTED_LINE.sub("\n", label) if "\n" in label else label) for label in bracketed(text)}


def bracketed(text: str) -> Iterator[str]:
    """Yield each text in brackets that are not escaped, except for the empty one."""
    return filter(None, _BRACKETED.findall(text))


def last_line(heading: Block) -> int:
    """Return the index of the last line of a heading's text: the only line, or the line above the ``===``."""
    return max(heading.start, heading.end - 2)


def _footnotes(found: Iterable[Block], depth: int = 0) -> Iterator[Block]:
    """Yield the texts of footnotes in ``found``, and those in lists and quotes there."""
    for block in found:
        if block.kind == "definition" and block.text.startswith("^"):
            yield block
        elif depth < MAX_DEPTH:
            for part in block.items or [block] * (block.kind == "quote"):
                yield from _footnotes(blocks(part.lines), depth + 1)


def _opens_details(block: Block) -> bool:
    return block.kind == "html" and block.lines[0].lstrip().lower().startswith("<details")


def task_list(found: Iterable[Block]) -> Block | None:
    """Return the first list with only items like ``[ ] …`` or ``[x] …``: the options of a choice. None if there is none."""
    lists = (block for block in found if block.kind == "list")
    return next((block for block in lists if all(TASK.match(item.lines[0]) for item in block.items)), None)


def with_ids(questions: Iterable[Outline]) -> tuple[Outline, ...]:
    """Return the questions of a deck. A question without a pinned id gets an id that is derived from its heading.

    A derived id that is taken by a pinned or an earlier derived id gets a number (``-2``, ``-3``, …).
    """
    questions = tuple(questions)
    taken = {question.id.casefold(): 1 for question in questions if question.pinned}
    return tuple(
        question if question.pinned else question._replace(id=free_id(question.heading.lines[0], taken)) for question in questions
    )
