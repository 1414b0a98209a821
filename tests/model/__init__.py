"""Tests of ``deckbuilder.model``."""
