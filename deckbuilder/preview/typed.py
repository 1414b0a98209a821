"""What a learner types, beside what is right, as Anki's clients show it."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape


def compared(expected: str, typed: str) -> str:
    """The HTML that stands for ``{{type:F}}`` in an answer; ``expected`` and ``typed`` are plain text."""
    if not typed:
        return f"<code id=typeans>{escape(expected)}</code>"
    above, below = [], []
    for change, begin, end, first, last in SequenceMatcher(None, typed, expected, autojunk=False).get_opcodes():
        missing = "-" * (last - first) if change == "insert" else ""
        above.append(_marked("typeGood" if change == "equal" else "typeBad", typed[begin:end]) + _marked("typeMissed", missing))
        below.append(_marked("typeGood" if change == "equal" else "typeMissed", expected[first:last]))
    if typed == expected:
        return f"<code id=typeans>{above[0]}</code>"
    return f"<code id=typeans>{''.join(above)}<br><span id=typearrow>&darr;</span><br>{''.join(below)}</code>"


def _marked(mark: str, text: str) -> str:
    return f"<span class={mark}>{escape(text)}</span>" if text else ""
