"""Tests of all promises of deckbuilder, on the real Anki library and on real content."""
