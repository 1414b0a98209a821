"""The fields of a note by part -> a draft that reads back as the same text. Raw HTML replaces Markdown if necessary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deckbuilder.adopt.draft import Draft, compose
from deckbuilder.adopt.packages import html_to_markdown
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.adopt.packages.raw_html import PathOf, raw, words
from deckbuilder.cards.render import render
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.anki_text import plain
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.records import Kind, Settings, Source
from deckbuilder.model.references import unescape
from deckbuilder.publish.stamps import hidden_in
from deckbuilder.source.parse import parse

_SETTINGS = Settings(id="adopted", name="Adopted", span=Span(""))
_REFERENCE = re.compile(
    r"""
    <(?:img|audio|video|source)\b
    (?:[^<>]|<(?!(?:img|audio|video|source)\b))*?                   # other attributes, but no other element with media
    \bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))
    |\[sound:([^\[\]\n]+)\]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COMPARED = 30
"""Number of characters that are compared in the hidden text of a cloze."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A note's HTML by part of the question; several fields may make one part."""

    kind: Kind
    html: Mapping[str, Sequence[str]]

    def joined(self, part: str) -> str:
        """Return the HTML of all fields of ``part``, with an empty line between two fields."""
        return "<br><br>".join(field for field in self.html.get(part, ()) if field.strip())


def converted(sides: Sides, path_of: PathOf) -> Draft:
    """Return the draft of a note, without its id and tags; ``path_of`` gives the path of a file in the package.

    Markdown is tried first for each side, then raw HTML. Raises NotCarriedError if neither reads back as the same text.
    """
    ways: tuple[Callable[[str, PathOf], str], ...] = (html_to_markdown.markdown, raw)
    reason = ""
    for question_way in ways:
        for answer_way in ways:
            try:
                draft = _draft(
                    sides, question_way(sides.joined("question"), path_of), answer_way(sides.joined("answer"), path_of), path_of
                )
            except html_to_markdown.NoMarkdownError:
                continue
            wrong = _difference(sides, draft, path_of)
            if not wrong:
                return draft
            reason = reason or wrong
            if wrong in ("question", "clozes"):
                break
    raise NotCarriedError(f"its {reason or 'question'} would change in Markdown")


def _draft(sides: Sides, question: str, answer: str, path_of: PathOf) -> Draft:
    heading, body = _cut(question)
    if sides.kind is Kind.TYPED:
        typed = html_to_markdown.markdown(sides.joined("typed"), path_of)
        answer = f"{typed}\n\n{answer}" if answer else typed
    hint = plain(sides.joined("hint"))
    source = html_to_markdown.markdown(sides.joined("source"), path_of).replace("\\\n", " ")
    return Draft("q", heading, body, answer, sides.kind, hint=hint, source=source)


def _cut(question: str) -> tuple[str, str]:
    """Return (the first line, the rest); the first line is ``""`` if the question does not begin with text."""
    lines = question.split("\n")
    first = next(iter(blocks(lines)), None)
    if first is None or first.kind not in ("text", "heading") or first.start:
        return "", question
    heading = first.text if first.kind == "heading" else lines[0].strip().removesuffix("\\")
    return heading, "\n".join(lines[1:]).strip("\n")


def _difference(sides: Sides, draft: Draft, path_of: PathOf) -> str | None:
    """Return the part of ``draft`` (``question``, ``answer``, …) that differs from its fields; None if no part differs."""
    questions = parse(Source("", Path(), compose("", [draft]))).questions
    if len(questions) != 1:
        return "text"
    note = render(questions[0], _SETTINGS)
    shown = {part: note.text(part) for part in ("question", "answer", "hint", "source")}
    shown |= {"typed": note.text("typed")} if sides.kind is Kind.TYPED else {}
    for part, html in shown.items():
        field = sides.joined(part)
        if words(field) != words(html) or _media_count(field, path_of) != _media_count(html, str):
            return part
    return "clozes" if _clozes(sides.joined("question"), sides) != _clozes(note.text("question"), sides) else None


def _media_count(html: str, path_of: PathOf) -> int:
    """Return how many pictures and sounds in ``html`` can be packed."""
    found = _REFERENCE.findall(html)
    return sum(any(name.startswith("data:") or path_of(unescape(name)) for name in names if name) for names in found)


def _clozes(html: str, sides: Sides) -> dict[str, str]:
    if sides.kind is not Kind.CLOZE:
        return {}
    return {number: "".join(text.split())[:_COMPARED] for number, text in hidden_in(html).items()}
