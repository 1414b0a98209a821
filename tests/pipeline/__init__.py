"""Tests of ``deckbuilder/pipeline``."""
