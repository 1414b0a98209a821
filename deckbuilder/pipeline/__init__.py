"""The pipeline: the texts of a deck -> its notes, its diagnostics, and its package.

``build_deck`` and ``stage`` are enough for a build. The other modules make a build faster (``cache``, ``parallel``,
``last_build``), or repeat a build (``watch``, ``incremental``). The package is the same without these modules.
"""
