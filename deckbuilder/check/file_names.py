"""Rules about the names of files: a deck that builds on one system builds on every system."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from deckbuilder.files.portable_names import key, problem_of
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Outline
from deckbuilder.source import positions


def portable_names(deck: Deck) -> Iterator[Diagnostic]:
    """Report a name that not every system can have. Bad: ``aux.md``, ``![](a?.png)``, ``Photo.png`` beside ``photo.png``."""
    first: dict[str, tuple[str, str]] = {}
    for path, written, what, question in _names(deck):
        other, same = first.setdefault(key(path), (path, what))
        code, message = "unportable-name", problem_of(unquote(written) if question else written)
        if message is None and same != what:
            code, message = (
                "same-file-name",
                f"'{other}' is the same file on systems that ignore capital letters or Unicode forms",
            )
        if message is not None:
            span = positions.media(deck, question, written) if question else Span(path)
            yield Diagnostic(span, code, f"{message}; give the file another name")


def _names(deck: Deck) -> Iterator[tuple[str, str, str, Outline | None]]:
    """Yield (path, path as written, identity, question) of each Markdown file and of each picture in a question.

    A Markdown file has its path in the deck's folder as the path as written, and no question.
    """
    root = posixpath.dirname(deck.settings.span.path)
    for source in deck.sources:
        yield source.path, source.path.removeprefix(f"{root}/"), source.path, None
    for entry in (entry for entry in deck.entries if entry.media):
        folder = posixpath.dirname(entry.question.span.path)
        for written, media in entry.media.items():
            yield posixpath.normpath(posixpath.join(folder, unquote(written))), written, media.name, entry.question
