"""Rules about lines that look like headings of questions and are none: their questions are on no card of their own."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks, leaves_of
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import File, Kind
from deckbuilder.source import front_matter, positions
from deckbuilder.source.blanked import blanked

_OPENING, _CLOSING = "{｛", "}｝"
_BRACES = re.compile(
    r"""
    [{｛]:?
    (?:
        [\s,;]++
        |[#＃.．][\w.-]++
        |[\w-]++[=＝](?:"[^"{}]*+"|'[^'{}]*+'|“[^“”{}]*+”|[^\s{}"'“”]*+)
    )++
    [}｝]
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r"""["][^"”]*["”]|“[^"“”]*["”]|'[^']*'""")
_OF_QUESTION = re.compile(
    r"[\s{｛:,;](?:[#＃][\w-]|[.．](?:" + "|".join(kind.value for kind in Kind if kind.value) + r")\b)", re.IGNORECASE
)
"""An id or a kind in braces."""
_TEMPLATE = re.compile(r"\{#(?:if|each|await|key|snippet)\}")
"""A block of Svelte; such a word in braces is no id in running text."""
_BEFORE = frozenset(" \t\u00a0\u3000?？!！.。:：…")
_BEFORE_IN_HEADING = _BEFORE | frozenset("*_>)）\"'”’")
"""The characters that may be directly before the braces: ``${#array}`` of the shell and ``[](){#x}`` have other ones."""
_TAIL = re.compile(r"(?:[\s*_#|]|</[a-zA-Z][a-zA-Z0-9]*+\s*+>)*+")
_TAIL_OF_HEADING = re.compile(r"(?:[\s*_#|.,;:!?—。，；：！？]|</[a-zA-Z][a-zA-Z0-9]*+\s*+>)*+")
_HEADING = re.compile(r"[\s>]*+(?:[-+*]\s++|\d++[.)]\s++)?\\?(?:[#＃]|<h[1-6]\b)", re.IGNORECASE)
_BLANKS = "\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_NEAR_HEADING = re.compile(
    rf" {{0,3}}(?P<marks>\\?#{{2,6}}(?=[\w*`\[“（【])|\\?[#＃]*＃[#＃]*[ \t{_BLANKS}]*|#{{1,6}}[{_BLANKS}]+)"
)
_MAYBE_NEAR = re.compile(rf"##[\w*`\[“（【]|＃|#[{_BLANKS}]")
_RAW = re.compile(r"\s*<(?:pre|script|style|textarea)\b", re.IGNORECASE)


class Line(NamedTuple):
    """One line of a file with the blocks that it belongs to."""

    number: int
    """From 1."""
    top: Block
    leaf: Block
    asked: bool
    """True if the line belongs to a question."""
    prose: str
    """The line without its code spans."""


def questions_are_headings(file: File) -> Iterator[Diagnostic]:
    """Report a line with attributes that is no question. Bad: ``# One? {#one}``, ``**One?** {#one}``. Good: ``## One? {#one}``."""
    own = {number for entry in file.entries for number in range(entry.question.span.line, entry.question.body.first)}
    lines, marks = positions.lines_of(file, file.source.path), "#" * file.settings.question_level
    for line, braces in lines_with_attributes(lines, file.settings.question_level, own):
        text = lines[line.number - 1]
        if text.strip() == braces:
            message = f"attributes work only at the end of a question's heading; write '{braces}' on the line of the heading"
            yield Diagnostic(Span(file.source.path, line.number, text.find(braces) + 1), "bad-attribute", message)
            continue
        mend = _mend(line, text, marks)
        way = f"write '{marks} ' with a plain blank" if mend else f"begin it with '{marks} ' for a question"
        message = f"this line has attributes, but is read as {_read_as(line, file.settings.question_level)}; "
        span = Span(file.source.path, line.number, len(text) - len(text.lstrip()) + 1)
        yield Diagnostic(span, "lost-question", f"{message}{way}, or remove the braces", mend=mend)


def lines_with_attributes(lines: Sequence[str], level: int, own: Container[int] = ()) -> Iterator[tuple[Line, str]]:
    """Yield the lines of a file that end in attributes, outside code, and these attributes.

    ``level`` is the level of the headings of questions, ``own`` has the numbers of lines that are such headings.
    """
    found = {at + 1: braces for at, line in enumerate(lines) if at + 1 not in own and (braces := attributes_at_end(line))}
    for line in _outside_code(lines, found, level):
        braces, kind = found[line.number], line.leaf.kind
        if kind == "heading" or (braces in line.prose and (kind != "code" or _HEADING.match(lines[line.number - 1]))):
            yield line, braces


