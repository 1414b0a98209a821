"""The lines between ``---`` at the top of a file -> its tags, its subdeck and its context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from deckbuilder.model.diagnostics import Diagnostic, Span

_KEY = re.compile(r"(?P<key>[^\W\d][\w.-]{0,40}):(?=\s|$)(?P<value>.*)")
_QUOTED = re.compile(r"""(["'])(?P<text>(?:(?!\1).|(?<=\w)\1(?=\w))*)\1""")
_USUAL = frozenset(
    (
        *("title", "date", "created", "updated", "lastmod", "tag", "tags", "category", "categories", "description", "summary"),
        *("layout", "slug", "permalink", "author", "draft", "aliases", "lang", "deck", "noteid", "nid", "question", "front"),
    )
)
"""Keys that front matter has and a question between two rules does not have."""


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
    Other tools write lines that YAML forbids, such as ``title: One: two?``. If a key is usual in front matter, the text of
    such a line is the value of its key.
    """
    end = last_line(lines)
    if end is None or lines[0].rstrip() != "---":
        return {}, 0
    from deckbuilder.source import yaml_mapping  # noqa: PLC0415  not every file has front matter

    values = yaml_mapping.words("\n".join(lines[1:end]))
    if values is None:
        values = _by_key(lines[1:end])
    return ({}, 0) if values is None else (values, end + 1)


def _by_key(lines: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    """Return the values of ``lines`` with each key read on its own; None if they have no usual key, or a line without a key."""
    from deckbuilder.source import yaml_mapping  # noqa: PLC0415  as above

    starts = [at for at, line in enumerate(lines) if _KEY.match(line)]
    if any(line.strip() and not line.startswith("#") for line in lines[: starts[0] if starts else len(lines)]):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        match = _KEY.match(lines[start])
        own = yaml_mapping.words("\n".join(lines[start:end]))
        if own is None and match is not None:
            more = lines[start + 1 : end]
            if not all(line[:1] in ("", " ", "\t", "-", "#") for line in more):
                return None
            own = {match["key"].lower(): _texts(match["value"], [line.strip() for line in more if line.strip()])}
        found |= own or {}
    return found if _USUAL & found.keys() else None


def _texts(value: str, more: Sequence[str]) -> tuple[str, ...]:
    """Return the texts of a key: ``value`` and the lines ``more`` below, which may be items."""
    if not value.strip() and more and all(line.startswith("- ") for line in more):
        return tuple(_unquoted(line.removeprefix("- ").strip()) for line in more)
    return (_unquoted(" ".join((value.strip(), *more)).strip()),)


def _unquoted(text: str) -> str:
    """Return ``text`` without the quotation marks around it, if all marks inside are apostrophes."""
    match = _QUOTED.fullmatch(text)
    return match["text"] if match else text


def last_line(lines: Sequence[str]) -> int | None:
    """Return the index of the line that ends the front matter in ``lines``; None if no line ends it."""
    return next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)


def end(lines: Sequence[str]) -> int:
    """Return the index of the first line below the front matter in ``lines``, as in ``FrontMatter``."""
    return (last_line(lines) or 0) + 1 if lines and lines[0].rstrip() == "---" else 0


def tag_list(text: str) -> list[str]:
    """Return the tags in ``"a b"`` or ``"a, b"``."""
    return text.replace(",", " ").split()
