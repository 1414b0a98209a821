"""The typed text above the right text, as Anki's clients show both."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape


def compared(expected: str, typed: str) -> str:
    """Return the HTML for ``{{type:F}}`` on the answer side. ``expected`` and ``typed`` are plain text."""
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
