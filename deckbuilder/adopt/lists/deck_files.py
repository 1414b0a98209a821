"""Lists -> the texts of a deck's files: one Markdown file for each list or subdeck, and ``deck.toml``."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from deckbuilder.adopt.draft import Draft, Part, compose, in_files
from deckbuilder.adopt.lists.account import List
from deckbuilder.adopt.new_folder import toml_string
from deckbuilder.files import portable_names
from deckbuilder.markdown import to_html
from deckbuilder.model.anki_text import plain
from deckbuilder.source import settings
from deckbuilder.source.question_files import is_well_known
from deckbuilder.source.question_ids import slug

_FURNITURE = re.compile(
    r"""
    [\W_]*
    (?:
        read[ ]?me|(?:table[ ]of[ ])?contents?|toc|index|home|summary|overview|introduction|about|notes?|untitled
        |licen[cs]e|contribut(?:ing|ors?)\b.*|(?:contributor[ ]covenant[ ])?code[ ]of[ ]conduct|contributor[ ]covenant\b.*
        |(?:the[ ])?(?:questions?|answers?|flash\s?cards?|cards?|faqs?|q\s?(?:&|and)\s?a)(?:\s(?:and|&)\s(?:answers?|questions?))?
        |目录|目錄|目次|前言|简介|介绍|说明|问题|题目|首页|总览|inhalt(?:sverzeichnis)?
    )
    [\W_]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A title that says nothing of the questions."""
_MANY = 10
"""The most lists of one question in a folder that become a file each."""
Subdeck = Callable[[str], str]
"""The full name of a question's deck in the list -> the name of the subdeck in our deck, or ``""``."""


def decks(lists: Sequence[List], stem: str) -> tuple[str, Subdeck]:
    """Return (the deck's name, a function: full name of a question's deck in the list -> its subdeck in our deck).

    The name is the common beginning of all deck names in the lists. Without one, the name is a title, or ``stem``.
    """
    spelling: dict[tuple[str, ...], str] = {}

    def path(name: str) -> list[str]:
        parts = [part for text in name.split("::") if (part := " ".join(re.sub(r'["\x00-\x1f\x7f]', " ", text).split()))]
        keys = [tuple(part.casefold() for part in parts[: depth + 1]) for depth in range(len(parts))]
        return [spelling.setdefault(key, part) for key, part in zip(keys, parts, strict=True)]

    paths = [
        path(outcome.found.deck) for entry in lists for outcome in entry.outcomes if not outcome.reason or outcome.found.deck
    ]
    common = (
        [parts[0] for parts in itertools.takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))]
        if paths
        else []
    )
    title = next((title for title in _titles(lists) if not _FURNITURE.fullmatch(title)), "")
    name = "::".join(common) or settings.defaults(title or stem, "").name
    return unicodedata.normalize("NFC", name), lambda deck: "::".join(path(deck)[len(common) :])


def _titles(lists: Sequence[List]) -> Iterator[str]:
    """Yield the titles that may name the deck: that of the only list with questions, or that of the README above all lists."""
    several = [entry for entry in lists if entry.outcomes]
    top = [entry for entry in lists if entry.path.lower() in ("readme.md", "index.md")]
    for entry in several if len(several) == 1 else top:
        yield plain(to_html.inline(entry.title, {})).strip()


def files(lists: Sequence[List], subdeck: Subdeck) -> dict[str, str]:
    """Return the Markdown by file name. A list with questions in several decks becomes one file for each deck.

    Many lists of one question become one file for each folder. A list that is too long for one file becomes several.
    """
    by_deck = [(entry, _by_deck(entry, subdeck)) for entry in _gathered(lists)]
    groups = [
        (entry, deck if len(decks) > 1 else "", deck, part)
        for entry, decks in by_deck
        for deck, items in decks.items()
        for part in in_files(items)
    ]
    texts: dict[str, str] = {}
    for number, (entry, suffix, deck, items) in enumerate(groups, 1):
        stem = "-".join(filter(None, [_stem(entry), slug(suffix)]))
        name = f"{number:0{len(str(len(groups)))}}-{stem}.md" if len(groups) > 1 else f"{stem}.md"
        drafts = [item for item in items if isinstance(item, Draft)]
        title = "" if [draft.heading for draft in drafts] == [entry.title] else entry.title
        texts[name] = compose(title, items, tags=entry.tags, subdeck=deck, links=_used(entry, drafts))
    return texts


