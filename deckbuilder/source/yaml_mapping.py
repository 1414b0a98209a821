"""The YAML of a front matter -> its values. The only user of PyYAML; imported only for a front matter, as it loads slowly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator

import yaml

from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.control_characters import SYMBOLS
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span, nearest, only_near

KEYS = ("context", "deck", "tags")
_FORBIDDEN = re.compile(rf"[{SYMBOLS}\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates, which escapes such as ``"\\ud800"`` can make."""


def read(path: str, text: str, lines: int) -> Values:
    """Return the values in ``text``, the ``lines`` lines of front matter from line 2 of the file ``path``."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (min(mark.line, lines - 1) + 2, mark.column + 1) if mark else (1, 1)
        column = min(column, len((["", "", *text.split("\n")])[line]) + 1) if line > 1 else 1
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        return Values(path, problem(path, line, column, f"front matter is not YAML: {reason}"))
    except RecursionError:
        return Values(path, problem(path, 1, 1, "front matter is nested too deeply"))
    found = Values(path)
    if isinstance(node, yaml.MappingNode):
        found.take(node)
    elif node is not None:
        found.problems.append(problem(path, 2, 1, "front matter must be 'key: value' lines"))
    return found


def words(text: str) -> dict[str, tuple[str, ...]] | None:
    """Return the values of a mapping by key in lower case, each as its words; None for any other ``text``.

    The keys must be words.
    """
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
    """Yield the scalars in ``node`` at any depth, with their spelling, but without the characters that no file may have."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag != "tag:yaml.org,2002:null":
            yield _FORBIDDEN.sub("", node.value).strip()
    else:
        for child in node.value:
            yield from (text for part in (child if isinstance(child, tuple) else (child,)) for text in _scalars(part))


def problem(path: str, line: int, column: int, message: str) -> Diagnostic:
    """Return a diagnostic for a place in the front matter."""
    return Diagnostic(Span(path, line, column), "bad-front-matter", message)


class Values:
    """The values of a front matter, with their spelling, and its problems."""

    def __init__(self, path: str, *problems: Diagnostic) -> None:
        """Begin without values. ``path`` is the file of the front matter."""
        self.path = path
        self.tags: str | list[str] = ""
        """One text if the file writes its tags as one text."""
        self.deck = ""
        self.context: bool | None = None
        self.problems = list(problems)

    def take(self, node: yaml.MappingNode) -> None:
        """Read the known keys of a mapping and collect the problems of all keys."""
        seen: set[str] = set()
        names = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in KEYS:
                self._unknown(key, name, names)
            elif name in seen:
                self._bad(key, f"a second '{name}'; keep one")
            elif name == "tags":
                self.tags = self._strings(value)
            elif name == "context":
                self.context = self._flag(value)
            elif isinstance(value, yaml.ScalarNode):
                self.deck = nfc(self._clean(value).strip())  # as Anki stores it
            else:
                self._bad(value, "'deck' must be the name of a subdeck")
            seen.add(name)

    def _flag(self, node: yaml.Node) -> bool | None:
        """Return the value of ``true`` or ``false``, which YAML 1.1 also writes as ``True`` or ``TRUE``."""
        word = node.value.lower() if isinstance(node, yaml.ScalarNode) else ""
        if word not in ("true", "false"):
            self._bad(node, "'context' must be true or false")
            return None
        return bool(word == "true")

    def _unknown(self, key: yaml.Node, name: str, names: Container[str]) -> None:
        """Add the problem of the unknown key ``name``. ``names`` are all keys of the mapping."""
        known = nearest(name, KEYS) or f"; the known keys are {', '.join(KEYS)}"
        near = only_near(name, KEYS)
        place = Span(self.path, key.start_mark.line + 2, key.start_mark.column + 1)
        mend = Mend.at(place, name, "" if near in names or getattr(key, "style", None) else near)
        message = f"unknown key '{name}' in front matter{known}" if name else "a key must be a word"
        self.problems.append(Diagnostic(place, "unknown-key", message, mend=mend))

    def _strings(self, node: yaml.Node) -> str | list[str]:
        """Return the tags of ``tags: a b`` as one text, of ``tags: [a, b]`` as a list."""
        if isinstance(node, yaml.ScalarNode):
            return self._clean(node)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return [self._clean(item) for item in node.value]
        self._bad(node, "'tags' must be a list of words")
        return ""

    def _clean(self, node: yaml.ScalarNode) -> str:
        """Return the text of a scalar; ``""`` for a null, and for a text with forbidden characters, which is a problem."""
        text: str = node.value
        if node.tag == "tag:yaml.org,2002:null":
            return ""
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            self._bad(node, "a name cannot contain control characters or lone surrogates")
            return ""
        return text

    def _bad(self, node: yaml.Node, message: str) -> None:
        mark = node.start_mark
        self.problems.append(problem(self.path, mark.line + 2, mark.column + 1, message))
