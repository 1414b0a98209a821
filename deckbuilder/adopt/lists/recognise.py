"""A page -> the questions in it, by whichever recogniser explains it best."""

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
    """One shape or dialect."""

    name: str
    about: str
    find: Find
    certain: bool = False
    """Whether its marks mean nothing else: then it goes before those that guess."""
    says: str = "(?!)"
    """A pattern of the lines around the questions that speak to the tool alone."""


RECOGNISERS = (
    Recogniser(
        "start-end",
        "START ... END, STARTI ... ENDI (Obsidian_to_Anki)",
        start_end.find,
        certain=True,
        says="TARGET DECK|FILE TAGS",
    ),
    Recogniser("obsidian", "## Q #card, ```flashcard, > [!CARD] (flashcards-obsidian)", obsidian.find, certain=True),
    Recogniser("md2anki", "## Q (uuid), sides parted by ---", md2anki.find, certain=True, says=r"\s*`\{=.*=\}`\s*$"),
    Recogniser("ankcompiler", "between --- lines, sides parted by :::", ankcompiler.find),
    Recogniser("inka", "--- sections with Deck: and Tags:, 1. Q and > A", inka.find, certain=True, says="(?:Deck|Tags):"),
    Recogniser(
        "mdanki", "## Q, % ends the front, [#tag]() (mdanki, md2apkg, VS Code)", mdanki.find, certain=True, says="<!-- md2apkg "
    ),
    Recogniser("labels", "Q: and A: on their own lines (AnkiOps, hashcards)", labels.find),
    Recogniser("yanki", "one file a card, --- between its sides", one_per_file.find_yanki),
    Recogniser("title", "one file a question, its text in the front matter's title", one_per_file.find_titled),
    Recogniser("one-liners", "Q::A, Q:::A, ==hidden==, {1:hidden}", one_liners.find),
    Recogniser("list-headings", "1. ### Q, the answer indented", list_items.find_headings),
    Recogniser("summaries", "<details><summary>Q</summary> A </details>", bold_lines.find_summaries),
    Recogniser("headings", "## Q, ### 3. Q, the answer below or in <details>, options as - [x]", headings.find),
    Recogniser("bold", "**Q?** as a line of its own", bold_lines.find_bold),
    Recogniser("items", "- Q with the answer nested or **Answer:**", list_items.find_items),
)
"""Of two that explain a page equally well, the first wins."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page was taken for, and its questions in order."""

    name: str
    found: tuple[Found, ...]
    says: str = "(?!)"
    """Of its ``Recogniser``."""


def recognise(page: Page, name: str = "") -> Recognised:
    """The questions of ``page``, by the recogniser ``name`` or the best one; without any, a ``Recognised`` without a name."""
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
    """How well ``found`` explains the page: its different questions, times the share of the text that is in them."""
    weights = {item.question.casefold(): _likely(item) for item in found}
    claimed = {line for item in found for line in range(item.start, item.end) if page.lines[line].strip()}
    return sum(weights.values()) * len(claimed) / max(1, sum(bool(line.strip()) for line in page.lines))


def _likely(item: Found) -> float:
    asking = asks(item.question.partition("\n\n")[0])
    if item.unfit or not _answered([item]):
        return 0.5 * asking
    return 1 + 2 * asking
