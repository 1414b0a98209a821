"""A text of a question -> the words that its author wrote as words. The rules about running text look for mistakes there."""

from __future__ import annotations

from deckbuilder.markdown import links
from deckbuilder.model.splice import blanks, splice
from deckbuilder.source import blanked
from deckbuilder.source.positions import Text


def prose(text: Text) -> str:
    """Return ``text`` with blanks in the place of code, formulas, comments and addresses in angle brackets."""
    if text.kind == "html":
        return blanked.blanked(text.text, "comment")
    shown = blanked.prose(text.text)
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
