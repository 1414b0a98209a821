"""Records <-> bytes, for other processes and for the cache. The only user of pickle.

A frozen dataclass with slots is pickled field by field in Python: half the time of a rebuild (Python 3.11, measured). Here
it goes as its class and the values of its fields, and is made again by calling the one with the others; named tuples
without asking them for anything.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from deckbuilder.stage import Staged

DAMAGE = (
    *(pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError, ImportError),
    *(MemoryError, OverflowError, RecursionError),
)
"""What ``loads`` raises for bytes that ``dumps`` did not give."""


def dumps(staged: Staged) -> bytes:
    """``staged`` as bytes."""
    target = io.BytesIO()
    _Pickler(target, pickle.HIGHEST_PROTOCOL).dump(staged)
    return target.getvalue()


def loads(data: bytes) -> Staged:
    """What ``dumps`` was given. Only for bytes of our own: they could run code. Raises what ``DAMAGE`` lists."""
    found = pickle.loads(data)  # noqa: S301  the user's own cache folder, or a process of ours
    if not isinstance(found, Staged):
        raise TypeError("not a Staged")
    return found


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: object) -> Any:
        kind: type = type(obj)
        if isinstance(obj, tuple):  # a named one
            return copyreg.__newobj__, (kind, *obj)  # type: ignore[attr-defined]
        values = _values(kind)
        return (kind, values(obj)) if values else NotImplemented


@cache
def _values(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What gives the values of a dataclass's fields, in their order; ``None`` for any other class."""
    if not is_dataclass(kind):
        return None
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        return lambda obj: (getattr(obj, names[0]),)
    return attrgetter(*names)
