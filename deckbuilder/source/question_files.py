"""Names of Markdown files -> the files that hold questions: all but well-known files and those that ``exclude`` names."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.records import Exclude

_WELL_KNOWN = re.compile(
    r"""
    (?: (?i: readme | changelog | contributing | licen[cs]e | code[_-]of[_-]conduct | release[_-]?notes
           | (?:pull[_-]request|issue)[_-]template )
      # these words are subjects, too: security.md and History.md may well hold questions
      | README[._-]\w+ | SECURITY | SUPPORT | HISTORY | NEWS | TODO | CHANGES | ROADMAP | AUTHORS | CONTRIBUTORS | MAINTAINERS | GOVERNANCE
      | COPYING | NOTICE | AGENTS | CLAUDE )
    (?i: (?: \.[\w-]+ | [._-] (?: [a-z]{2,3}(?:[_-][a-z\d]{2,4}){0,2} | v?\d[\w.-]* ) )?  # a language or a version
         \.md )
    """,
    re.VERBOSE,
)
"""Names such as ``README.zh-CN.md``, ``CODE_OF_CONDUCT-pt_BR.md`` and ``release-notes-1.2.md``."""
_MARKDOWN = re.compile(r"[^.].*\.md", re.IGNORECASE | re.DOTALL)
MOST = 100
"""The most patterns of ``exclude``. Each pattern is compared with each file."""


def is_markdown(name: str) -> bool:
    """Return whether a file of this name is Markdown that a deck may read. Hidden files are not."""
    return _MARKDOWN.fullmatch(name) is not None


def is_well_known(name: str) -> bool:
    """Return whether a file of this name is for the readers of a repository, and never holds questions."""
    return _WELL_KNOWN.fullmatch(name) is not None


def holds_questions(path: Path, root: Path, excluded: Iterable[Exclude]) -> bool:
    """Return whether the deck in the folder ``root`` reads a file at ``path`` as questions.

    Both paths are absolute. ``excluded`` are the patterns of the deck.
    """
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    if any(part.startswith(".") for part in parts) or not is_markdown(path.name) or is_well_known(path.name):
        return False
    return not any(matches(entry.pattern, parts) for entry in excluded)


def kept(files: Iterable[Path], root: Path, excluded: Sequence[Exclude]) -> tuple[tuple[Path, ...], set[Exclude]]:
    """Return the ``files`` in the folder ``root`` that no pattern names, and the patterns that name a file."""
    rest: list[Path] = []
    used: set[Exclude] = set()
    for file in files:
        parts = file.relative_to(root).parts if excluded else ()
        found = [entry for entry in excluded if matches(entry.pattern, parts)]
        used.update(found)
        if not found:
            rest.append(file)
    return tuple(rest), used


def pattern_problem(pattern: str) -> str | None:
    """Return the demand that ``pattern``, an entry of ``exclude``, breaks; None for a good pattern."""
    if not pattern.strip("/ ") or not pattern.isprintable():
        return 'must name files, as in "notes.md" or "docs/**"'
    if "\\" in pattern:
        return f'must have "/" between folders on every system; write "{pattern.replace(chr(92), "/")}"'
    if pattern.startswith("!"):
        return "cannot bring a file back with '!'; name only the files that hold no questions"
    if pattern.startswith(("/", "~")) or re.match(r"[A-Za-z]:", pattern):
        return "must begin in the deck's folder, so it has no '/', '~' or drive at its start"
    if {".", ".."} & set(pattern.split("/")):
        return "must have no '.' or '..' as a folder; it begins in the deck's folder"
    return None


def matches(pattern: str, parts: Sequence[str]) -> bool:
    """Return whether ``pattern`` names the file with the path ``parts`` from the deck's folder on, or a folder above it.

    The rules are those of ``.gitignore``: ``*`` and ``?`` match within a name, ``**`` matches any number of folders. A
    pattern without a slash inside matches in every folder. A pattern with ``/`` at its end matches folders only.
    https://git-scm.com/docs/gitignore
    """
    wanted = [nfc(part) for part in pattern.split("/") if part]
    names = [nfc(part) for part in parts]
    if "/" not in pattern.rstrip("/"):
        wanted = ["**", *wanted]
    if wanted[-1] == "**":
        wanted[-1] = "*"
    reached = {0}
    for part in wanted:
        if part == "**":
            reached = set(range(min(reached, default=len(names)), len(names)))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatch.fnmatchcase(names[at], part)}
    return any(at < len(names) or not pattern.endswith("/") for at in reached)
