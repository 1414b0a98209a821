"""Imports genanki without what it asks for and we never use: a sixth of the time that a small deck takes (measured).

genanki imports PyYAML, for note types that are written as text, and the library ``cached_property``, which imports all
of asyncio to do what ``functools.cached_property`` does since Python 3.8.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from types import ModuleType


@contextlib.contextmanager
def imports() -> Iterator[None]:
    """While this lasts, there are small modules in place of the two; those that are imported already stay."""
    stand_ins = {"cached_property": {"cached_property": functools.cached_property}, "yaml": {}}
    put = []
    for name, members in stand_ins.items():
        if name not in sys.modules:
            module = ModuleType(name)
            vars(module).update(members)
            sys.modules[name] = module
            put.append(name)
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]
