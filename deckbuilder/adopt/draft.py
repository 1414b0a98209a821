"""Questions to be written down -> Markdown in our format, which ``parse`` reads back as what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deckbuilder.block import Block
from deckbuilder.blocks import blocks
from deckbuilder.model import Kind
from deckbuilder.parse import SOURCE

LEVEL = 2
"""Questions are headings ``##``."""

_LIKE_ATTRIBUTES = re.compile(r"\{(?=:?\s*[#.\w][^{}]*\}$)")
_CLOSING_MARKS = re.compile(r"(?<=\s)#+$")


@dataclass(frozen=True, slots=True)
class Draft:
    """One question as it is to be written down: all texts are Markdown."""

    id: str
    heading: str
    """One line; may be empty if ``body`` is not."""
    body: str = ""
    """What else belongs to the question."""
    answer: str = ""
    kind: Kind = Kind.BASIC
    tags: tuple[str, ...] = ()
    hint: str = ""
    """Plain text."""
    source: str = ""


def compose(title: str, drafts: Iterable[Draft], *, tags: Sequence[str] = (), subdeck: str = "") -> str:
    """A file of questions. ``tags`` and ``subdeck`` are those of all of them; ``title`` is for people."""
    front = [f"tags: [{', '.join(_quoted(tag) for tag in tags)}]"] if tags else []
    front += [f"deck: {_quoted(subdeck)}"] if subdeck else []
    parts = ["\n".join(["---", *front, "---"])] if front else []
    parts += [f"# {title}"] if title else []
    parts += [_question(draft) for draft in drafts]
    return "\n\n".join(parts) + "\n"


def _question(draft: Draft) -> str:
    heading = _CLOSING_MARKS.sub(lambda match: "\\" + match[0], _LIKE_ATTRIBUTES.sub(r"\\{", " ".join(draft.heading.split())))
    body, answer = demoted(draft.body), demoted(draft.answer)
    parts = [f"{'#' * LEVEL} {heading} {_attributes(draft)}".replace("  ", " ")]
    if draft.kind is Kind.CHOICE:
        parts += [body, answer]
    else:
        parts += [body, "---", answer] if body else [answer]
    if draft.source:
        parts.append(f"Source: {' '.join(draft.source.split())}")
    return "\n\n".join(part for part in parts if part)


def _attributes(draft: Draft) -> str:
    items = [f"#{draft.id}"]
    items += [f".{draft.kind.value}"] if draft.kind.value else []
    items += [f'tags="{" ".join(draft.tags)}"'] if draft.tags else []
    hint = " ".join(draft.hint.split()).replace('"', "”").replace("{", "(").replace("}", ")")
    items += [f'hint="{hint}"'] if hint else []
    return "{" + " ".join(items) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def demoted(text: str) -> str:
    """``text`` without what would end a question, part it or be its source: headings go below ours, ``---`` is ``***``."""
    lines = text.strip("\n").split("\n")
    found = list(blocks(lines))
    highest = min((block.level for block in found if block.kind == "heading"), default=LEVEL + 1)
    deeper = max(0, LEVEL + 1 - highest)
    shown: list[str] = []
    end = 0
    for block in found:
        shown += lines[end : block.start]
        shown += _demoted(block, lines, deeper)
        end = block.end
    return "\n".join([*shown, *lines[end:]]).strip("\n")


def _demoted(block: Block, lines: Sequence[str], deeper: int) -> list[str]:
    if block.kind == "heading":
        return [f"{'#' * min(6, block.level + deeper)} {block.text}"]
    if block.kind == "rule":
        return ["***"]
    own = list(lines[block.start : block.end])
    if block.kind == "text" and SOURCE.match(own[0]):
        own[0] = own[0].lstrip().replace(":", "\\:", 1).replace("：", "&#xff1a;", 1)
    return own
