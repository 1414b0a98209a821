"""Rules about HTML that is not for cards: they report each piece that ``sanitise`` removed, and its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from deckbuilder.cards import description
from deckbuilder.check import appearance, paired_tags, tex_macros
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.note import Removed
from deckbuilder.model.records import File, Question, Rendered
from deckbuilder.publish import adopted_notes
from deckbuilder.publish.stamps import seen_hash, style_hash
from deckbuilder.safety import sanitise
from deckbuilder.source import positions

_CONTROL = re.compile(r"[\x00-\x1f]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")


def nothing_active(file: File) -> Iterator[Diagnostic]:
    """Report HTML that runs, loads or asks for input. Bad: ``<script>``, ``onclick=…``."""
    yield from (_diagnostic(item, place) for item, place in _removed(file, active=True))


def safe_html(file: File) -> Iterator[Diagnostic]:
    """Report HTML that is not on the safe list. Bad: ``<marquee>``, ``<b id="x">``, a stray ``</div>``. Good: ``<kbd>``."""
    for entry in file.entries:
        removed = list(_removed_of(file, entry, active=False))
        reported = {place for place, _ in paired_tags.findings(file, entry.question)} if removed else set[Span]()
        # a tag without its partner makes the parser move other tags; so does an element that is not for cards
        broken = reported or any(part.active for part in entry.note.removed)
        for item, place in removed:
            if place in reported or (item.misplaced and broken):
                continue
            if item.misplaced and place == entry.question.span:  # the author did not write this tag
                message = (
                    "an element of HTML does not end in the paragraph, item, quote or cell that it begins in; close it there"
                )
                yield Diagnostic(place, "removed-html", message)
            else:
                yield _diagnostic(item, place)


def inert_description(deck: Deck) -> Iterator[Diagnostic]:
    """Report unsafe HTML in the description, which Anki shows on the deck's page. Bad: ``description = "<script>…"``."""
    settings = deck.settings
    if settings.description:
        yield from (_diagnostic(item, settings.at("description")) for item in description.description(settings).removed)


def inert_adopted(deck: Deck) -> Iterator[Diagnostic]:
    """Report active HTML in ``deck.adopted`` that learners do not have. Bad: a script that somebody wrote into the file.

    Learners already have everything that ``adopt`` wrote, and ``deck.lock`` has the hashes of it.
    """
    for note in deck.adopted.notes.values():
        old = deck.lock.notes.get(note.id.casefold()) if deck.lock else None
        kind = deck.adopted.types[note.type_id].anki_kind
        if not old or old.hash != seen_hash(kind, note.fields, note.tags, note.ords):
            yield from _smuggled(deck, f"the note '{note.id}'", note.fields, scripts=True)
    for theirs in deck.adopted.types.values():
        had = deck.lock.types.get(str(theirs.id)) if deck.lock else None
        either = [adopted_notes.note_type(theirs, styled=styled) for styled in (False, True)]
        if not had or had.style not in [style_hash(found.name, found.style) for found in either]:
            css, *sides = either[0].style
            yield from _smuggled(deck, f"the note type '{either[0].name}'", sides, scripts=False)
            if appearance.active(css):
                message = (
                    f"the CSS of the note type '{either[0].name}' runs or loads something, "
                    "and learners do not have this CSS; restore the file from git"
                )
                yield Diagnostic(Span(deck.adopted.path), "active-style", message)


def _smuggled(deck: Deck, where: str, texts: Iterable[str], *, scripts: bool) -> Iterator[Diagnostic]:
    """Yield each script in ``texts`` of ``deck.adopted``; if not ``scripts``, also HTML that loads or asks for input."""
    for item in (item for text in texts for item in sanitise.clean(text)[1]):
        if item.runs or (item.active and not scripts):
            message = f"'{_CONTROL.sub('…', item.what)}' in {where}: learners do not have this HTML; restore the file from git"
            yield Diagnostic(Span(deck.adopted.path), "active-html", message)


def _diagnostic(item: Removed, place: Span) -> Diagnostic:
    """Return the diagnostic about the removed piece ``item``."""
    if item.tex:
        return tex_macros.diagnostic(item, place)
    what = _CONTROL.sub("…", item.what)
    if item.active:
        return Diagnostic(place, "active-html", _active(what, runs=item.runs))
    if item.misplaced:
        message = f"'{what}' is not allowed at this place and was removed; look at the tags around it"
    elif what.startswith("class="):
        message = f"'{what}' has no meaning on a card and was removed; write a rule for it in style.css, under a name of your own"
    elif item.way:
        message = (
            f"'{what}' is not on the list of safe HTML and was removed; to allow it, add to deck.toml: html = [\"{item.way}\"]"
        )
    else:
        message = f"'{what}' is not on the list of safe HTML and was removed"
    return Diagnostic(place, "removed-html", message)


def _active(what: str, *, runs: bool) -> str:
    """Return the message about the active piece ``what``, such as ``<script>`` or ``file:``."""
    if what == "<svg>":
        return "cards do not draw '<svg>' in the text; save the drawing as a file, such as x.svg, and write '![…](x.svg)'"
    if what == "<math>":
        return "cards do not set '<math>'; write the formula in TeX between dollars, $x^2$"
    if runs or not _SCHEME.fullmatch(what):
        way = "remove it, or write it in code marks" if what.startswith("<") else "remove it"
        return f"'{what}' is not for cards: a card has no scripts, forms, own style sheets or anything from the network; {way}"
    return f"no link or picture on a card may begin with '{what}'; name a file of the deck, or write a full address, https://…"


def _removed(file: File, *, active: bool) -> Iterator[tuple[Removed, Span]]:
    for entry in file.entries:
        yield from _removed_of(file, entry, active=active)


def _removed_of(file: File, entry: Rendered, *, active: bool) -> Iterator[tuple[Removed, Span]]:
    removed = tuple(item for item in entry.note.removed if not item.tex)  # a rule of its own reports macros
    if any(item.active is active for item in removed):
        yield from (pair for pair in _places(file, entry.question, removed) if pair[0].active is active)


def _places(file: File, question: Question, removed: tuple[Removed, ...]) -> Iterator[tuple[Removed, Span]]:
    """Yield each removed piece with its place: the n-th such piece is the n-th match in the question, not counting code."""
    text = positions.prose(file, question)
    lower = text.lower()
    seen: dict[tuple[str, str, str], int] = {}
    for number, item in enumerate(removed):
        if number >= positions.MOST:
            yield item, question.span
            continue
        key = (item.tag, item.at, item.what)
        count = seen[key] = seen.get(key, -1) + 1
        tag = item.tag.partition("\n")[0]
        begin = _nth(text, tag, count) if tag else -1
        at = lower.find(item.at.lower(), begin) if begin >= 0 else _nth(text, item.at, count)
        at = begin if at < 0 else at
        if at < 0:
            yield item, question.span
            continue
        yield item, Span.in_text(question.span.path, text, at, question.span.line)


@lru_cache(maxsize=2 * positions.MOST)
def _starts(text: str, part: str) -> list[int]:
    """Return every position in ``text`` where ``part`` begins, in upper or lower case."""
    return [match.start() for match in re.finditer(re.escape(part), text, re.IGNORECASE)]


def _nth(text: str, part: str, count: int) -> int:
    """Return where ``part`` begins for the ``count``-th time (from 0). Return the last place if there are fewer, or -1 if none."""
    starts = _starts(text, part)
    return starts[min(count, len(starts) - 1)] if starts else -1
