"""An Anki package by any tool -> Markdown that reads back as the same notes, and records that keep the notes' identity.

In: an ``.apkg``. Out: drafts of questions, ``deck.adopted`` and ``deck.lock``. This room needs the extra ``adopt``.
"""
