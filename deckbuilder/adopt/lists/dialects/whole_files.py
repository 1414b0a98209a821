"""One question for each file of a folder: its first line asks, or the name of the file is the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import unlabelled
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.evidence import ASKING, is_origin, key, strength
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, bare, blocks_of, labelled, numbered, unnumbered
from deckbuilder.markdown.block import Block

_NUMBER = re.compile(r"(?:\d{1,4}+(?:\.\d{1,4}+(?=[\s._、-]))*+[\s._、-]++)++(?=\S)")
_ONLY_NUMBER = re.compile(r"第?\s*[\d一二三四五六七八九十百]+\s*[题題章节]?\w{0,2}|[\W\d_]*")
_PLACES = re.compile(
    r"""
    readme|index|intro(?:duction)?|overview|translations?|summary|contents?|toc|_?sidebar|目录|license|notes?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEAST = 4
"""The least number of characters of a name that is a question. A Han character counts twice."""


def name_of(page: Page) -> str:
    """Return the question in the name of a file; ``""`` if the name is a number, or a place such as README."""
    name = page.name if " " in page.name.strip() else re.sub(r"[-_]+", " ", page.name)
    number = _NUMBER.match(name)
    text = unnumbered(name[number.end() :] if number else name).strip()
    size = sum(2 if char >= "\u2e80" else 1 for char in text)
    return "" if size < _LEAST or _ONLY_NUMBER.fullmatch(text) or _PLACES.fullmatch(text) else text


def is_place(page: Page) -> bool:
    """Return whether the name of a file is that of a place, such as README."""
    return _PLACES.fullmatch(page.name) is not None


def is_numbered(page: Page) -> bool:
    """Return whether the name of a file is a number and a text for people. ``7-two-words`` is for machines."""
    name = name_of(page)
    return (
        _NUMBER.match(page.name) is not None
        and (" " in page.name.strip() or any(char >= "\u2e80" for char in name))
        and bool(name)
    )


def find_named(page: Page) -> list[Found] | None:
    """Return the question in the name of the file. The whole text is the answer, but for a title that says the same.

    A name has no punctuation. So a title that asks with the words of the name is the question.
    """
    question = name_of(page)
    if not question:
        return None
    seen = _seen(page)
    title = seen[0] if seen and seen[0].kind == "heading" else None
    lines = list(page.lines)
    if title is not None and _same(title.text, question, asking=strength(title.text) >= ASKING):
        lines[title.start : title.end] = [""] * (title.end - title.start)
        if strength(title.text) >= ASKING:
            question = asked(title.text)
    return [Found(0, len(lines), question, unlabelled(navigation.without("\n".join(lines))))]


def _same(title: str, name: str, *, asking: bool) -> bool:
    """Return whether a title says no more than the name of its file: one holds the other. A title that asks need not be equal."""
    one, other = key(title), key(name)
    words = set(re.findall(r"\w+", title.casefold())), set(re.findall(r"\w+", name.casefold()))
    shared = len(words[0] & words[1]) * 2 > len(words[1])
    return bool(one) and (one in other or other in one or (asking and shared))


def find_first(page: Page) -> list[Found] | None:
    """Return the question in the first paragraph or heading, with all below as the answer.

    Return None if the paragraph asks nothing. Return None, too, if another heading has the level of a first one without a label.
    A title that is only a label, such as ``Question 3 - Loops``, is no question if the heading directly below asks.
    """
    seen = _seen(page)
    if not seen or _PLACES.fullmatch(page.name):
        return None
    if (below := _below_label(seen)) is not None:
        start = seen[0].start if seen[1] is below else below.start
        return [of_parts(start, len(page.lines), asked(below.text), "\n".join(page.lines[below.end :]))]
    first = seen[0]
    if first.kind not in ("text", "heading") and not (first.kind == "list" and len(first.items) == 1):
        return None
    if first.kind == "heading":
        topic = labelled(bare(first.text)) and strength(asked(first.text)) < ASKING
        if topic and seen[1:] and seen[1].kind == "heading" and strength(seen[1].text) >= ASKING:
            return None  # several questions below one label
        if not is_labelled(page) and any(block.kind == "heading" and block.level <= first.level for block in seen[1:]):
            return None
        line, rest = first.text, page.lines[first.end :]
    else:
        line, rest = page.lines[first.start].strip(), page.lines[first.start + 1 :]
        if not (numbered(line) or strength(line) >= ASKING):
            return None
    return [of_parts(first.start, len(page.lines), asked(line), "\n".join(rest))] if asked(line) else None


def is_below_label(page: Page) -> bool:
    """Return whether the question of a file is the heading directly below a title that is only a label."""
    return _below_label(_seen(page)) is not None and not is_place(page)


def is_labelled(page: Page) -> bool:
    """Return whether a file begins with a label and a question, such as ``# Question 3 - What is …?``, and has no other label."""
    seen = _seen(page)
    if not seen or seen[0].kind != "heading" or is_place(page):
        return False
    others = (block for block in seen[1:] if block.kind == "heading")
    own = labelled(bare(seen[0].text)) and strength(asked(seen[0].text)) >= ASKING
    return own and not any(labelled(bare(block.text)) for block in others)


def _seen(page: Page) -> list[Block]:
    return [block for block in blocks_of(page.lines) if block.kind not in ("comment", "rule")]


def _below_label(seen: Sequence[Block]) -> Block | None:
    """Return the heading that asks below a title that is only a label, and facts such as the difficulty; None if others of its level ask, or are numbered."""
    if seen and (facts := seen[1:2]) and facts[0].kind == "text" and is_origin("\n".join(facts[0].lines)):
        seen = [seen[0], *seen[2:]]
    if len(seen) < 2 or seen[0].kind != "heading" or seen[1].kind != "heading":
        return None
    title, below = seen[0], seen[1]
    asking = strength(below.text) >= ASKING and strength(asked(title.text)) < ASKING
    others = any(
        block.level < below.level or (block.level == below.level and (strength(block.text) >= ASKING or numbered(block.text)))
        for block in seen[2:]
        if block.kind == "heading"
    )
    return below if asking and not others and title.level <= below.level and labelled(bare(title.text)) else None
