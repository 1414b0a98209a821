"""Markdown text -> HTML, as GitHub would show it, on Python-Markdown.

``block_parser`` cuts a text into blocks; ``to_html`` makes HTML of the blocks. This room reads no files and knows no decks.
"""
