"""Drafts of questions -> Markdown in our format. ``parse`` reads this Markdown as the same questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeVar

from deckbuilder.check.lost_questions import lines_with_attributes
from deckbuilder.files.reading import MB
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.portions import portions
from deckbuilder.model.records import Kind
from deckbuilder.source.conflict_marks import is_mark
from deckbuilder.source.parse import SOURCE, bracketed

LEVEL = 2
"""The level of the headings of questions: ``##``."""

QUESTIONS = 1_000
"""The most questions in a file, with the titles between these."""
_BYTES = 16 * MB
"""The most bytes of the questions in a file. deckbuilder reads files of four times this size, but few editors do."""

_LIKE_ATTRIBUTES = re.compile(r"\{(?=:?\s*[#.\w][^{}]*\}$)")
_CLOSING_MARKS = re.compile(r"(?<=\s)#+$")


@dataclass(frozen=True, slots=True)
class Draft:
    """One question before it is written to a file. All texts are Markdown."""

    id: str
    heading: str
    """One line, which may be empty if ``body`` is not."""
    body: str = ""
    """The rest of the question."""
    answer: str = ""
    kind: Kind = Kind.BASIC
    tags: tuple[str, ...] = ()
    hint: str = ""
    """Plain text."""
    source: str = ""

    def size(self) -> int:
        """Return the bytes of the texts in UTF-8."""
        return sum(len(text.encode()) for text in (self.heading, self.body, self.answer, self.hint, self.source))

    def labels(self) -> set[str]:
        """Return the texts in brackets, in lower case: those that may be labels of links are among these."""
        text = f"{self.heading}\n{self.body}\n{self.answer}\n{self.source}".casefold()
        return set(bracketed(text))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file, such as "Basics", with a title for people."""

    title: str

    def size(self) -> int:
        """Return the bytes of the title in UTF-8."""
        return len(self.title.encode())


_Item = TypeVar("_Item", bound=Draft | Part)


def in_files(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yield the items of each file, in order. An item that is too large for any file gets a file of its own."""
    return portions(items, lambda item: item.size(), largest=_BYTES, most=QUESTIONS)


def compose(
    title: str,
    drafts: Iterable[Draft | Part],
    *,
    tags: Sequence[str] = (),
    subdeck: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the text of a file with the questions ``drafts``. All questions get ``tags`` and are in ``subdeck``.

    ``title`` is for people. ``links`` has (label, target) of each reference link in the questions.
    """
    front = [f"tags: [{', '.join(_quoted(tag) for tag in tags)}]"] if tags else []
    front += [f"deck: {_quoted(subdeck)}"] if subdeck else []
    parts = ["\n".join(["---", *front, "---"])] if front else []
    parts += [f"# {title}"] if title else []
    parts += [f"# {draft.title}" if isinstance(draft, Part) else _question(draft) for draft in drafts]
    parts += ["\n".join(f"[{label}]: {target}" for label, target in links)] if links else []
    return "\n\n".join(parts) + "\n"


def _question(draft: Draft) -> str:
    """Return ``draft`` in Markdown: the heading with its attributes, both sides, the source."""
    heading = _CLOSING_MARKS.sub(lambda match: "\\" + match[0], _LIKE_ATTRIBUTES.sub(r"\\{", " ".join(draft.heading.split())))
    body, answer = demoted(draft.body), demoted(draft.answer)
    parts = [f"{'#' * LEVEL} {heading} {_attributes(draft)}".replace("  ", " ")]
    # Without "---", options or <details> in the answer would mark the end of the question.
    parted = body and draft.kind is not Kind.CHOICE
    parts += [body, "---", answer] if parted or _folds(answer) else [body, answer]
    if draft.source:
        parts.append(f"Source: {' '.join(draft.source.split())}")
    return "\n\n".join(part for part in parts if part)


def _folds(text: str) -> bool:
    return any(block.kind == "html" and "<details" in block.lines[0].lower() for block in blocks(text.split("\n")))


def _attributes(draft: Draft) -> str:
    items = [f"#{draft.id}"]
    items += [f".{draft.kind.value}"] if draft.kind.value else []
    items += [f'tags="{" ".join(draft.tags)}"'] if draft.tags else []
    hint = " ".join(draft.hint.split()).replace('"', "”").replace("{", "(").replace("}", ")")
    items += [f'hint="{hint}"'] if hint else []
    return "{" + " ".join(items) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def demoted(text: str, below: int = LEVEL) -> str:
    """Return ``text`` without lines that have a meaning in our format.

    Headings go below the level ``below``, ``---`` becomes ``***``, and ``Source:`` becomes text. Attributes
    at the end of a line and git's marks of a conflict become text, too. In a fence, a blank before each line makes them text.
    """
    lines = text.strip("\n").split("\n")
    found = list(blocks(lines))
    highest = min((block.level for block in found if block.kind == "heading"), default=below + 1)
    deeper = max(0, below + 1 - highest)
    shown: list[str] = []
    end = 0
    for block in found:
        shown += lines[end : block.start]
        shown += _demoted(block, lines, deeper)
        end = block.end
    shown += lines[end:]
    for line, braces in lines_with_attributes(shown, LEVEL):
        before, _, after = shown[line.number - 1].rpartition(braces)
        shown[line.number - 1] = f"{before}&#123;{braces[1:]}{after}"
    return "\n".join(shown).strip("\n")


def _demoted(block: Block, lines: Sequence[str], deeper: int) -> list[str]:
    """Return the lines of ``block`` for ``demoted``. A heading goes ``deeper`` levels down."""
    if block.kind == "heading":
        return [f"{'#' * min(6, block.level + deeper)} {block.text}"]
    if block.kind == "rule":
        return ["***"]
    own = list(lines[block.start : block.end])
    if block.kind == "text" and SOURCE.match(own[0]):
        own[0] = own[0].lstrip().replace(":", "\\:", 1).replace("：", "&#xff1a;", 1)
    if not any(map(is_mark, own)):
        return own
    if block.kind == "fence":
        return [f" {line}" if line else "" for line in own]
    return [escape(line[0]).replace("|", "&#124;") + line[1:] if is_mark(line) else line for line in own]
