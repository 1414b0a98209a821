"""(the deck as built, the notes in the package) -> the notes as learners have them: ``deck.lock`` and ``deck.adopted``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deckbuilder.adopt.draft import compose
from deckbuilder.adopt.packages.package_notes import Adoption, Carried
from deckbuilder.cards.media_names import digest
from deckbuilder.cards.media_references import bind
from deckbuilder.model.adopted import Adopted, AdoptedNote, AdoptedType
from deckbuilder.model.deck import Stamps
from deckbuilder.model.lock import LATEST, Lock
from deckbuilder.pipeline.build_deck import Built
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import kind_of, released


def record(built: Built, carried: Sequence[Carried], adoption: Adoption, root: Path) -> tuple[Adopted, Lock]:
    """Return the records of the notes that learners have, for a deck in ``root``. A release then changes edited notes only."""
    deck = built.deck
    by_id = {item.draft.id.casefold(): item for item in carried}
    static = {name: path for name, path in adoption.files.static().items() if (root / path).is_file()}
    used = sorted({item.note.type_id for item in carried})
    types = {number: AdoptedType(adoption.types[number].model, static) for number in used}
    entries, notes = {}, []
    for entry in deck.entries:
        item = by_id[entry.note.id.casefold()]
        note = bind(entry.note, entry.media)._replace(guid=item.note.guid)
        hashes = adopted_notes.hashes(note, item.layout.places, deck.settings)
        entries[note.id.casefold()] = AdoptedNote(
            id=note.id,
            guid=note.guid,
            note_id=item.note.id,
            mod=item.note.mod,
            type_id=item.note.type_id,
            fields=item.note.fields,
            tags=item.note.tags,
            ords=tuple(sorted(item.note.cards)),
            places=item.layout.places,
            hashes=hashes,
            media=item.media,
            kind=kind_of(entry.note),
            markdown=compose("", [item.draft]),
        )
        notes.append(note)
    adopted = Adopted(deck.settings.id, types, entries)
    packed = [note._replace(foreign=adopted_notes.unchanged(adopted.notes[note.id.casefold()])) for note in notes]
    given = Stamps(
        mods={item.note.guid: seconds(item.note.mod) for item in carried},
        ids=_note_ids(carried),
        type_mods={number: seconds(adoption.types[number].mod) for number in used},
        new=(),
        changed=(),
        gone=(),
    )
    lock = released(deck, packed, adopted_notes.note_types(adopted, packed), given)
    return adopted, _of_adopted(lock, adopted, {name: digest((root / path).read_bytes()) for name, path in static.items()})


def _of_adopted(lock: Lock, adopted: Adopted, files: dict[str, str]) -> Lock:
    """Return ``lock`` with the note ids of ``adopted``, and the hashes of the note types' ``files`` by their names."""
    return replace(
        lock,
        types={key: kind._replace(media=dict(sorted(files.items()))) for key, kind in lock.types.items()},
        notes={key: note._replace(adopted=adopted.notes[key].note_id) for key, note in lock.notes.items()},
    )


def seconds(time: int) -> int:
    """Return ``time`` in seconds since 1970, at least 1. Some tools write milliseconds or a smaller unit.

    An import overwrites a learner's note if the packed time is later than the learner's time. A time in milliseconds
    would look later than every edit by the learner.
    """
    while time > LATEST:
        time //= 1000
    return max(1, time)


def _note_ids(carried: Sequence[Carried]) -> dict[str, int]:
    """Return the note ids for new learners by GUID, in milliseconds since 1970.

    Our packages have ids of whole seconds. Each note thus gets its own second, near the note's old id.
    """
    ids: dict[str, int] = {}
    free = LATEST
    for item in sorted(carried, key=lambda item: item.note.id, reverse=True):
        free = min(free - 1, item.note.id // 1000)
        ids[item.note.guid] = free
    early = max(0, 1 - free)  # some tools count from 1
    return {guid: (second + early) * 1000 for guid, second in ids.items()}
