"""The fields of a note by part -> a draft that reads back as the same text. Raw HTML replaces Markdown if necessary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deckbuilder.adopt.draft import Draft, compose, demoted
from deckbuilder.adopt.packages import html_to_markdown, markdown_escapes, raw_html
from deckbuilder.adopt.packages.left_out import NoMarkdownError, NotCarriedError
from deckbuilder.adopt.packages.raw_html import PathOf, own_words, raw
from deckbuilder.cards.render import render
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.anki_text import plain
from deckbuilder.model.diagnostics import Span
from deckbuilder.model.diagrams import without_pictures
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind, Settings, Source
from deckbuilder.model.references import unescape
from deckbuilder.publish import field_headings
from deckbuilder.publish.stamps import hidden_in
from deckbuilder.source.parse import parse

_SETTINGS = Settings(id="adopted", name="Adopted", span=Span(""), diagrams=False)
_REFERENCE = re.compile(
    r"""
    <(?:img|audio|video|source)\b
    (?:[^<>]|<(?!(?:img|audio|video|source)\b))*?                   # other attributes, but no other element with media
    \bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))
    |\[sound:([^\[\]\n]+)\]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ONLY_GONE = re.compile(
    rf"\s*(?:{html_to_markdown.GONE.format('(?P<name>.*?)')}\s*)(?:{html_to_markdown.GONE.format('.*?')}\s*)*"
)
_COMPARED = 30
"""Number of characters that are compared in the hidden text of a cloze."""
_OWN_CODE = re.compile(r"<pre\b[^<>]*>(.*?)</pre>", re.DOTALL)
_LONGEST_NAME = 100
"""Characters of a field's name that a heading can show."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A note's HTML by part of the question. A part may have several fields, each with its name in ``names``."""

    kind: Kind
    html: Mapping[str, Sequence[str]]
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Field:
    """One field of a note, with the text that its Markdown must show."""

    part: str
    name: str
    html: str
    markdown: str = ""
    is_raw: bool = False
    words: str = ""
    media: int = 0
    code: tuple[str, ...] = ()
    """The text of each block of code."""


def converted(sides: Sides, path_of: PathOf) -> Draft:
    """Return the draft of a note, without its id and tags; ``path_of`` gives the path of a file in the package.

    Markdown is tried first for each field, then raw HTML. Raises NotCarriedError if neither reads back as the same text.
    """
    draft, fields = unproven(sides, path_of)
    while True:
        questions = parse(Source("", Path(), compose("", [draft]))).questions
        wrong = difference(fields, render(questions[0], _SETTINGS)) if len(questions) == 1 else _first(fields)
        if wrong is None:
            return draft
        if wrong.is_raw or wrong.part not in ("question", "answer"):
            raise NotCarriedError(f"its {wrong.part} would change in Markdown")
        wrong.markdown, wrong.is_raw = raw(wrong.html, path_of), True
        draft = _draft(sides.kind, fields)


def unproven(sides: Sides, path_of: PathOf) -> tuple[Draft, list[Field]]:
    """Return the draft of a note as ``converted``, but not read back. ``difference`` compares it with the fields."""
    fields = [_read(part, name, html, path_of) for part, name, html in _all(sides)]
    draft = _draft(sides.kind, fields)
    if not draft.answer and sides.kind is not Kind.CLOZE:
        raise NotCarriedError("it has no answer")
    for part, text in (("question", f"{draft.heading}\n{draft.body}"), ("answer", draft.answer)):
        if sides.kind is not Kind.CLOZE and (match := _ONLY_GONE.fullmatch(text)):
            raise NotCarriedError(f"its {part} is only a file that is not in the package", match["name"])
    return draft, fields


def _all(sides: Sides) -> Iterator[tuple[str, str, str]]:
    """Yield (part, name, HTML) of each field that has a part."""
    for part, texts in sides.html.items():
        names = sides.names.get(part) or [""] * len(texts)
        if len(texts) > 1 and len({field_headings.key(name) for name in names}) < len(texts):
            raise NotCarriedError("two fields of its note type have one name")
        for name, html in zip(names, texts, strict=True):
            yield part, name, html


