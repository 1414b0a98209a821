"""A text of a question -> the words that its author wrote as words. The rules about running text look for mistakes there."""

from __future__ import annotations

import re

from deckbuilder.markdown import links, pieces
from deckbuilder.model.splice import blanks, splice
from deckbuilder.source.positions import Text

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def prose(text: Text) -> str:
    """Return ``text`` with blanks in the place of code, formulas, comments and addresses in angle brackets."""
    if text.kind == "html":
        end = text.text.rfind("-->") + 3  # no comment ends after this
        return _COMMENT.sub(lambda comment: blanks(comment[0]), text.text[:end]) + text.text[end:] if end > 2 else text.text
    shown = pieces.prose(text.text)
    return _without_targets(shown) if "](" in shown else shown


def _without_targets(text: str) -> str:
    """Return ``text`` with blanks in place of the targets and titles of links that have angle brackets: ``](<a b> "c <d>")``."""
    found, at = list[tuple[int, int, str]](), text.find("](")
    while at >= 0:
        target = links.target(text, at + 2)
        end = target.end if target else at + 2
        if "<" in (shown := text[at:end]):
            found.append((at, end, blanks(shown)))
        at = text.find("](", end)
    return splice(text, found)
