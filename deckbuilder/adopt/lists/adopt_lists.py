"""Files of foreign question lists -> the files of a deck, and an account of every question found."""

from __future__ import annotations

import itertools
import os
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deckbuilder.adopt.draft import Part
from deckbuilder.adopt.lists import (
    answer_letters,
    deck_files,
    left_out_file,
    marks_below,
    navigation,
    pasted_fences,
    quoted_cards,
    text_tables,
    vault_marks,
)
from deckbuilder.adopt.lists.account import Account, List
from deckbuilder.adopt.lists.dialects import code_beside, logseq
from deckbuilder.adopt.lists.drafts import Drafter, Outcome, as_tag
from deckbuilder.adopt.lists.folders import Recognised
from deckbuilder.adopt.lists.list_files import Files, vault
from deckbuilder.adopt.lists.markdown_page import BLANKS, Page, bare, blocks_of
from deckbuilder.adopt.lists.mend import MEDIA, Mender
from deckbuilder.adopt.lists.proven import proven
from deckbuilder.adopt.lists.readings import Reading
from deckbuilder.adopt.lists.recognise import recognise
from deckbuilder.adopt.lists.repaired_lines import repaired
from deckbuilder.adopt.new_folder import new_id
from deckbuilder.files.walking import walk
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import as_written, blocks
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import Media, Source
from deckbuilder.source import front_matter, read_text, settings
from deckbuilder.source.question_files import is_well_known

_FOREIGN = re.compile(
    BLANKS + r"(?:\((?:\d{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)|\{:?\s*[#.][^{}]*\})$", re.IGNORECASE
)
"""The ids that md2anki writes into headings, and anchors."""
_OF_TOOL = re.compile(r"flashcards?(?:::|$)", re.IGNORECASE)
"""The tag by which obsidian-spaced-repetition finds its files. It says nothing of the questions."""

_OF_OTHERS = frozenset({"bower_components", "node_modules", "site-packages"})
"""The folders in which package managers put the work of others."""


def adopt(paths: Sequence[Path], recogniser: str = "") -> tuple[Account, list[Diagnostic]]:
    """Return the deck made of the Markdown files at ``paths``, and a diagnostic for each file that cannot be read.

    A folder means all lists in this folder. ``recogniser`` is a name in ``RECOGNISERS``; with "", the best one is used.
    """
    diagnostics: list[Diagnostic] = []
    found = {file: path if path.is_dir() else None for path in paths for file in _files(path, diagnostics)}
    files = list(found)
    roots = _roots([str(_place(file, within)) for file, within in found.items()])
    places = {drive: Files(Path(root)) for drive, root in roots.items()}
    media: dict[str, Media] = {}
    drafter = Drafter()
    texts = [text for file, within in found.items() if (text := read_text.read(file, diagnostics, within)) is not None]
    lists = []
    for text, known in zip(texts, _known(texts, recogniser), strict=True):
        lists.append(_list(text, known, drafter, places[os.path.splitdrive(Path(text.path).absolute())[0]], media))
    lists = proven(lists, media)
    name, subdecks = deck_files.decks(lists, _stem(paths, files))
    written = deck_files.files(lists, subdecks)
    id_ = new_id(name)
    written[settings.FILE] = deck_files.toml(name, id_, lists)
    if rest := left_out_file.text(lists):
        written[left_out_file.FILE] = rest
    data = {path: text.encode() for path, text in written.items()}
    used = {path: item.data for path, item in ((f"{MEDIA}/{item.name}", item) for item in media.values()) if _uses(written, path)}
    questions = sum(not outcome.reason for entry in lists for outcome in entry.outcomes)
    return Account(name, id_, data | used, questions, tuple(lists)), diagnostics


def _stem(paths: Sequence[Path], files: Sequence[Path]) -> str:
    """Return the name of a deck without a title: that of the file, or of the folder of several files or of a README."""
    if not files:
        return ""
    if len(files) == 1 and not is_well_known(files[0].name) and files[0].stem.lower() != "index":
        return files[0].stem
    above = _roots(str(path.resolve() if path.is_dir() else path.resolve().parent) for path in paths)
    return Path(next(iter(above.values()))).name or files[0].stem


def _place(file: Path, within: Path | None) -> Path:
    """Return the folder that has the pictures of ``file``: the vault, else the folder ``within`` that was named, or its own."""
    folder = file.absolute().parent
    return vault(folder) or (within.absolute() if within else folder)


