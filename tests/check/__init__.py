"""Tests of ``deckbuilder.check``."""
