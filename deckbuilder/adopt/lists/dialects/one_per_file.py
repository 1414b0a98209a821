"""One question for each file.

Its text is the title in the front matter, or ``---`` is between both sides (yanki). In a quiz, the front matter has the options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.adopt.lists.answer import split
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.foreign_clozes import tildes
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, asked, asks, blocks_of, comments
from deckbuilder.markdown.patterns import SEPARATOR
from deckbuilder.model.records import Kind

_TYPED = re.compile(r"\s*([_*])(?P<text>(?!\1)(?:(?!\1).)+)\1\s*")
_OPTIONS = ("answers", "options", "choices")
_CORRECT = re.compile(rf"{BLANKS}(?://\s*(?:correct|right)\b.*|\((?:correct|right)\)|[✓✔✅]\ufe0f?)\s*$", re.IGNORECASE)
_RIGHT = ("correct", "correct_answer", "correctanswer", "answer", "solution")
_EXPLANATION = re.compile(r"<!--\s*(?:explanation|answer|solution)\s*-->\s*$", re.IGNORECASE)


def find_quiz(page: Page) -> list[Found] | None:
    """Return the question of a file with its options in the front matter; None if no option is known to be right.

    The right option ends with ``// correct``, or has the text of a key such as ``correct``. The explanation is below
    ``<!-- explanation -->``.
    """
    options = next((page.front[key] for key in _OPTIONS if len(page.front.get(key, ())) > 1), ())
    right = {text for key in _RIGHT for text in page.front.get(key, ())}
    marked = [bool(_CORRECT.search(text)) or text in right for text in options]
    if not any(marked) or all(marked):
        return None
    below = next((at for at, _ in comments(page.lines, _EXPLANATION)), None)
    lines = page.lines if below is None else page.lines[:below]
    asked_ = "\n".join(lines).strip("\n") or next(
        (page.front[key][0] for key in ("question", "title") if page.front.get(key)), ""
    )
    texts = [_CORRECT.sub("", text) if known else text for text, known in zip(options, marked, strict=True)]
    choice = "\n".join(f"- [{'x' if known else ' '}] {text}" for text, known in zip(texts, marked, strict=True))
    answer = "" if below is None else "\n".join(page.lines[below + 1 :]).strip("\n")
    return [Found(0, len(page.lines), f"{asked_}\n\n{choice}", answer, Kind.CHOICE)] if asked_ else None


def find_titled(page: Page) -> list[Found] | None:
    """Return the question in the front matter's title, with the whole file as answer; None without a title."""
    title = next((value[0] for key in ("question", "title", "front") if (value := page.front.get(key))), "")
    if not title:
        return None
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading" and block.level == 1]
    text = list(page.lines)
    if headings and asked(headings[0].text).casefold() == asked(title).casefold():
        text[headings[0].start : headings[0].end] = [""] * (headings[0].end - headings[0].start)
    return [of_parts(0, len(page.lines), asked(title), "\n".join(text))]


def find_yanki(page: Page) -> list[Found] | None:
    """Return the one note of a file by yanki; None if ``page`` is no such file.

    ``---`` separates front and back; a double ``---`` makes cards in both directions. ``~~hidden~~`` is a cloze.
    Without a back, a last paragraph in italics is an answer to type.
    """
    parts = list(_parts(page))
    front, rest = parts[0].strip("\n"), [part.strip("\n") for part in parts[1:]]
    known = "noteid" in page.front
    headings = sum(block.kind == "heading" for block in blocks_of(page.lines))
    if not front or len(rest) > 3 or (not known and headings > 1):
        return None
    if tildes(front) != front and (known or not headings):
        return [_note(page, tildes(front), "\n\n".join(rest), Kind.CLOZE)]
    if rest[:1] == [""] and len(rest) > 1:
        return [_note(page, front, "\n\n".join(rest[1:]), Kind.REVERSED)]
    if rest and (known or asks(front)):
        return [_note(page, front, "\n\n".join(rest))]
    above, _, last = front.rpartition("\n\n")
    if known and above and (match := _TYPED.fullmatch(last)):
        return [_note(page, above, match["text"], Kind.TYPED)]
    return [_note(page, front, "")] if known else None


def _parts(page: Page) -> Iterator[str]:
    at = 0
    for block in blocks_of(page.lines):
        if block.kind == "rule" and SEPARATOR.match(page.lines[block.start]):
            yield "\n".join(page.lines[at : block.start])
            at = block.end
    yield "\n".join(page.lines[at:])


def _note(page: Page, front: str, back: str, kind: Kind = Kind.BASIC) -> Found:
    front = re.sub(r"\A#{1,6} +", "", front)
    answer = split(back).answer if kind is Kind.BASIC else back
    return Found(0, len(page.lines), front, answer, kind, id="".join(page.front.get("noteid", ())[:1]))
