"""The rules: each a small function from a file or deck to what it finds wrong, with good and bad examples in tests/cases."""

from collections.abc import Callable, Iterator

from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Deck, File

OfFile = Callable[[File], Iterator[Diagnostic]]
"""Looks at one question or file at a time."""
OfDeck = Callable[[Deck], Iterator[Diagnostic]]
"""Looks at what needs the whole deck: ids, the lock, pictures, other files."""
