"""What deckbuilder promises, tried on the real Anki library and on real content."""
