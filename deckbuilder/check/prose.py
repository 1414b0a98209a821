"""A text of a question -> the words that its author wrote as words. The rules about running text look for mistakes there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.markdown import links
from deckbuilder.markdown.html_tags import ELEMENTS, TAG
from deckbuilder.markdown.pieces import Kind
from deckbuilder.model.splice import blanks, splice
from deckbuilder.source import blanked
from deckbuilder.source.positions import Text

AS_WRITTEN = frozenset({"code", "kbd", "math", "pre", "samp", "script", "style", "svg", "textarea", "title", "tt"})
"""Elements whose text shows characters that mean nothing else."""
_UNSHOWN = re.compile(
    rf"{TAG.pattern} | <[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*+> | (?P<target>!\[[^\[\]]*\]\( | \]\()", TAG.flags
)


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


def shown_words(text: str, *keep: Kind, targets: bool = False) -> str:
    """Return running ``text`` with blanks in the place of all that is no words on a card.

    These are the pieces that are not ``keep``, tags with their attributes, elements of code and the like. Without ``targets``,
    these are also the addresses and titles of links, and all of a picture.
    """
    read = blanked.prose(text)
    found = list(_unshown(read, targets=targets)) if "<" in read or "](" in read else []
    return splice(blanked.prose(text, *keep), ((begin, end, blanks(text[begin:end])) for begin, end in found))


def _unshown(text: str, *, targets: bool) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each tag, element of code, address in angle brackets, and target of a link."""
    depth = begin = at = 0
    while match := _UNSHOWN.search(text, at):
        at, name = match.end(), (match["open"] or match["close"] or "").lower()
        if name in AS_WRITTEN:
            begin = begin if depth else match.start()
            depth = depth + 1 if match["open"] else max(0, depth - 1)
        elif depth or (name and name not in ELEMENTS):
            continue
        elif match["target"]:
            target = None if targets else links.target(text, at) or (links.path(text, at) if match[0][0] == "!" else None)
            if target is None:
                continue
            begin, at = match.start(), target.end
        else:
            begin = match.start()
        if not depth:
            yield begin, at
    if depth:
        yield begin, len(text)
