"""The registry of diagnostics: every code once. ``deckbuilder/docs/diagnostics`` has a page for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a diagnostic matters. Only an ERROR stops a build."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of mistake."""

    name: str
    """The word that users see and search for. A name never changes, and never gets another meaning."""
    severity: Severity
    summary: str
    """One line, without a full stop."""
    guards: bool = False
    """True if the mistake stops a release, but no build. The release would hurt learners, or publish a name that may change."""

    @property
    def stops_release(self) -> bool:
        """True if this mistake stops a release."""
        return self.guards or self.severity is Severity.ERROR

    @property
    def found_by_check(self) -> bool:
        """True if ``check`` finds this mistake; False if only ``test`` or a release does."""
        return self.name not in _OF_RUNS

    @property
    def never_ignored(self) -> str:
        """The reason why an author cannot ignore this mistake; ``""`` if an author can."""
        if self.severity is Severity.ERROR:
            return "it is an error"
        if self.guards:
            return "it stops a release"
        return "it is in no deck" if self.name in _IN_NO_DECK else ""


_ERRORS = {
    "bad-tested": "deck.tested is damaged",
    "code-fails": "code on a card fails, or ends in another way than its block says",
    "code-timeout": "code on a card takes too long",
    "not-stable": "two runs of code on a card print different text",
    "output-differs": "code on a card prints other text than its block 'output'",
    "passes-unexpectedly": "code on a card works, but its block says that it fails",
    "included-code": "the code that a fence takes from a file does not exist",
    "active-html": "HTML that runs, loads from the network or asks for input",
    "active-media": "an SVG drawing that runs a script or loads from the network",
    "active-style": "CSS that runs a script or loads from the network",
    "ambiguous-media": "'![[…]]' names several files of the deck",
    "backslash-media": "the path of a picture or sound has a backslash",
    "bad-adopted": "deck.adopted is damaged",
    "bad-attribute": "wrong attributes in the braces of a heading",
    "bad-choice": "a .choice question without right and wrong options",
    "bad-deck-toml": "deck.toml cannot be read, or a value in it is wrong",
    "bad-front-matter": "the lines between '---' at the top of a file cannot be read",
    "bad-ignore": "an order to ignore an unknown mistake, or one that cannot be ignored",
    "bad-id": "an id has other characters than letters, digits and hyphens",
    "bad-lock": "deck.lock is damaged",
    "bad-subdeck": "Anki would change or refuse the name of a subdeck",
    "bad-tag": "Anki would change, split or delete a tag",
    "bad-typed-answer": "the answer to type is more than one line of text",
    "broken-cloze": "a cloze is empty, never closed, or has a wrong number",
    "broken-media": "a picture or sound has another content than its name says",
    "changed-deck-id": "deck.lock belongs to a deck with another id",
    "combining-marks": "a letter has more than 30 combining marks",
    "duplicate-id": "two questions have the same id",
    "empty-question": "a question has no text",
    "internal-error": "deckbuilder itself fails while the preview runs",
    "large-media": "a picture or sound is too large for Anki's sync",
    "lost-cells": "a table has cells that its header has no column for",
    "lost-adopted": "deck.lock and deck.adopted do not name the same notes",
    "lost-lock": "deck.lock is lost, but learners seem to have the deck",
    "lost-question": "a line with the attributes of a question is no heading of a question",
    "media-outside": "a picture or sound is outside the deck's folder",
    "merge-conflict": "git left the marks of a merge conflict in a file",
    "missing-answer": "a question has no answer",
    "missing-cloze": "a .cloze question hides nothing",
    "missing-footnote": "a footnote has no text, or no mark leads to its text",
    "missing-media": "a picture or sound does not exist",
    "nested-deck": "a deck folder inside another deck folder",
    "no-deck": "there is no deck at the path in the command",
    "no-embed": "'![[…]]' embeds a note, which is on no card",
    "no-questions": "a deck has no question",
    "not-retired": "--retire names a question that cannot be retired",
    "not-reworded": "--reworded names a question that learners do not have",
    "not-utf8": "a file is not UTF-8",
    "not-watching": "the preview cannot watch the files any more",
    "remote-media": "a picture or sound is on the network",
    "renamed-id": "a question that learners have has another id",
    "reserved-name": "Anki treats a package with this name as a whole collection",
    "retired-id": "a question has the id of a retired question",
    "same-id": "two decks have the same id",
    "same-name": "two decks have the same name",
    "same-package": "two decks would write the same package",
    "second-separator": "a second '---' in one question",
    "starter-text": "the words of the starter deck, before a release",
    "tex-comment": "a '%' hides the rest of a formula",
    "tex-macro": "a macro in a formula that is not on the list of harmless ones",
    "unclosed": "a code block, comment or tag is never closed, or a tag is never opened",
    "undrawn-diagram": "a diagram cannot be drawn",
    "unknown-key": "an unknown key in deck.toml or in a front matter",
    "unknown-language": "a code block in an unknown language",
    "unreadable": "a file cannot be read",
    "unreadable-media": "a picture or sound cannot be read",
    "unshown-media": "a file of a kind that no client shows or plays",
    "unseen-tag": "a tag that shows nothing, so the text is lost",
}
_WARNINGS_THAT_STOP_A_RELEASE = {
    "adopted-gap": "an adopted question lacks a picture, another file, a link or a tag",
    "changed-deck-name": "the deck has another name than learners have",
    "changed-kind": "a question has another kind than learners have",
    "changed-schema": "this deckbuilder has other fields than learners have",
    "doubtful-clock": "the clock of this machine is probably wrong",
    "missing-key": "deck.toml has no id or no name",
    "obsidian-comment": "a comment of Obsidian, which the card would show",
    "moved-note": "learners have this question in another subdeck",
    "no-field": "an adopted question has a part without a field in its note type",
    "renumbered-cloze": "a cloze has another number than learners have",
    "reused-cloze": "a cloze has the number of a removed cloze",
    "reused-id": "learners have another question with this id",
    "vanished-id": "a question that learners have is gone",
}
_WARNINGS = {
    "output-missing": "code on a card prints a text that no block 'output' shows",
    "unproven-output": "a block 'output' has no code above, so that no run can prove it",
    "untested-code": "code has changed since the last 'deckbuilder test'",
    "broken-formula": "a half of a pair is missing in a formula",
    "changed-for-all": "a key of deck.toml changes many notes that learners have",
    "control-character": "an invisible character that Anki removes",
    "dead-link": "a link leads nowhere on a card",
    "dead-style": "CSS that does nothing on a card",
    "duplicate-question": "two questions ask the same, or nearly the same",
    "equal-options": "two options of a .choice question are equal",
    "fence-option": "an unknown option of a code block, or a wrong value",
    "forgotten-separator": "a question about code shows the code only with the answer",
    "hidden-sentence": "a cloze hides all words of its sentence",
    "html-player": "an <audio> or <video> element, which not every client plays",
    "huge-picture": "a picture has more bytes or pixels than a phone needs",
    "late-source": "a source is not the last paragraph, so it is a part of the answer",
    "left-out": "a question of a list was not adopted; the message says why",
    "literal-mark": "the card shows a mark as it is written, such as ** never closed",
    "long-line": "a line of code is wider than a phone",
    "loose-file": "a Markdown file is beside deck folders, but in no deck",
    "misspelled-file": "the name of a file has wrong capital letters, such as Deck.toml",
    "near-heading": "text looks like a heading, but has no blank after its #",
    "near-separator": "a line looks like '---', but separates nothing",
    "near-table": "text looks like a table, but is none",
    "near-task": "an item looks like a task, such as '- [ ]', but is none",
    "obsidian-syntax": "syntax of Obsidian that the card shows as text",
    "older-lock": "0.1.0 wrote deck.lock, and some notes perhaps only look changed",
    "picture-size": "the size of a picture cannot be read",
    "python-syntax": "Python code that Python does not parse",
    "removed-cloze": "a cloze that learners have is gone",
    "removed-html": "HTML is not on the safe list, so it is removed",
    "replaced-media": "learners keep another file for an adopted note type",
    "same-file-name": "two file names that are the same on some systems",
    "second-answer": "one question has two answers",
    "shown-answer": "the question shows its answer, or the text of a cloze",
    "skipped-question": "a question is in a file that holds no questions, such as README.md",
    "spoken-answer": "a sound says the answer on the question's side",
    "stray-cloze": "a cloze mark hides nothing",
    "stray-dollar": "dollars around TeX that is no formula",
    "stray-text": "text looks like an answer, but is on no card",
    "tex-delimiter": "a formula between other marks than dollars",
    "tight-separator": "GitHub reads a '---' below text as the underline of a heading",
    "unfinished": "an answer is not written yet",
    "unknown-alert": "a mark of an alert that the card shows as text",
    "unknown-tag": "a tag that is no HTML element, so the card shows it as text",
    "unportable-name": "a file name that Windows does not allow",
    "unsure-list": "a list can be read in two ways; the message says how to decide",
    "without-answer": "a question of a list was not adopted: it has no answer",
    "without-questions": "a file to adopt has no questions",
}
_NOTES_THAT_STOP_A_RELEASE = {
    "missing-id": "a question without an id of its own",
    "unpinned-deck": "a deck without a deck.toml",
}
_NOTES = {
    "bare-topic": "a heading names a topic, but asks for nothing",
    "large-answer": "an answer is too long to recall: over 120 words",
    "many-items": "an answer is a list of more than 7 items to recall",
    "merged-lock": "git merged two releases, and no release has settled deck.lock yet",
    "missing-alt": "a picture has no text for learners who do not see it",
    "not-run": "deck.toml has no command for a language, so its code does not run",
    "repeated-question": "an answer begins with the words of the question",
    "trivial-cloze": "a cloze hides only an article or another small word",
    "useless-exclude": "a pattern of exclude that names no file",
    "useless-ignore": "an order to ignore a mistake that is not there",
    "yes-no-question": "a learner can guess the answer, yes or no",
}
_IN_NO_DECK = {"adopted-gap", "left-out", "loose-file", "unsure-list", "useless-ignore", "without-answer", "without-questions"}
"""Codes that no ``ignore`` silences: ``adopt`` reports them, the file is in no deck, or they are about ``ignore`` itself."""

_OF_RUNS = {"not-run", "output-missing", "unproven-output", "untested-code"}
"""Codes that an author can ignore, and that ``check`` without ``--release`` does not find."""


def _codes(summaries: Mapping[str, str], severity: Severity, *, guards: bool = False) -> Iterable[tuple[str, Code]]:
    return ((name, Code(name, severity, summary, guards)) for name, summary in summaries.items())


CODES: Mapping[str, Code] = dict(
    [
        *_codes(_ERRORS, Severity.ERROR),
        *_codes(_WARNINGS_THAT_STOP_A_RELEASE, Severity.WARNING, guards=True),
        *_codes(_WARNINGS, Severity.WARNING),
        *_codes(_NOTES_THAT_STOP_A_RELEASE, Severity.NOTE, guards=True),
        *_codes(_NOTES, Severity.NOTE),
    ]
)
"""Each code by its name."""
