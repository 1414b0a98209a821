"""The keys of ``deck.toml`` that are part of many notes: one new word there changes all of these notes for learners."""

from __future__ import annotations

from typing import NamedTuple

from deckbuilder.model.lock import Lock
from deckbuilder.model.records import Settings


class Difference(NamedTuple):
    """A key whose value is not that of the last release. ``""`` is an empty value."""

    key: str
    before: str
    after: str


def shared(settings: Settings) -> dict[str, str]:
    """Return each such key with its value as a text for ``deck.lock``. Anki ignores case in tags."""
    return {
        "tags": " ".join(sorted({tag.casefold() for tag in settings.tags})),
        "language": settings.language,
        "context": "true" if settings.context else "false",
        "html": ", ".join(sorted(settings.html)),
    }


def differences(lock: Lock, settings: Settings) -> list[Difference]:
    """Return the keys that differ from the last release. A lock of version 0.1.0 does not have these keys."""
    now = shared(settings)
    return [Difference(key, old, now[key]) for key, old in lock.shared.items() if key in now and old != now[key]]
