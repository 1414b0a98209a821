"""A paragraph that asks -> the question, and the lines after the question. Lists and bold lines share this module."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.adopt.lists.answer import LABEL, LATER, unbroken
from deckbuilder.adopt.lists.evidence import ASKING, strength
from deckbuilder.adopt.lists.markdown_page import EMOJI, asked, asks, joined, numbered

_BOLD_LINE = re.compile(
    r"""
    [^\w*_<>|\[\]()`!#-]{0,6}                                             # an emoji
    (?P<number>[\w .()#-]{0,12}?[.:)、]?\s*)                             # such as "3. " or "Q3: "
    (?P<mark>\*\*|__)(?=\S)(?P<text>(?:(?!(?P=mark)).)+)(?P=mark)       # the bold text
    (?P<rest>.*)$
    """,
    re.VERBOSE,
)

_MARK = re.compile(rf"(?:{EMOJI}|:\w{{1,40}}:|\s)+")
"""Marks of the difficulty behind a question."""


def bold(lines: Sequence[str], *, any_bold: bool = False) -> tuple[str, list[str]] | None:
    """Return (the question in the bold text at the beginning of a paragraph, the lines after that text), or None.

    With ``any_bold``, bold text that asks nothing is a question, too.
    """
    match = _BOLD_LINE.match(lines[0])
    if not match:
        return None
    number, text, rest = match["number"].strip(), match["text"].strip(), unbroken(match["rest"].strip())
    likely = (
        asks(text)
        or rest in ("?", "？")
        or numbered(f"{number} {text} x")
        or _alone(lines, text, rest)
        or (any_bold and not number and not rest)
    )
    if not likely or (number and not numbered(f"{number} x")) or LABEL.match(lines[0]):
        return None
    question = asked(text)
    if not question and numbered(f"{text} x"):  # only the number is bold
        return ("", [rest, *lines[1:]]) if joined([rest, *lines[1:]]) else None
    if rest[:1] in ("?", "？"):
        question, rest = question + rest[0], rest[1:].strip()
    if _MARK.fullmatch(rest):
        question, rest = f"{question} {rest}", ""
    return (question, [rest, *lines[1:]]) if question else None


def _alone(lines: Sequence[str], text: str, rest: str) -> bool:
    """Return whether a bold line sets an exercise and is alone. Only a labelled answer may be below."""
    return (len(lines) == 1 or LATER.match(lines[1]) is not None) and not rest and strength(text) >= ASKING


def asking(lines: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return (the question at the beginning of a paragraph, the lines after the question); None if nothing asks."""
    label = next((at for at, line in enumerate(lines) if at and (LATER.match(line) or LABEL.match(line))), len(lines))
    whole = joined(lines[:label])
    if asks(whole):
        return asked(whole), list(lines[label:])
    return (asked(lines[0]), list(lines[1:])) if asks(lines[0]) else None
