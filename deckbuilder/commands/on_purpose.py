"""The options of ``release`` that name a change on purpose, such as ``--retire ID``, and the mistakes in the names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from deckbuilder.check.lasting_ids import no_id_reused, same_place
from deckbuilder.check.run_rules import for_release
from deckbuilder.model.deck import NOTHING, Meant
from deckbuilder.model.diagnostics import Diagnostic, Span, nearest
from deckbuilder.pipeline.build_deck import Built
from deckbuilder.source import positions


class Given(NamedTuple):
    """The options as the author wrote them."""

    retire: tuple[str, ...]
    reworded: tuple[str, ...]
    moved: bool
    first: bool

    def meant(self) -> Meant:
        """Return the options with case-folded ids."""
        return Meant(frozenset(map(str.casefold, self.retire)), frozenset(map(str.casefold, self.reworded)), self.moved)


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command`` the options. It gets them as its argument ``given``."""

    @functools.wraps(command)
    def wrapped(*, retire: tuple[str, ...], reworded: tuple[str, ...], moved: bool, first: bool, **others: object) -> None:
        command(given=Given(retire, reworded, moved, first), **others)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option(
        "--retire",
        metavar="ID",
        multiple=True,
        help="Confirm that you deleted this question on purpose; no question may use its id again.",
    ),
    click.option(
        "--reworded",
        metavar="ID",
        multiple=True,
        help="Confirm that this question is the old one, in other words; learners keep its schedule.",
    ),
    click.option(
        "--first",
        is_flag=True,
        help="Confirm that no learner has this deck, although git or an old package knows it.",
    ),
    click.option(
        "--moved",
        is_flag=True,
        help="Confirm that questions are in other subdecks. Learners keep their cards where they are; only new learners get the new place.",
    ),
)


def problems(between: list[Diagnostic], decks: dict[Path, Built], given: Given) -> list[Diagnostic]:
    """Return the problems ``between`` decks and in ``decks``, as a release reports them, and the mistakes in the options."""
    found = for_release(
        [*between, *(problem for built in decks.values() for problem in (*built.diagnostics, *built.before_release))]
    )
    wrong = [problem for name in given.retire for problem in _not_retired(decks, name)]
    return found + wrong + [problem for name in given.reworded for problem in _not_reworded(decks, name)]


def _not_retired(decks: dict[Path, Built], name: str) -> Iterator[Diagnostic]:
    """Yield the reason why ``--retire`` cannot name ``name``, if there is one."""
    gone = [root for root, built in decks.items() if _is_gone(built, name)]
    here = [root for root, built in decks.items() if _has(built, name)]
    if len(gone) > 1:
        message = f"several decks had a question with the id '{name}'; release these decks one by one"
    elif not gone and here:
        message = f"the question '{name}' cannot be retired, because it is still in the sources; delete it"
    elif not gone:
        message = f"no released question has the id '{name}'; correct the id{_nearest(decks, name)}"
    else:
        return
    yield Diagnostic(Span(here[0].as_posix() if here else "--retire"), "not-retired", message)


def _not_reworded(decks: dict[Path, Built], name: str) -> Iterator[Diagnostic]:
    """Yield the reason why ``--reworded`` cannot name ``name``, if there is one."""
    locks = [(built, built.deck.lock) for built in decks.values()]
    having = [built for built, lock in locks if lock and name.casefold() in lock.notes and _has(built, name)]
    if len(having) > 1:
        message = f"several decks have a question with the id '{name}'; release these decks one by one"
    elif not having:
        message = f"no released question in the sources has the id '{name}'; correct the id{_nearest(decks, name)}"
    else:
        return
    yield Diagnostic(Span("--reworded"), "not-reworded", message)


def unneeded(decks: dict[Path, Built], given: Given, *, first: bool) -> Iterator[str]:
    """Yield a message for each option that confirms nothing, because no rule would have stopped the release of ``decks``.

    ``first`` is True if ``--first`` was needed, or if nobody knows.
    """
    if given.first and not first:
        yield "--first was not needed: the deck has a deck.lock, or nothing shows that learners have the deck"
    without = [replace(built.deck, meant=NOTHING) for built in decks.values()]
    if given.moved and not any(True for deck in without for _ in same_place(deck)):
        yield "--moved was not needed: no question that learners have is in another subdeck"
    for name in given.retire:
        locks = (deck.lock.notes for deck in without if deck.lock)
        if all(notes[name.casefold()].retired for notes in locks if name.casefold() in notes):
            yield f"--retire {name} was not needed: the question is retired already"
    stopped = {problem.span for deck in without if given.reworded for problem in no_id_reused(deck)}
    for name in given.reworded:
        here = (entry.question for deck in without for entry in deck.entries if entry.question.id.casefold() == name.casefold())
        if not any(positions.attribute(question, "#") in stopped for question in here):
            yield f"--reworded {name} was not needed: the text is still like the text that learners have"


def _nearest(decks: dict[Path, Built], name: str) -> str:
    """Return ``"; did you mean 'ID'?"`` for the released id that is most like ``name``, or ``""``."""
    return nearest(name, [key for built in decks.values() if built.deck.lock for key in built.deck.lock.notes])


def _has(built: Built, name: str) -> bool:
    return any(entry.question.id.casefold() == name.casefold() for entry in built.deck.entries)


def _is_gone(built: Built, name: str) -> bool:
    """Return True if learners have the question ``name`` and the sources do not."""
    return built.deck.lock is not None and name.casefold() in built.deck.lock.notes and not _has(built, name)
