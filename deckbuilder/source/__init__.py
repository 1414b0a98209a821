"""The files of a deck folder -> settings, questions, and the lock.

In: paths and texts. Out: records, and diagnostics with their places in the files. Only ``read_text`` reads
the content of files.
"""
