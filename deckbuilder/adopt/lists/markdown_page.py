"""What a recogniser is given and what it finds: a file of a foreign list, and the questions in it as they stand there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.markdown.code_spans import parted
from deckbuilder.model.anki_text import is_wide
from deckbuilder.model.control_characters import MASKED
from deckbuilder.model.records import Kind
from deckbuilder.model.splice import splice

_ASKS = re.compile(r"[?？]\s*[\"”’')）*_`\]]*$")
_NUMBERED = re.compile(
    r"""
    (?i:question|frage|q)\s*\#?\d{0,4}\s*(?:[.:)-]+\s+|[：、]\s*)  # Q3: or Question 3 -
    |(?:问题?|第)\s*\d{0,4}\s*题?\s*[.:：、)]\s*
    |\(?\d{1,4}(?:\.\d{1,3})*(?:[.)]+\s+|[、）]\s*)                # 3. or (3.1)
    |\d{1,3}\.(?=[A-Z\u4e00-\u9fff])                              # 3.Text, no blank before a capital or a Han character
    """,
    re.VERBOSE,
)
"""``3. ``, ``Q3: ``, ``Question 3 - ``, ``问题3：``; ``3.12`` and ``Q-learning`` are words."""
_LABEL_ONLY = re.compile(r"(?i:question|frage|q|问题|第)\s*#?\d{0,4}\s*题?[.:：)]?|\d{1,4}[.)]?")
_RAW = re.compile(r"\s*<(?:pre|script|style|textarea)\b", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b[^>]*\b(?:name|id)\s*=[^>]*>\s*</a>\s*|<a\b[^>]*\b(?:name|id)\s*=[^>]*/>\s*", re.IGNORECASE)
_SELF_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\(#[^)]*\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<text>(?:(?!\1).)+)(?<=\S)\1")


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a foreign list; where its front matter stood, ``lines`` has empty ones, so that numbers stay right."""

    lines: tuple[str, ...]
    front: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The front matter's values by key, in lower case."""
    name: str = ""
    """Of the file, without its ending."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question in lines ``start`` to ``end`` (exclusive, from 0) of a page. All texts are Markdown."""

    start: int
    end: int
    question: str
    """Its first paragraph becomes the heading."""
    answer: str = ""
    kind: Kind = Kind.BASIC
    tags: tuple[str, ...] = ()
    deck: str = ""
    """The full name of its deck, ``::`` between levels; ``""`` where the list has none."""
    id: str = ""
    """What the list calls it."""
    unfit: str = ""
    """Why it is no question, although it looks like one."""


Find = Callable[[Page], Sequence[Found] | None]


@lru_cache(maxsize=4)
def blocks_of(lines: tuple[str, ...]) -> tuple[Block, ...]:
    """The top-level blocks of a page: every recogniser asks for them."""
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
    """The numbers of the lines in code, comments and ``<pre>``, at any depth: no delimiter stands there."""
    return _protected(tuple(lines))


def marks(lines: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """(number, match) of each line outside code that ``pattern`` matches from its first column."""
    closed = protected(lines)
    return [(at, match) for at, line in enumerate(lines) if at not in closed and (match := pattern.match(line))]


def fields(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[tuple[str, ...], dict[int, re.Match[str]]]:
    """(the lines without the labels that ``pattern`` matches, these by line): a code fence may begin right behind one."""
    unlabelled = tuple(pattern.sub("", line, count=1) if pattern.match(line) else line for line in lines)
    opening = {offset + block.start for offset, block in leaves(unlabelled) if block.kind == "fence"}
    closed = protected(unlabelled) - opening
    return unlabelled, {at: match for at, line in enumerate(lines) if at not in closed and (match := pattern.match(line))}


def comments(lines: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    """(number, match) of each comment of one line that ``pattern`` matches."""
    found = (block for block in blocks_of(tuple(lines)) if block.kind == "comment" and len(block.lines) == 1)
    return [(block.start, match) for block in found if (match := pattern.match(block.lines[0].strip()))]


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """``text`` with ``change`` applied to each piece of it that is no code and no comment."""
    return "".join(piece if code else change(piece) for code, piece in _pieces(text))


def masked(text: str) -> str:
    """``text``, as long as before, with ``MASKED`` for each character of code or comments."""
    return "".join(re.sub(r"[^\n]", MASKED, piece) if code else piece for code, piece in _pieces(text))


def replaced(pattern: re.Pattern[str], text: str, change: Callable[[Callable[[str], str]], str]) -> str:
    """``text`` with ``change`` for what ``pattern`` matches; that may hold code, but neither begin nor end in it.

    ``change`` is given a function: the name of a group -> what stands there, ``""`` for a group there is not.
    """
    return splice(text, ((*match.span(), change(_group(text, match))) for match in pattern.finditer(masked(text))))


def _group(text: str, match: re.Match[str]) -> Callable[[str], str]:
    return lambda name: text[slice(*match.span(name))] if name in match.re.groupindex and match[name] is not None else ""


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is code or a comment, piece): all of ``text``."""
    lines = re.findall(r"[^\n]*\n|[^\n]+$", text)  # splitlines knows more line ends than Markdown
    closed = protected(text.split("\n"))
    for inside, group in itertools.groupby(range(len(lines)), key=lambda at: at in closed):
        piece = "".join(lines[at] for at in group)
        if inside:
            yield True, piece
            continue
        yield from parted(piece, comments=True)


def asks(text: str) -> bool:
    """Whether ``text`` ends in a question mark, be it inside emphasis."""
    return bool(_ASKS.search(text.rstrip()))


def numbered(text: str) -> bool:
    """Whether ``text`` begins like ``3. …``, ``Q3: …`` or ``Question 3 - …``."""
    return bool(_NUMBERED.match(bare(text)))


def bare(heading: str) -> str:
    """A heading without anchors, without a link to itself and without bold marks around the whole."""
    text = _ANCHOR.sub("", heading).strip()
    for pattern in (_SELF_LINK, _BOLD, _SELF_LINK):
        if match := pattern.fullmatch(text):
            text = match["text"].strip()
    return text


def asked(heading: str) -> str:
    """The question in a heading: ``bare`` and without its number; ``""`` where it is but a label such as ``Q3``."""
    text = bare(heading)
    if _LABEL_ONLY.fullmatch(text):
        return ""
    match = _NUMBERED.match(text)
    return bare(text[match.end() :]) if match else text


def joined(lines: Sequence[str]) -> str:
    """The lines of a paragraph as one line; no blank between Han or Kana, where it would show as a gap."""
    text = ""
    for line in (line.strip() for line in lines):
        text += line if not text or not line or (is_wide(text[-1]) and is_wide(line[0])) else f" {line}"
    return text
