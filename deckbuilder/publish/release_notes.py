"""(lock before, lock after) -> release notes for learners, in Markdown: new, changed, returned and retired notes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from deckbuilder import assets
from deckbuilder.model import note_schemas
from deckbuilder.model.deck import Stamps
from deckbuilder.model.lock import Lock, LockedNote
from deckbuilder.model.note import Note
from deckbuilder.publish.stamps import shown

_SPECIAL, _ESCAPED = re.compile(r"([\\`*_\[\]<>&#~|])"), r"\\\1"


def announcement(before: Lock | None, after: Lock, notes: Sequence[Note], given: Stamps, version: str, *, language: str) -> str:
    """Return the release notes for the step from ``before`` to ``after``. ``before`` is None for the first release.

    ``notes`` are those of the package. ``version`` is the name of the release, as in ``release_version``. ``language`` is that
    of the deck, a BCP 47 tag: the fixed words are in this language, or in English.
    """
    words = assets.words(language, "release-notes.toml")
    title = f"# {after.name}, {_SPECIAL.sub(_ESCAPED, version)}"
    if before is None:
        return f"{title}\n\n{words['first'].format(count=len(after.notes))}\n"
    lines = [title, "", words["how"], ""]
    named = {*given.new, *given.changed, *given.back}
    texts = {note.id: shown(note) for note in notes if note.id in named}
    lines += _section(words["new"], (texts[name][0] for name in given.new))
    reasons = [
        _because(words, key, old, after.shared[key]) for key, old in before.shared.items() if after.shared.get(key, old) != old
    ]
    lines += _section(
        words["changed"],
        (_change(before, after, name, *texts[name]) for name in given.changed),
        " ".join([words["edits"], *reasons]),
    )
    lines += _section(words["back"], (texts[name][0] for name in given.back), words["returned"])
    gone = [before.notes[name.casefold()] for name in given.gone]
    lines += _section(words["retired"], (note.question for note in gone), _search(words, after, gone))
    if len(lines) == 4:
        lines += [words["same" if before.types == after.types else "look"], ""]
    return "\n".join(lines)


def _section(title: str, items: Iterable[str], about: str = "") -> list[str]:
    found = [f"- {_SPECIAL.sub(_ESCAPED, item)}" for item in items]
    if not found:
        return []
    return [f"## {title} ({len(found)})", "", *([about, ""] if about else []), *found, ""]


def _because(words: dict[str, str], key: str, before: str, after: str) -> str:
    """Return a sentence about a key of ``deck.toml`` that changed many notes."""
    was, now = (_SPECIAL.sub(_ESCAPED, value) or words["empty"] for value in (before, after))
    return words["reason"].format(key=key, was=was, now=now)


def _change(before: Lock, after: Lock, name: str, question: str, answer: str) -> str:
    """Return the changed question and answer, each as ``old → new``. The new texts are ``question`` and ``answer``.

    A typed question has no text in the field of the answer: then a new kind of question is no change of its answer.
    """
    old, new = before.notes[name.casefold()], after.notes[name.casefold()]
    text = question if old.question == new.question else f"{_parted(old.question, new.question, question)} → {question}"
    return (
        text
        if old.answer == new.answer or not (old.answer and answer)
        else f"{text}: {_parted(old.answer, new.answer, answer)} → {answer}"
    )


def _parted(old: str, new: str, shown: str) -> str:
    """Return the locked text ``old`` with a blank between two blocks. ``new`` is a locked text, too, and ``shown`` has its blanks."""
    joined = set(new.split())
    parts = {one + other: f"{one} {other}" for one, other in itertools.pairwise(shown.split()) if one + other in joined}
    return " ".join(parts.get(word, word) for word in old.split())


def _search(words: dict[str, str], after: Lock, gone: Iterable[LockedNote]) -> str:
    """Return a sentence for learners with the search that finds the retired notes."""
    gone = list(gone)
    ids = " OR ".join(f"{note_schemas.ID_FIELD}:{note.id}" for note in gone if not note.adopted)
    searches = [f"{note_schemas.search(after.name)} ({ids})"] if ids else []
    # an adopted note type has no field for our ids; Anki keeps the note id of the package if this number is free
    searches += (
        ["nid:" + ",".join(str(note.adopted) for note in gone if note.adopted)] if any(note.adopted for note in gone) else []
    )
    return words["gone"].format(search=words["or"].join(f"`{search}`" for search in searches))