def _roots(folders: Iterable[str]) -> dict[str, str]:
    """Return the common folder of ``folders`` by drive. On Windows, files on two drives have no common folder."""
    found: dict[str, str] = {}
    for folder in folders:
        drive = os.path.splitdrive(folder)[0]
        found[drive] = os.path.commonpath([found.get(drive, folder), folder])
    return found


def _uses(texts: Mapping[str, str], path: str) -> bool:
    return any(path in text for text in texts.values())


def _files(path: Path, diagnostics: list[Diagnostic]) -> Iterable[Path]:
    """Return the files at ``path``. In a folder, files such as CONTRIBUTING.md are ignored; a README may be a list.

    A folder may have tables, too: ``.csv`` and ``.tsv``. A ``.txt`` counts only in a folder without Markdown but a README.
    """
    if not path.is_dir():
        return [path]
    named = (Path(parent, name) for parent, names in _walked(path, diagnostics) for name in names if not name.startswith("."))
    visible = [file for file in named if file.suffix.lower() in (".md", *text_tables.SUFFIXES) and _is_file(file)]
    kept = [file for file in visible if file.stem.lower().startswith("readme") or not is_well_known(file.name)]
    marked = any(file.suffix.lower() == ".md" and not file.stem.lower().startswith("readme") for file in kept)
    lists = [file for file in kept if not (marked and file.suffix.lower() == ".txt")]
    return sorted(lists, key=lambda file: [_in_order(part) for part in file.relative_to(path).parts])


def _is_file(path: Path) -> bool:
    """Return whether ``path`` is a file; True if the system cannot say: then reading reports the reason."""
    try:
        return path.is_file()
    except OSError:
        return True


def _walked(path: Path, diagnostics: list[Diagnostic]) -> Iterable[tuple[str, list[str]]]:
    """Yield (folder, names of files) for each folder in ``path``, except for the packages of other authors.

    ``diagnostics`` gets a problem for each folder that cannot be read.
    """
    for parent, folders, names in walk(path, lambda error: diagnostics.append(read_text.unreadable(Path(error.filename), error))):
        folders[:] = [name for name in folders if name not in _OF_OTHERS]
        yield parent, names


