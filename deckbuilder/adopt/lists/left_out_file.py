"""Lists -> a file for people with all text that is on no card: questions without an answer, skipped questions, other text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from deckbuilder import assets
from deckbuilder.adopt.draft import compose
from deckbuilder.adopt.lists.account import List
from deckbuilder.adopt.lists.drafts import Outcome
from deckbuilder.adopt.lists.mend import closed
from deckbuilder.adopt.lists.readings import NO_ANSWER
from deckbuilder.model.diagnostics import plural

_NAMES = re.compile(r"'[^']*'|\S+:\d+$")
"""The names and places in a reason. Reasons that differ only in these count together."""
FILE = "README.left-out.md"
"""deckbuilder does not read a file with such a name as part of the deck."""


def text(lists: Sequence[List]) -> str:
    """Return the file's text; ``""`` if all text is on cards."""
    left = [(entry, outcome) for entry in lists for outcome in entry.outcomes if outcome.reason]
    parts = [
        *_part("Questions without an answer", _questions(item for item in left if item[1].reason == NO_ANSWER)),
        *_part("Skipped questions", _questions(item for item in left if item[1].reason != NO_ANSWER)),
        *_part("Text around the questions", _prose(lists)),
    ]
    return "\n\n".join([assets.text("left-out.md").strip(), _contents(lists), *parts]) + "\n" if parts else ""


def _contents(lists: Sequence[List]) -> str:
    """Return a list with the number of the questions for each reason, and of the texts around the questions."""
    reasons = Counter(_NAMES.sub("…", outcome.reason) for entry in lists for outcome in entry.outcomes if outcome.reason)
    texts = sum(len(entry.rest) for entry in lists)
    rows = [f"- {plural(count, 'question')}: {reason}" for reason, count in reasons.most_common()]
    return "\n".join([*rows, *([f"- {plural(texts, 'text')} around the questions"] if texts else [])])


def _part(title: str, entries: Iterable[str]) -> list[str]:
    found = list(entries)
    return [f"# {title}", *found] if found else []


def _questions(left: Iterable[tuple[List, Outcome]]) -> Iterator[str]:
    for entry, outcome in left:
        yield f"From {entry.path}, line {outcome.found.start + 1}: {outcome.reason}"
        yield closed(compose("", [outcome.draft]).strip())


def _prose(lists: Sequence[List]) -> Iterator[str]:
    for entry in lists:
        for line, prose in entry.rest:
            yield f"From {entry.path}, line {line}:"
            yield closed(prose)
