"""The YAML between ``---`` lines on top of a file -> its tags and subdeck. The only user of PyYAML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from deckbuilder.diagnostics import Diagnostic, Span, nearest

KEYS = ("deck", "tags")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says of all its questions; ``end`` is the index of the first line after it."""

    tags: tuple[str, ...] = ()
    deck: str = ""
    end: int = 0


def read(path: str, lines: Sequence[str]) -> tuple[FrontMatter, list[Diagnostic]]:
    """The front matter of the file ``path`` with these ``lines``; without any, an empty one that ends at 0.

    Scalars stay as they are written: ``tags: [2.0, yes]`` are the tags ``2.0`` and ``yes``.
    """
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(), []
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return FrontMatter(end=1), [
            _problem(path, 1, 1, "front matter is opened here but never closed; end it with a line '---'")
        ]
    # YAML takes these for line ends, editors do not
    text = re.sub("[\x85\u2028\u2029]", " ", "\n".join(lines[1:end]))
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (min(mark.line, end - 2) + 2, mark.column + 1) if mark else (1, 1)
        column = min(column, len(lines[line - 1]) + 1)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        return FrontMatter(end=end + 1), [_problem(path, line, column, f"front matter is not YAML: {reason}")]
    except RecursionError:
        return FrontMatter(end=end + 1), [_problem(path, 1, 1, "front matter is nested too deeply")]
    if node is None:
        return FrontMatter(end=end + 1), []
    if not isinstance(node, yaml.MappingNode):
        return FrontMatter(end=end + 1), [_problem(path, 2, 1, "front matter must be 'key: value' lines")]
    found = _Values(path, node)
    return FrontMatter(found.tags, found.deck, end + 1), found.problems


class _Values:
    """Reads the known keys of a mapping and notes what is wrong with the others."""

    def __init__(self, path: str, node: yaml.MappingNode) -> None:
        self.path = path
        self.tags: tuple[str, ...] = ()
        self.deck = ""
        self.problems: list[Diagnostic] = []
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in KEYS:
                known = nearest(name, KEYS) or "; known are deck and tags"
                self._bad(key, f"unknown key '{name}' in front matter{known}" if name else "a key must be a word", "unknown-key")
            elif name in seen:
                self._bad(key, f"a second '{name}'; leave one")
            elif name == "tags":
                self.tags = tuple(self._strings(value))
            elif isinstance(value, yaml.ScalarNode):
                self.deck = self._clean(value).strip()
            else:
                self._bad(value, "'deck' must be the name of a subdeck")
            seen.add(name)

    def _strings(self, node: yaml.Node) -> Iterator[str]:
        """The tags of ``tags: a b`` or ``tags: [a, b]``."""
        if isinstance(node, yaml.ScalarNode):
            yield from tag_list(self._clean(node))
        elif isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            yield from filter(None, (self._clean(item) for item in node.value))
        else:
            self._bad(node, "'tags' must be a list of words")

    def _clean(self, node: yaml.ScalarNode) -> str:
        """The text of a scalar, ``""`` of a null."""
        text: str = node.value
        if node.tag == "tag:yaml.org,2002:null":
            return ""
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            self._bad(node, "control characters and lone surrogates are no part of a name")
            return ""
        return text

    def _bad(self, node: yaml.Node, message: str, code: str = "bad-front-matter") -> None:
        mark = node.start_mark
        self.problems.append(_problem(self.path, mark.line + 2, mark.column + 1, message, code))


def tag_list(text: str) -> list[str]:
    """The tags in ``"a b"`` or ``"a, b"``."""
    return text.replace(",", " ").split()


def _problem(path: str, line: int, column: int, message: str, code: str = "bad-front-matter") -> Diagnostic:
    return Diagnostic(Span(path, line, column), code, message)
