"""The input and output of a recogniser: a file of a foreign list, and the questions in this file, unchanged."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from deckbuilder.adopt.lists.vault_marks import USUAL, USUAL_NOTES, NoteMarks, Separators
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.anki_text import is_unspaced
from deckbuilder.model.control_characters import CUT_TABS, MASKED
from deckbuilder.model.records import Kind
from deckbuilder.model.splice import splice

BLANKS = r"(?:(?<!\s)\s++)?"
"""A pattern of blanks, or of none, for a search. A search for ``\\s*x`` would read a run of blanks from each blank in it."""
EMOJI = "[\u2190-\u2bff\u3030\ufe0f\u200d\U0001f000-\U0001faff]"
"""A pattern of one emoji."""
_ASKS = re.compile(
    rf"""
    [?？]
    (?:\s*(?:
        ["”’')）*_`\]]                                 # closing marks
        |{EMOJI}|:\w{{1,40}}:                          # a mark of the difficulty
        |\[{{1,2}}[^\[\]]*\]{{1,2}}\([^()]*\)\]?|<[^<>]*>      # a link to the source, a tag
        |(?<=\])\([^()\s]*\)                           # the address of a link that is the question
        |[(（][^()（）]{{1,40}}[)）]                      # a remark
    ))*+
    \s*$
    """,
    re.VERBOSE,
)
_LABELLED = rf"""
    (?:{EMOJI}|:\w{{1,40}}:|\s)*+
    (?:
        (?:[A-Z]{{2,6}}\s?[-–]\s?(?=(?i:question)\s*\d))?                     # the topic: AI-Question04 -
        (?i:question|frage|q)\s*+\#?\d{{0,4}}[a-z]?\s*(?:[.:)-]+\s+|[：、]\s*)  # Q3: or Question 3 -
        |(?i:question|frage|q)\s*\#?\d{{1,4}}[a-z]?\s+(?=\S)                  # Q3 What
        |(?:面试题|问题?|题目|第)\s*+\d{{0,4}}\s*+题?\s*[.:：、)]\s*|第\s*\d{{1,4}}\s*题\s+
        |面试官\s*[:：]\s*
    )