def _gathered(lists: Sequence[List]) -> list[List]:
    """Return ``lists``, with one list instead of each folder that has more than ``_MANY`` lists of one question."""
    folders: dict[str, list[List]] = {}
    for entry in lists:
        if len(entry.outcomes) == 1:
            folders.setdefault(Path(entry.path).parent.as_posix(), []).append(entry)
    many = {folder: entries for folder, entries in folders.items() if len(entries) > _MANY}
    found: list[List] = []
    for entry in lists:
        folder = Path(entry.path).parent.as_posix()
        if len(entry.outcomes) != 1 or folder not in many:
            found.append(entry)
        elif entries := many[folder]:
            found.append(_one(folder, entries))
            many[folder] = []
    return found


def _one(folder: str, entries: Sequence[List]) -> List:
    """Return one list with the questions of ``entries``. The tags of each file become tags of its question."""
    items = tuple(
        replace(outcome, draft=replace(outcome.draft, tags=tuple(dict.fromkeys((*entry.tags, *outcome.draft.tags)))))
        for entry in entries
        for outcome in entry.outcomes
    )
    links = dict(itertools.chain.from_iterable(entry.links for entry in entries))
    name = "" if folder == "." else Path(folder).name
    source = entries[0].source._replace(path=f"{name or 'questions'}.md")
    return replace(entries[0], source=source, title=name, tags=(), items=items, links=tuple(links.items()))


def _by_deck(entry: List, subdeck: Subdeck) -> dict[str, list[Draft | Part]]:
    """Return the drafts that are written by subdeck. The titles directly above a draft come before the draft."""
    groups: dict[str, list[Draft | Part]] = {}
    above: list[Part] = []
    for item, before in zip(entry.items, [None, *entry.items], strict=False):
        if isinstance(item, Part):
            above = [*(above if isinstance(before, Part) else []), item]
        elif not item.reason:
            groups.setdefault(subdeck(item.found.deck), []).extend([*above, item.draft])
            above = []
    return groups


def _stem(entry: List) -> str:
    """Return a file's name without suffix: the list's name or title. deckbuilder would not read a README."""
    stem = slug(Path(entry.source.path).stem)
    if not stem or is_well_known(f"{stem}.md"):
        stem = slug(plain(to_html.inline(entry.title, {})))
    if portable_names.DEVICES.match(stem):
        return f"list-{stem}"
    return stem if stem and not is_well_known(f"{stem}.md") else "questions"


def _used(entry: List, drafts: Iterable[Draft]) -> list[tuple[str, str]]:
    used = set[str]().union(*(draft.labels() for draft in drafts))
    return [(label, target) for label, target in entry.links if label in used]


def toml(name: str, id_: str, lists: Sequence[List]) -> str:
    """Return the text of ``deck.toml`` for a deck called ``name`` with the id ``id_``."""
    text = "".join(entry.source.text for entry in lists)
    values = {"id": id_, "name": name, "language": _language(text)}
    return "".join(f"{key} = {toml_string(value)}\n" for key, value in values.items())


def _language(text: str) -> str:
    """Return the code of the language to which the script of ``text`` belongs; ``en`` for Latin letters and others."""
    letters = [char for char in text if char.isalpha()]
    share = {
        "ja": sum("\u3040" <= char <= "\u30ff" for char in letters) * 5,  # a Japanese text has many Han characters, too
        "ko": sum("\uac00" <= char <= "\ud7a3" for char in letters),
        "zh-CN": sum("\u4e00" <= char <= "\u9fff" for char in letters),
    }
    language = max(share, key=share.__getitem__)
    return language if share[language] * 5 > len(letters) else "en"
