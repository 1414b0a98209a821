"""Notes that are skipped, each with the reason, and the file for people that lists them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deckbuilder import assets
from deckbuilder.model.diagnostics import plural

_MISSING = "missing: "
"""Before the name of a file in a loss."""
_TICKS = re.compile("`{3,}")


_NAMED = 5
"""The most missing files that are named in one line. A comment in the Markdown names each of them."""


class NotCarriedError(Exception):
    """A note cannot be written as a question of ours. The message gives the reason."""

    def __init__(self, reason: str, file: str = "") -> None:
        """Take the reason, and the name of the ``file`` that the note lacks. The name is no part of the message."""
        super().__init__(reason)
        self.file = file


class NoMarkdownError(NotCarriedError):
    """Markdown has no syntax for an element of the field; HTML can express the element."""


@dataclass(frozen=True, slots=True)
class Left:
    """A note that is skipped. Learners keep the note, and no release of the adopted deck changes the note."""

    title: str
    """The beginning of the note's text."""
    reason: str
    fields: tuple[str, ...] = ()
    """The HTML of the note's fields."""


def remarks(lost: Counter[str]) -> list[str]:
    """Return a line for each loss in the notes that are carried over, and one line for all ``missing`` files.

    Learners keep a lost part until an author edits this part of the question.
    """
    files = [what.removeprefix(_MISSING) for what in lost if what.startswith(_MISSING)]
    others = [(what, count) for what, count in lost.most_common() if not what.startswith(_MISSING)]
    lines = [f"not carried over in {plural(count, 'note')}: {what}" for what, count in others]
    if files:
        more = f" … and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
        count = "1 file, which is" if len(files) == 1 else f"{len(files):,} files, which are"
        lines.append(f"not carried over: {count} not in the package: {', '.join(files[:_NAMED])}{more}")
    return lines


def missing(name: str) -> str:
    """Return the loss of a picture or sound: ``name`` is on the network, or is not in the package."""
    return "pictures on the network" if "//" in name else f"{_MISSING}{name!r}"


def text(left: Sequence[Left]) -> str:
    """Return the text of the file, with a part for each reason; ``""`` if no note is skipped."""
    reasons: dict[str, list[Left]] = {}
    for note in left:
        reasons.setdefault(note.reason, []).append(note)
    parts = [part for reason, notes in reasons.items() for part in _part(reason, notes)]
    return "\n\n".join([assets.text("left-out-notes.md").strip(), *parts]) + "\n" if parts else ""


def _part(reason: str, notes: Sequence[Left]) -> Iterator[str]:
    yield f"# {plural(len(notes), 'note')}: {' '.join(reason.split())}"
    for note in notes:
        fields = "\n".join(field for field in note.fields if field.strip())
        ticks = "`" * max([2, *map(len, _TICKS.findall(fields))]) + "`"
        yield f"{ticks}html\n{fields or note.title}\n{ticks}"
