"""A question -> its note, with fields as HTML. Questions with mistakes become notes, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from deckbuilder import assets
from deckbuilder.cards import clozes as cloze_marks
from deckbuilder.cards import context, drawn_fences, literal_maths, media_references, published_ids
from deckbuilder.markdown import to_html
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.entities import plain as characters
from deckbuilder.markdown.links import label_key
from deckbuilder.markdown.pieces import code_text, pieces
from deckbuilder.model import unseen_attributes
from deckbuilder.model.anki_text import finish
from deckbuilder.model.control_characters import CLOZE_OPEN
from deckbuilder.model.note import Drawn, Note, Removed
from deckbuilder.model.note_schemas import CLOZE, QA, AnkiKind, NoteSchema
from deckbuilder.model.records import Kind, Passage, Question, Settings
from deckbuilder.safety import macros, safe_list, sanitise
from deckbuilder.source import included_code
from deckbuilder.source.parse import labels, task_list

LONG = 8
"""Lines under a heading that fit on a phone together with the answer."""
_RAW = re.compile(r"</?[a-zA-Z]").search
_OPTION_MARKS = re.compile(r"^(\s{0,3}[-+*]|\s{0,3}\d{1,9}[.)])(\s+)\[([ xX])\]\s+")
_CLOZE_NUMBER = re.compile(f"{CLOZE_OPEN}(\\d+)")


def render(question: Question, settings: Settings) -> Note:
    """Return the note of ``question``. Pictures and sounds in the note still have the paths that the author wrote."""
    fields = _Fields(question, settings)
    schema, texts = fields.of_cloze() if question.kind is Kind.CLOZE else fields.of_qa()
    finished = tuple(finish(text) for text in schema.ordered(texts))
    finished = tuple(map(unseen_attributes.reachable, media_references.shielded(finished)))
    return Note(
        guid=published_ids.guid(settings.id, question.id),
        id=question.id,
        note_type=schema.key,
        fields=finished,
        tags=_tags(settings, question),
        deck="::".join(part for part in (settings.name, question.subdeck) if part),
        ords=_ords(schema, texts),
        media=tuple(dict.fromkeys(fields.media)),
        removed=tuple(fields.removed),
        drawings=tuple(dict.fromkeys(fields.drawings)),
    )


def _ords(schema: NoteSchema, texts: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ordinals (from 0) of the cards that Anki makes of ``texts``. ``finish`` has not seen these texts yet."""
    if schema.anki_kind is AnkiKind.CLOZE:
        # the rendered text counts, not the source: Anki reads clozes from the field
        return tuple(sorted({int(number) - 1 for number in _CLOZE_NUMBER.findall(texts["question"])}))
    return tuple(at for at, template in enumerate(schema.templates) if not template.needs or texts.get(template.needs))


def with_id(note: Note, ident: str) -> Note:
    """Return ``note`` with the id ``ident``, also in the id field."""
    return note.with_text("id", finish(escape(ident)))._replace(id=ident)


