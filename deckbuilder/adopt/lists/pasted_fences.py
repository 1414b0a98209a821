"""A list inside a fence of Markdown, as chats write it: the fence is removed. In CommonMark, it ends at the first code inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckbuilder.adopt.lists.evidence import asking
from deckbuilder.adopt.lists.markdown_page import asks, labelled, numbered, unmarked

LEAST = 6
"""The least number of questions inside. Instructions for a list show fewer in such a fence."""
_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})\s*(?P<language>[^`\s]*)\s*$")
_MARKDOWN = frozenset({"markdown", "md"})


def unwrapped(lines: Sequence[str]) -> tuple[str, ...]:
    """Return ``lines`` with empty lines for the two fences around a list. The number of lines stays."""
    around = {at for start, end in _spans(lines) if questions(lines[start + 1 : end]) >= LEAST for at in (start, end)}
    return tuple("" if at in around else line for at, line in enumerate(lines))


def questions(lines: Sequence[str]) -> int:
    """Return the number of lines that are questions: headings that ask, and lines with a number or a label that ask."""
    plain = [unmarked(line) for line in lines]
    found = {ask.line for ask in asking(tuple(lines)) if ask.level}
    return len(found | {at for at, line in enumerate(plain) if (numbered(line) or labelled(line)) and asks(line)})


def _spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (line of the first fence, line of the last one) for each fence of Markdown in no other fence.

    A fence with a language opens code inside, and so does one below a line such as "Output:". Without an end, the last line
    counts as the line behind the file.
    """
    open_: list[tuple[int, str]] = []
    before = ""
    for at, line in enumerate(lines):
        match = _FENCE.match(line)
        if match is None:
            before = line.strip() or before
            continue
        inside = len(open_) == 1 and open_[0][1] in _MARKDOWN
        if open_ and match["language"].lower() in _MARKDOWN:
            return  # answers are in such fences, too: nothing says which fence ends where
        opens = match["language"] or (inside and before.rstrip("*_ ").endswith((":", "：")))
        if opens or not open_:
            open_.append((at, match["language"].lower()))
        else:
            start, language = open_.pop()
            if language in _MARKDOWN and not open_:
                yield start, at
        before = ""
    if len(open_) == 1 and open_[0][1] in _MARKDOWN:
        yield open_[0][0], len(lines)
