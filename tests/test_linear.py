"""Time grows with the text and no faster, in every construct: what takes a second for 64 kB takes sixteen for a megabyte."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from deckbuilder import blocks, find, lock, settings
from deckbuilder.build import build, pack, packaged
from deckbuilder.highlight import highlight
from deckbuilder.model import Source
from deckbuilder.source import Loaded
from tests import linear
from tests.linear import Make
from tests.support import TIME
from tests.test_properties import load

SMALLEST, LARGEST = 8_192, 524_288
"""Characters."""
ENOUGH, FLOOR = 0.06, 0.01
"""Seconds that are measured well enough; what is below is noise."""
STEP, LINEAR = 4, 8
"""A text so many times as long takes less than so many times as long; quadratic would be 16."""

KNOWN = frozenset(
    {
        "key-dots",
        *("html-pre-open", "media-code", "code-in-html", "pre-in-text", "comments-open", "comments-in-html-open"),
        *("definitions", "footnote-open", "urls", "questions-empty"),
    }
)
"""Not linear yet: Python's own ``tomllib``; code and comments in rendered HTML; labels in ``render``; derived ids."""


def growth(run: Callable[[int], None]) -> float:
    """How many times as long ``run`` takes for ``STEP`` times the size, where it takes long enough to tell, else 0."""

    def seconds(size: int) -> float:
        begun = time.process_time()
        run(size)
        return time.process_time() - begun

    size, before = SMALLEST, seconds(SMALLEST)
    while size < LARGEST:
        size *= STEP
        after = seconds(size)
        if after > ENOUGH:
            return after / max(before, FLOOR)
        before = after
    return 0


def linear_time(run: Callable[[int], None]) -> None:
    """Assert it; a second time if something else on the machine may have come between."""
    assert growth(run) < LINEAR or growth(run) < LINEAR


def whole(loaded: Loaded) -> None:
    """All that ``build`` does."""
    blocks._leaves.cache_clear()
    find._split.cache_clear()
    built = build(loaded)
    assert all(map(str, built.diagnostics))
    if built.good:
        assert packaged(built.deck, TIME)


def marked(names: Iterable[str]) -> list[ParameterSet]:
    """``names`` as parameters, those that are ``KNOWN`` to fail."""
    return [pytest.param(name, marks=[pytest.mark.xfail(strict=True)] if name in KNOWN else []) for name in names]


MARKDOWN = {**linear.INLINE, **linear.BLOCKS, **linear.FILES}


@pytest.mark.parametrize("name", marked(MARKDOWN))
def test_markdown(name: str) -> None:
    def run(size: int) -> None:
        text = MARKDOWN[name](size).replace("\r\n", "\n").replace("\r", "\n")
        whole(load(text))

    linear_time(run)


@pytest.mark.parametrize("name", marked(linear.TOML))
def test_deck_toml(name: str) -> None:
    def run(size: int) -> None:
        read, problems = settings.read("deck.toml", linear.TOML[name](size), Path("deck"))
        assert all(map(str, problems))
        whole(replace(load("## a\n\nb\n"), settings=read))

    linear_time(run)


@pytest.mark.xfail(run=False, reason="the rules for style.css are not linear yet: 8 kB of url( and blanks take minutes")
@pytest.mark.parametrize("name", linear.STYLE)
def test_style(name: str) -> None:
    def run(size: int) -> None:
        loaded = load("## a\n\nb\n")
        style = Source("style.css", Path(), linear.STYLE[name](size))
        whole(replace(loaded, settings=replace(loaded.settings, style=style)))

    linear_time(run)


@pytest.mark.parametrize("language", linear.LANGUAGES)
def test_code(language: str) -> None:
    for unit in linear.CODE:

        def run(size: int, unit: str = unit) -> None:
            assert highlight(unit * (size // len(unit) // 4), language)

        linear_time(run)


def test_lock() -> None:
    """Of as many notes as there are questions, of none of them, and with each of them another than it was."""
    files: Make = linear.FILES["questions"]

    def run(size: int) -> None:
        loaded = load(files(size))
        built = build(loaded)
        text = lock.text(pack(built.deck, TIME).lock)
        for change in (text, text.replace('"id": "q', '"id": "r'), text.replace('"question": "a', '"question": "zzzz zzzz')):
            found, problems = lock.read("deck.lock", change)
            assert not problems
            whole(replace(loaded, lock=found))

    linear_time(run)
