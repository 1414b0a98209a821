"""The YAML of a front matter -> its values. The only user of PyYAML; imported where there is a front matter, as it takes a while."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import yaml

from deckbuilder.model.diagnostics import Diagnostic, Span, nearest

KEYS = ("deck", "tags")


def read(path: str, text: str, lines: int) -> tuple[str | list[str], str, list[Diagnostic]]:
    """(tags, deck, problems) of ``text``, which begins in line 2 of the file ``path`` and has so many ``lines``.

    Scalars stay as they are written. Tags are one text if they were written as one.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (min(mark.line, lines - 1) + 2, mark.column + 1) if mark else (1, 1)
        column = min(column, len((["", "", *text.split("\n")])[line]) + 1) if line > 1 else 1
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        return "", "", [problem(path, line, column, f"front matter is not YAML: {reason}")]
    except RecursionError:
        return "", "", [problem(path, 1, 1, "front matter is nested too deeply")]
    if node is None:
        return "", "", []
    if not isinstance(node, yaml.MappingNode):
        return "", "", [problem(path, 2, 1, "front matter must be 'key: value' lines")]
    found = _Values(path, node)
    return found.tags, found.deck, found.problems


def words(text: str) -> dict[str, tuple[str, ...]] | None:
    """The values of a mapping by key, in lower case, each as the words in it; ``None`` if ``text`` is none with such keys."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode) or not all(_is_word(key) for key, _ in node.value):
        return None
    return {key.value.lower(): tuple(_scalars(value)) for key, value in node.value}


def _is_word(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[^\W\d][\w -]*", node.value) is not None


def _scalars(node: yaml.Node) -> Iterator[str]:
    """The scalars in ``node``, at any depth, as they are written."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag != "tag:yaml.org,2002:null":
            yield node.value.strip()
    else:
        for child in node.value:
            yield from (text for part in (child if isinstance(child, tuple) else (child,)) for text in _scalars(part))


def problem(path: str, line: int, column: int, message: str, code: str = "bad-front-matter") -> Diagnostic:
    """What is wrong at a place of the front matter."""
    return Diagnostic(Span(path, line, column), code, message)


class _Values:
    """Reads the known keys of a mapping and notes what is wrong with the others."""

    def __init__(self, path: str, node: yaml.MappingNode) -> None:
        self.path = path
        self.tags: str | list[str] = ""
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
                self.tags = self._strings(value)
            elif isinstance(value, yaml.ScalarNode):
                self.deck = unicodedata.normalize("NFC", self._clean(value).strip())  # as Anki has it
            else:
                self._bad(value, "'deck' must be the name of a subdeck")
            seen.add(name)

    def _strings(self, node: yaml.Node) -> str | list[str]:
        """What ``tags: a b`` or ``tags: [a, b]`` say."""
        if isinstance(node, yaml.ScalarNode):
            return self._clean(node)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return [self._clean(item) for item in node.value]
        self._bad(node, "'tags' must be a list of words")
        return ""

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
        self.problems.append(problem(self.path, mark.line + 2, mark.column + 1, message, code))
