"""The output of ``deckbuilder pull``: patches for ``git apply`` on stdout, and all that an author must decide on stderr."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deckbuilder.commands import common
from deckbuilder.files.portable_names import quoted
from deckbuilder.model.diagnostics import plural, printable, visible

if TYPE_CHECKING:
    from deckbuilder.learners.agreement import Open, Suggestion
    from deckbuilder.learners.patches import Patch
    from deckbuilder.learners.pull_files import DeckPull, FilePatch

_LONGEST = 300
"""Characters of a text that a message shows."""
_BEFORE = 60
"""Characters before the first difference that a message shows."""


def show(found: Sequence[DeckPull], *, quiet: bool) -> None:
    """Print the patches to stdout, and all that an author must decide to stderr."""
    for deck in found:
        for file in deck.files:
            for patch in file.patches:
                _show_patch(file, patch)
        if any(not Path(file.name).is_file() for file in deck.files):
            folder_of_deck = quoted(deck.loaded.place.root)
            advice = f"apply it with: git -C {folder_of_deck} apply corrections.patch"
            common.echo(f"the paths in the patch begin in the deck's folder; {advice}")
        for one in deck.pulled.open:
            common.echo(*_lines_of(one))
        for note in deck.pulled.new:
            common.echo(f"new note by {', '.join(note.by)}: {note.title}" + (f" ({note.reason})" if note.reason else ""))
            common.echo(*(f"    {line}" for line in note.markdown.split("\n") if note.markdown))
        if not quiet:
            common.echo(*_counts(deck))


def _show_patch(file: FilePatch, patch: Patch) -> None:
    """Print a patch with its heading. A terminal gets no orders, and a program gets each byte."""
    change = patch.suggestion
    heading = f"# {change.id}, {change.part}, by {_people(change)} ({file.name}:{change.span.line})"
    if sys.stdout is None:  # it is closed
        return
    if sys.stdout.isatty():
        colours = {"-": "red", "+": "green", "@": "cyan"}
        shown_lines = ["\t".join(map(printable, line.rstrip("\r\n").split("\t"))) for line in patch.lines]
        common.echo(
            common.styled(printable(heading), bold=True),
            *(common.styled(line, fg=colours.get(line[:1])) for line in shown_lines),
            err=False,
        )
        return
    sys.stdout.flush()
    sys.stdout.buffer.write((printable(heading) + "\n" + "".join(patch.lines)).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _lines_of(change: Open) -> Iterator[str]:
    """Yield the lines about a change that the author must decide on."""
    part = f", {change.part}" if change.part else ""
    yield f"{common.styled(str(change.span), bold=True)}: {change.id}{part}, by {_people(change)}: {change.reason}"
    ours, theirs = _difference(change.ours, change.theirs)
    if ours or theirs:
        yield f"    yours:  {common.styled(ours, fg='red')}"
        yield f"    theirs: {common.styled(theirs, fg='green')}"


def _difference(ours: str, theirs: str) -> tuple[str, str]:
    """Return two texts from a little before their first difference on, on one line each."""
    one, other = (" ".join(visible(text).split()) for text in (ours, theirs))
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    begin = max(0, same - _BEFORE)
    cut = [
        ("…" if begin else "") + text[begin : begin + _LONGEST] + ("…" if len(text) > begin + _LONGEST else "")
        for text in (one, other)
    ]
    return cut[0], cut[1]


def _counts(deck: DeckPull) -> Iterator[str]:
    """Yield a line for each learner, and one for the deck."""
    for name, counts in deck.pulled.counts.items():
        if not counts.notes + counts.retired:
            continue
        more = [f"{counts.untouched:,} untouched"]
        more += [f"{counts.older:,} as in an older release"] if counts.older else []
        more += [f"{plural(counts.done, 'change')} that you have already"] if counts.done else []
        more += [f"{counts.retired:,} retired"] if counts.retired else []
        yield f"{name}: {plural(counts.notes, 'note')} of {deck.loaded.settings.name}, {', '.join(more)}"
    pulled = deck.pulled
    parts = [plural(len(pulled.suggestions), "proven change")]
    parts += [f"{plural(len(pulled.open), 'change')} for you to decide"] if pulled.open else []
    parts += [plural(len(pulled.new), "new note")] if pulled.new else []
    yield f"{deck.loaded.settings.name}: {', '.join(parts)}"


def _people(one: Suggestion | Open) -> str:
    """Return the learners who made a change, with their number if there are several."""
    return (f"{len(one.by)} people: " if len(one.by) > 1 else "") + ", ".join(one.by)


def values(found: Sequence[DeckPull]) -> list[dict[str, Any]]:
    """Return the values for JSON: an object for each deck."""
    return [
        {
            "deck": deck.loaded.settings.name,
            "patches": [
                _place(patch.suggestion) | {"patch": "".join(patch.lines)} for file in deck.files for patch in file.patches
            ],
            "open": [_place(one) | {"reason": one.reason, "yours": one.ours, "theirs": one.theirs} for one in deck.pulled.open],
            "new": [note._asdict() for note in deck.pulled.new],
            "learners": {name: dataclasses.asdict(counts) for name, counts in deck.pulled.counts.items()},
        }
        for deck in found
    ]


def _place(one: Suggestion | Open) -> dict[str, Any]:
    return {"id": one.id, "part": one.part, "path": one.span.path, "line": one.span.line, "by": list(one.by)}
