"""The deck in a browser, as Anki shows the deck.

In: decks from ``pipeline``. Out: pages and events on a port of this machine. This room writes no file.
"""
