"""Time grows linearly with the length of the text, for every construct of the format.

``python -m tests.slowest`` prints the seconds of each construct for a megabyte.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from deckbuilder.adopt.lists import adopt_lists
from deckbuilder.adopt.packages.convert import Sides, converted
from deckbuilder.adopt.packages.left_out import NotCarriedError
from deckbuilder.cards import context
from deckbuilder.cards.svg_safety import unsafe_part
from deckbuilder.markdown import block_parser
from deckbuilder.markdown.highlight import highlight
from deckbuilder.model.records import Kind, Source
from deckbuilder.package.comparison import compare
from deckbuilder.package.read_package import Unpacked, unpack
from deckbuilder.pipeline.build_deck import build, pack
from deckbuilder.source import included_code, lock_file, pin_ids, positions, settings
from deckbuilder.source.deck_folder import Loaded
from tests import linear
from tests.linear import Make
from tests.support import TIME
from tests.whole.test_properties import load

pytestmark = pytest.mark.slow

SMALLEST, LARGEST, STEP = 8_192, 131_072, 4
"""Characters, and how many times as long each text is as the one before."""
FLOOR = 0.006
"""Seconds. A shorter time is too noisy to compare with."""
SURE, LIMIT = 4.4, 6.5
"""A text ``STEP`` times as long may take ``LIMIT`` times as long; quadratic growth would be 16.

