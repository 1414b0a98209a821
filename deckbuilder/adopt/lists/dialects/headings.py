"""Lists whose questions are headings with the answer below: ``## Q``, ``### 3. Q``, with options, with ``<details>``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import folded_lines, split
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, asks, bare, blocks_of, numbered
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.records import Kind

_ABOUT = re.compile(
    r"""
    (?:the[ ])?
    (?:
        licen[cs]e|copyright|contribut(?:ing|ors?|ions?)|credits?|acknowledge?ments?|thanks|authors?  # who made it
        |support|sponsors?|donat\w+                                                                   # who pays
        |references?|resources?|links?|further[ ]reading                                              # where to read on
        |disclaimer|changelog|todo|faq|installation|usage                                             # the project itself
        |许可证?|版权|贡献(?:者|指南)?|致谢|参考(?:资料|文献)?|关于|更新日志
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PARTS = re.compile(
    r"""
    (?:\d+[.)]\s*)?                                                  # a number
    (?:
        answers?|ans|explanations?|examples?|solutions?|notes?|output|hints?|code|syntax|summary|conclusion
        |good[ ]to[ ]hear|additional[ ]links|see[ ]also|pros|cons|advantages|disadvantages
        |答案|解答|解析|示例|例子|总结|补充|输出
    )
    (?:\s*\d+)?\s*[:：.]?.{0,12}                                     # another number, a colon, a few characters
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LABELLED = re.compile(r"\s*\{:?\s*#(?P<id>[\w-]+)[^{}]*\}$")
"""An anchor in the syntax of kramdown and pandoc."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text up to the next question or higher heading."""

    heading: Block
    end: int
    text: str


def sections(lines: tuple[str, ...], opens: Callable[[Block], bool], *, folded: bool = False) -> Iterator[Section]:
    """Yield a section for each heading for which ``opens`` is true.

    A section ends at the next such heading, or at a heading of the same or a higher level.
    A heading in ``<details>`` begins or ends a section only if ``folded``.
    """
    inside: frozenset[int] = frozenset() if folded else _folded(lines)
    headings = [block for block in blocks_of(lines) if block.kind == "heading" and block.start not in inside]
    for at, heading in enumerate(headings):
        if opens(heading):
            ends = (other.start for other in headings[at + 1 :] if other.level <= heading.level or opens(other))
            end = next(ends, len(lines))
            yield Section(heading, end, "\n".join(lines[heading.end : end]))


@lru_cache(maxsize=4)
def _folded(lines: tuple[str, ...]) -> frozenset[int]:
    return folded_lines(lines)


def question_level(lines: tuple[str, ...]) -> tuple[int, bool]:
    """Return (the level of the headings that ask, whether these headings are in ``<details>``).

    The level is the one with most different questions and most of the text.
    """
    return max(itertools.product(range(1, 7), (False, True)), key=lambda choice: _weight(lines, choice[0], folded=choice[1]))


def _weight(lines: tuple[str, ...], level: int, *, folded: bool) -> float:
    found = [one for one in sections(lines, lambda block: block.level == level, folded=folded) if not _is_aside(one.heading)]
    weights = {bare(section.heading.text).casefold(): _likely(section) for section in found}
    claimed = sum(bool(line.strip()) for section in found for line in lines[section.heading.start : section.end])
    return sum(weights.values()) * claimed / max(1, sum(bool(line.strip()) for line in lines))


def _likely(section: Section) -> float:
    """Return how much a section looks like a question: from 0 (not at all) to 3."""
    text = section.heading.text
    answered = any(block.kind != "heading" for block in blocks(section.text.split("\n"))) or asks(text)
    return answered * (1 + 2 * (asks(text) or numbered(text) or not asked(text)))


def _is_aside(heading: Block) -> bool:
    """Return whether a heading is about the list itself, or names a part of an answer."""
    text = bare(heading.text)
    return navigation.names_contents(text) or bool(_ABOUT.fullmatch(text) or _PARTS.fullmatch(text))


def find(page: Page) -> list[Found] | None:
    """Return the questions: headings of ``question_level``, and higher headings that ask and have text directly below."""
    level, folded = question_level(page.lines)

    answered = _answered(page.lines)

    def opens(block: Block) -> bool:
        return block.level == level or (block.level < level and asks(block.text) and block.start in answered)

    every = list(sections(page.lines, opens, folded=folded))
    if [section.heading.level for section in every] == [1] and not asks(every[0].heading.text):
        return None  # the title of a list in another dialect
    return [_found(section) for section in every if not navigation.names_contents(section.heading.text)] or None


def _answered(lines: tuple[str, ...]) -> set[int]:
    """Return the first line of each heading that has text directly below."""
    seen = [block for block in blocks_of(lines) if block.kind not in ("comment", "rule") and not navigation.is_contents(block)]
    return {one.start for one, other in itertools.pairwise(seen) if one.kind == "heading" != other.kind}


def _found(section: Section) -> Found:
    heading = section.heading
    label = _LABELLED.search(heading.text)
    question = asked(heading.text[: label.start()] if label else heading.text)
    unfit = "a section about the list itself" if _ABOUT.fullmatch(question) else ""
    return of_parts(heading.start, section.end, question, section.text, id=label["id"] if label else "", unfit=unfit)


def of_parts(start: int, end: int, question: str, text: str, *, id: str = "", unfit: str = "") -> Found:  # noqa: A002
    """Return a question whose answer is in the ``text`` below ``question``.

    ``question`` is "" if the heading is only a label (``Q3``). The first block of ``text`` is the question then.
    """
    parts = split(text)
    body, answer = parts.body, parts.answer
    if not question and not body:
        lines = answer.split("\n")
        end = next((block.end for block in blocks(lines)), 0)
        body, answer = "\n".join(lines[:end]), "\n".join(lines[end:])
    whole = "\n\n".join(part for part in (question, body) if part)
    return Found(start, end, whole, answer, kind=parts.kind if question or parts.body else Kind.BASIC, id=id, unfit=unfit)
