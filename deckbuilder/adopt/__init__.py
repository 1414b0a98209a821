"""A deck made elsewhere becomes a deck folder: ``lists`` reads question lists, ``packages`` reads Anki packages.

In: files by strangers. Out: a new folder. This room writes only to a new or empty folder.
"""
