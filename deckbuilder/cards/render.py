"""A question -> its note, with fields as HTML. Questions with mistakes become notes, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape

from deckbuilder import assets
from deckbuilder.cards import published_ids
from deckbuilder.markdown import to_html
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.code_spans import code_text, parted
from deckbuilder.markdown.entities import plain as characters
from deckbuilder.markdown.links import label_key
from deckbuilder.model.anki_text import finish
from deckbuilder.model.control_characters import CLOZE_OPEN, SOUND_CLOSE, SOUND_OPEN
from deckbuilder.model.note import Note, Removed
from deckbuilder.model.note_schemas import CLOZE, QA, AnkiKind, NoteSchema
from deckbuilder.model.records import Kind, Media, Passage, Question, Settings
from deckbuilder.safety import sanitise
from deckbuilder.safety.safe_list import is_local
from deckbuilder.source.parse import labels, task_list

LONG = 8
"""Lines under a heading that fit on a phone together with the answer."""
AUDIO = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac")

_QUOTED = r"\"[^\"]*+\"|'[^']*+'|[^\s>\"']++"
_MEDIA = re.compile(
    rf"""
    <(?P<tag>img|audio|video|source)(?=\s)
    (?P<before>
        (?:\s++(?!src[\s=])[^\s"'<>/=]++(?:\s*+=\s*+(?:{_QUOTED}))?+)*+     # the attributes before src
        \s++src\s*+=\s*+
    )
    (?P<src>{_QUOTED})
    (?P<after>[^<>]*+>)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""An element with a picture or sound. The pattern reads each attribute: ``alt="src=x onerror=…"`` contains no address."""
_HAS_MEDIA = re.compile(r"<(?:img|audio|video|source)\b", re.IGNORECASE).search
_START_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_SOUND = re.compile(r"\[sound:([^\[\]\n]+)\]")
_RAW = re.compile(r"</?[a-zA-Z]").search
_OPTION_MARKS = re.compile(r"^(\s{0,3}[-+*]|\s{0,3}\d{1,9}[.)])(\s+)\[([ xX])\]\s+")
_CLOZE_NUMBER = re.compile(f"{CLOZE_OPEN}(\\d+)")
_CODE_OR_TAG = re.compile(r"<(?:(code|pre)\b|[^<>]*+>)")
_TAG = re.compile(r"<[^<>]*+>")


def render(question: Question, settings: Settings) -> Note:
    """Return the note of ``question``. Pictures and sounds in the note still have the paths that the author wrote."""
    fields = _Fields(question, settings)
    schema, texts = fields.of_cloze() if question.kind is Kind.CLOZE else fields.of_qa()
    finished = tuple(finish(text) for text in schema.ordered(texts))
    if any(_HAS_MEDIA(text) for text in finished):
        finished = tuple(_START_TAG.sub(_shielded, text) for text in finished)
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
    )


def _ords(schema: NoteSchema, texts: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ordinals (from 0) of the cards that Anki makes of ``texts``. ``finish`` has not seen these texts yet."""
    if schema.anki_kind is AnkiKind.CLOZE:
        # the rendered text counts, not the source: Anki reads clozes from the field
        return tuple(sorted({int(number) - 1 for number in _CLOZE_NUMBER.findall(texts["question"])}))
    return tuple(at for at, template in enumerate(schema.templates) if not template.needs or texts.get(template.needs))


def description(settings: Settings) -> tuple[str, tuple[Removed, ...]]:
    """Return (the HTML of the deck's description, the parts that were removed). Pictures from the network are removed."""
    text = settings.description
    html, removed = sanitise.clean(to_html.html(text, assets.words(settings.language)), settings.html, raw=bool(_RAW(text)))
    loaded: list[Removed] = []

    def picture(match: re.Match[str]) -> str:
        path = unescape(match["src"].strip("\"'"))
        if is_local(path) or path.startswith("data:"):
            return match[0]
        loaded.append(Removed(path, active=True, tag="", at=path))
        return f'<{match["tag"]}{match["before"]}""{match["after"]}'

    return finish(_MEDIA.sub(picture, html)), (*removed, *loaded)


def _shielded(tag: re.Match[str]) -> str:
    """Return the tag with ``src=`` and ``data=`` escaped in its values.

    Anki's ``escape_media_filenames`` takes ``src=`` in a value for an address, up to the next blank.
    In ``alt="a src=x"`` Anki encodes the closing quotation mark, so that the value does not end there (seen in Anki 26.9).
    """
    return _VALUE.sub(lambda value: re.sub(r"\b(src|data)=", r"\1&#61;", value[0], flags=re.IGNORECASE), tag[0])


def with_id(note: Note, ident: str) -> Note:
    """Return ``note`` with the id ``ident``, also in the id field."""
    return note.with_text("id", finish(escape(ident)))._replace(id=ident)


def bind(note: Note, media: Mapping[str, Media]) -> Note:
    """Return ``note`` with the packaged names of its pictures and sounds. ``media`` has the files by their written paths."""
    if not note.media:
        return note
    names = {path: media[path].name for path in note.media if path in media}

    def picture(match: re.Match[str]) -> str:
        path = unescape(match["src"].strip("\"'"))
        return f'<{match["tag"]}{match["before"]}"{escape(names.get(path, path))}"{match["after"]}'

    def sound(match: re.Match[str]) -> str:
        return f"[sound:{names.get(unescape(match[1]), match[1])}]"

    fields = tuple(_SOUND.sub(sound, _MEDIA.sub(picture, text)) for text in note.fields)
    return note._replace(fields=fields, media=tuple(names.get(path, path) for path in note.media))


class _Fields:
    """The field texts of one question, before ``finish``. ``media`` and ``removed`` grow with each rendered text.

    ``media`` are the paths of pictures and sounds. ``removed`` are the parts that may not be on a card.
    """

    def __init__(self, question: Question, settings: Settings) -> None:
        self.question = question
        self.allowed = settings.html
        self.words = assets.words(settings.language)
        self.media: list[str] = []
        self.removed: list[Removed] = []

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
            typed, back = escape(typed, quote=False), self._html(rest)
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

    def _is_long(self) -> bool:
        """Return True if the back should fold the question, so that the answer is in sight."""
        lines = sum(bool(line.strip()) for line in self.question.body.lines)
        return lines > LONG and self.question.kind is not Kind.CHOICE

    def _text(self, passage: Passage) -> str:
        return self._html("\n".join(passage.lines))

    def _titled(self, lines: Iterable[str], *, clozes: bool = False) -> str:
        """Return the HTML of the heading above ``lines``. The heading is running text, whatever it begins with."""
        heading = self.question.heading.lines
        return self._html("\n".join([*heading, "", *lines]), clozes=clozes, lead=len(heading))

    def _inline(self, text: str) -> str:
        """Return the HTML of running text, without an element around it."""
        return to_html.unwrapped(self._html(text, lead=text.count("\n") + 1))

    def _html(self, text: str, *, clozes: bool = False, lead: int = 0) -> str:
        """Return the HTML of Markdown ``text``, with the link targets and footnotes that ``text`` uses."""
        if not text.strip():
            return ""
        if self.question.definitions:
            text = _with_definitions(text, self.question.definitions)
        html, removed = sanitise.clean(
            to_html.html(text, self.words, clozes=clozes, lead=lead), self.allowed, raw=bool(_RAW(text))
        )
        self.removed += removed
        return self._with_media(html)

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

    def _with_media(self, html: str) -> str:
        """Return ``html`` with Anki's sounds, and add each picture and sound to ``media``.

        An image of a sound file becomes a sound of Anki, as does ``[sound:…]`` in prose.
        An address on the network becomes an empty one.
        """

        def found(match: re.Match[str]) -> str:
            path = unescape(match["src"].strip("\"'"))
            if path.startswith("data:"):
                return match[0]
            self.media.append(path)
            if match["tag"].lower() == "img" and path.lower().endswith(AUDIO):
                return f"{SOUND_OPEN}{escape(path, quote=False)}{SOUND_CLOSE}"
            return match[0] if is_local(path) else f'<{match["tag"]}{match["before"]}""{match["after"]}'

        def sound(match: re.Match[str]) -> str:
            self.media.append(unescape(match[1]))
            return f"{SOUND_OPEN}{match[1]}{SOUND_CLOSE}"

        if _HAS_MEDIA(html):
            html = _MEDIA.sub(found, html)
        if "[sound:" not in html:
            return html
        parts = _split_at_tags(html)
        parts[::2] = [_SOUND.sub(sound, part) for part in parts[::2]]
        return "".join(parts)


def _flag(value: bool) -> str:
    """Return the text of a field that templates test with ``{{#…}}``."""
    return "1" if value else ""


def _with_definitions(text: str, definitions: Iterable[tuple[str, str]]) -> str:
    """Return ``text``, followed by the ``definitions`` that ``text`` or another such definition refers to."""
    named, parts, left = labels(text), [text], list(definitions)
    while wanted := [definition for definition in left if label_key(definition[0]) in named]:
        left = [definition for definition in left if label_key(definition[0]) not in named]
        for label, target in wanted:
            parts.append(f"[{label}]: " + (target.replace("\n", "\n    ") if label.startswith("^") else target))
            named |= labels(target)
    return "\n\n".join(parts)


def _split_at_tags(html: str) -> list[str]:
    """Return ``html`` in parts: running text and markup in turn. Markup is a tag, or a whole code element."""
    # behind the last end tag, each search would read to the end of the text
    last = {name: html.rfind(f"</{name}>") for name in ("code", "pre")}
    parts, done, at = [], 0, 0
    while found := _CODE_OR_TAG.search(html, at):
        name, begin, at = found[1], found.start(), found.end()
        if name and last[name] >= at:
            at = html.index(f"</{name}>", at) + len(name) + 3
        elif name and (tag := _TAG.match(html, begin)):
            at = tag.end()
        elif name:
            continue
        parts += [html[done:begin], html[begin:at]]
        done = at
    return [*parts, html[done:]]


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
    return "".join(code_text(piece) if code else characters(piece) for code, piece in parted(text)).strip(), rest


def _tags(settings: Settings, question: Question) -> tuple[str, ...]:
    """Return the tags of deck, file and question. Anki ignores case in tags, so the first spelling wins."""
    unique: dict[str, str] = {}
    for tag in (*settings.tags, *question.tags):
        unique.setdefault(tag.casefold(), tag)
    return tuple(unique.values())
