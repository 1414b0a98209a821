"""A deck made elsewhere becomes a deck folder: ``lists`` reads question lists, ``packages`` reads Anki packages.

In: files by strangers. Out: a new folder. It writes to no folder that has anything in it.
"""
