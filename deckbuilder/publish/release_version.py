"""Settings and stamps -> the name of a release for learners, such as ``1.4 (2026-11-28 14:03 UTC)``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from deckbuilder.cards.note_types import NoteType, key_of
from deckbuilder.model.deck import Stamps
from deckbuilder.model.lock import LATEST
from deckbuilder.model.note import Note
from deckbuilder.model.records import Settings


def release_version(settings: Settings, notes: Sequence[Note], types: Sequence[NoteType], given: Stamps) -> str:
    """Return the author's version, if there is one, and the minute of the release.

    This is the minute of the last change of a note or of the look. So two releases on one day have two names, also if they are
    on two branches. The times are those of the package, so the bytes of a release stay the same in every later build. A note type of ``types`` that none of ``notes`` uses is in no package.
    """
    used = {key_of(note) for note in notes}
    looks = [given.type_mods[kind.id] for kind in types if kind.key in used]
    mods = [mod for mod in (*given.mods.values(), *looks) if mod <= LATEST]  # the others are milliseconds
    minute = f"{dt.datetime.fromtimestamp(max(mods, default=0), dt.UTC):%Y-%m-%d %H:%M} UTC"
    return f"{settings.version} ({minute})" if settings.version else minute
