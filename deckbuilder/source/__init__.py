"""Files of a deck folder -> settings, questions, the lock.

In: paths and texts. Out: records and diagnostics, each with its place in the file. Only ``deck_folder`` reads files.
"""
