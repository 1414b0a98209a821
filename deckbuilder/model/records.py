"""The values that flow through the pipeline: frozen records, no more.

A deck has some of them by the thousand, and these are named tuples. They cross processes and come out of the cache (see
``build.cache``), and pickle reads a named tuple 1.5 to 2.9 times as fast as a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from deckbuilder.model.adopted import Adopted
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.lock import Lock
from deckbuilder.model.note import Note


class Kind(Enum):
    """What a question asks of the learner; the value is the class in the heading's attributes."""

    BASIC = ""
    REVERSED = "reversed"
    TYPED = "typed"
    CLOZE = "cloze"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Settings:
    """A deck's ``deck.toml``, with every default filled in."""

    id: str
    """Namespace of the GUIDs: published, so never changed."""
    name: str
    """The deck's name in Anki, ``::`` between levels: published, so never changed."""
    span: Span
    """Where the settings stand, or would stand."""
    language: str = "en"
    """BCP 47 language tag of the cards."""
    description: str = ""
    """Markdown, shown on the deck's page in Anki."""
    described: Span | None = field(default=None, repr=False)
    """Where the description stands."""
    tags: tuple[str, ...] = ()
    """Tags of every note."""
    question_level: int = 2
    """Which heading is a question: 1 to 6."""
    checked_with: str = ""
    """What the code on the cards was run with, for learners: "Flask 3.1.3"."""
    code: str = "scroll"
    """What long lines of code do, unless a fence says otherwise: "scroll" or "wrap"."""
    html: tuple[str, ...] = ()
    """What HTML the author allows beyond the safe list: elements, each with its attributes, such as "iframe src"."""
    style: Source | None = None
    """The author's ``style.css``, which comes after ours."""
    pinned: bool = True
    """Whether ``id`` and ``name`` are written down, not derived from the name of a folder or file."""


class Source(NamedTuple):
    """One file (Markdown, or ``style.css``) as text, its lines parted by newlines only."""

    path: str
    """As in a Span."""
    folder: Path
    """Where the paths of its pictures start."""
    text: str


class Passage(NamedTuple):
    """Lines of a question's Markdown, in their place in the file.

    What is not part of the passage any more (comments, ``<details>`` tags, the source line) is an
    empty line, so that ``first + i`` is always the number of ``lines[i]``.
    """

    first: int
    lines: tuple[str, ...] = ()


class Attribute(NamedTuple):
    """One item of a heading's ``{...}``: ``("#", "g-purpose")``, ``(".", "cloze")``, ``("tags", "a b")``."""

    key: str
    value: str
    span: Span


class Question(NamedTuple):
    """One question as its author wrote it: Markdown, not yet judged."""

    span: Span
    """Of its heading."""
    id: str
    """As pinned by ``{#id}`` (NFC), or derived from the heading."""
    pinned: bool
    kind: Kind
    heading: Passage
    """The text of the heading, without its attributes."""
    body: Passage
    """What stands under the heading and belongs to the question side."""
    answer: Passage
    source: Passage
    """The paragraph behind ``Source:``."""
    definitions: tuple[tuple[str, str], ...] = ()
    """Link references (label, line) of the file and footnotes (``^label``, text) of the question."""
    tags: tuple[str, ...] = ()
    """The file's and its own, in this order; not the deck's."""
    hint: str = ""
    subdeck: str = ""
    attributes: tuple[Attribute, ...] = ()
    separators: tuple[Span, ...] = ()
    """Every ``---`` line under the heading."""
    runs: bool = False
    """Whether it has code that the deck's tests run."""

    @property
    def end(self) -> int:
        """Number of the question's last line."""
        last = max((self.body, self.answer, self.source), key=lambda passage: passage.first + len(passage.lines))
        return max(self.span.line, last.first + len(last.lines) - 1)

    def outline(self) -> Outline:
        """What the whole deck needs of it."""
        return Outline(
            span=self.span,
            id=self.id,
            pinned=self.pinned,
            kind=self.kind,
            heading=self.heading,
            below=self.body.first,
            end=self.end,
            tags=self.tags,
            subdeck=self.subdeck,
            attributes=self.attributes,
        )


class Outline(NamedTuple):
    """A question without its text, once that is rendered and checked: it is half of all that would be kept and sent."""

    span: Span
    id: str
    pinned: bool
    kind: Kind
    heading: Passage
    below: int
    """Number of the line below its heading."""
    end: int
    """Number of its last line."""
    tags: tuple[str, ...]
    subdeck: str
    attributes: tuple[Attribute, ...]


class Stray(NamedTuple):
    """Text that belongs to no question: prose for people, or a mistake."""

    span: Span
    heading: str
    """The heading it stands under, ``""`` before the first."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A file to pack: ``name`` is flat and holds a hash of ``data``."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MediaProblem:
    """Why a picture or sound cannot be packed."""

    code: str
    """That of the diagnostic."""


class Rendered(NamedTuple):
    """A question and the note made of it."""

    question: Question
    note: Note


class File(NamedTuple):
    """Everything known of one file by itself."""

    settings: Settings
    """Of its deck."""
    source: Source
    cards: tuple[Rendered, ...]
    strays: tuple[Stray, ...]
    unclosed: tuple[Span, ...]
    """Code fences, comments and tags such as ``<pre>`` that are opened and never closed."""


class Staged(NamedTuple):
    """A file, parsed, rendered and checked by itself. Questions without a pinned id have the id ``""`` yet."""

    questions: tuple[Outline, ...]
    notes: tuple[Note, ...]
    """One of each question; their media still have the paths their author wrote."""
    diagnostics: tuple[Diagnostic, ...]


class Card(NamedTuple):
    """The outline of a question, the note made of it and what became of its pictures and sounds."""

    question: Outline
    note: Note
    media: Mapping[str, Media]
    """By path as written; a path that is missing here could not be read."""
    media_problems: Mapping[str, MediaProblem]
    """The others, by path."""


@dataclass(frozen=True, slots=True)
class Deck:
    """Everything known of one deck."""

    settings: Settings
    sources: tuple[Source, ...] = ()
    cards: tuple[Card, ...] = ()
    lock: Lock | None = None
    """What learners have, if the deck was ever released."""
    adopted: Adopted = field(default_factory=Adopted)
    """The questions that learners have under note types that are not ours."""
    files: tuple[Media, ...] = ()
    """What the templates of these note types show."""


class Stamps(NamedTuple):
    """Times in seconds and note ids, as ``package.write_package`` wants them, and what is new in the deck."""

    mods: Mapping[str, int]
    ids: Mapping[str, int]
    type_mods: Mapping[int, int]
    new: tuple[str, ...]
    """Ids of questions that no release had."""
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    """Ids of questions that the last release had."""
