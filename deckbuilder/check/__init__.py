"""The rules: each a small function from a file or a deck to what is wrong in it.

In: what ``source`` and ``cards`` made of the author's text. Out: diagnostics. Rules read no files and change nothing.
"""