def _read(part: str, name: str, html: str, path_of: PathOf) -> Field:
    """Return the field with its Markdown, or with raw HTML if Markdown has no syntax for it. Raises NotCarriedError."""
    found = None
    html = without_pictures(html)
    if raw_html.plain_text(html):
        one = Field(part, name, html, words=raw_html.words(html))
    else:
        found = raw_html.cleaned(html)
        one = Field(part, name, html, words=raw_html.words_of(found), code=raw_html.blocks_of_code(found, html))
    one.media = _media_count(html, path_of)
    if part == "hint":
        one.markdown = plain(html)
        return one
    try:
        one.markdown = html_to_markdown.markdown(html, path_of, found)
    except NoMarkdownError:
        if part not in ("question", "answer"):
            raise
        one.markdown, one.is_raw = raw(html, path_of), True
    return one


def _draft(kind: Kind, fields: Sequence[Field]) -> Draft:
    heading, body = _cut(_part("question", fields))
    answer = _part("answer", fields)
    by_part = {one.part: one.markdown for one in fields}
    if kind is Kind.TYPED:
        answer = f"{by_part['typed']}\n\n{answer}" if answer else by_part["typed"]
    source = by_part.get("source", "").replace("\\\n", " ")
    return Draft("q", heading, body, answer, kind, hint=by_part.get("hint", ""), source=source)


def _part(part: str, fields: Sequence[Field]) -> str:
    """Return the Markdown of all fields of ``part``. Headings name the second field and those below."""
    mine = [one for one in fields if one.part == part]
    if len(mine) == 1:
        return mine[0].markdown
    texts = []
    for at, one in enumerate(mine):
        if text := demoted(one.markdown, field_headings.LEVEL):
            heading = f"{'#' * field_headings.LEVEL} {_name(one.name)}\n\n" if at else ""
            texts.append(heading + text)
    return "\n\n".join(texts)


def _name(name: str) -> str:
    """Return the text of the heading for the field ``name``. Raises NotCarriedError if no heading can show it."""
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise NotCarriedError("a field of its note type has a name that no heading can show")
    return markdown_escapes.escaped_at_start(markdown_escapes.escaped(" ".join(name.split())))


def _cut(question: str) -> tuple[str, str]:
    """Return (the first line, the rest); the first line is ``""`` if the question does not begin with text."""
    lines = question.split("\n")
    first = next(iter(blocks(lines)), None)
    if first is None or first.kind not in ("text", "heading") or first.start:
        return "", question
    heading = first.text if first.kind == "heading" else lines[0].strip().removesuffix("\\")
    return heading, "\n".join(lines[1:]).strip("\n")


def difference(fields: Sequence[Field], note: Note) -> Field | None:
    """Return the field whose text differs in ``note``, the draft as rendered; None if none differs."""
    for part in ("question", "answer", "typed", "hint", "source"):
        mine = [one for one in fields if one.part == part]
        shown = without_pictures(note.text(part))
        texts = field_headings.split(shown, [one.name for one in mine]) if mine else []
        for one, text in zip(mine, texts, strict=True):
            if one.words != own_words(text) or one.media != _media_count(text, str):
                return one
            if not one.is_raw and one.code != _own_code(text):
                return one
        if not mine and own_words(shown):
            return _first(fields)
    asked = [one for one in fields if one.part == "question"]
    if note.schema.anki_kind is AnkiKind.CLOZE and _clozes("".join(one.html for one in asked)) != _clozes(note.text("question")):
        return _first(asked)
    return None


def _first(fields: Sequence[Field]) -> Field:
    """Return the first field that is Markdown, or else the first field."""
    return next((one for one in fields if not one.is_raw), fields[0])


def _own_code(html: str) -> tuple[str, ...]:
    """Return the text of each block of code in HTML that deckbuilder wrote."""
    if "<pre" not in html:
        return ()
    return tuple(unescape(re.sub(r"<[^<>]*>", "", text)).replace("\xa0", " ").strip("\n") for text in _OWN_CODE.findall(html))


def _media_count(html: str, path_of: PathOf) -> int:
    """Return how many pictures and sounds in ``html`` can be packed."""
    if "<" not in html and "[" not in html:
        return 0
    found = _REFERENCE.findall(html)
    return sum(any(name.startswith("data:") or path_of(unescape(name)) for name in names if name) for names in found)


def _clozes(html: str) -> dict[str, str]:
    return {number: "".join(text.split())[:_COMPARED] for number, text in hidden_in(html).items()}
