"""Tests of ``deckbuilder/files``."""