def _in_order(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts ``verb-2`` before ``verb-10``."""
    return [
        (int(part) if part.isascii() and part.isdigit() and len(part) < 20 else -1, part) for part in re.split(r"(\d+)", name)
    ]


def _page(text: Source) -> Page:
    lines = text.text.split("\n")
    front, end = front_matter.foreign(lines)
    place = vault(Path(text.path).absolute().parent)
    sides = vault_marks.separators(place) if place else None
    notes = vault_marks.note_marks(place) if place else vault_marks.USUAL_NOTES
    return Page(
        repaired(quoted_cards.unquoted(pasted_fences.unwrapped(("",) * end + tuple(lines[end:])))),
        front,
        Path(text.path).stem,
        sides or vault_marks.USUAL,
        notes,
        _beside(text),
    )


def _beside(text: Source) -> tuple[str, str]:
    """Return (suffix, text) of the file with code that has the name of the list ``text``; ``("", "")`` if there is none."""
    path = text.folder / Path(text.path).name
    for suffix in code_beside.SUFFIXES:
        other = path.with_suffix(suffix)
        if os.path.isfile(other) and (code := read_text.read(other, [], text.folder)) is not None:  # noqa: PTH113  raises nothing
            return suffix, code.text
    return "", ""


def _list(text: Source, known: Recognised, drafter: Drafter, files: Files, media: dict[str, Media]) -> List:
    """Return the list in the file ``text``. ``files`` has all pictures. The pictures to pack are added to ``media``."""
    page = known.page
    reading = replace(known.reading, found=answer_letters.without(tuple(marks_below.taken(page, known.reading.found))))
    front = page.front
    links, footnotes = _definitions(page)
    mender = Mender(files, text.folder, links, footnotes, media)
    title, parts, rest = _around(page, reading)
    items: list[Outcome | Part] = []
    label = Path(os.path.relpath(text.path, files.root)).as_posix()
    pending = deque(parts)
    for found in reading.found:
        while pending and pending[0][0] < found.start:
            items.append(pending.popleft()[1])
        deck = found.deck or "".join(front.get("deck", ())[:1])
        written = replace(found, question=as_written(found.question), answer=as_written(found.answer), deck=deck)
        items.append(drafter.outcome(written, mender, f"{label}:{found.start + 1}"))
    tags = tuple(
        dict.fromkeys(
            tag
            for value in front.get("tags", ())
            for word in value.replace(",", " ").split()
            if (tag := as_tag(word)) and not _OF_TOOL.match(tag)
        )
    )
    return List(
        text,
        label,
        reading.name,
        title or " ".join(front.get("title", ())[:1]) or logseq.properties(page.lines).get("title", ""),
        tags,
        tuple(items),
        tuple(rest),
        tuple(links.items()),
        known.doubts,
        known.aside,
    )


def _known(texts: Sequence[Source], recogniser: str) -> list[Recognised]:
    """Return the questions of each file. A file with the suffix of a table is a table, all others are Markdown."""
    pages = [_page(text) for text in texts]
    tables = {at for at, text in enumerate(texts) if Path(text.path).suffix.lower() in text_tables.SUFFIXES}
    if all(page.separators is vault_marks.USUAL for page in pages):
        marks = vault_marks.guessed(page.lines for page in pages)
        pages = [replace(page, separators=marks) for page in pages]
    read = {at: _table(texts[at], pages[at]) for at in tables}
    rest = [page for at, page in enumerate(pages) if at not in tables]
    others = iter(recognise(rest, recogniser, tables=any(one.reading.answered for one in read.values())))
    return [read[at] if at in tables else next(others) for at in range(len(pages))]


def _table(text: Source, page: Page) -> Recognised:
    found = tuple(text_tables.find(text.text, Path(text.path).suffix.lower()))
    return Recognised(page, Reading(text_tables.NAME if found else "", found, says=".*"))


def _definitions(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Return (the targets of reference links by label, the footnotes by label) of a page."""
    found = [block for block in blocks_of(page.lines) if block.kind == "definition"]
    links = {block.text.casefold(): " ".join(block.lines) for block in found if block.text[0] != "^"}
    return links, {block.text[1:]: "\n    ".join(block.lines) for block in found if block.text[0] == "^"}


def _around(page: Page, known: Reading) -> tuple[str, list[tuple[int, Part]], list[tuple[int, str]]]:
    """Return (title, parts, texts) around the questions: (line, title of a part) and (line, text that is no question)."""
    taken = {line for found in known.found for line in range(found.start, found.end)}
    taken |= {at for at, line in enumerate(page.lines) if re.match(known.says, line)}
    open_ = [block for block in blocks_of(page.lines) if block.start not in taken]
    headings = [block for block in open_ if block.kind == "heading" and not navigation.names_contents(block.text)]
    first = known.found[0].start if known.found else len(page.lines)
    title = _top([block for block in headings if block.start < first])
    parts = [(block.start, Part(name)) for block in headings if block is not title and (name := _title(block))]
    return _title(title) if title else "", parts, list(_runs(page, taken))


def _top(headings: Sequence[Block]) -> Block | None:
    """Return the heading that is the title of the page, or None.

    The first heading is the title if its level is 1, or if all other headings have lower levels.
    """
    level = min((block.level for block in headings), default=0)
    highest = [block for block in headings if block.level == level]
    first = highest[:1] if highest and (highest[0].level == 1 or len(highest) == 1) else []
    return first[0] if first and first[0] is headings[0] else None


def _title(heading: Block) -> str:
    """Return the text of a heading without the ids and marks of another tool."""
    return _FOREIGN.sub("", bare(heading.text)).removeprefix("Subdeck: ").strip()


def _runs(page: Page, taken: set[int]) -> Iterable[tuple[int, str]]:
    """Yield (line, text) of each text outside the questions, without navigation and without headings that have no text."""
    for free, group in itertools.groupby(range(len(page.lines)), key=lambda at: at not in taken):
        numbers = list(group)
        lines = navigation.without("\n".join(page.lines[at] for at in numbers)).split("\n") if free else []
        found = [block for block in blocks(lines) if block.kind not in ("rule", "definition")]
        found = [block for block in found if block.kind != "heading" or not navigation.names_contents(block.text)]
        kept: list[Block] = []
        for block in reversed(found):
            if block.kind != "heading" or (kept and (kept[0].kind != "heading" or kept[0].level > block.level)):
                kept.insert(0, block)
        if kept:
            first = lines[kept[0].start]
            yield (
                next(at for at in numbers if page.lines[at] == first) + 1,
                "\n\n".join("\n".join(lines[b.start : b.end]) for b in kept),
            )
