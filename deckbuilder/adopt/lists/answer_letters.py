"""The letter on top of each answer of a list: ``A. It is …`` below ``Q1. What is …``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from deckbuilder.adopt.lists.answer import unbroken
from deckbuilder.adopt.lists.markdown_page import Found
from deckbuilder.adopt.lists.readings import SERIES, has_answer
from deckbuilder.model.records import Kind

_LETTER = re.compile(r"\s*(?P<bold>\*\*|__)?A(?:\.(?(bold)(?P=bold))\s+|\)(?(bold)(?P=bold))\s*)(?=\S)")
_OTHER = re.compile(r"^[ \t]*+(?:[-*+] )?(?:\*\*|__)?B[.)]", re.MULTILINE)
"""The second of several options. Then ``A.`` is the first one."""


def without(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the questions ``found`` without the letter ``A.`` before their answers, if most answers have the letter."""
    answers = [item.answer for item in found if has_answer(item) and item.kind is Kind.BASIC]
    lettered = [answer for answer in answers if _LETTER.match(answer)]
    if len(lettered) < SERIES or len(lettered) * 2 <= len(answers) or any(map(_OTHER.search, answers)):
        return tuple(found)
    return tuple(
        replace(item, answer=unbroken(_LETTER.sub("", item.answer, count=1))) if _LETTER.match(item.answer) else item
        for item in found
    )
