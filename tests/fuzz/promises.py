"""Promises that are kept for a deck of any bytes."""

from __future__ import annotations

import io
import re
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from deckbuilder.commands.check import as_github, as_json
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import CLOZE
from deckbuilder.pipeline.build_deck import Built, Packed, build, pack
from deckbuilder.source.deck_folder import load, places
from tests.support import TIME, text_of

if TYPE_CHECKING:
    from anki.collection import Collection

SLOW = 5.0
"""The most seconds of processor time for an input of up to 64 kB; a longer run is a hang."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]|klzzwxh|wzxhzdk")
_CLOZE = re.compile(r"\{\{c(\d+)::")
_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_SHOWN = re.compile(r"<(?:img|audio|video|hr|object|svg|input|iframe|canvas)\b|\[sound:|\[anki:play:", re.IGNORECASE)
# Anki's definition of an empty field: rslib/src/template.rs, field_is_empty
_EMPTY = re.compile(r"(?:\s|</?(?:br|div)\s?/?>)*", re.IGNORECASE)


@contextmanager
def quick(size: int) -> Iterator[None]:
    """Assert that the body runs no longer than an input of ``size`` bytes may take."""
    begun = time.process_time()
    yield
    taken = time.process_time() - begun
    limit = SLOW * max(1, size / 65_536)
    assert taken < limit, f"hang: {taken:.1f} s for {size} bytes"


@cache
def scratch() -> Path:
    """Make a folder for this process, once."""
    folder = tempfile.TemporaryDirectory()
    scratch.folder = folder  # type: ignore[attr-defined]  # lives as long as the process
    return Path(folder.name)


def deck(folder: Path, *, whole: bool) -> list[Built]:
    """Build the decks in ``folder``; if ``whole``, package each good deck twice, and import the package into Anki."""
    found, problems = places(folder)
    spans(problems)
    every = [build(load(place)) for place in found]
    for built in every:
        spans(built.diagnostics)
        if built.good:
            for card in built.deck.entries:
                sound(card.note)
            names = [card.note.guid for card in built.deck.entries]
            assert len({*names}) == len(names), "two notes with one GUID"
            if whole:
                packed(built)
    return every


def spans(problems: Iterator[Diagnostic] | list[Diagnostic] | tuple[Diagnostic, ...]) -> None:
    """Assert that every diagnostic can be printed, and that its position is inside its file."""
    problems = list(problems)
    as_json(problems), as_github(problems)
    lines: dict[str, list[str]] = {}
    for problem in problems:
        span = problem.span
        assert problem.message.strip()
        assert "\n" not in str(problem), problem
        if not Path(span.path).is_file():
            assert (span.line, span.column) == (1, 1), problem
            continue
        if span.path not in lines:
            text = Path(span.path).read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            lines[span.path] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= span.line <= len(lines[span.path]), problem
        assert 1 <= span.column <= len(lines[span.path][span.line - 1]) + 1, problem


def sound(note: Note) -> None:
    """Assert that Anki accepts the packed parts of a note unchanged."""
    shown = note.foreign or note
    for text in shown.fields:
        assert not _CONTROL.search(text), text
        text.encode()
    for tag in shown.tags:
        assert tag, "empty tag"
        assert not re.search(r"\s", tag), tag
    assert shown.ords, note
    assert all(part and part == part.strip() for part in note.deck.split("::")), note.deck
    if note.foreign:
        return
    assert len(note.fields) == len(note.schema.fields)
    assert note.text("id")
    for text in note.fields:
        assert text == unicodedata.normalize("NFC", text)
        assert "\n" not in _PRE.sub("", text), text
    question = note.text("question")
    assert not _EMPTY.fullmatch(question), "empty front"
    assert shows(question), f"front without text: {question!r}"
    if note.schema is CLOZE:
        assert note.ords == tuple(sorted({int(number) - 1 for number in _CLOZE.findall(question)})), note
        assert all(0 <= ordinal < 499 for ordinal in note.ords), note.ords
    else:
        assert note.ords == ((0, 1) if note.text("reversed") else (0,))
        assert not any(_CLOZE.search(text) for text in note.fields), note


def shows(html: str) -> bool:
    """Return whether ``html`` shows a person any text, picture or control."""
    return bool(text_of(html).strip() or _SHOWN.search(html))


def packed(built: Built) -> Packed:
    """Pack the deck twice; assert that both packages are the same, and that Anki imports everything."""
    first, again = pack(built.deck, TIME), pack(built.deck, TIME)
    assert first.data == again.data
    assert first.lock == again.lock
    imported(first)
    return first


def imported(package: Packed) -> None:
    """Assert that Anki imports every note and every card unchanged, and that no front is empty."""
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        assert archive.testzip() is None
    with collection() as (anki, path):
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415

        path.write_bytes(package.data)
        request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        log = anki.import_anki_package(request).log
        assert len(log.new) == len(package.notes), (len(log.new), len(package.notes))
        there = {note.guid: note for note in package.notes}
        for number in anki.find_notes(""):
            note = anki.get_note(number)
            shown = there[note.guid].foreign or there[note.guid]
            assert note.fields == list(shown.fields), (note.fields, shown.fields)
            assert sorted(tag.casefold() for tag in note.tags) == sorted(tag.casefold() for tag in shown.tags)
            cards = note.cards()
            assert sorted(card.ord for card in cards) == sorted(shown.ords)
            assert {anki.decks.name(card.did) for card in cards} == {there[note.guid].deck}
            if not there[note.guid].foreign:
                for card in cards:
                    assert shows(card.question()), f"empty front: {card.question()!r}"
        empty = anki.get_empty_cards()
        assert not [note for note in empty.notes if not there[anki.get_note(note.note_id).guid].foreign], empty.report


def warm() -> None:
    """Load Anki's library first, because no input must be blamed for that second."""
    with collection():
        pass


@contextmanager
def collection() -> Iterator[tuple[Collection, Path]]:
    """Yield a real, empty Anki collection, and a path for a package to import."""
    from anki.collection import Collection  # noqa: PLC0415  takes a second

    with tempfile.TemporaryDirectory() as folder:
        anki = Collection(str(Path(folder) / "collection.anki2"))
        try:
            yield anki, Path(folder) / "import.apkg"
        finally:
            anki.close()
