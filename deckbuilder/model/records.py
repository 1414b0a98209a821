"""The values that pass through the pipeline: settings, files, questions and their notes. All are frozen records.

A deck has thousands of some records. Processes send such records to each other, and the cache stores them (see
``pipeline.cache``). These records are named tuples, because pickle reads a named tuple faster than a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from deckbuilder.model.code_steps import Step, marks_run
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.note import Note
from deckbuilder.model.run_settings import RunSettings


class Kind(Enum):
    """The kind of a question. The value is the class in the heading's attributes."""

    BASIC = ""
    REVERSED = "reversed"
    TYPED = "typed"
    CLOZE = "cloze"
    CHOICE = "choice"


class Ignore(NamedTuple):
    """An author's order to ignore a warning or note."""

    code: str
    span: Span
    """The place of the code in the order."""
    path: str = ""
    """The file in which the order counts; ``""`` for the whole deck."""
    first: int = 0
    """The number of the first line on which the order counts; 0 for the whole file."""
    last: int = 0
    """The number of the last such line."""


class Exclude(NamedTuple):
    """A pattern of files that hold no questions, as in ``.gitignore``."""

    pattern: str
    span: Span


@dataclass(frozen=True, slots=True)
class Settings:
    """A deck's ``deck.toml``, with every default filled in."""

    id: str
    """Namespace of the GUIDs: published, so never changed."""
    name: str
    """The deck's name in Anki, ``::`` between levels: published, so never changed."""
    span: Span
    """The place of the settings, or the place where an author would add them."""
    language: str = "en"
    """BCP 47 language tag of the cards."""
    description: str = ""
    """Markdown, shown on the deck's page in Anki."""
    tags: tuple[str, ...] = ()
    """Tags of every note."""
    question_level: int = 2
    """The level of the headings that are questions: 1 to 6."""
    checked_with: str = ""
    """The versions that run the code on the cards, such as "Flask 3.1.3" or "Flask {flask.__version__}"."""
    checked_with_command: str = ""
    """The command that prints this version; ``""`` if ``checked_with`` is a text alone. The text then has ``{}`` for its output."""
    checked_with_env: tuple[tuple[str, str], ...] = ()
    """Variables of the environment for this command."""
    badge: str = ""
    """Shown to learners on cards whose code was run: ``checked_with`` with the versions of the last test."""
    code: str = "scroll"
    """The behaviour of long lines of code, unless a fence says otherwise: "scroll" or "wrap"."""
    subdecks: str = ""
    """"folders" if a folder's name is the subdeck of its files; ``""`` if only front matter names subdecks."""
    diagrams: bool = True
    """True if fences with diagrams become pictures, False if cards show their text."""
    context: bool = False
    """True if cards show the titles above the question, unless front matter says otherwise."""
    html: tuple[str, ...] = ()
    """HTML that the author allows beyond the safe list: elements, each with its attributes, such as "iframe src"."""
    tex: tuple[str, ...] = ()
    r"""Macros in formulas that the author allows beyond the list, such as "bbox", without backslashes."""
    ignore: tuple[Ignore, ...] = ()
    """Warnings and notes that the author does not want to see."""
    exclude: tuple[Exclude, ...] = ()
    """The Markdown files that hold no questions."""
    version: str = ""
    """The author's name for the next release, such as "1.4"; learners also see its date."""
    issues: str = ""
    """The address to report a card, with ``{id}`` for the id of the question; ``""`` for none."""
    test: RunSettings = field(default_factory=RunSettings)
    """How ``deckbuilder test`` runs the code of the deck."""
    style: Source | None = None
    """The author's ``style.css``, which comes after our style sheet."""
    pinned: bool = True
    """True if the author wrote ``id`` and ``name``; False if one comes from the name of a folder or file."""
    places: Mapping[str, Span] = field(default_factory=dict, repr=False, compare=False)
    """The place of each key in ``deck.toml``."""

    def at(self, key: str) -> Span:
        """Return the place of ``key`` in ``deck.toml``, or where an author would add it."""
        return self.places.get(key, self.span)


class Included(NamedTuple):
    """Code that a fence takes from another file of the deck."""

    info: str
    """The info string of the fence, without blanks around it."""
    lines: tuple[str, ...]
    path: str
    """The path of the file, as in a Span."""
    first: int
    """The number of the first line of the code in that file."""


class Source(NamedTuple):
    """One file (Markdown, or ``style.css``) as text, with newlines as the only line ends."""

    path: str
    """As in a Span."""
    folder: Path
    """The folder from which the paths of its pictures start."""
    text: str
    subdeck: str = ""
    """The subdeck of its questions, in NFC, if its front matter names none."""
    included: tuple[Included, ...] = ()
    """The code that its fences take from other files."""


