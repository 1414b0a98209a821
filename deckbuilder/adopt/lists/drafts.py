"""A question that was found -> a draft in our format, and a reason if the question is skipped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deckbuilder.adopt.draft import Draft
from deckbuilder.adopt.lists.foreign_clozes import has
from deckbuilder.adopt.lists.markdown_page import Found, joined
from deckbuilder.adopt.lists.mend import Mender
from deckbuilder.adopt.lists.readings import NO_ANSWER
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.combining_marks import nfc
from deckbuilder.model.records import Kind
from deckbuilder.source.parse import SOURCE
from deckbuilder.source.question_ids import free_name, is_id, slug

_MARKUP = re.compile(r"\]\((?:[^()]|\([^()]*+\))*+\)|</?\w[^<>]*>|&#?\w+;")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question that was found, with its draft. ``reason`` is ``""`` if the question is written."""

    found: Found
    draft: Draft
    reason: str = ""
    gaps: tuple[str, ...] = ()
    """The reasons why the card lacks a picture or another file."""


@dataclass(slots=True)
class Drafter:
    """Makes the drafts of one deck, and remembers all ids and questions so far."""

    ids: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """The place of the first question with this (heading, body, answer)."""

    def outcome(self, found: Found, mender: Mender, place: str) -> Outcome:
        """Return the draft of ``found``, with a reason if ``found`` is skipped. ``place`` is the ``file:line`` of ``found``.

        ``proven`` tries the draft later.
        """
        mender.gaps.clear()
        draft = _draft(found, mender)
        if not draft.heading and not draft.body:
            return Outcome(found, self._named(draft, found), "no question, only an answer")
        if found.unfit:
            return Outcome(found, self._named(draft, found), found.unfit)
        if not draft.answer and draft.kind not in (Kind.CLOZE, Kind.CHOICE):
            return Outcome(found, self._named(draft, found), NO_ANSWER)
        first = self.seen.setdefault((draft.heading.casefold(), draft.body, draft.answer), place)
        if first != place:
            return Outcome(found, self._named(draft, found), f"the same question and answer as in {first}")
        return Outcome(found, self._named(draft, found), gaps=tuple(dict.fromkeys(mender.gaps)))

    def _named(self, draft: Draft, found: Found) -> Draft:
        name = _as_id(found.id) or slug(_MARKUP.sub(" ", draft.heading or draft.body[:80])) or "question"
        return replace(draft, id=free_name(name, self.ids))


def _draft(found: Found, mender: Mender) -> Draft:
    """Return the draft of ``found`` without an id. ``mender`` repairs the texts."""
    lines = found.question.strip("\n").split("\n")
    first = next(iter(blocks(lines)), None)
    heading, body = "", found.question
    if first is not None and first.kind in ("text", "heading"):
        end = first.end if first.kind == "heading" else _broken(lines, first.end)
        heading = first.text if first.kind == "heading" else joined(lines[first.start : end]).removesuffix("\\")
        body = "\n".join(lines[end:])
    answer, source = _sourced(found.answer)
    heading, body, answer, source = mender.heading(heading), mender.text(body), mender.text(answer), mender.text(source)
    answer = mender.noted(answer, heading, body, source)
    heading, body, source = mender.escaped(heading), mender.escaped(body), mender.escaped(source)
    kind = Kind.CLOZE if found.kind is Kind.BASIC and has(f"{heading}\n\n{body}") else found.kind
    tags = tuple(dict.fromkeys(tag for word in found.tags if (tag := as_tag(word))))
    return Draft("", heading, _trimmed(body), _trimmed(answer), kind, tags, source=source)


def _broken(lines: Sequence[str], end: int) -> int:
    """Return the end of the first line in ``lines`` that has a line break behind it, at most ``end``."""
    return next((at + 1 for at in range(end - 1) if lines[at].endswith("\\") and not lines[at].endswith("\\\\")), end)


def _trimmed(text: str) -> str:
    return text.strip("\n").rstrip() if text.strip() else ""


def _sourced(answer: str) -> tuple[str, str]:
    """Return (the answer without a last paragraph ``Source: …``, the text of that paragraph after ``Source:``)."""
    lines = answer.split("\n")
    found = list(blocks(lines))
    last = found[-1] if len(found) > 1 else None
    if last is None or last.kind != "text" or not (match := SOURCE.match(last.lines[0])):
        return answer, ""
    return "\n".join(lines[: last.start]), joined([last.lines[0][match.end() :], *last.lines[1:]])


def _as_id(text: str) -> str:
    """Return ``text`` as an id. A text that is a valid id stays unchanged."""
    text = nfc(text.strip())
    return text if is_id(text) else slug(text)


def as_tag(text: str) -> str:
    """Return ``text`` as a tag that Anki does not change: ``web::http`` for ``#web/http``; ``""`` if nothing remains."""
    text = nfc(text).strip().lstrip("#").replace("/", "::")
    text = "".join(
        "-" if char.isspace() else char
        for char in text
        if char not in ',"“”{}' and unicodedata.category(char) not in ("Cc", "Cs")
    )
    tag = "::".join(filter(None, (part.strip("-:") for part in text.split("::"))))
    return "" if tag.casefold() in ("marked", "leech") else tag
