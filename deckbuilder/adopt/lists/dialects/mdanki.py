"""Headings with the marks of mdanki and its descendants: ``%`` ends the front, ``[#tag]()``, ``<!-- md2apkg … -->``."""

from __future__ import annotations

import re
from dataclasses import replace

from deckbuilder.adopt.lists.answer import split
from deckbuilder.adopt.lists.dialects.headings import Section, question_level, sections
from deckbuilder.adopt.lists.markdown_page import Found, Page, comments, marks

_PERCENT = re.compile(r"%\s*$")
_TAGS = re.compile(r"(?:\s*\[#[^\W\d][^\]\s]*\]\([^)]*\))+\s*$")
_TAG = re.compile(r"\[#([^\]\s]+)\]\([^)]*\)")
_ID = re.compile(r"<!--\s*notecardId\s*:\s*(?P<value>[\w-]+)\s*-->$")
_MD2APKG = re.compile(r"<!--\s*md2apkg (?P<key>split|tags|type|ignore[\w-]*)\s*(?P<value>(?:.*\S)?)\s*-->$")


def find(page: Page) -> list[Found] | None:
    """Return the headings of ``question_level`` as questions; None if ``page`` has none of the marks."""
    lines = page.lines
    if not (marks(lines, _PERCENT) or marks(lines, _TAGS) or comments(lines, _ID) or comments(lines, _MD2APKG)):
        return None
    level, _ = question_level(lines)
    found = [_card(section) for section in sections(lines, lambda block: block.level == level)]
    first = min((card.start for card in found), default=len(lines))
    on_top = [match for at, match in comments(lines, _MD2APKG) if match["key"] == "tags" and at < first]
    tags = tuple(tag for match in on_top for tag in match["value"].split())
    return [replace(card, tags=(*tags, *card.tags)) for card in found] or None


def _card(section: Section) -> Found:
    """Return the question of ``section``. Lines with tags, ids and comments of these tools are removed."""
    lines = section.text.split("\n")
    said = comments(lines, _MD2APKG)
    tag_lines = [at for at, _ in marks(lines, _TAGS)]
    tags = [tag for at in tag_lines for tag in _TAG.findall(lines[at])]
    tags += [tag for _, match in said if match["key"] == "tags" for tag in match["value"].split()]
    ids = comments(lines, _ID)
    ends = [at for at, _ in marks(lines, _PERCENT)] + [at for at, match in said if match["key"] == "split"]
    for at in [*tag_lines, *(at for at, _ in said), *(at for at, _ in ids)]:
        lines[at] = ""
    parts = split("\n".join(lines[min(ends) + 1 :] if ends else lines))
    body = "\n".join([*lines[: min(ends)], parts.body]) if ends else parts.body
    ignored = any(match["key"].startswith("ignore") for _, match in said)
    return Found(
        section.heading.start,
        section.end,
        f"{section.heading.text}\n\n{body}".strip("\n"),
        parts.answer,
        parts.kind,
        tuple(tags),
        id=ids[0][1]["value"] if ids else "",
        unfit="marked to be ignored" if ignored else "",
    )
