"""Tests of ``deckbuilder/build``."""
