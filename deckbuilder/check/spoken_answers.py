"""A rule about sounds on the question's side of a card that say the answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from deckbuilder.cards.embedded import name_in
from deckbuilder.model.anki_text import plain
from deckbuilder.model.combining_marks import limited
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.note import Note
from deckbuilder.model.records import File, Kind
from deckbuilder.model.references import unescape
from deckbuilder.source import positions

_SOUND = re.compile(r"\[sound:(\[\[[^\[\]\n]+\]\]|[^\[\]\n]+)\]")
_HIDDEN = re.compile(r"\{\{c\d+::((?:(?!\}\}).)*+)\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_LISTENS = re.compile(
    r"""
    \b(?:hear|heard|listen|dictation|say|says|said|spell|hörst?|écoute\w*|dictée|escucha\w*|diktat)\b
    |[听聽聞音]
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A question that asks for what the learner hears."""


def sounds_keep_answers(file: File) -> Iterator[Diagnostic]:
    """Report a sound that says the answer. Bad: a word with its sound below, ``.reversed``. Good: the sound above a ``---``."""
    for entry in file.entries:
        if "[sound:" not in "".join(entry.note.fields):
            continue
        question = entry.question
        found = {Kind.REVERSED: _reversed, Kind.TYPED: _typed, Kind.CLOZE: _cloze}.get(question.kind, _none)(entry.note)
        if found:
            path, message = found
            place = positions.in_prose(positions.prose(file, question), question, path, path.removesuffix("]]"))
            yield Diagnostic(place, "spoken-answer", f"sound '{name_in(path) or path}' {message}")


Found = tuple[str, str] | None
"""The path of a sound, and what is wrong with it."""


def _none(_: Note) -> Found:
    return None


def _reversed(note: Note) -> Found:
    """Return the first sound in the answer that says the question. The second card plays the answer's sounds, and asks for it."""
    front, back = note.text("question"), note.text("answer")
    leading = not plain(back[: back.find("[sound:")])
    words_front, words_back = _words_of(front), _words_of(_SOUND.sub(" ", back))
    for at, path in enumerate(_sounds(back)):
        says_front, says_back = _says(path, words_front), _says(path, words_back)
        if says_front > says_back or (not at and leading and says_front == says_back and "[sound:" not in front):
            return path, "plays on the second card before the learner answers; put it and a line '---' above the answer"
    return None


def _typed(note: Note) -> Found:
    """Return the first sound in the question that says the answer to type, unless the learner is asked to listen."""
    front = note.text("question")
    if _LISTENS.search(plain(_SOUND.sub(" ", front))):
        return None
    typed = _words_of(note.text("typed"))
    path = next((path for path in _sounds(front) if _says(path, typed)), None)
    return (path, "says the answer before the learner types it; put it below a line '---'") if path else None


def _cloze(note: Note) -> Found:
    """Return the first sound beside the clozes that says the text of one."""
    text = note.text("question")
    end = text.rfind("}}") + 2  # no cloze ends after this, and a search for an end from each beginning would be slow
    with_word: dict[str, set[frozenset[str]]] = {}
    for words in {_words_of(unescape(match[1])) for match in _HIDDEN.finditer(text, 0, end)}:
        for word in words:
            with_word.setdefault(word, set()).add(words)
    beside = _HIDDEN.sub(" ", text[:end]) + text[end:]
    paths = dict.fromkeys(_sounds(beside))
    path = next((path for path in paths if any(_says(path, part) for part in with_word.get(_first(path), ()))), None)
    return (path, "says the hidden text; put it into the cloze, or below a line '---'") if path else None


def _sounds(html: str) -> list[str]:
    """Return the paths of the sounds in ``html``, in order."""
    return [unescape(path) for path in _SOUND.findall(html)]


def _says(path: str, words: frozenset[str]) -> bool:
    """Return True if each word of the file's name is one of ``words``: ``das-haus.mp3`` says "das Haus"."""
    named = _named(path)
    return bool(named) and named <= words


def _first(path: str) -> str:
    """Return one word of the file's name, always the same; ``""`` if the name has none."""
    return min(_named(path), default="")


def _named(path: str) -> frozenset[str]:
    return _words((name_in(path) or path).rpartition("/")[2].rpartition(".")[0])


def _words_of(html: str) -> frozenset[str]:
    return _words(plain(html))


def _words(text: str) -> frozenset[str]:
    letters = "".join(char for char in unicodedata.normalize("NFKD", limited(text).casefold()) if not unicodedata.combining(char))
    return frozenset(_WORD.findall(letters))
