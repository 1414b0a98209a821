"""What was staged <-> bytes, for other processes and for the cache. The only user of pickle.

It consists of named tuples: frozen dataclasses, which are made again field by field in Python, would take five times as
long (Python 3.11, measured).
"""

from __future__ import annotations

import pickle

from deckbuilder.model import Staged

DAMAGE = (
    *(pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError, ImportError),
    *(MemoryError, OverflowError, RecursionError),
)
"""What ``loads`` raises for bytes that ``dumps`` did not give."""


def dumps(staged: Staged) -> bytes:
    """``staged`` as bytes."""
    return pickle.dumps(staged, pickle.HIGHEST_PROTOCOL)


def loads(data: bytes) -> Staged:
    """What ``dumps`` was given. Only for bytes of our own: they could run code. Raises what ``DAMAGE`` lists."""
    found = pickle.loads(data)  # noqa: S301  the user's own cache folder, or a process of ours
    if not isinstance(found, Staged):
        raise TypeError("not a Staged")
    return found