class _Fields:
    """The field texts of one question, before ``finish``. Three lists grow with each rendered text.

    ``media`` are the paths of pictures and sounds, ``drawings`` those pictures that are drawn of fences. ``removed`` are the
    parts that may not be on a card.
    """

    def __init__(self, question: Question, settings: Settings) -> None:
        self.question, self.settings = question, settings
        self.allowed = settings.html + (safe_list.own_classes(settings.style.text) if settings.style else ())
        self.macros = frozenset(settings.tex)
        r"""The macros that formulas may have: those of ``deck.toml``, and those that ``\newcommand`` in the texts before defines."""
        self.words = assets.words(settings.language)
        self.media: list[str] = []
        self.removed: list[Removed] = []
        self.drawings: list[Drawn] = []

    def of_qa(self) -> tuple[NoteSchema, dict[str, str]]:
        """Return the question-and-answer note type, and the text of each field by ``Field.holds``."""
        question = self.question
        typed = ""
        if question.kind is Kind.CHOICE:
            front, back = self._choice()
        else:
            front, back = self._titled(question.body.lines), self._text(question.answer)
        if question.kind is Kind.TYPED:
            typed, rest = typed_answer(question.answer)
            typed, back = self._typed(escape(typed, quote=False)), self._html(rest)
        return QA, {
            "question": front,
            "answer": back,
            **self._common(),
            "typed": typed,
            "reversed": _flag(question.kind is Kind.REVERSED),
            "long_question": _flag(self._is_long()),
        }

    def of_cloze(self) -> tuple[NoteSchema, dict[str, str]]:
        """Return the cloze note type, and the text of each field by ``Field.holds``."""
        question = self.question
        text = self._titled(question.body.lines, clozes=True)
        return CLOZE, {"question": text, "answer": self._text(question.answer), **self._common()}

    def _common(self) -> dict[str, str]:
        """Return the texts that every note has, by ``Field.holds``."""
        return {
            "hint": self._hint(),
            "source": self._source(),
            "id": escape(self.question.id),
            # a flag only: the template names the versions, so that a new version changes no note
            "code_ran": _flag(self.question.runs),
        }

    def _typed(self, html: str) -> str:
        """Return the text of a typed answer. Its formulas are looked at, too: not every client shows it as code."""
        html, removed = sanitise.clean(html, known=self.macros, raw=False)
        self.removed += removed
        return html

    def _is_long(self) -> bool:
        """Return True if the back should fold the question, so that the answer is in sight."""
        lines = sum(bool(line.strip()) for line in self.question.body.lines)
        return lines > LONG and self.question.kind is not Kind.CHOICE

    def _text(self, passage: Passage) -> str:
        return self._html("\n".join(passage.lines))

    def _titled(self, lines: Iterable[str], *, clozes: bool = False) -> str:
        """Return the HTML of the context, the heading, and ``lines``. The heading is running text, whatever it begins with."""
        heading = self.question.heading.lines
        above = context.line(list(map(self._title, self.question.context)))
        return above + self._html("\n".join([*heading, "", *lines]), clozes=clozes, lead=len(heading))

    def _title(self, text: str) -> str:
        """Return the HTML of a title, which has no footnotes. Only HTML that would run is reported: all else becomes text."""
        lead = text.count("\n") + 1
        text = _with_definitions(text, [item for item in self.question.definitions if not item[0].startswith("^")])
        html, removed = self._clean(to_html.html(text, self.words, lead=lead), text)
        self.removed += (part for part in removed if part.active)
        return html

    def _inline(self, text: str) -> str:
        """Return the HTML of running text, without an element around it."""
        return to_html.unwrapped(self._html(text, lead=text.count("\n") + 1))

    def _html(self, text: str, *, clozes: bool = False, lead: int = 0) -> str:
        """Return the HTML of Markdown ``text``, with the link targets and footnotes that ``text`` uses."""
        if not text.strip():
            return ""
        if self.question.included:
            text = "\n".join(included_code.expanded(text.split("\n"), self.question.included))
        if self.question.definitions:
            text = _with_definitions(text, self.question.definitions)
        html = (cloze_marks.html if clozes else to_html.html)(text, self.words, lead=lead, drawn=self.settings.diagrams)
        html, removed = self._clean(html, text)
        self.removed += removed
        html, paths = media_references.with_sounds(html)
        html, drawings = drawn_fences.pictured(html)
        self.media += [*paths, *(drawing.path for drawing in drawings)]
        self.drawings += drawings
        return html

    def _clean(self, html: str, text: str) -> tuple[str, tuple[Removed, ...]]:
        """Return (the safe HTML of Markdown ``text``, the removed parts)."""
        html, removed = sanitise.clean(html, self.allowed, self.macros, raw=bool(_RAW(text)), shielded=True)
        self.macros |= macros.defined(html)
        return literal_maths.shielded(html), removed

    def _hint(self) -> str:
        return self._inline(self.question.hint)

    def _source(self) -> str:
        return self._inline("\n".join(self.question.source.lines).rstrip())

    def _choice(self) -> tuple[str, str]:
        """Return (the question with unmarked options, the answer). The answer is the right options, then the explanation."""
        body = self.question.body.lines
        options = task_list(blocks(body))
        if options is None:
            return self._titled(body), self._text(self.question.answer)
        unmarked = list(body)
        right: list[str] = []
        ends = [item.start for item in options.items[1:]] + [options.end]
        for item, end in zip(options.items, ends, strict=True):
            at = item.start
            unmarked[at] = _OPTION_MARKS.sub(r"\1\2", body[at])
            if item.lines[0][1] != " ":
                right += body[at:end]
        front = self._titled(unmarked)
        back = self._html("\n".join(right)) + self._text(self.question.answer)
        return front, back


def _flag(value: bool) -> str:
    """Return the text of a field that templates test with ``{{#…}}``."""
    return "1" if value else ""


def _with_definitions(text: str, definitions: Iterable[tuple[str, str]]) -> str:
    """Return ``text``, followed by the ``definitions`` that ``text`` or another such definition refers to."""
    by_label: dict[str, list[tuple[str, str]]] = {}
    for label, target in definitions:
        by_label.setdefault(label_key(label), []).append((label, target))
    named, parts = labels(text), [text]
    wanted = [key for key in by_label if key in named]
    for key in wanted:  # grows: a definition may refer to further ones
        for label, target in by_label[key]:
            parts.append(f"[{label}]: " + (target.replace("\n", "\n    ") if label.startswith("^") else target))
            further = labels(target) - named
            named |= further
            wanted += sorted(further & by_label.keys())
    return "\n\n".join(parts)


def typed_answer(answer: Passage) -> tuple[str, str]:
    """Return (the text that the learner types, the Markdown below that text).

    The text is the first paragraph or the first block of code, as it is written: ``__init__`` is no bold ``init``.
    Only marks of code, backslash escapes and character references are resolved.
    """
    first = next(iter(blocks(answer.lines)), None)
    if first is None:
        return "", ""
    rest = "\n".join(answer.lines[first.end :])
    if first.kind in ("fence", "code"):
        return "\n".join(first.lines).strip(), rest
    text = "\n".join(line.strip() for line in answer.lines[first.start : first.end]).replace("\\\n", "\n")
    read = (
        code_text(text[begin:end]) if kind == "code" else characters(text[begin:end]) for kind, begin, end in pieces(text, "code")
    )
    return "".join(read).strip(), rest


def _tags(settings: Settings, question: Question) -> tuple[str, ...]:
    """Return the tags of deck, file and question. Anki ignores case in tags, so the first spelling wins."""
    unique: dict[str, str] = {}
    for tag in (*settings.tags, *question.tags):
        unique.setdefault(tag.casefold(), tag)
    return tuple(unique.values())
