"""Builds decks again while their files change: only changed decks are built, and only changed files are staged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from deckbuilder.cards.embedded import name_in
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.pipeline.build_deck import Built, build
from deckbuilder.pipeline.stage import stage
from deckbuilder.source.deck_folder import Loaded, Place

Load = Callable[[], tuple[Sequence[Loaded], Sequence[Diagnostic]]]
"""A function that reads the decks. The function returns the decks and the problems of ``load_decks``."""


@dataclass(frozen=True, slots=True)
class Round:
    """The result of reading and building once."""

    decks: tuple[tuple[Place, Built], ...]
    """Each deck with its build; an unchanged deck has the build of the last round."""
    problems: tuple[Diagnostic, ...]
    """Problems of the arguments, and problems between decks."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All problems of the decks and between them, sorted."""
        return tuple(sorted({*self.problems, *(problem for _, built in self.decks for problem in built.diagnostics)}))


class Incremental:
    """Builds the decks that ``load`` returns, and keeps the builds for the next round."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._stage = functools.lru_cache(maxsize=4_000)(stage)
        self._last: list[tuple[Loaded, Built]] = []

    def round(self, changed: frozenset[Path] | None = None) -> Round:
        """Read all texts, build the changed decks, and return the round.

        ``changed`` are the files that may have changed, None for all. A deck that has the same texts and shows none of these
        files is not built again.
        """
        loaded, problems = self._load()
        self._last = [(deck, self._built(deck, changed)) for deck in loaded]
        return Round(tuple((deck.place, built) for deck, built in self._last), tuple(problems))

    def _built(self, loaded: Loaded, changed: frozenset[Path] | None) -> Built:
        for before, built in self._last:
            if changed is not None and before == loaded and not {_name(path.name) for path in changed} & _media_names(built):
                return built
        return build(loaded, lambda sources, settings: (self._stage(source, settings) for source in sources))


def _media_names(built: Built) -> set[str]:
    """Return the names of pictures and sounds that the deck shows or misses, and of the folders on their paths."""
    paths = (path for entry in built.deck.entries for path in entry.note.media)
    return {part for path in (*paths, *built.deck.described) for part in _name(path).split("/")}


def _name(path: str) -> str:
    return nfc(unquote(name_in(path) or path))
