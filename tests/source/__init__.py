"""Tests of ``deckbuilder/source``."""
