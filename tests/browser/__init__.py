"""Tests of cards in a real browser, on the pages of Anki's clients."""
