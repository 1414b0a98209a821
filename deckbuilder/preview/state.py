"""Built decks -> the data of the preview: questions with notes and problems, other problems, media by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deckbuilder.cards.media_references import bind
from deckbuilder.cards.note_types import NoteType, note_types
from deckbuilder.model.anki_text import plain
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Media, Outline
from deckbuilder.pipeline.build_deck import Built
from deckbuilder.pipeline.incremental import Round
from deckbuilder.publish.stamps import cloze_texts, content_hash, short, stamps, style_hash


@dataclass(frozen=True, slots=True)
class Item:
    """A question, with everything that its cards need."""

    key: str
    """The deck's folder and the question's id. The key stays the same while the question is edited."""
    deck: int
    """The index of the deck."""
    question: Outline
    note: Note
    """The note with the packaged names of its media."""
    note_type: NoteType
    status: str
    """The change since the last release: "new", "changed" or "unchanged"; "" if there was no release."""
    problems: tuple[Diagnostic, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the question's cards, from 1. A cloze note without clozes has no card in Anki, but card 1 here."""
        return tuple(number + 1 for number in self.note.ords) or (1,)


@dataclass(frozen=True, slots=True)
class State:
    """The data to show after one round of builds."""

    version: str = ""
    """A name that differs for every state."""
    items: Mapping[str, Item] = field(default_factory=dict)
    """Questions by key, in the order of the decks."""
    media: tuple[Mapping[str, Media], ...] = ()
    """For each deck, the files by packaged name."""
    problems: tuple[Diagnostic, ...] = ()
    """The problems that belong to no question."""


def state(found: Round, version: str, now: int) -> State:
    """Return the state after the round ``found``. ``now`` is the time for new notes, in seconds since 1970."""
    items: dict[str, Item] = {}
    problems = set(found.diagnostics)
    media = []
    for number, (place, built) in enumerate(found.decks):
        for item in _items(built, number, f"{unicode_text(place.name)}/", now):
            key = item.key
            while key in items:  # the preview shows both questions with the same id
                key += "~"
            items[key] = item
            problems -= set(item.problems)
        media.append({file.name: file for entry in built.deck.entries for file in entry.media.values()})
    return State(version, items, tuple(media), tuple(sorted(problems)))


def _items(built: Built, number: int, prefix: str, now: int) -> Iterator[Item]:
    """Yield the questions of a deck. ``number`` is the deck's index, and each key begins with ``prefix``."""
    deck = built.deck
    types = {kind.key: kind for kind in note_types(deck.settings)}
    notes = [bind(entry.note, entry.media) for entry in deck.entries]
    given = stamps(deck.lock, notes, list(types.values()), now)
    new, changed = set(given.new), set(given.changed)
    by_file: dict[str, list[Diagnostic]] = {}
    for problem in built.diagnostics:
        by_file.setdefault(problem.span.path, []).append(problem)
    for entry, note in zip(deck.entries, notes, strict=True):
        status = "new" if note.id in new else "changed" if note.id in changed else "unchanged"
        span, end = entry.question.span, entry.question.end
        here = tuple(problem for problem in by_file.get(span.path, []) if span.line <= problem.span.line <= end)
        yield Item(prefix + note.id, number, entry.question, note, types[note.note_type], status if deck.lock else "", here)


def as_json(shown: State) -> bytes:
    """Return the JSON object for the page: the version, the problems of no question, and the questions.

    The name of a file need not be Unicode: a ``?`` replaces each lone surrogate.
    """
    styles: dict[int, str] = {}
    values = {
        "version": shown.version,
        "problems": [_problem(problem) for problem in shown.problems],
        "items": [_item(key, item, styles) for key, item in shown.items.items()],
    }
    return unicode_text(json.dumps(values, ensure_ascii=False, separators=(",", ":"))).encode()


def unicode_text(text: str) -> str:
    """Return ``text`` with a ``?`` for each lone surrogate."""
    return text.encode("utf-8", "replace").decode()


def _item(key: str, item: Item, styles: dict[int, str]) -> dict[str, Any]:
    """Return the JSON object of ``item``. ``styles`` collects the hash of each note type's style."""
    kind, fields = item.note_type, item.note.fields
    if kind.id not in styles:
        styles[kind.id] = style_hash(kind.name, kind.style)
    look = f"{styles[kind.id]} {content_hash(item.note)} {item.numbers}"
    return {
        "key": key,
        "deck": item.deck,
        "id": item.note.id,
        "question": short(item.note.text("question").partition("</p>")[0]) or "(no text)",
        "code": first_line_of_code(item.note),
        "text": " ".join(filter(None, map(plain, fields))).casefold(),
        "file": item.question.span.path,
        "line": item.question.span.line,
        "tags": item.note.tags,
        "kind": item.question.kind.value or "basic",
        "status": item.status,
        "cards": _cards(item),
        "look": hashlib.sha256(look.encode()).hexdigest()[:16],
        "problems": [_problem(problem) for problem in item.problems],
    }


def first_line_of_code(note: Note) -> str:
    """Return the beginning of the code in the question; ``""`` if there is no code."""
    code = note.text("question").partition("<pre")[2].partition(">")[2].partition("</pre>")[0]
    return short(code.strip().partition("\n")[0])


def _cards(item: Item) -> list[dict[str, Any]]:
    """Return the number and the name of each card, and for a cloze the hidden text."""
    schema = item.note.schema
    if schema.anki_kind is AnkiKind.CLOZE:
        hidden = cloze_texts(item.note)
        return [{"number": number, "name": f"c{number}", "about": hidden.get(str(number), "")} for number in item.numbers]
    return [{"number": number, "name": schema.templates[number - 1].direction, "about": ""} for number in item.numbers]


def _problem(problem: Diagnostic) -> dict[str, Any]:
    return {
        "place": f"{problem.span.path}:{problem.span.line}:{problem.span.column}",
        "severity": problem.severity.name.lower(),
        "code": problem.code,
        "message": problem.message,
    }
