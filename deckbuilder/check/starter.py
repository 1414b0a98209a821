"""A rule for a release: the words of the starter deck, which ``deckbuilder new`` wrote, are for authors, not for learners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from deckbuilder import assets
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Settings, Source
from deckbuilder.source import positions, settings
from deckbuilder.source.parse import parse


def own_words(deck: Deck) -> Iterator[Diagnostic]:
    """Report the description, tag and questions of ``deckbuilder new``, if no release had them and nobody changed them."""
    here, starter = deck.settings, _settings()
    if here.description == starter.description:
        message = "this is still the description of the starter deck; describe your deck for its page in Anki"
        yield Diagnostic(here.at("description"), "starter-text", message)
    if deck.lock is None:  # a tag of a released deck is on notes that learners have
        for tag in here.tags:
            if tag in starter.tags:
                message = f"every note would have the tag '{tag}' of the starter deck; write your own tags, or tags = []"
                yield Diagnostic(here.at("tags"), "starter-text", message)
    for entry in deck.entries:
        question = entry.question
        if question.id not in _questions() or (deck.lock and question.id.casefold() in deck.lock.notes):
            continue
        lines = positions.lines_of(deck, question.span.path)[question.span.line - 1 : question.end]
        if _text(lines) == _questions()[question.id]:
            message = f"'{question.id}' is a question of the starter deck; replace it by a question of yours, or delete it"
            yield Diagnostic(question.span, "starter-text", message)


@cache
def _settings() -> Settings:
    toml = assets.text(f"starter/{settings.FILE}").format(id="a", name='"a"', language='"en"')
    return settings.read(settings.FILE, toml, Path())[0]


@cache
def _questions() -> dict[str, str]:
    """Return the text of each question of the starter deck by its id."""
    text = assets.text("starter/01-questions.md")
    lines = text.split("\n")
    found = parse(Source("", Path(), text), 2).questions
    return {one.id: _text(lines[one.span.line - 1 : one.end]) for one in found}


def _text(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()
