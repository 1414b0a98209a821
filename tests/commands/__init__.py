"""Tests of ``deckbuilder.commands``."""
