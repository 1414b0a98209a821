"""Several SOURCE arguments -> their decks, each once, and the problems between them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from deckbuilder.files.portable_names import key
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.source.deck_folder import Loaded, Place, load, places


def load_decks(arguments: Sequence[Path]) -> tuple[list[Loaded], list[Diagnostic]]:
    """Return the decks at ``arguments``, each once, and the problems of the arguments and between the decks.

    An argument is a deck folder, a folder of deck folders, or a Markdown file. ``Loaded.diagnostics`` has a deck's own mistakes.
    """
    diagnostics: list[Diagnostic] = []
    found: dict[tuple[str, ...], Place] = {}
    for argument in arguments:
        there, problems = places(argument)
        diagnostics += problems
        for place in there:
            found.setdefault(tuple(os.path.realpath(file) for file in (place.root, *place.files)), place)
    # a Markdown file is no deck of its own if another argument is its folder, which has no deck.toml
    whole = [set(files) for files in found]
    decks = [load(place) for files, place in found.items() if not any(set(files) < other for other in whole)]
    # two arguments may lead to one problem
    return decks, [*dict.fromkeys(diagnostics), *_clashes(decks)]


def _clashes(decks: Sequence[Loaded]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each deck that would overwrite another deck in Anki or on the disk."""
    first: dict[tuple[str, str], Loaded] = {}
    for deck in decks:
        settings = deck.settings
        for code, what, name in (
            ("same-id", "id", settings.id),
            ("same-name", "name", settings.name),
            ("same-package", "package", deck.place.name),
        ):
            other = first.setdefault((code, key(name)), deck)
            if other is not deck:
                message = f"{what} '{name}' is also used by {other.settings.span.path}; give each deck its own {what}"
                yield Diagnostic(settings.span, code, message)
