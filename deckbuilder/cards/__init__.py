"""A question -> the note that Anki gets: fields as HTML, note types, published ids, pictures.

In: questions and settings. Out: notes and note types. Only ``media`` reads files.
"""
