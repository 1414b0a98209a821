"""Deck -> everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from deckbuilder.diagnostics import Diagnostic, Severity
from deckbuilder.model import Deck, File
from deckbuilder.rules import OfDeck, OfFile, content, files, foreign, inert, looks, names, published, shape

OF_FILE: tuple[OfFile, ...] = (
    names.known_attributes,
    names.attributes_read,
    shape.asked,
    shape.answered,
    shape.one_separator,
    shape.free_separators,
    shape.closed_blocks,
    shape.typed_in_one_line,
    shape.real_choices,
    shape.sources_last,
    shape.no_stray_answers,
    content.known_languages,
    content.short_lines,
    content.sound_clozes,
    content.whole_clozes,
    content.clozes_in_clozes_only,
    content.footnotes_defined,
    inert.nothing_active,
    inert.safe_html,
    looks.known_fence_options,
)

OF_DECK: tuple[OfDeck, ...] = (
    shape.some_questions,
    names.pinned_ids,
    names.good_ids,
    names.unique_ids,
    names.good_tags,
    names.good_subdecks,
    content.media_found,
    files.portable_names,
    inert.inert_description,
    inert.inert_adopted,
    looks.working_style,
    looks.inert_style,
    published.same_name,
    published.one_guid_each,
    published.no_id_vanished,
    published.no_id_reused,
    published.same_place,
    published.same_kind,
    published.same_clozes,
    published.same_schema,
    foreign.adopted_notes_known,
    foreign.same_adopted_kind,
    foreign.adopted_parts_fit,
)

GUARDS = frozenset(
    {
        "changed-deck-name",
        "changed-kind",
        "changed-schema",
        "doubtful-clock",
        "missing-id",
        "moved-note",
        "no-field",
        "renumbered-cloze",
        "reused-cloze",
        "reused-id",
        "unpinned-deck",
        "vanished-id",
    }
)
"""Codes of what would hurt learners, or tie them to a name that may change: errors in a release."""


def for_release(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a release: what ``build`` only warns of is an error."""
    return [problem._replace(severity=Severity.ERROR) if problem.code in GUARDS else problem for problem in problems]


def check_file(file: File) -> list[Diagnostic]:
    """What the rules that need no more than one file find in it; broken questions are looked at, too."""
    return [problem for rule in OF_FILE for problem in rule(file)]


def check(deck: Deck) -> list[Diagnostic]:
    """What the rules that need the whole deck find in it."""
    return [problem for rule in OF_DECK for problem in rule(deck)]
