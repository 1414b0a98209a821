"""The lines between ``---`` at the top of a file -> its tags, its subdeck and its context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from deckbuilder.model.diagnostics import Diagnostic, Span


class FrontMatter(NamedTuple):
    """The values for all questions of a file."""

    tags: tuple[str, ...] = ()
    deck: str = ""
    context: bool | None = None
    """True if cards show the titles above their questions; None if the deck's settings decide."""
    end: int = 0
    """The index of the first line after the front matter."""


def read(path: str, lines: Sequence[str]) -> tuple[FrontMatter, list[Diagnostic]]:
    """Return the front matter of the file ``path`` with these ``lines``, and its problems. A file without one has ``end`` 0.

    Scalars keep their spelling: ``tags: [2.0, yes]`` means the tags ``2.0`` and ``yes``.
    """
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(), []
    end = last_line(lines)
    if end is None:
        return FrontMatter(end=1), [
            Diagnostic(Span(path), "bad-front-matter", "front matter is opened here but never closed; end it with a line '---'")
        ]
    # YAML takes these characters for line ends, but editors do not
    text = re.sub("[\x85\u2028\u2029]", " ", "\n".join(lines[1:end]))
    from deckbuilder.source import yaml_mapping  # noqa: PLC0415  not every file has front matter

    found = yaml_mapping.read(path, text, end - 1)
    tags = tag_list(found.tags) if isinstance(found.tags, str) else filter(None, found.tags)
    return FrontMatter(tuple(tags), found.deck, found.context, end + 1), found.problems


def foreign(lines: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], int]:
    """Return the front matter of another tool: its values by key in lower case, and the index of the first line after it.

    Front matter is a mapping of words to words or to lists of words. The result for all other texts is ``({}, 0)``.
    """
    end = last_line(lines)
    if end is None or lines[0].rstrip() != "---":
        return {}, 0
    from deckbuilder.source import yaml_mapping  # noqa: PLC0415  not every file has front matter

    values = yaml_mapping.words("\n".join(lines[1:end]))
    return ({}, 0) if values is None else (values, end + 1)


def last_line(lines: Sequence[str]) -> int | None:
    """Return the index of the line that ends the front matter in ``lines``; None if no line ends it."""
    return next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)


def end(lines: Sequence[str]) -> int:
    """Return the index of the first line below the front matter in ``lines``, as in ``FrontMatter``."""
    return (last_line(lines) or 0) + 1 if lines and lines[0].rstrip() == "---" else 0


def tag_list(text: str) -> list[str]:
    """Return the tags in ``"a b"`` or ``"a, b"``."""
    return text.replace(",", " ").split()
