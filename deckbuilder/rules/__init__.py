"""The rules: each a small function from a deck to what it finds wrong, with good and bad examples in tests/cases."""

from collections.abc import Callable, Iterator

from deckbuilder.diagnostics import Diagnostic
from deckbuilder.model import Deck

Rule = Callable[[Deck], Iterator[Diagnostic]]