The last step counts, because a quadratic part hides behind a linear one in short texts. ``SURE`` is linear time
already in a short text, so no longer text is measured: that would take minutes for all constructs.
"""
TRIES = 3
"""Another process or a full cache may disturb a measurement, but not each one."""


def seconds(run: Callable[[int], None], size: int) -> float:
    """Return the seconds of the processor that ``run`` takes for ``size``."""
    gc.disable()
    try:
        begun = time.process_time()
        run(size)
        return time.process_time() - begun
    finally:
        gc.enable()


def growth(run: Callable[[int], None]) -> float:
    """Return how many times as long ``run`` takes for the last text as for the text before it."""
    size, before = SMALLEST, seconds(run, SMALLEST)
    while True:
        size *= STEP
        after = seconds(run, size)
        found = after / max(before, FLOOR)
        if size >= LARGEST or (before >= FLOOR and found <= SURE):
            return found
        before = after


def linear_time(run: Callable[[int], None]) -> None:
    """Assert that the time of ``run`` grows linearly with the size."""
    run(SMALLEST // 8)  # fills the caches, which takes time once
    assert any(growth(run) < LIMIT for _ in range(TRIES))


def test_quadratic_time_is_found() -> None:
    def linear_reader(size: int) -> None:
        sum(range(size * 100))

    def quadratic(size: int, part: int = 20) -> None:
        for _ in range(size // part):
            sum(range(size // part))

    def hidden(size: int) -> None:
        """Take quadratic time, but the first step takes 6.5 times as long only."""
        linear_reader(size)
        quadratic(size, 18)

    linear_time(linear_reader)
    for run in (quadratic, hidden):
        with pytest.raises(AssertionError):
            linear_time(run)


def whole(loaded: Loaded) -> None:
    """Build and package a deck as ``build`` does, without the caches of earlier runs."""
    block_parser.forget()
    positions._split.cache_clear()
    built = build(loaded)
    assert all(map(str, built.diagnostics))
    if built.good:
        assert pack(built.deck, TIME).data


MARKDOWN = {**linear.INLINE, **linear.BLOCKS, **linear.MEANT, **linear.FILES, **linear.DECKS, **linear.HTML, **linear.TEX}
CODE = {f"{language}: {unit!r}": (language, unit) for language in linear.LANGUAGES for unit in linear.CODE}


def markdown(name: str, size: int) -> None:
    """Build a deck of the construct ``name``."""
    whole(load(MARKDOWN[name](size).replace("\r\n", "\n").replace("\r", "\n")))


def include(name: str, size: int) -> None:
    """Look for the files whose code the fences ``name`` take."""
    included_code.with_code(Source("a.md", Path(), linear.INCLUDES[name](size)), Path(), [])


def deck_toml(name: str, size: int) -> None:
    """Build a deck with the settings ``name``."""
    read, problems = settings.read("deck.toml", linear.TOML[name](size), Path("deck"))
    assert all(map(str, problems))
    whole(replace(load("## a\n\nb\n"), settings=read))


def style(name: str, size: int) -> None:
    """Build a deck with the style sheet ``name``."""
    loaded = load("## a\n\nb\n")
    sheet = Source("style.css", Path(), linear.STYLE[name](size))
    whole(replace(loaded, settings=replace(loaded.settings, style=sheet)))


def drawing(name: str, size: int) -> None:
    """Look for unsafe parts in the drawing ``name``."""
    found = unsafe_part(f'<svg xmlns="http://www.w3.org/2000/svg">{linear.SVG[name](size)}</svg>'.encode())
    assert not found, found


def field(name: str, size: int) -> None:
    """Adopt a note with the field ``name``, and a note with the same text in a cloze."""
    text = linear.FIELDS[name](size // 2)  # Beautiful Soup is slow
    for sides in (
        Sides(Kind.BASIC, {"question": ["What?"], "answer": [text]}),
        Sides(Kind.CLOZE, {"question": [f"{{{{c1::x}}}} {text}"], "answer": ["x"]}),
    ):
        with suppress(NotCarriedError):
            assert converted(sides, str)


def foreign_list(name: str, size: int) -> None:
    """Adopt a list with the text ``name`` as an answer and as a heading."""
    text = linear.FIELDS[name](size // 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.md")
        path.write_text(f"# List\n\n## What?\n\n{text}\n\n## {' '.join(text.split())}?\n\nb\n")
        adopted, problems = adopt_lists.adopt([path], "")
        assert all(map(str, problems))
        assert adopted.lists


def foreign_file(suffix: str, makes: Mapping[str, Make], name: str, size: int) -> None:
    """Adopt a file of another tool with the text ``name``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"list{suffix}")
        path.write_text(makes[name](size // 4))  # each question is built alone, which is slow
        adopted, problems = adopt_lists.adopt([path], "")
        assert all(map(str, problems))
        assert adopted.lists


form = partial(foreign_file, ".md", linear.LISTS)
table = partial(foreign_file, ".csv", linear.TABLES)


def code(name: str, size: int) -> None:
    """Highlight the code ``name``."""
    language, unit = CODE[name]
    # the longest line, and the most blank lines, that still have colours
    piece = unit * (40 if unit == "\n" else 900 // len(unit)) + "x\n"
    assert highlight(piece * max(1, size // len(piece) // 4), language)


RUNS: dict[str, tuple[Iterable[str], Callable[[str, int], None]]] = {
    "markdown": (MARKDOWN, markdown),
    "include": (linear.INCLUDES, include),
    "deck.toml": (linear.TOML, deck_toml),
    "style.css": (linear.STYLE, style),
    "drawing": (linear.SVG, drawing),
    "field": (linear.FIELDS, field),
    "list": (linear.FIELDS, foreign_list),
    "form": (linear.LISTS, form),
    "table": (linear.TABLES, table),
    "code": (CODE, code),
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown(name: str) -> None:
    linear_time(partial(markdown, name))


@pytest.mark.parametrize("name", linear.INCLUDES)
def test_include(name: str) -> None:
    linear_time(partial(include, name))


@pytest.mark.parametrize("name", linear.TOML)
def test_deck_toml(name: str) -> None:
    linear_time(partial(deck_toml, name))


@pytest.mark.parametrize("name", linear.STYLE)
def test_style(name: str) -> None:
    linear_time(partial(style, name))


@pytest.mark.parametrize("name", linear.SVG)
def test_drawing(name: str) -> None:
    linear_time(partial(drawing, name))


@pytest.mark.parametrize("name", linear.FIELDS)
def test_field(name: str) -> None:
    linear_time(partial(field, name))


@pytest.mark.parametrize("name", linear.FIELDS)
def test_foreign_list(name: str) -> None:
    linear_time(partial(foreign_list, name))


@pytest.mark.parametrize("name", linear.LISTS)
def test_foreign_form(name: str) -> None:
    linear_time(partial(form, name))


@pytest.mark.parametrize("name", linear.TABLES)
def test_foreign_table(name: str) -> None:
    linear_time(partial(table, name))


@pytest.mark.parametrize("name", CODE)
def test_code(name: str) -> None:
    linear_time(partial(code, name))


def test_a_large_deck_toml_is_refused() -> None:
    """Python's TOML reader would take minutes for a key with very many parts."""
    line = "# so\n"
    for size, messages in (
        (settings.LARGEST * 1024 // len(line), []),
        (settings.LARGEST * 1024 // len(line) + 1, ["larger than 32 kB"]),
    ):
        found, problems = settings.read("deck.toml", line * size, Path("deck"))
        assert [problem.message.partition(";")[0] for problem in problems if problem.code == "bad-deck-toml"] == messages
        assert found.id == "deck"


def test_lock() -> None:
    """The lock has all notes of the deck, none of the notes, or a changed question in each note."""
    files: Make = linear.FILES["questions"]

    def run(size: int) -> None:
        loaded = load(files(size))
        built = build(loaded)
        lock = pack(built.deck, TIME).lock
        others = {f"r{key}": note._replace(id=f"r{note.id}") for key, note in lock.notes.items()}
        changed = {key: note._replace(question=f"zzzz zzzz {note.question}") for key, note in lock.notes.items()}
        for notes in (lock.notes, others, changed):
            found, problems = lock_file.read("deck.lock", lock_file.text(replace(lock, notes=notes)))
            assert not problems
            whole(replace(loaded, lock=found))

    linear_time(run)


def test_packages_without_a_common_note(tmp_path: Path) -> None:
    """``diff`` looks for copies of each note of one package among all notes of the other."""
    questions: Make = linear.FILES["questions"]

    def unpacked(name: str, size: int) -> Unpacked:
        loaded = load(questions(size))
        built = build(replace(loaded, settings=replace(loaded.settings, id=name)))
        path = tmp_path / f"{name}-{size}.apkg"
        path.write_bytes(pack(built.deck, TIME).data)
        return unpack(path)

    sizes = (SMALLEST // 8, SMALLEST, SMALLEST * STEP, LARGEST)
    pairs = {size: (unpacked("old", size), unpacked("new", size)) for size in sizes}

    def run(size: int) -> None:
        found = compare(*pairs[size])
        assert not found.untouched
        assert len(found.new) + len(found.doubled) == len(pairs[size][1].notes)

    linear_time(run)


@pytest.mark.parametrize(
    "read",
    [
        lambda blanks: included_code._HIDDEN.fullmatch(f"<!-- invisible-code: python file=a{blanks}\x00\n"),
        lambda blanks: included_code._BEGIN.fullmatch(f"# region: a{blanks}*b"),
        lambda blanks: pin_ids._CLOSING_HASHES.search(f"## a{blanks}b"),
        lambda blanks: context._TAG.search(f"<{'a' * len(blanks)}"),
    ],
    ids=["hidden code", "region", "heading without an id", "title above"],
)
def test_blanks_in_a_line_that_a_pattern_does_not_match(read: Callable[[str], object]) -> None:
    def run(size: int) -> None:
        assert not read(" " * size)

    linear_time(run)
