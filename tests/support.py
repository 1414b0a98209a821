"""Short ways to the stages of a build, for tests."""

from __future__ import annotations

import contextlib
import signal
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deckbuilder.model.deck import Deck
from deckbuilder.model.note import Note
from deckbuilder.model.records import Question
from deckbuilder.pipeline import build_deck
from deckbuilder.pipeline.build_deck import Built, Packed
from deckbuilder.publish.stamps import first_hash
from deckbuilder.source import deck_folder, lock_file
from deckbuilder.source.parse import parse

PNG = b"\x89PNG\r\n\x1a\n"
"""The first bytes of each PNG picture."""
TIME = 1_700_000_000
ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "content"
TORTURE = ROOT / "tests" / "browser" / "torture"


def built(path: Path) -> Built:
    """Build the one deck at ``path``."""
    places, problems = deck_folder.places(path)
    assert not problems, problems
    assert len(places) == 1
    return build_deck.build(deck_folder.load(places[0]))


def deck(folder: Path, *files: str, toml: str = 'id = "test-deck"\nname = "Test"\n') -> Built:
    """Write a deck of these Markdown texts to ``folder``, and build the deck."""
    write(folder, *files, toml=toml)
    return built(folder)


def write(folder: Path, *files: str, toml: str = 'id = "test-deck"\nname = "Test"\n') -> None:
    """Write a deck folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.toml").write_text(toml, encoding="utf-8")
    for number, text in enumerate(files, 1):
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")


def package(folder: Path, *files: str, now: int = TIME, toml: str = 'id = "test-deck"\nname = "Test"\n') -> bytes:
    """Return the package of these Markdown texts, which must have no errors."""
    result = deck(folder, *files, toml=toml)
    assert result.good, result.diagnostics
    return build_deck.pack(result.deck, now).data


def picture(words: str = "") -> bytes:
    """Return a whole PNG of one pixel. Each ``words`` has another picture, because ``words`` is the picture's comment."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)  # one pixel of 8 bits for each of three colours
    comment = b"comment\0\0\0\0\0" + words.encode()
    chunks = chunk(b"IHDR", head), chunk(b"iTXt", comment), chunk(b"IDAT", zlib.compress(bytes(4))), chunk(b"IEND", b"")
    return PNG + b"".join(chunks)


def link(path: Path, target: Path) -> None:
    """Make a link at ``path``. Skip the test if the system forbids links, as Windows does without developer mode."""
    try:
        path.symlink_to(target)
    except OSError as error:
        if getattr(error, "winerror", None) != 1314:
            raise
        pytest.skip("Windows allows links only to administrators and in developer mode")


def note(folder: Path, text: str) -> Note:
    """Return the note of the one question in ``text``."""
    (card,) = deck(folder, text).deck.entries
    return card.note


def questions(found: Deck) -> list[Question]:
    """Return the questions of a deck with their texts, which the cards do not have."""
    return [question for file in found.sources for question in parse(file, found.settings.question_level).questions]


def question(folder: Path, text: str) -> Question:
    """Return the one question in ``text``."""
    (found,) = questions(deck(folder, text).deck)
    return found


@contextlib.contextmanager
def patience() -> Iterator[None]:
    """Raise TimeoutError if the block takes longer than five minutes, for example on a pipe. Needs a system with alarms."""

    def tired(*_: object) -> None:
        raise TimeoutError("it hangs")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    signal.signal(signal.SIGALRM, tired)
    signal.alarm(300)
    yield
    signal.alarm(0)


def lock_of_0_1_0(packed: Packed) -> str:
    """Return the lock of this release as 0.1.0 wrote locks."""
    hashes = {note.id: first_hash(note) for note in packed.notes}
    notes = {
        key: note._replace(hash=hashes.get(note.id, note.hash), media={}, words="") for key, note in packed.lock.notes.items()
    }
    about, line, rest = lock_file.text(replace(packed.lock, notes=notes, format=1, shared={})).split("\n", 2)
    return "\n".join([about.partition(" It has ")[0], line, rest])


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.style = tag == "style"

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.style = False

    def handle_data(self, data: str) -> None:
        if not self.style:
            self.pieces.append(data)


def text_of(html: str) -> str:
    """Return the text that a browser shows of ``html``, by the standard library's parser, not by our code."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)
