"""The drafts of a deck -> the drafts that read back as one question without an error. The others get a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

from deckbuilder.adopt.draft import Draft, compose
from deckbuilder.adopt.lists.account import List
from deckbuilder.adopt.lists.drafts import Outcome
from deckbuilder.adopt.lists.markdown_page import outside_code
from deckbuilder.adopt.lists.readings import NO_ANSWER
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Kind, Settings, Source
from deckbuilder.pipeline import parallel
from deckbuilder.pipeline.build_deck import build
from deckbuilder.source.deck_folder import Loaded, Place

_LATER = frozenset({"missing-media", "media-outside"})
"""Codes of missing pictures. The packed pictures do not exist yet when a draft is checked."""
_LOSING = frozenset({"unclosed", "unseen-tag"})
"""The errors of tags that a browser would drop, perhaps with words."""
_TAG = re.compile(r"'</?(?P<name>[a-zA-Z][\w-]*)")
"""The tag in the message of such an error."""

_Links = Sequence[tuple[str, str]]


def proven(lists: Sequence[List], packed: Collection[str]) -> list[List]:
    """Return ``lists``, in which each question without a reason reads back as this question. Several processes do the work.

    ``packed`` has the names of the pictures and sounds that will be written with the questions.
    """
    tried: list[tuple[Outcome, _Links]] = []
    for entry in lists:
        links = dict(entry.links)
        tried += [(outcome, _used(outcome.draft, links)) for outcome in entry.outcomes if not outcome.reason]
    size = sum(outcome.draft.size() for outcome, _ in tried)
    found = parallel.mapped(partial(_proven, frozenset(packed)), tried, size)
    return [_with(entry, found) for entry in lists]


def _with(entry: List, found: Iterator[Outcome]) -> List:
    """Return ``entry`` with the next outcomes of ``found`` in place of those without a reason."""
    items = [next(found) if isinstance(item, Outcome) and not item.reason else item for item in entry.items]
    return replace(entry, items=tuple(items))


def _used(draft: Draft, links: Mapping[str, str]) -> _Links:
    return [(label, links[label]) for label in sorted(draft.labels()) if label in links]


def _proven(packed: frozenset[str], tried: tuple[Outcome, _Links]) -> Outcome:
    """Return the outcome, perhaps with another draft or a reason.

    A typed question or a choice that has an error is tried as a basic question.
    """
    outcome, links = tried
    draft, gaps = outcome.draft, [*outcome.gaps]
    wrong = _fault(draft, links, packed)
    if wrong and draft.kind in (Kind.TYPED, Kind.CHOICE):
        draft = replace(draft, kind=Kind.BASIC)
        wrong = _fault(draft, links, packed)
    while wrong and wrong.code in _LOSING and (tag := _TAG.match(wrong.message)):
        other = _shown(draft, tag["name"])
        if other == draft:
            break
        gaps.append(f"the card shows the tag '<{tag['name']}>' as text, because its other tag is missing or elsewhere")
        draft, wrong = other, _fault(other, links, packed)
    reason = "" if wrong is None else NO_ANSWER if wrong.code == "missing-answer" else wrong.message
    return replace(outcome, draft=draft, reason=reason, gaps=tuple(dict.fromkeys(gaps)))


def _fault(draft: Draft, links: _Links, packed: Collection[str]) -> Diagnostic | None:
    """Return the first error in a file with only this question; None if there is none."""
    nowhere = Path("nowhere")
    loaded = Loaded(
        Place("draft", nowhere, (), None),
        Settings("draft", "Draft", Span("draft.md")),
        (Source("draft.md", nowhere, compose("", [draft], links=links)),),
        (),
    )
    built = build(loaded)
    shown = {path for entry in built.deck.entries for path in entry.media_problems}
    lost = [path for path in shown if path.rpartition("/")[2] not in packed]
    wrong = (problem for problem in built.diagnostics if problem.is_error)
    errors = [one for one in wrong if one.code not in _LATER or any(f"'{path}'" in one.message for path in lost)]
    if errors:
        return errors[0]
    questions = [entry.question for entry in built.deck.entries]
    if [(question.id, question.kind) for question in questions] != [(draft.id, draft.kind)]:
        return Diagnostic(Span("draft.md"), "left-out", "it cannot be written as one question")
    return None


def _shown(draft: Draft, name: str) -> Draft:
    """Return ``draft`` with the tags ``name`` outside code as text."""
    tags = re.compile(rf"</?{re.escape(name)}\b[^<>]*>", re.IGNORECASE)

    def shown(text: str) -> str:
        return outside_code(text, lambda piece: tags.sub(lambda match: escape(match[0], quote=False), piece))

    return replace(draft, heading=shown(draft.heading), body=shown(draft.body), answer=shown(draft.answer))