"""
_NUMBERED = re.compile(
    rf"""
    {_LABELLED}
    |(?:{EMOJI}|:\w{{1,40}}:|\s)*+
    (?:
        \(?\d{{1,4}}[a-z]?(?:\.\d{{1,3}})*+\s?(?:[.)]+\s+|[、）．]\s*)         # 3. or (3.1)
        |\d{{1,3}}(?:\.0?[1-9]\d?){{2,4}}\s+(?![+*/=<>×÷]|-\s*\d)(?:[-–—]\s+)?   # 1.1.4, but no address such as 127.0.0.1
        |\d{{1,4}}[.)](?=[A-Z\u4e00-\u9fff`"“「『《【（(\[]|(?!js\b|net\b|io\b)[a-z]{{2}})  # 3.Text, no blank before a word
        |\d{{1,4}}\.(?=0\.\d{{1,4}}\s*[-+*/=<>×÷])                           # 3.0.1 + 0.2
    )
    """,
    re.VERBOSE,
)
"""The number of a question: ``3. ``, ``Q3: ``, ``Question 3 - ``, ``问题3：``. ``3.12`` and ``Q-learning`` are words."""
_LABEL = re.compile(_LABELLED, re.VERBOSE)
_WORD = re.compile(r"(?:(?i:question|frage|q)|问题?)\s*[:：]\s*(?=\S)")
"""A label behind a number: ``1. Question: …``."""
_LABEL_ONLY = re.compile(r"(?i:question|frage|q|问题|第)\s*+#?\d{0,4}\s*题?[.:：)]?|#?\d{1,4}[.)]?|#\d{1,4}(?:[-.]\d{1,3}){1,2}")
_CODE = re.compile(rf"[`<\t{CUT_TABS}]|~~~|\$\$| {{4}}")
"""A part of each text that has code, a comment or a formula of its own lines."""
_RAW = re.compile(r"\s*<(?:pre|script|style|textarea)\b", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\b(?:(?!\b(?:name|id)\s*=)[^<>])*+\b(?:name|id)\s*=[^<>]*+>(?:\s*</a>|(?<=/>))\s*",
    re.IGNORECASE,
)
_SELF_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\(#[^)]*\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<text>(?:(?!\1).)+)(?<=\S)\1")
_LINE_MARKS = re.compile(r"^[\s#>*+_-]+|\*\*|__")


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a foreign list. ``lines`` has empty lines instead of the front matter, so that line numbers stay right."""

    lines: tuple[str, ...]
    front: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The front matter's values by key, in lower case."""
    name: str = ""
    """The name of the file without its suffix."""
    separators: Separators = USUAL
    """The marks between the sides of cards that the vault of the file has in its settings."""
    note_marks: NoteMarks = USUAL_NOTES
    """The marks of Obsidian_to_Anki that the vault has in its settings."""
    beside: tuple[str, str] = ("", "")
    """(suffix, text) of a file with code that has the same name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question in lines ``start`` to ``end`` (exclusive, from 0) of a page. All texts are Markdown."""

    start: int
    end: int
    question: str
    """The first paragraph of this text becomes the heading."""
    answer: str = ""
    kind: Kind = Kind.BASIC
    tags: tuple[str, ...] = ()
    deck: str = ""
    """The full name of the question's deck, with ``::`` between levels; ``""`` if the list names none."""
    id: str = ""
    """The question's id in the list."""
    unfit: str = ""
    """The reason to skip a text that only looks like a question."""


Find = Callable[[Page], Sequence[Found] | None]
"""Finds the questions on a page; returns None if the page has none in the dialect."""


@lru_cache(maxsize=4)
def blocks_of(lines: tuple[str, ...]) -> tuple[Block, ...]:
    """Return the top-level blocks of a page. The cache serves all recognisers."""
    return tuple(blocks(lines))


@lru_cache(maxsize=4)
def _protected(lines: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for offset, block in leaves(lines):
        raw = block.kind == "html" and _RAW.match(block.lines[0])
        if block.kind in ("fence", "code", "comment", "math") or raw:
            found |= set(range(offset + block.start, offset + block.end))
    return frozenset(found)


def protected(lines: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the lines in code, comments and ``<pre>``, at any depth. No mark of a tool is in such lines."""
    return _protected(tuple(lines))


def marks(lines: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """Return (number, match) of each line outside code that ``pattern`` matches from the first column."""
    closed = protected(lines)
    return [(at, match) for at, line in enumerate(lines) if at not in closed and (match := pattern.match(line))]


def fields(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[tuple[str, ...], dict[int, re.Match[str]]]:
    """Return (the lines without the labels that ``pattern`` matches, the match of each label by line number).

    Code or a formula may begin directly after a label, so the labels are removed before the code is found. Code has no labels.
    """
    bared = tuple(pattern.sub("", line, count=1) if pattern.match(line) else line for line in lines)
    opening = {offset + block.start for offset, block in leaves(bared) if block.kind in ("fence", "math")}
    closed = protected(bared) - opening
    unlabelled = tuple(lines[at] if at in closed else line for at, line in enumerate(bared))
    return unlabelled, {at: match for at, line in enumerate(lines) if at not in closed and (match := pattern.match(line))}


def comments(lines: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """Return (number, match) of each comment of one line that ``pattern`` matches."""
    found = (block for block in blocks_of(tuple(lines)) if block.kind == "comment" and len(block.lines) == 1)
    return [(block.start, match) for block in found if (match := pattern.match(block.lines[0].strip()))]


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return ``text`` with ``change`` applied to each piece that is no code and no comment."""
    return "".join(piece if code else change(piece) for code, piece in _pieces(text))


@lru_cache(maxsize=16)
def masked(text: str) -> str:
    """Return ``text`` with ``MASKED`` for each character of code and comments, except newlines. The length stays.

    The cache serves the many patterns that are searched in one text.
    """
    return "".join(re.sub(r"[^\n]", MASKED, piece) if code else piece for code, piece in _pieces(text))


def masked_maths(text: str) -> str:
    """Return ``masked`` with ``MASKED`` for formulas, too, except for their newlines."""
    shown = masked(text)
    formulas = [(begin, end) for kind, begin, end in pieces(shown) if kind == "maths"]
    return splice(shown, [(begin, end, re.sub(r"[^\n]", MASKED, shown[begin:end])) for begin, end in formulas])


def replaced(
    pattern: re.Pattern[str],
    text: str,
    change: Callable[[Callable[[str], str]], str],
    mask: Callable[[str], str] = masked,
) -> str:
    """Return ``text`` with the result of ``change`` for each match of ``pattern``.

    A match may contain what ``mask`` masks, by default code, but does not begin or end inside. ``change`` gets a function:
    the name of a group -> the text of the group, or ``""`` if ``pattern`` has no such group.
    """
    return splice(text, ((*match.span(), change(_group(text, match))) for match in pattern.finditer(mask(text))))


def _group(text: str, match: re.Match[str]) -> Callable[[str], str]:
    return lambda name: text[slice(*match.span(name))] if name in match.re.groupindex and match[name] is not None else ""


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield (whether the piece is code or a comment, piece). The pieces make up the whole ``text``."""
    if not _CODE.search(text):
        yield False, text
        return
    lines = re.findall(r"[^\n]*\n|[^\n]+$", text)  # splitlines has more line ends than Markdown
    closed = protected(text.split("\n"))
    for inside, group in itertools.groupby(range(len(lines)), key=lambda at: at in closed):
        piece = "".join(lines[at] for at in group)
        if inside:
            yield True, piece
            continue
        for kind, begin, end in pieces(piece, "code", "comment"):
            yield kind != "text", piece[begin:end]


def unmarked(line: str) -> str:
    """Return ``line`` without the marks of a heading, an item, a quote or bold text."""
    return _LINE_MARKS.sub("", line)


def asks(text: str) -> bool:
    """Return whether ``text`` ends in a question mark, also inside emphasis, or before an emoji, a remark or a link.

    A text without a letter and a digit is a mark, such as ``*?`` in a table of marks.
    """
    return bool(_ASKS.search(text.rstrip())) and any(map(str.isalnum, text))


def numbered(text: str) -> bool:
    """Return whether ``text`` begins like ``3. …``, ``Q3: …`` or ``Question 3 - …``."""
    return bool(_NUMBERED.match(bare(text)))


def labelled(text: str) -> bool:
    """Return whether ``text`` begins with a label of a question, such as ``Q3:`` or ``第 3 题：``."""
    return bool(_LABEL.match(text)) or (bool(_LABEL_ONLY.fullmatch(text)) and not text[:1].isdigit())


def unnumbered(text: str) -> str:
    """Return ``text`` without its number or label."""
    match = _NUMBERED.match(text)
    rest = text[match.end() :] if match else text
    label = _WORD.match(rest) if match else None
    return rest[label.end() :] if label else rest


def bare(heading: str) -> str:
    """Return ``heading`` without anchors, and without a link to itself or bold marks around the whole text."""
    text = _ANCHOR.sub("", heading).strip()
    for pattern in (_SELF_LINK, _BOLD, _SELF_LINK):
        if match := pattern.fullmatch(text):
            text = match["text"].strip()
    return text


def asked(heading: str) -> str:
    """Return the question in a heading: ``bare``, without a number; ``""`` if the heading is only a label such as ``Q3``."""
    text = bare(heading)
    if _LABEL_ONLY.fullmatch(text):
        return ""
    return bare(unnumbered(text))


def joined(lines: Sequence[str]) -> str:
    """Return the lines of a paragraph as one line. Two Han or Kana get no blank, which would show as a gap."""
    text = ""
    for line in (line.strip() for line in lines):
        text += line if not text or not line or (is_unspaced(text[-1]) and is_unspaced(line[0])) else f" {line}"
    return text


def with_breaks(text: str) -> str:
    """Return ``text`` with a line break at each line end of a paragraph. Some tools show each line on its own."""
    lines = text.split("\n")
    for block in blocks(lines):
        if block.kind == "text":
            for at in range(block.start, block.end - 1):
                lines[at] = lines[at].rstrip().removesuffix("\\") + "\\"
    return "\n".join(lines)
