"""The types of rules. Each rule has a good and a bad example in tests/cases/rules."""

from collections.abc import Callable, Iterator

from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File

OfFile = Callable[[File], Iterator[Diagnostic]]
"""A rule that needs one file only."""
OfDeck = Callable[[Deck], Iterator[Diagnostic]]
"""A rule that needs the whole deck: ids, the lock, pictures, other files."""
