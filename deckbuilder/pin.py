"""Writes ids into headings: the bytes of a file -> the same with ``{#id}`` where there was none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deckbuilder.model import Question

_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$|[ \t]+$")
_OPENING_BRACE = re.compile(r"\{:?[ \t]*(?=[^{}]*\}$)")


def pinned(data: bytes, questions: Iterable[Question]) -> bytes:
    """``data``, the UTF-8 content of a file, with the ids of these ``questions`` of it; all other bytes as they were."""
    # split as the source was: \r\n, \r and \n each end a line, nothing else does
    lines = re.split(rb"(\r\n|\r|\n)", data)
    for question in questions:
        at = 2 * (question.span.line - 1)
        lines[at] = _with_id(lines[at].decode("utf-8"), question).encode("utf-8")
    return b"".join(lines)


def _with_id(heading: str, question: Question) -> str:
    tail = _CLOSING_HASHES.search(heading)
    text, end = (heading[: tail.start()], tail[0]) if tail else (heading, "")
    if question.attributes and (brace := list(_OPENING_BRACE.finditer(text))):
        opening = brace[-1]
        return f"{text[: opening.end()]}#{question.id} {text[opening.end() :]}{end}"
    return f"{text} {{#{question.id}}}{end}"
