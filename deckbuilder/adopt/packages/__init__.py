"""An Anki package by any tool -> Markdown that reads back as the same notes, and the records that keep their identity.

In: an ``.apkg``. Out: drafts of questions, ``deck.adopted`` and ``deck.lock``. It needs the extra ``adopt``.
"""
