"""A page -> its questions, found by the recogniser that explains the page best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists import folders, marks_below
from deckbuilder.adopt.lists.dialects import (
    ankcompiler,
    answer_marks,
    bold_lines,
    code_beside,
    fielded,
    headings,
    inka,
    labels,
    list_items,
    logseq,
    md2anki,
    mdanki,
    obsidian,
    one_liners,
    one_per_file,
    ruled,
    sides,
    spaced_repetition,
    start_end,
    tables,
)
from deckbuilder.adopt.lists.doubts import doubts
from deckbuilder.adopt.lists.folders import Recognised
from deckbuilder.adopt.lists.markdown_page import Find, Page
from deckbuilder.adopt.lists.mixed import AND, mixed
from deckbuilder.adopt.lists.readings import SERIES, Reading, has_answer, is_asking, repeated, weighed


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
    Recogniser(
        "obsidian",
        "## Q #card, Q #flashcard, ```flashcard, > [!CARD] (flashcards-obsidian, Obsidian_to_Anki)",
        obsidian.find,
        certain=True,
        says="TARGET DECK|FILE TAGS",
    ),
    Recogniser(
        "logseq",
        "- Q #card with the answer nested, {{cloze hidden}}, Q :-> A (Logseq)",
        logseq.find,
        certain=True,
        says=logseq.SAYS,
    ),
    Recogniser("md2anki", "## Q (uuid), --- between the sides", md2anki.find, certain=True, says=r"\s*`\{=.*=\}`\s*$"),
    Recogniser(
        "fields",
        "# Note, tags: and the like, ## Front and ## Back (apy, ki); # Front and # Back",
        fielded.find,
        certain=True,
        says=fielded.SAYS,
    ),
    Recogniser(
        "sides", "# Front and # Back, ### Question 3 and ### Answer, one name of a side a heading", sides.find, certain=True
    ),
    Recogniser("ankcompiler", "blocks between --- lines, ::: between the sides", ankcompiler.find),
    Recogniser(
        "ruled",
        "cards between --- or ___ lines, a lone ? or ??? between the sides (markdown-flashcards)",
        ruled.find,
        certain=True,
    ),
    Recogniser("inka", "--- sections with Deck: and Tags:, 1. Q and > A", inka.find, certain=True, says="(?:Deck|Tags):"),
    Recogniser(
        "mdanki", "## Q, % ends the front, [#tag]() (mdanki, md2apkg, VS Code)", mdanki.find, certain=True, says="<!-- md2apkg "
    ),
    Recogniser(
        "spaced-repetition",
        "? or ?? between the sides, Q::A, ==hidden== with #flashcards (obsidian-spaced-repetition)",
        spaced_repetition.find,
        certain=True,
        says=r"\s*#flashcards?(?:/\S+)?\s*$|\s*<!--SR:.*-->\s*$",
    ),
    Recogniser("labels", "Q: and A: on their own lines (AnkiOps, hashcards)", labels.find),
    Recogniser("yanki", "one file per card, --- between its sides", one_per_file.find_yanki),
    Recogniser(
        "quiz", "one file per question, its options in the front matter, // correct", one_per_file.find_quiz, certain=True
    ),
    Recogniser(
        "beside",
        "one file per question, Answer: on top, the code of the question in a file beside it",
        code_beside.find,
        certain=True,
    ),
    Recogniser("title", "one file per question, which is the title in the front matter", one_per_file.find_titled),
    Recogniser("one-liners", "Q::A, Q:::A, ==hidden==, {1:hidden}", one_liners.find),
    Recogniser("list-headings", "1. ### Q, the answer indented", list_items.find_headings),
    Recogniser("summaries", "<details><summary>Q</summary> A </details>", bold_lines.find_summaries),
    Recogniser("headings", "## Q, ### 3. Q, the answer below or in <details>, options as - [x]", headings.find),
    Recogniser("tables", "| Question | Answer |, a row for each question", tables.find),
    Recogniser("bold", "**Q?** on its own line", bold_lines.find_bold),
    Recogniser(
        "answer-marks", "12. Q, Easy: Q or a paragraph that asks, each with Answer: or <details> below", answer_marks.find
    ),
    Recogniser("items", "- Q with the answer nested or **Answer:**", list_items.find_items),
)
"""The first recogniser wins if two explain a page equally well."""


LEVELS = tuple(f"headings:{level}" for level in range(1, 7))
"""More values of ``adopt --as``: the level of the headings that ask."""
_BY_AUTHORS = frozenset({"sides", "beside"})
"""Forms with sure marks that no tool needs: other files may be lists of another form."""
_LIKE = 0.3
"""The form of most files of a folder needs this share of the best score of a file."""


def readings(page: Page, name: str = "", parts: frozenset[str] = frozenset()) -> list[Reading]:
    """Return the readings of ``page``, the best one first. ``name`` is a value of ``adopt --as``; with ``""``, all are tried.

    ``parts`` are the keys of the headings that only name a part of an answer.
    """
    wanted, _, level = name.partition(":")
    if level:
        exact = headings.exactly(page, int(level))
        return [replace(weighed(page, wanted, exact, parts), level=int(level))] if exact else []
    found = [reading for one in RECOGNISERS if wanted in ("", one.name) for reading in _of(one, page, parts)]
    return sorted(found, key=lambda reading: (reading.certain and reading.answered > 0, reading.score), reverse=True)


def _of(recogniser: Recogniser, page: Page, parts: frozenset[str]) -> Iterator[Reading]:
    if recogniser.name == "headings":
        for level, found in headings.readings(page):
            reading = weighed(page, recogniser.name, found, parts)
            levels = headings.levels(page, found)
            yield replace(reading, level=level, levels=levels, certain=marks_below.owned(page, found))
    elif questions := recogniser.find(page):
        reading = weighed(page, recogniser.name, questions, parts, certain=recogniser.certain)
        yield replace(reading, certain=recogniser.certain or marks_below.owned(page, questions), says=recogniser.says)


def recognise(pages: Sequence[Page], name: str = "", *, tables: bool = False) -> list[Recognised]:
    """Return the questions of each page in the form ``name``, or in the form that explains the page best.

    The files of a folder have one form as a rule. So a form that most pages have wins where it explains a page nearly as well.
    ``tables`` means that the folder has files such as CSV with questions, too.
    """
    parts = repeated(pages)
    every = [_with_mixed(page, _different(readings(page, name, parts)), name) for page in pages]
    votes = Counter((found[0].name, found[0].level) for found in every if found and found[0].score >= 0)
    usual, count = next(iter(votes.most_common(1)), (("", 0), 0))
    shared = usual if count >= SERIES and count * 2 > votes.total() else None
    chosen = [_chosen(page, found, shared, asked=not name) for page, found in zip(pages, every, strict=True)]
    if name:
        return chosen
    of_tools = [one for one in chosen if one.reading.name not in _BY_AUTHORS]
    marked = [
        one.reading
        for one in of_tools
        if one.reading.certain or (one.reading.name == "labels" and labels.of_tool(one.page, one.reading.found))
    ]
    of_tool = any(one.certain and one.answered for one in marked) or sum(one.answered for one in marked) >= SERIES
    if tables or of_tool:
        chosen = [
            one if _is_meant(one) or (tables and one.reading.name == "tables") else Recognised(one.page, Reading("", ()))
            for one in chosen
        ]
        return folders.together(chosen)  # a file of a vault without marks is a note, not one question
    for at, reading in folders.whole(pages, [one.reading for one in chosen]).items():
        chosen[at] = Recognised(pages[at], reading)
    return folders.articles(folders.together(chosen))


def _is_meant(one: Recognised) -> bool:
    """Return whether a file in a folder of a tool has questions: the tool's marks are there, or most texts ask, without a doubt.

    All other files of a vault are notes, whose headings and lists are no questions.
    """
    answered = [item for item in one.reading.found if has_answer(item)]
    asks = SERIES <= sum(map(is_asking, answered)) > len(answered) / 2
    return one.reading.certain or one.reading.name == "labels" or (asks and not one.doubts)


def _with_mixed(page: Page, found: list[Reading], name: str) -> list[Reading]:
    """Return ``found``; if the page has two forms, the reading of both is on top."""
    both = None if name else mixed(page, found)
    return found if both is None else [both, *found]


def _different(found: Sequence[Reading]) -> list[Reading]:
    """Return the readings without those that have the same questions as a better one."""
    by_starts: dict[tuple[int, ...], Reading] = {}
    for reading in found:
        by_starts.setdefault(tuple(item.start for item in reading.found), reading)
    return list(by_starts.values())


def _chosen(page: Page, found: Sequence[Reading], shared: tuple[str, int] | None, *, asked: bool) -> Recognised:
    best = next((one for one in found if one.certain or one.score >= 0 or not asked), Reading("", ()))
    alike = next((one for one in found if (one.name, one.level) == shared and one.answered), None)
    if alike is not None and not best.certain and (alike.score >= _LIKE * best.score or _is_whole(alike)):
        return Recognised(page, alike, tuple(doubts(page, alike, (), shared=True)) if asked else ())
    others = [one for one in found[1:] if AND not in best.name or one.name not in best.name.split(AND)]
    return Recognised(page, best, tuple(doubts(page, best, others, shared=False)) if asked else ())


def _is_whole(reading: Reading) -> bool:
    """Return whether the title is the only question of the page. The title asks, or is above the headings of a template."""
    return reading.level == 1 and len(reading.found) == 1 and (reading.score >= 0 or is_asking(reading.found[0]))
