"""Deck -> every mistake in it. The list of all rules is here."""

from __future__ import annotations

from collections.abc import Iterable

from deckbuilder.check import (
    active_html,
    adopted_questions,
    appearance,
    asking,
    attributes,
    combining,
    conflicts,
    content,
    dead_links,
    described_pictures,
    drawable,
    file_names,
    forgotten_parts,
    formulas,
    large_answers,
    lasting_ids,
    lost_questions,
    many_notes,
    markup,
    media_files,
    names,
    near_clozes,
    near_marks,
    options,
    other_dialects,
    paired_tags,
    published,
    python_syntax,
    question_shape,
    shown_answers,
    similar_questions,
    spoken_answers,
    starter,
    tex_macros,
    unread_definitions,
    unread_marks,
    untested_code,
    useful_clozes,
)
from deckbuilder.check.rule import OfDeck, OfFile
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostic_codes import CODES
from deckbuilder.model.diagnostics import Diagnostic, Severity
from deckbuilder.model.records import File

OF_FILE: tuple[OfFile, ...] = (
    attributes.known_attributes,
    attributes.attributes_read,
    lost_questions.questions_are_headings,
    lost_questions.headings_have_blanks,
    conflicts.no_conflicts,
    question_shape.asked,
    question_shape.answered,
    question_shape.one_separator,
    question_shape.free_separators,
    question_shape.closed_blocks,
    question_shape.typed_in_one_line,
    options.real_choices,
    options.real_tasks,
    question_shape.sources_last,
    question_shape.no_stray_answers,
    content.known_languages,
    content.short_lines,
    drawable.diagrams_drawn,
    content.sound_clozes,
    content.whole_clozes,
    near_clozes.near_clozes,
    content.clozes_in_clozes_only,
    content.footnotes_defined,
    near_marks.separators_read,
    near_marks.tables_read,
    python_syntax.python_parses,
    forgotten_parts.separator_below_code,
    forgotten_parts.answer_hidden,
    shown_answers.texts_hidden,
    shown_answers.hints_help,
    forgotten_parts.options_differ,
    forgotten_parts.one_answer,
    forgotten_parts.finished,
    unread_marks.marks_closed,
    unread_marks.links_read,
    unread_definitions.definitions_read,
    unread_marks.markdown_outside_html,
    unread_marks.typed_without_marks,
    formulas.formulas_in_dollars,
    formulas.paired_dollars,
    formulas.sound_formulas,
    markup.known_tags,
    markup.cells_have_columns,
    media_files.sizes_read,
    media_files.files_embedded,
    media_files.anki_plays,
    dead_links.links_lead_somewhere,
    spoken_answers.sounds_keep_answers,
    paired_tags.tags_have_partners,
    other_dialects.alerts_read,
    other_dialects.notes_of_obsidian,
    other_dialects.marks_of_other_tools,
    active_html.nothing_active,
    active_html.safe_html,
    tex_macros.harmless_macros,
    combining.few_combining_marks,
    appearance.known_fence_options,
    large_answers.short_answers,
    large_answers.short_lists,
    asking.questions_ask,
    asking.open_questions,
    asking.answers_add,
    useful_clozes.hidden_parts,
    useful_clozes.clozes_teach,
    described_pictures.pictures_described,
)
"""Every rule that needs one file only."""

OF_DECK: tuple[OfDeck, ...] = (
    question_shape.some_questions,
    question_shape.right_level,
    names.pinned_ids,
    names.good_ids,
    names.unique_ids,
    similar_questions.each_question_once,
    names.good_tags,
    names.good_subdecks,
    media_files.media_found,
    media_files.light_pictures,
    file_names.portable_names,
    active_html.inert_description,
    active_html.inert_adopted,
    appearance.working_style,
    appearance.inert_style,
    published.same_name,
    published.one_guid_each,
    lasting_ids.no_id_vanished,
    lasting_ids.not_left_behind,
    lasting_ids.no_id_reused,
    lasting_ids.same_place,
    published.same_kind,
    published.same_clozes,
    published.same_schema,
    many_notes.settings_of_all_notes,
    many_notes.head_of_a_file,
    adopted_questions.adopted_notes_known,
    adopted_questions.same_adopted_files,
    adopted_questions.same_adopted_kind,
    adopted_questions.adopted_parts_fit,
)
"""Every rule that needs the whole deck."""


OF_RELEASE: tuple[OfDeck, ...] = (starter.own_words, untested_code.code_was_run)
"""Every rule that only a release needs. A build does not report its mistakes."""


def for_release(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return ``problems`` as a release reports them: each mistake that stops a release is an error."""
    return [problem._replace(severity=Severity.ERROR) if CODES[problem.code].guards else problem for problem in problems]


def check_file(file: File) -> list[Diagnostic]:
    """Return the findings of the rules that need one file only. The rules also look at broken questions."""
    return [problem for rule in OF_FILE for problem in rule(file)]


def check_release(deck: Deck) -> list[Diagnostic]:
    """Return the findings of the rules that only a release needs."""
    return [problem for rule in OF_RELEASE for problem in rule(deck)]


def check(deck: Deck) -> list[Diagnostic]:
    """Return the findings of the rules that need the whole deck."""
    return [problem for rule in OF_DECK for problem in rule(deck)]
