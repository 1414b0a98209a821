"""GitHub's Markdown: an ordinary extension of Python-Markdown, ``extension.GitHub``, which needs no deck.

``block_parser`` cuts a text into blocks. ``block_elements`` makes a tree of the blocks. ``inlines`` reads the running
text in the tree. ``to_html`` is the way in for the rest of deckbuilder. This room reads no files and knows no decks.
"""
