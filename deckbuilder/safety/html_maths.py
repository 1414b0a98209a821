"""HTML -> the macros in its formulas that may not be on a card. ``macros`` has the list.

Clients find formulas in the text without tags. So a formula may begin in one element and end in another.
"""

from __future__ import annotations

import re

from deckbuilder.model.clozed_tex import clozed_tex
from deckbuilder.model.control_characters import CLOZE_CLOSE, CLOZE_HINT, CLOZE_NUMBER_END, CLOZE_OPEN, MATHS
from deckbuilder.model.note import Removed
from deckbuilder.model.references import unescape
from deckbuilder.safety import macros

MARK = re.compile("[" + "".join(char for pair in MATHS.values() for char in pair) + "]")
"""The control character at the begin or the end of a formula."""

_OF_CLOZE = CLOZE_OPEN + CLOZE_NUMBER_END + CLOZE_HINT + CLOZE_CLOSE
MAYBE = re.compile(rf"{MARK.pattern}|\\[(\[&<{_OF_CLOZE}]|&(?:#|bsol)").search
"""Match if a client may find maths in HTML. Clients look for maths in the text without tags."""

_FORMULA = re.compile("|".join(f"{begin}[^{end}]*{end}" for begin, end in MATHS.values()))
_LITERAL = re.compile(rf"(?P<formula>{_FORMULA.pattern})|\\(?=[(\[])")
"""A formula, or a backslash of the text before a bracket."""
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_CODE = re.compile(r"<(code|pre)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)


def faults(html: str, allowed: frozenset[str], *, shielded: bool) -> list[Removed]:
    """Return the macros in maths that may not be on a card. Clients read maths without tags, and never in code."""
    if CLOZE_OPEN in html:
        html = _FORMULA.sub(lambda match: clozed_tex(match[0]), html)  # as ``finish`` does
    shown = unescape(re.sub(r"<[^>]*>", "", _LINE_BREAK.sub("\n", _CODE.sub("", html))))
    if shielded:
        shown = _LITERAL.sub(lambda match: match["formula"] or " ", shown)
    return [
        Removed(
            fault.at, active=True, tag="", at=fault.at, way=fault.way, runs=fault.runs, tex=fault.reason, unknown=fault.unknown
        )
        for fault in macros.faults(shown, allowed)
    ]
