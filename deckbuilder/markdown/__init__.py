"""GitHub's Markdown: an ordinary extension of Python-Markdown, ``extension.GitHub``, which needs no deck.

``block_parser`` cuts a text into blocks. ``block_elements`` makes a tree of the blocks. ``inlines`` reads the running
text in the tree. ``to_html`` is the way in for the rest of deckbuilder. This room knows no decks, no cards and
no clozes, and reads no files but tables of names in ``assets``.
"""
