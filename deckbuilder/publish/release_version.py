"""Settings and stamps -> the name of a release for learners, such as ``1.4 (2026-11-28)``."""

from __future__ import annotations

import datetime as dt

from deckbuilder.model.deck import Stamps
from deckbuilder.model.lock import LATEST
from deckbuilder.model.records import Settings


def release_version(settings: Settings, given: Stamps) -> str:
    """Return the author's version, if there is one, and the day of the release in UTC.

    This is the day of the last change of a note or of the look. The times are those of the package, so the bytes of a
    release stay the same in every later build.
    """
    mods = [mod for mod in (*given.mods.values(), *given.type_mods.values()) if mod <= LATEST]  # the others are milliseconds
    day = dt.datetime.fromtimestamp(max(mods, default=0), dt.UTC).date().isoformat()
    return f"{settings.version} ({day})" if settings.version else day
