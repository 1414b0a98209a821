"""One question for each file of a folder: its first line asks, or the name of the file is the question."""

from __future__ import annotations

import re

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import unlabelled
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.evidence import ASKING, key, strength
from deckbuilder.adopt.lists.markdown_page import Found, Page, asked, blocks_of, numbered, unnumbered

_NUMBER = re.compile(r"(?:\d{1,4}+(?:\.\d{1,4}+(?=[\s._、-]))*+[\s._、-]++)++(?=\S)")
_ONLY_NUMBER = re.compile(r"第?\s*[\d一二三四五六七八九十百]+\s*[题題章节]?\w{0,2}|[\W\d_]*")
_PLACES = re.compile(r"readme|index|summary|contents?|toc|_?sidebar|目录|license|notes?", re.IGNORECASE)
_LEAST = 4
"""The least number of characters of a name that is a question. A Han character counts twice."""


def name_of(page: Page) -> str:
    """Return the question in the name of a file; ``""`` if the name is a number, or a place such as README."""
    name = page.name if " " in page.name.strip() else re.sub(r"[-_]+", " ", page.name)
    text = unnumbered(_NUMBER.sub("", name, count=1)).strip()
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
    seen = [block for block in blocks_of(page.lines) if block.kind not in ("comment", "rule")]
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

    Return None if the paragraph asks nothing, or if another heading has the level of the first one.
    """
    seen = [block for block in blocks_of(page.lines) if block.kind not in ("comment", "rule")]
    if not seen or _PLACES.fullmatch(page.name):
        return None
    first = seen[0]
    if first.kind not in ("text", "heading") and not (first.kind == "list" and len(first.items) == 1):
        return None
    if first.kind == "heading":
        if any(block.kind == "heading" and block.level <= first.level for block in seen[1:]):
            return None
        line, rest = first.text, page.lines[first.end :]
    else:
        line, rest = page.lines[first.start].strip(), page.lines[first.start + 1 :]
        if not (numbered(line) or strength(line) >= ASKING):
            return None
    return [of_parts(first.start, len(page.lines), asked(line), "\n".join(rest))] if asked(line) else None