class Passage(NamedTuple):
    """Lines of a question's Markdown, with the number of the first line.

    An empty line replaces each line that was taken out: a comment, a ``<details>`` tag, the source.
    So ``first + i`` is always the number of ``lines[i]``.
    """

    first: int
    lines: tuple[str, ...] = ()


class Attribute(NamedTuple):
    """One item of a heading's ``{...}``, such as ``("#", "g-purpose")``, ``(".", "cloze")`` or ``("tags", "a b")``."""

    key: str
    value: str
    span: Span


class Question(NamedTuple):
    """One question as its author wrote it: Markdown, not yet checked."""

    span: Span
    """The place of the heading."""
    id: str
    """The id from ``{#id}``, in NFC; ``""`` if the heading has none."""
    pinned: bool
    """True if the heading has an id."""
    kind: Kind
    heading: Passage
    """The text of the heading, without its attributes."""
    body: Passage
    """The lines below the heading that belong to the question side."""
    answer: Passage
    source: Passage
    """The paragraph after ``Source:``."""
    definitions: tuple[tuple[str, str], ...] = ()
    """Link references (label, line) of the file and footnotes (``^label``, text) of the question."""
    tags: tuple[str, ...] = ()
    """The tags of the file, then those of the heading; without the tags of the deck."""
    hint: str = ""
    subdeck: str = ""
    context: tuple[str, ...] = ()
    """The titles above the question, from the highest level on, if its card shows them."""
    attributes: tuple[Attribute, ...] = ()
    separators: tuple[Span, ...] = ()
    """The places of all ``---`` lines below the heading."""
    code: tuple[Step, ...] = ()
    """The code of the question, and the outputs below the code."""
    included: tuple[Included, ...] = ()
    """The code that fences of the file take from other files."""

    @property
    def end(self) -> int:
        """Number of the question's last line."""
        last = max((self.body, self.answer, self.source), key=lambda passage: passage.first + len(passage.lines))
        return max(self.span.line, last.first + len(last.lines) - 1)

    @property
    def runs(self) -> bool:
        """True if the question has code that the deck's tests run, by the marks of 0.1.0."""
        return marks_run(self.code)

    def outline(self, code_hash: str = "", unrun: tuple[tuple[str, int], ...] = ()) -> Outline:
        """Return the part of the question that the rules for a whole deck need."""
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
            code_hash=code_hash,
            unrun=unrun,
            skips=any(step.skipped is not None for step in self.code),
        )


class Outline(NamedTuple):
    """A question without its text, for the time after rendering. The text is half of the data that a cache would store."""

    span: Span
    id: str
    """As in ``Question``. After ``source.parse.with_ids``, a question without an id has one that is derived from its heading."""
    pinned: bool
    kind: Kind
    heading: Passage
    below: int
    """Number of the line below the heading."""
    end: int
    """Number of the question's last line."""
    tags: tuple[str, ...]
    subdeck: str
    attributes: tuple[Attribute, ...]
    code_hash: str = ""
    """The hash of the code and its outputs, as in ``deck.tested``; ``""`` if the question has no code to run."""
    unrun: tuple[tuple[str, int], ...] = ()
    """(Language, number of the line) of each block that the deck has no runner for."""
    skips: bool = False
    """True if a mark skips a block."""


class Stray(NamedTuple):
    """Text that belongs to no question: text for readers of the file, or a mistake."""

    span: Span
    heading: str
    """The heading above the text; ``""`` before the first heading."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A file to pack. ``name`` has no folder, and contains a hash of ``data``. An adopted file keeps its old name instead."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MediaProblem:
    """The reason why a picture or sound cannot be packed."""

    code: str
    """The code of the diagnostic."""
    detail: str = ""
    """The part of the message that only the file gives: its kind, or the files that it may be."""


class Rendered(NamedTuple):
    """A question and the note made of it."""

    question: Question
    note: Note


class File(NamedTuple):
    """Everything that is known of one file alone."""

    settings: Settings
    """The settings of the deck."""
    source: Source
    entries: tuple[Rendered, ...]
    strays: tuple[Stray, ...]
    unclosed: tuple[Span, ...]
    """Code fences, comments and tags such as ``<pre>`` that are opened and never closed."""


class Staged(NamedTuple):
    """A file, parsed, rendered and checked alone. A question without a pinned id still has the id ``""``."""

    questions: tuple[Outline, ...]
    notes: tuple[Note, ...]
    """One note for each question. Media still have the paths that the author wrote."""
    diagnostics: tuple[Diagnostic, ...]
    ignore: tuple[Ignore, ...] = ()
    """Warnings and notes that the author of the file does not want to see."""
