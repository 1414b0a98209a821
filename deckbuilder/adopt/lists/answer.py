"""The text below a question -> the rest of the question, and the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.markdown_page import bare, masked
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.records import Kind
from deckbuilder.source.parse import task_list

_WORD = r"(?i:(?:the )?(?:correct )?answers?|ans|solution|lösung|antwort|参考答案|答案|解答|回答)"
LABEL = re.compile(rf"\s*(?:(\*\*|__)(?:{_WORD}|A|答)(?:\s*[:：]\1|\1\s*[:：]?)|(?:{_WORD}|A|答)\s*[:：])(?:\s+|(?<=[：*_])|$)")
"""The label of an answer at the beginning of a paragraph, such as ``Answer:`` or ``**A:**``."""
LATER = re.compile(rf"\s*(?:(\*\*|__){_WORD}(?:\s*[:：]\1|\1\s*[:：]?)|{_WORD}\s*[:：])(?:\s+|(?<=[：*_])|$)")
"""The label of an answer in a line that does not begin a paragraph. ``A:`` is missing here, because it may be prose."""
_HEADING = re.compile(rf"{_WORD}\s*(?:[:：.]\s*(?P<rest>.*))?")
_TAGS = re.compile(r"(?P<open><details\b[^>]*>)|</details\s*>", re.IGNORECASE)
_SUMMARY = re.compile(r"\s*<summary\b[^>]*>(?P<text>.*?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_HINT = re.compile(
    r"""
    (?:
        show|see|view|click|reveal|expand|toggle|spoiler|hint|code|example|output  # an invitation to open the details
        |(?:the[ ])?(?:correct[ ])?answers?|solution|explanation                   # a name of the content
        |答案|解答|解析|点击|查看|展开|提示
    )\b.*
    |.*(?:答案|解答|解析)                                                            # Chinese puts the name last
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAG = re.compile(r"</?\w[^>]*>")
_BREAKS = re.compile(r"\s*<br\s*/?>", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*<(?P<tag>p|b|strong|div|blockquote)\b[^>]*>(?P<text>.*)</(?P=tag)>\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """The two sides of a question."""

    body: str
    answer: str
    kind: Kind = Kind.BASIC


@dataclass(frozen=True, slots=True)
class Folded:
    """A ``<details>`` from ``start`` to ``end`` (exclusive), in characters of the text around it."""

    start: int
    end: int
    summary: str
    """The text of ``<summary>`` without tags."""
    text: str
    closed: bool = True

    @property
    def shows(self) -> bool:
        """True if the summary is only a label to tap, such as "Answer" or "Show"."""
        return not self.summary or bool(_HINT.fullmatch(self.summary))


def split(text: str) -> Parts:
    """Cut ``text`` at ``<details>``, at ``Answer:``, or below the options of a choice. Else the whole text is the answer."""
    text = navigation.without(text)
    fold = next((fold for fold in folds(text) if not text[: fold.start].rpartition("\n")[2].strip()), None)
    if fold is not None and (fold.shows or not _says(text[: fold.start])):
        rest = navigation.without(text[fold.end :])
        return _parts(text[: fold.start], "\n\n".join(part for part in (unlabelled(fold.text), rest) if part))
    lines = text.split("\n")
    found = list(blocks(lines))
    at = next((at for block in found if (at := _label(block, lines)) >= 0), -1)
    if at >= 0:
        return _parts("\n".join(lines[:at]), unlabelled("\n".join(lines[at:])))
    options = task_list(found)
    if options is not None and (_is_choice(options) or not _right(options)):
        # Options without a mark are no answer.
        body, answer = "\n".join(lines[: options.end]), navigation.without("\n".join(lines[options.end :]))
        return Parts(body, answer, Kind.CHOICE if _right(options) else Kind.BASIC)
    return Parts("", unlabelled(text))


def _says(text: str) -> bool:
    """Return whether ``text`` has sentences, not only code, options and pictures."""
    return any(block.kind == "text" and not block.lines[0].startswith("!") for block in blocks(text.split("\n")))


def _parts(body: str, answer: str) -> Parts:
    body = navigation.without(body)
    found = list(blocks(body.split("\n")))
    options = task_list(found)
    choice = options is not None and _is_choice(options) and options is found[-1]
    return Parts(body, answer, Kind.CHOICE if choice else Kind.BASIC)


def _right(options: Block) -> list[bool]:
    """Return for each option whether it is marked as right; ``[]`` if no option is."""
    marked = [item.lines[0][1] != " " for item in options.items]
    return marked if any(marked) else []


def _is_choice(options: Block) -> bool:
    return len(set(_right(options))) == 2


def _label(block: Block, lines: Sequence[str]) -> int:
    """Return the number of the line in ``block`` that begins with a label such as ``Answer:``, or -1."""
    if block.kind == "heading":
        return block.start if _HEADING.fullmatch(bare(block.text)) else -1
    if block.kind != "text":
        return -1
    if LABEL.match(lines[block.start]):
        return block.start
    return next((at for at in range(block.start + 1, block.end) if LATER.match(lines[at])), -1)


def unlabelled(text: str) -> str:
    """Return ``text`` without a label such as ``Answer:`` at its beginning, and without navigation."""
    lines = navigation.without(text).split("\n")
    first = next(iter(blocks(lines)), None)
    if first is None:
        return ""
    if first.kind == "heading" and (match := _HEADING.fullmatch(bare(first.text))) and not match["rest"]:
        del lines[first.start : first.end]
    elif first.kind == "list" and len(first.items) == 1 and LABEL.match(first.items[0].lines[0]):
        return unlabelled("\n".join([*first.items[0].lines, *lines[first.end :]]))
    elif first.kind == "text" and (match := LABEL.match(lines[first.start])):
        lines[first.start] = lines[first.start][match.end() :]
    return navigation.without("\n".join(lines))


def folds(text: str) -> Iterator[Folded]:
    """Yield each outermost ``<details>`` of ``text`` outside code. A ``<details>`` without an end tag ends with ``text``."""
    depth = start = inner = 0
    for tag in _TAGS.finditer(masked(text)):
        if tag["open"]:
            if depth == 0:
                start, inner = tag.span()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield _folded(text, start, inner, tag.start(), tag.end())
    if depth:
        yield replace(_folded(text, start, inner, len(text), len(text)), closed=False)


def folded_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the lines inside each ``<details>`` that has an end tag."""
    text = "\n".join(lines)
    spans = [(text.count("\n", 0, fold.start), text.count("\n", 0, fold.end)) for fold in folds(text) if fold.closed]
    return frozenset(at for start, end in spans for at in range(start, end + 1))


def _folded(text: str, start: int, inner: int, close: int, end: int) -> Folded:
    summary = _SUMMARY.match(text, inner, close)
    content = text[summary.end() if summary else inner : close]
    return Folded(start, end, " ".join(_TAG.sub("", summary["text"]).split()) if summary else "", unwrapped(content))


def unwrapped(text: str) -> str:
    """Return ``text`` without ``<br>`` at its beginning and without ``<p>``, ``<b>`` or the like around the whole text."""
    while True:
        shorter = _BREAKS.sub("", text, count=1) if _BREAKS.match(text) else text
        if (match := _WRAPPED.fullmatch(shorter)) and f"<{match['tag'].lower()}" not in match["text"].lower():
            shorter = match["text"]
        if shorter == text:
            return text.strip("\n")
        text = shorter
