"""Rules about ids, tags and subdecks: the names that learners' collections depend on."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import Kind, Outline
from deckbuilder.source import positions
from deckbuilder.source.question_ids import INVISIBLE, is_id, slug
from deckbuilder.source.settings import LEVELS

_KINDS = frozenset(kind.value for kind in Kind if kind.value)
_BAD = frozenset({"Cc", "Cs"})
"""Unicode categories of control characters and lone surrogates."""


def pinned_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Report a question without a pinned id: a reworded heading would change its id. Good: ``## What is g? {#g-purpose}``."""
    for entry in deck.entries:
        question = entry.question
        if not question.pinned:
            message = f"question has no id; add {{#{question.id}}} to the heading, or run 'deckbuilder ids --write'"
            yield Diagnostic(question.span, "missing-id", message)


def good_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Report an id with forbidden characters. Bad: ``{#what is g}``, ``{#g_purpose!}``. Good: ``{#g-purpose}``, ``{#应用上下文}``."""
    wrong: list[tuple[Outline, str, str]] = []
    for entry in deck.entries:
        name = entry.question.id
        if not is_id(name):
            stem, kind = _parted(name)
            better = " ".join(filter(None, [f"#{slug(stem)}" if slug(stem) else "", kind]))
            wrong.append((entry.question, better, "must have only letters, digits and hyphens"))
        elif (hidden := INVISIBLE.search(name)) and not (deck.lock and name.casefold() in deck.lock.notes):
            better = f"#{slug(name)}" if slug(name) else ""
            wrong.append((entry.question, better, f"has the invisible character U+{ord(hidden[0]):04X}"))
    yield from _bad_ids(deck, wrong)


def _bad_ids(deck: Deck, wrong: list[tuple[Outline, str, str]]) -> Iterator[Diagnostic]:
    """Yield a problem for each (question, better attributes or ``""``, reason). An id that another question has is no mend."""
    if not wrong:
        return
    ids = Counter(entry.question.id.casefold() for entry in deck.entries)
    ids.update(better.partition(" ")[0].removeprefix("#").casefold() for _, better, _ in wrong)
    ids.update(deck.lock.notes if deck.lock else ())
    for question, better, reason in wrong:
        place = positions.attribute(question, "#")
        message = f"id '{question.id}' {reason}" + (f"; write {{{better}}}" if better else "")
        free = better.startswith("#") and ids[better.partition(" ")[0].removeprefix("#").casefold()] == 1
        yield Diagnostic(place, "bad-id", message, mend=Mend.at(place, f"#{question.id}", better if free else ""))


def unique_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Report an id that two questions have: they would be one note. Bad: ``{#g}`` twice, or ``{#g}`` and ``{#G}``."""
    first: dict[str, Outline] = {}
    for entry in deck.entries:
        question = entry.question
        other = first.setdefault(question.id.casefold(), question)
        if other is not question:
            place = f"{other.span.path}:{other.span.line}"
            message = f"id '{question.id}' is already used at {place}; give this question an id of its own"
            yield Diagnostic(positions.attribute(question, "#"), "duplicate-id", message)


def good_tags(deck: Deck) -> Iterator[Diagnostic]:
    """Report a tag that Anki would change or drop. Bad: ``tags="a::::b"``, ``tags="leech"``, a quotation mark or blank."""
    for tag in deck.settings.tags:
        if wrong := _wrong_tag(tag):
            yield Diagnostic(deck.settings.span, "bad-tag", wrong)
    places: dict[tuple[str, str], Span] = {}
    for entry in deck.entries:
        question = entry.question
        bad = [(tag, wrong) for tag in question.tags if (wrong := _wrong_tag(tag))]
        for at, (tag, wrong) in enumerate(bad):
            place = _own_tag_place(deck, question, tag) if at < positions.MOST else question.span
            if place is None:
                key = (question.span.path, tag)
                place = places[key] = places.get(key) or positions.in_front_matter(deck, *key)
            yield Diagnostic(place, "bad-tag", wrong, mend=_straight(deck, place, tag))


def good_subdecks(deck: Deck) -> Iterator[Diagnostic]:
    """Report a subdeck that Anki would rename or refuse. Bad: ``deck: A::``; ``deck: Web`` in a file and ``deck: web`` in another."""
    spelling: dict[str, str] = {}
    folders = {source.path: source.subdeck for source in deck.sources}
    reported: set[str] = set()
    for path, name in dict.fromkeys((entry.question.span.path, entry.question.subdeck) for entry in deck.entries):
        wrong = _wrong_subdeck(deck.settings.name, name, spelling) if name else ""
        if not wrong:
            continue
        if name != folders[path]:
            yield Diagnostic(positions.in_front_matter(deck, path, name), "bad-subdeck", f"subdeck '{name[:60]}' {wrong}")
        elif name not in reported:  # a folder is reported at its first file only
            reported.add(name)
            yield Diagnostic(
                Span(path), "bad-subdeck", f"this folder is the subdeck '{name[:60]}', which {wrong}; rename the folder"
            )


def _wrong_subdeck(deck: str, name: str, spelling: dict[str, str]) -> str:
    """Return the end of a message about the subdeck ``name`` of ``deck``, or ``""``.

    ``spelling`` collects each level of the good names by its case-folded name.
    """
    if f"{deck}::{name}".count("::") >= LEVELS:
        return f"is too deep: Anki refuses more than {LEVELS} levels, with those of the deck's name"
    parts = name.split("::")
    if any(not part or part != part.strip().strip(":") for part in parts):
        return "must not have blanks or colons at its ends, or empty parts between '::'"
    if any(char == '"' or unicodedata.category(char) in _BAD for char in name):
        return "must not have quotation marks or control characters"
    levels = ["::".join(parts[: depth + 1]) for depth in range(len(parts))]
    other = next((first for level in levels if (first := spelling.setdefault(level.casefold(), level)) != level), None)
    return f"is written '{other}' elsewhere: use one spelling, or Anki would make two subdecks" if other else ""


def _parted(name: str) -> tuple[str, str]:
    """Return ``name`` without a kind at its end, and the kind: ``("q", ".typed")`` for ``q.typed``."""
    stem, _, kind = name.rpartition(".")
    return (stem, f".{kind}") if stem and kind in _KINDS else (name, "")


def _straight(deck: Deck, place: Span, tag: str) -> Mend | None:
    """Return the mend of ``tags=“a”``, where ``place`` is that of the ``tag``; None for other tags."""
    bare, line = tag.strip("“”„‟"), positions.lines_of(deck, place.path)[place.line - 1]
    curly = len(tag) == len(bare) + 2 and line.startswith(f"={tag}", place.column - 2)
    return Mend(place.line, place.column, tag, f'"{bare}"') if curly else None


def _own_tag_place(deck: Deck, question: Outline, tag: str) -> Span | None:
    """Return the place of ``tag`` in the question's heading; None if the tag is from the top of the file."""
    own = next((item for item in question.attributes if item.key == "tags"), None)
    if own is not None and tag in own.value:
        line = positions.lines_of(deck, question.span.path)[own.span.line - 1]
        return Span(question.span.path, own.span.line, max(line.find(tag, own.span.column - 1), 0) + 1)
    return None


@lru_cache(maxsize=4096)
def _wrong_tag(tag: str) -> str:
    """Return a message about a wrong tag, or ``""``. Cached: a deck has few tags, and each is on many questions."""
    if tag.casefold() in ("marked", "leech"):
        return f"tag '{tag}' belongs to Anki; choose another"
    if tag and tag[0] in "“”„‟" and tag[-1] in "“”„‟":
        return f'tag {tag} has curly quotation marks; write straight ones, as in tags="{tag.strip("“”„‟")}"'
    if not tag or any(char.isspace() or char in '"“”' or unicodedata.category(char) in _BAD for char in tag):
        return f"tag {tag!r} has a blank, quotation mark or control character; Anki would split or change it"
    if not all(tag.split("::")):
        return f"tag '{tag}' has an empty part beside '::'; Anki would call it 'blank'"
    if tag != nfc(tag):
        return f"tag '{tag}' is not in Unicode's composed form (NFC); Anki would change it"
    return ""
