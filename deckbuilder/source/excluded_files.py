"""The Markdown files of a deck -> those that hold questions, and what an author should know about the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deckbuilder import assets
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Settings
from deckbuilder.source import question_files, settings
from deckbuilder.source.parse import parse
from deckbuilder.source.read_text import read

_LEFT_OUT = ("left-out.md", "left-out-notes.md")
"""The texts on top of a file with the questions that ``adopt`` skipped."""


def _of_adopt() -> tuple[str, ...]:
    """Return the first lines of the files that ``adopt`` writes: their questions are on no card on purpose."""
    return tuple(assets.text(name).partition("\n")[0] for name in _LEFT_OUT)


def remaining(
    files: Iterable[Path], well_known: Iterable[Path], root: Path, deck_settings: Settings
) -> tuple[tuple[Path, ...], list[Diagnostic]]:
    """Return the ``files`` that ``exclude`` in ``deck.toml`` does not name, and what is wrong.

    A pattern that names no Markdown file is reported. So is a ``well_known`` file with questions: these would be on no card.
    """
    diagnostics: list[Diagnostic] = []
    patterns = deck_settings.exclude
    rest, used = question_files.kept(files, root, patterns)
    skipped, also = question_files.kept(well_known, root, patterns)
    for entry in patterns:
        if entry not in used | also:
            message = f"'{entry.pattern}' names no Markdown file of this deck; correct it, or remove it"
            diagnostics.append(Diagnostic(entry.span, "useless-exclude", message))
    for path in skipped:
        found = read(path, [], root)
        if found is None or "{#" not in found.text or found.text.startswith(_of_adopt()):
            continue
        asked = next((one for one in parse(found, deck_settings.question_level).questions if one.pinned), None)
        if asked is not None:
            message = (
                f"'{path.name}' is for readers of the repository, so the question '{asked.id}' is on no card; move it into "
                f'a file with another name, or write exclude = ["{path.name}"] into {settings.FILE}'
            )
            diagnostics.append(Diagnostic(asked.span, "skipped-question", message))
    return rest, diagnostics
