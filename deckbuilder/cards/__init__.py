"""A question -> the note that Anki gets: fields as HTML, note types, published ids, pictures.

In: questions and settings. Out: notes. Only ``media`` reads files.
"""
