"""The deck in a browser, as Anki shows it.

In: decks as ``build`` gives them. Out: pages and events on a port of this machine. It writes no file.
"""
