"""The pipeline: the texts of a deck -> its notes, its diagnostics, and its package.

``build_deck`` and ``stage`` are enough for a build. The other modules make it faster (``cache``, ``parallel``, ``last_build``)
or repeat it (``watch``, ``incremental``); the package is the same without them.
"""