def headings_have_blanks(file: File) -> Iterator[Diagnostic]:
    """Report text that looks like a heading. Bad: ``##One?``, ``＃＃ One?``. Good: ``## One?``."""
    if not _MAYBE_NEAR.search(file.source.text):
        return
    lines = positions.lines_of(file, file.source.path)
    found = {at + 1: match["marks"] for at, line in enumerate(lines) if (match := _NEAR_HEADING.match(line))}
    for line in _outside_code(lines, found, file.settings.question_level):
        text, marks = lines[line.number - 1], found[line.number]
        count = len(marks.strip("\\ \t" + _BLANKS))
        if line.leaf.kind != "text" or marks.startswith("\\") or attributes_at_end(text) or count > 6:
            continue
        column = text.index(marks) + 1
        right = "#" * count + " "
        message = f"this line is text, but looks like a heading; write '{right}' with a blank, or '\\#' for text"
        mend = Mend(line.number, column, marks, right)
        yield Diagnostic(Span(file.source.path, line.number, column), "near-heading", message, mend=mend)


def attributes_at_end(line: str) -> str:
    """Return the attributes at the end of ``line``, such as ``{#id .kind}``; ``""`` if there are none.

    Marks that close a heading may follow. Braces without an id and without a kind are no attributes.
    """
    if "}" not in line and "｝" not in line:
        return ""
    end = max(map(line.rfind, _CLOSING))
    begin = max(line.rfind(char, 0, end) for char in _OPENING)
    heading = _HEADING.match(line)
    if begin < 0 or (begin and line[begin - 1] not in (_BEFORE_IN_HEADING if heading else _BEFORE)):
        return ""
    braces = line[begin : end + 1]
    if not _BRACES.fullmatch(braces) or not _OF_QUESTION.search(_QUOTED.sub("", braces)):
        return ""
    tail = _TAIL_OF_HEADING if heading else _TAIL
    return braces if tail.fullmatch(line, end + 1) and (heading or not _TEMPLATE.fullmatch(braces)) else ""


def _outside_code(lines: Sequence[str], wanted: Container[int], level: int) -> Iterator[Line]:
    """Yield the ``wanted`` lines (numbers from 1) that are outside code, maths and comments.

    ``level`` is the level of the headings of questions.
    """
    if not wanted:
        return
    first, asked = front_matter.end(lines), False
    for top in blocks(lines[first:]):
        if top.kind == "heading" and top.level <= level:
            asked = top.level == level
        if not any(first + at + 1 in wanted for at in range(top.start, top.end)):
            continue
        for offset, leaf in leaves_of([top], first):
            if leaf.kind in ("fence", "comment", "math") or (leaf.kind == "html" and _RAW.match(leaf.lines[0])):
                continue
            prose = None
            for at in range(leaf.start, leaf.end):
                if (number := offset + at + 1) in wanted:
                    prose = _prose(leaf) if prose is None else prose
                    yield Line(number, top, leaf, asked, prose[at - leaf.start] if at - leaf.start < len(prose) else "")


def _prose(leaf: Block) -> list[str]:
    """Return the lines of ``leaf`` with blanks in place of code spans."""
    if leaf.kind == "code":
        return list(leaf.lines)
    return blanked("\n".join(leaf.lines), "code").split("\n")


def _read_as(line: Line, level: int) -> str:
    """Return the words for the part of a card that ``line`` is. ``level`` is the level of the headings of questions."""
    if line.top.kind in _CONTAINERS:
        return _CONTAINERS[line.top.kind]
    if line.leaf.kind == "heading":
        return "a title" if line.leaf.level < level else "a heading in an answer" if line.asked else "a heading below a title"
    if line.leaf.kind in _LEAVES:
        return _LEAVES[line.leaf.kind]
    return "text of the question above" if line.asked else "text on no card"


_CONTAINERS = {"list": "an item of a list", "quote": "a quote", "definition": "a footnote"}
_LEAVES = {"code": "code, because it is indented", "html": "HTML", "table": "a row of a table"}


def _mend(line: Line, text: str, marks: str) -> Mend | None:
    """Return the blank that ``##One`` needs; None if the line may mean something else."""
    match = _NEAR_HEADING.match(text)
    if match is None or line.leaf is not line.top or line.leaf.kind != "text":
        return None
    same = len(match["marks"].strip("\\ \t" + _BLANKS)) == len(marks)
    return Mend(line.number, match.start("marks") + 1, match["marks"], f"{marks} ") if same else None
