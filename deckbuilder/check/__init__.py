"""The rules: each rule is a small function that takes a file or a deck and yields the mistakes in it.

In: the questions that ``source`` read, and the notes that ``cards`` made of them. Out: diagnostics. Rules read no files and
change nothing.
"""
