"""A rule about pictures without a text for people who do not see the pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.cards.embedded import name_in
from deckbuilder.cards.media_references import QUOTED
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File, Question
from deckbuilder.model.references import unescape
from deckbuilder.source import positions

_PICTURE = re.compile(r"<img\b[^>]*+>")
_ATTRIBUTE = re.compile(rf"\s(alt|src)\s*+=\s*+({QUOTED})", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"""
    (?:alt(?:\ text)?|image|img|photo|pic|picture|screenshot|untitled|图|图片|截图|图像|在这里插入图片描述)?[\s\d_-]*
    |\S*\.(?:png|jpe?g|gif|svg|webp|avif)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Texts that describe nothing: those that editors write by themselves, and names of files."""


def pictures_described(file: File) -> Iterator[Diagnostic]:
    """Report a picture without a text. Bad: ``![](routes.png)``. Good: ``![Three routes lead to one view](routes.png)``."""
    for entry in file.entries:
        seen = set[str]()
        for tag in _PICTURE.findall("".join(entry.note.fields)):
            parts = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(tag)}
            source = unescape(parts.get("src", ""))
            if "src" not in parts or source in seen or not _NO_TEXT.fullmatch(unescape(parts.get("alt", "")).strip()):
                continue
            if not seen and 'alt=""' in positions.prose(file, entry.question):
                break  # the author says that a picture is mere decoration
            seen.add(source)
            if len(seen) <= positions.MOST:
                yield _report(file, entry.question, source)


def _report(file: File, question: Question, source: str) -> Diagnostic:
    name = name_in(source)
    outline = question.outline()
    if name:
        place = positions.in_question(file, outline, f"[[{name}")
        message = f"nobody can hear this picture; describe it: ![[{name}|text]]"
    else:
        place = positions.in_question(file, outline, f"]({source}", f"](<{source}", f'"{source}"', source)
        message = "a learner who does not see this picture learns nothing from it; describe it between the brackets: ![text](…)"
    return Diagnostic(place, "missing-alt", message)
