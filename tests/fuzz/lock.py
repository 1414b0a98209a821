"""``deck.lock`` and ``deck.adopted`` of a small deck, separated by a line ``%%`` -> the deck's next release."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from deckbuilder.pipeline.build_deck import pack
from deckbuilder.publish.release_notes import announcement
from deckbuilder.source import lock_file
from tests.fuzz import parts, promises
from tests.fuzz.toml import QUESTIONS
from tests.support import TIME


@cache
def folder() -> Path:
    """Write a deck with a question of each note type, once; return its folder."""
    made = promises.scratch() / "lock"
    made.mkdir()
    (made / "deck.toml").write_text('id = "fuzz"\nname = "Fuzz"\n', encoding="utf-8")
    (made / "1.md").write_text(QUESTIONS, encoding="utf-8")
    return made


def check(data: bytes, *, whole: bool = False) -> None:
    """Release a deck whose lock is ``data``; assert that the new lock reads back as it was written."""
    locked, adopted = parts.split(data, 2)
    (folder() / "deck.lock").write_bytes(locked)
    if adopted:
        (folder() / "deck.adopted").write_bytes(adopted)
    else:
        (folder() / "deck.adopted").unlink(missing_ok=True)
    with promises.quick(len(data)):
        (built,) = promises.deck(folder(), whole=whole)
        if not built.good:
            return
        packed = pack(built.deck, TIME)
        after = packed.lock
        again, problems = lock_file.read("deck.lock", lock_file.text(after))
        assert not problems, problems
        assert again == after
        assert announcement(
            built.deck.lock, after, packed.notes, packed.stamps, packed.version, language=built.deck.settings.language
        )
        assert after.highest >= (built.deck.lock.highest if built.deck.lock else 0)
        assert len({*packed.stamps.ids.values()}) == len(packed.notes)
        for note in packed.notes:
            assert 0 < packed.stamps.mods[note.guid] < 2**63
            assert 0 < packed.stamps.ids[note.guid] < 2**63
