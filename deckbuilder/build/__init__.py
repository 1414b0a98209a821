"""The pipeline: the texts of a deck -> its notes, what is wrong with them, its package.

``pipeline`` and ``stage`` are the whole of it. The other modules make it fast (``cache``, ``parallel``, ``last_build``) or repeat it
(``watch``, ``incremental``); without them the package is the same.
"""
