"""A page -> its questions, found by the recogniser that explains the page best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deckbuilder.adopt.lists.dialects import (
    ankcompiler,
    bold_lines,
    headings,
    inka,
    labels,
    list_items,
    md2anki,
    mdanki,
    obsidian,
    one_liners,
    one_per_file,
    start_end,
)
from deckbuilder.adopt.lists.markdown_page import Find, Found, Page, asks
from deckbuilder.model.records import Kind


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A way to find questions in one dialect."""

    name: str
    """The value of ``adopt --as``."""
    about: str
    """The marks of the dialect, in the help of ``adopt``."""
    find: Find
    certain: bool = False
    """True if the marks of the dialect have no other meaning. Such a recogniser comes before all that guess."""
    says: str = "(?!)"
    """A pattern of lines outside the questions that only the other tool needs."""


RECOGNISERS = (
    Recogniser(
        "start-end",
        "START ... END, STARTI ... ENDI (Obsidian_to_Anki)",
        start_end.find,
        certain=True,
        says="TARGET DECK|FILE TAGS",
    ),
    Recogniser("obsidian", "## Q #card, ```flashcard, > [!CARD] (flashcards-obsidian)", obsidian.find, certain=True),
    Recogniser("md2anki", "## Q (uuid), --- between the sides", md2anki.find, certain=True, says=r"\s*`\{=.*=\}`\s*$"),
    Recogniser("ankcompiler", "blocks between --- lines, ::: between the sides", ankcompiler.find),
    Recogniser("inka", "--- sections with Deck: and Tags:, 1. Q and > A", inka.find, certain=True, says="(?:Deck|Tags):"),
    Recogniser(
        "mdanki", "## Q, % ends the front, [#tag]() (mdanki, md2apkg, VS Code)", mdanki.find, certain=True, says="<!-- md2apkg "
    ),
    Recogniser("labels", "Q: and A: on their own lines (AnkiOps, hashcards)", labels.find),
    Recogniser("yanki", "one file per card, --- between its sides", one_per_file.find_yanki),
    Recogniser("title", "one file per question, which is the title in the front matter", one_per_file.find_titled),
    Recogniser("one-liners", "Q::A, Q:::A, ==hidden==, {1:hidden}", one_liners.find),
    Recogniser("list-headings", "1. ### Q, the answer indented", list_items.find_headings),
    Recogniser("summaries", "<details><summary>Q</summary> A </details>", bold_lines.find_summaries),
    Recogniser("headings", "## Q, ### 3. Q, the answer below or in <details>, options as - [x]", headings.find),
    Recogniser("bold", "**Q?** on its own line", bold_lines.find_bold),
    Recogniser("items", "- Q with the answer nested or **Answer:**", list_items.find_items),
)
"""The first recogniser wins if two explain a page equally well."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The name of the recogniser that was chosen for a page, and the page's questions in order."""

    name: str
    found: tuple[Found, ...]
    says: str = "(?!)"
    """The ``says`` of the ``Recogniser``."""


def recognise(page: Page, name: str = "") -> Recognised:
    """Return the questions of ``page``, found by the recogniser ``name``, or by the best one if ``name`` is ``""``.

    The result has no name if there are no questions.
    """
    results = [
        (recogniser, tuple(sorted(found, key=lambda item: item.start)))
        for recogniser in RECOGNISERS
        if name in ("", recogniser.name) and (found := recogniser.find(page))
    ]
    if not results:
        return Recognised("", ())
    recogniser, found = max(results, key=lambda result: (result[0].certain and _answered(result[1]) > 0, score(page, result[1])))
    return Recognised(recogniser.name, found, recogniser.says)


def _answered(found: Sequence[Found]) -> int:
    return sum(bool(item.answer.strip()) or item.kind in (Kind.CLOZE, Kind.CHOICE) for item in found)


def score(page: Page, found: Sequence[Found]) -> float:
    """Return how well ``found`` explains the page: the number of different questions times their share of the lines.

    A question counts more if it asks and has an answer.
    """
    weights = {item.question.casefold(): _likely(item) for item in found}
    claimed = {line for item in found for line in range(item.start, item.end) if page.lines[line].strip()}
    return sum(weights.values()) * len(claimed) / max(1, sum(bool(line.strip()) for line in page.lines))


def _likely(item: Found) -> float:
    asking = asks(item.question.partition("\n\n")[0])
    if item.unfit or not _answered([item]):
        return 0.5 * asking
    return 1 + 2 * asking
