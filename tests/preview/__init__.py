"""Tests of ``deckbuilder.preview``."""
