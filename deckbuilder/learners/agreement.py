"""The notes of several learners -> each suggestion once, with the people who made it. Suggestions that conflict become doubts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deckbuilder.learners.corrections import Correction, Outcome
from deckbuilder.learners.proving import Prover, Refused
from deckbuilder.learners.seen_html import MARK
from deckbuilder.learners.word_merge import changes, merged, words
from deckbuilder.model.diagnostics import Span

_CONFLICT = "two learners changed the same words in two ways"


class Said(NamedTuple):
    """The outcome of one learner's note."""

    prover: Prover
    outcome: Outcome
    by: str


class Suggestion(NamedTuple):
    """A proven change of a question, and the learners who made it."""

    id: str
    part: str
    span: Span
    """The place of the first changed line."""
    first: int
    """The number of the section's first line in its file, from 1."""
    old: str
    """The lines of the section before this suggestion, with those above it applied."""
    new: str
    by: tuple[str, ...]


class Open(NamedTuple):
    """A change that an author must decide on, or write by hand."""

    id: str
    part: str
    span: Span
    reason: str
    ours: str
    theirs: str
    by: tuple[str, ...]


def agreed(said: Sequence[Said]) -> tuple[list[Suggestion], list[Open]]:
    """Return (the suggestions in the order of the files, the changes for the author to decide)."""
    by_note: dict[str, list[Said]] = {}
    for one in said:
        by_note.setdefault(one.prover.entry.note.guid, []).append(one)
    suggestions: list[Suggestion] = []
    doubts: list[Open] = []
    for group in sorted(by_note.values(), key=lambda group: group[0].prover.entry.question.span):
        doubts += _doubts(group)
        found, more = _of_question(group)
        suggestions += found
        doubts += more
    return suggestions, doubts


def _doubts(group: Sequence[Said]) -> Iterator[Open]:
    prover = group[0].prover
    people: dict[tuple[str, ...], list[str]] = {}
    for one in group:
        for doubt in one.outcome.doubts:
            people.setdefault(tuple(doubt), []).append(one.by)
    for (part, reason, ours, theirs), by in people.items():
        yield Open(prover.entry.note.id, part, _place(prover, part), reason, ours, theirs, tuple(dict.fromkeys(by)))


def _of_question(group: Sequence[Said]) -> tuple[list[Suggestion], list[Open]]:
    """Return the suggestions for one question, and those that exclude each other."""
    prover = group[0].prover
    people: dict[Correction, list[str]] = {}
    for one in group:
        for correction in one.outcome.corrections:
            people.setdefault(correction, []).append(one.by)
    order = sorted(people, key=lambda one: (-len(set(people[one])), _size(prover, one) if len(people) > 1 else 0))
    text, wanted = prover.text, dict(prover.now)
    suggestions: list[Suggestion] = []
    doubts: list[Open] = []
    rivals = {one for one in order for other in order if _is_rival(prover, one, other, people)}
    for correction in order:
        by = tuple(dict.fromkeys(people[correction]))
        both = None if correction in rivals else _with(prover, text, wanted, correction)
        if both is None:
            ours = " ".join(_text(wanted.get(correction.part, ())).split())
            theirs = " ".join(_text(correction.wanted).split())
            doubts.append(
                Open(prover.entry.note.id, correction.part, _place(prover, correction.part), _CONFLICT, ours, theirs, by)
            )
            continue
        if both[0] != text:
            place = Span(prover.source.path, prover.first + 1 + _first(prover.text, correction.text))
            suggestions.append(Suggestion(prover.entry.note.id, correction.part, place, prover.first + 1, text, both[0], by))
        text, wanted = both
    return suggestions, doubts


def _size(prover: Prover, correction: Correction) -> int:
    """Return how many words change. A small change is often a part of a larger one, and then comes first."""
    return sum(
        one.end - one.begin + one.last - one.first for one in changes(list(words(prover.text)), list(words(correction.text)))
    )


def _is_rival(prover: Prover, one: Correction, other: Correction, people: Mapping[Correction, Sequence[str]]) -> bool:
    """Return whether at least as many people made the correction ``other``, which excludes ``one``."""
    if one == other or one.part != other.part or one.part == "tags" or len(set(people[other])) < len(set(people[one])):
        return False
    return merged(prover.now[one.part], one.wanted, other.wanted) is None


def _with(
    prover: Prover, text: str, wanted: dict[str, tuple[str, ...]], correction: Correction
) -> tuple[str, dict[str, tuple[str, ...]]] | None:
    """Return the section ``text`` with ``correction`` too, and the words and marks that both give; None if this is not proven."""
    if text == prover.text:
        new = correction.text
    else:
        found = merged(list(words(prover.text)), list(words(text)), list(words(correction.text)))
        if found is None:
            return None
        new = "".join(found)
    both = dict(wanted)
    if correction.part != "tags":
        part = merged(prover.now[correction.part], wanted[correction.part], correction.wanted)
        if part is None:
            return None
        both[correction.part] = tuple(part)
    tried = prover.tried(new)
    if isinstance(tried, Refused) or not prover.same(correction.part, tried, both):
        return None
    return new, tried


def _first(old: str, new: str) -> int:
    """Return the index of the first line that differs."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), old.count("\n"))


def _place(prover: Prover, part: str) -> Span:
    """Return the first line of a part of the question."""
    section = prover.section(prover.text)
    if section is None or part not in ("answer", "typed", "source"):
        return prover.entry.question.span
    pieces = section.part(part).pieces
    at = next((piece.begin for piece in pieces if not piece.kept and not piece.text.isspace()), 0)
    return Span(prover.source.path, prover.first + 1 + prover.text.count("\n", 0, at))


def _text(items: Sequence[str]) -> str:
    """Return the text of words and marks, with a blank for each mark of a block or a line break."""
    return "".join(item if not item.startswith(MARK) else "" if item[1:2] in "</" else " " for item in items)
