"""Two packages -> the effects on a learner, tried in the real Anki. The only user of ``anki``, which is optional."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anki.collection import Collection

_TAG = "deckbuilder-trial"
"""The learner's edit: a note that still has this tag has kept the edit."""
_SCHEDULE = "select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags from cards"


class NoAnkiError(Exception):
    """Anki's library is not installed."""


class RefusedError(Exception):
    """Anki refuses a package. The message gives the reason."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The counts of Anki's import log for the new package, and the losses of the learner."""

    new: int
    updated: int
    untouched: int
    conflicting: int
    edits_lost: int
    """Notes that lost the learner's edit, a part of ``edits``."""
    edits: int
    schedules_changed: int
    copied_types: tuple[str, ...]
    """Names of note types that Anki copied under a name with ``+``."""


def trial(old: Path, new: Path) -> Trial:
    """Import ``old`` into a new collection, study and edit every note, then import ``new`` with Anki's default options.

    Raises NoAnkiError if Anki's library is missing, RefusedError if Anki refuses a package.
    """
    try:
        from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: PLC0415
        from anki.errors import AnkiException  # noqa: PLC0415
    except ImportError as error:
        raise NoAnkiError from error
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        try:
            options = ImportAnkiPackageOptions()
            collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(old), options=options))
            edits = _study(collection)
            types = {kind.name for kind in collection.models.all_names_and_ids()}
            before = {row[0]: row for row in collection.db.all(_SCHEDULE)}  # type: ignore[union-attr]
            log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(new), options=options)).log
            after = {row[0]: row for row in collection.db.all(_SCHEDULE)}  # type: ignore[union-attr]
            kept = len(collection.find_notes(f"tag:{_TAG}"))
            names = sorted({kind.name for kind in collection.models.all_names_and_ids()} - types)
            return Trial(
                new=len(log.new),
                updated=len(log.updated),
                untouched=len(log.duplicate),
                conflicting=len(log.conflicting),
                edits_lost=edits - kept,
                edits=edits,
                schedules_changed=sum(after.get(number) != row for number, row in before.items()),
                copied_types=tuple(name for name in names if name.endswith("+")),
            )
        except AnkiException as error:
            raise RefusedError(str(error)) from error
        finally:
            collection.close()


def _study(collection: Collection) -> int:
    """Give every card a due date, edit and tag every note, and return the number of notes."""
    collection.sched.set_due_date(list(collection.find_cards("")), "1-9")
    notes = [collection.get_note(number) for number in collection.find_notes("")]
    for note in notes:
        stamp = note.mod
        note.fields[-1] += " "  # any edit will do, and the last field is the least important
        note.tags.append(_TAG)
        collection.update_note(note)
        # the edit gets the time of the import: an edit of today would be newer than every package
        collection.db.execute("update notes set mod = ? where id = ?", stamp, note.id)  # type: ignore[union-attr]
    return len(notes)
