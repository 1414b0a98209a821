"""apy and ki: notes as ``# Note``, then lines such as ``tags: a b`` or a fence with ``guid:``, and a ``## Field`` for each field.

Others have ``# Front`` and ``# Back`` in a file for each note, with an id in the front matter.
apy: https://github.com/lervag/apy/blob/46ba33819de0306ee80cba4ff16ec33722acf959/src/apyanki/note.py (``_parse_markdown_file``).
ki: https://github.com/langfield/ki/blob/eb32fbd3229dc1a60bcc76a937ad63f3eb869f65/ki/grammar.lark.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from deckbuilder.adopt.lists import html_fields
from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import BLANKS, Found, Page, blocks_of
from deckbuilder.markdown.block import Block
from deckbuilder.model.records import Kind

SAYS = "(?i:model|tags?|deck|nid|markdown|md|external-ids): "
"""The lines above all notes."""
_KEY = re.compile(
    r"""
    (?P<key>model|notetype|tags?|deck|nid|cid|id|guid|markdown|md|external-ids)
    :\s*(?P<value>(?:.*\S)?)\s*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_QUESTION, _ANSWER = frozenset(("front", "text", "question")), frozenset(("back", "answer", "back extra", "extra"))
_MARKED = re.compile(rf"{BLANKS}\(markdown\)$")
"""The mark of apy behind the names of fields, up to version 0.13."""
_RULE = re.compile(r"\n---\s*$")


def find(page: Page) -> list[Found] | None:
    """Return the notes of ``page``; None if no heading of level 1 has both keys and fields below.

    In a file for each note, the fields may be headings of level 1.
    """
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    starts = [block.start for block in headings]
    tops = [block for block in headings if block.level == 1]
    if _are_fields([block.text for block in tops]):
        return _with_fields(page, tops)
    above = _keys(page.lines[: min(starts, default=0)]) | {key: " ".join(words) for key, words in page.front.items()}
    ends = [block.start for block in tops[1:]] + [len(page.lines)]
    found = []
    for top, end in zip(tops, ends, strict=False):
        deeper = headings[bisect_right(starts, top.start) : bisect_left(starts, end)]
        found.append(list(_notes(page, top, [block for block in deeper if block.level == 2], end, above)))
    return [note for notes in found for note in notes] if sum(map(bool, found)) * 2 > len(tops) else None


def _are_fields(names: Sequence[str]) -> bool:
    """Return whether the headings ``names`` are ``Front`` and ``Back``, or the like, perhaps again and again."""
    usual = [name.strip().lower() for name in names]
    return len(usual) > 1 and usual[0] in _QUESTION and usual[1] in _ANSWER and set(usual) <= _QUESTION | _ANSWER


def _with_fields(page: Page, heads: Sequence[Block]) -> list[Found]:
    """Return the notes whose fields are the headings ``heads``. The front matter has the id, tags and deck."""
    values = {key: " ".join(words) for key, words in page.front.items()}
    values["tags"] = " ".join(values.get(key, "") for key in ("tags", "tag"))
    begins = [at for at, head in enumerate(heads) if head.text.strip().lower() == heads[0].text.strip().lower()]
    ends = [head.start for head in heads[1:]] + [len(page.lines)]
    found = []
    for begin, after in zip(begins, [*begins[1:], len(heads)], strict=True):
        parts = zip(heads[begin:after], ends[begin:after], strict=True)
        fields = {head.text.strip(): "\n".join(page.lines[head.end : end]).strip("\n") for head, end in parts}
        name = values if len(begins) == 1 else {**values, "nid": "", "id": "", "guid": ""}
        found.append(_found(heads[begin].start, ends[after - 1], fields, name))
    return found


def _keys(lines: Sequence[str]) -> dict[str, str]:
    """Return the values of ``key: value`` lines, also of those in a fence. The tags of ki are in a fence below ``### Tags``."""
    found = {match["key"].lower(): match["value"] for line in lines if (match := _KEY.match(line))}
    at = next((at for at, line in enumerate(lines) if re.match(r"###\s+Tags\s*$", line)), None)
    if at is not None:
        found["tags"] = " ".join(line.strip() for line in lines[at + 1 :] if not line.startswith("```"))
    return found


def _notes(page: Page, top: Block, heads: Sequence[Block], end: int, above: Mapping[str, str]) -> Iterator[Found]:
    """Yield the notes from the heading ``top`` to the line ``end``, if it has keys or the usual fields.

    ``heads`` are the headings of level 2 between. A field that comes again begins another note.
    """
    names = [_MARKED.sub("", head.text).strip() for head in heads]
    about = _keys(page.lines[top.end : heads[0].start]) if heads else {}
    if not heads or not (about or (names[0].lower() in _QUESTION and names[1:] and names[1].lower() in _ANSWER)):
        return
    begins, seen = [0], set[str]()
    for at, name in enumerate(names):
        if name in seen:
            begins.append(at)
            seen.clear()
        seen.add(name)
    values = {**above, **about, "tags": " ".join(said.get(key, "") for said in (above, about) for key in ("tags", "tag"))}
    of_anki = "guid" in about or values.get("markdown", values.get("md", "true")).lower() not in ("true", "yes")
    convert = html_fields.markdown if of_anki else html_fields.formulas
    ends = [head.start for head in heads[1:]] + [end]
    texts = ["\n".join(page.lines[head.end : until]).strip("\n") for head, until in zip(heads, ends, strict=True)]
    texts[-1] = _RULE.sub("", texts[-1]).strip("\n")
    for begin, after in zip(begins, [*begins[1:], len(heads)], strict=True):
        fields = dict(zip(names[begin:after], map(convert, texts[begin:after]), strict=True))
        yield _found(heads[begin].start if begin else top.start, ends[after - 1], fields, values)


def _found(start: int, end: int, fields: Mapping[str, str], values: Mapping[str, str]) -> Found:
    (_, question), *others = fields.items()
    model = (values.get("model") or values.get("notetype") or "").lower()
    named = len(others) > 1 or any(name.lower() not in _ANSWER for name, _ in others)
    answer = "\n\n".join(f"**{name}**\n\n{text}" if named else text for name, text in others if text.strip())
    kind = Kind.TYPED if "type" in model else Kind.REVERSED if "reversed" in model and "optional" not in model else Kind.BASIC
    if has(cloze := curly(question)) and ("cloze" in model or has(question)):
        kind, question = Kind.CLOZE, cloze
    tags = tuple(values["tags"].replace(",", " ").split())
    deck = values.get("deck", "")
    name = values.get("nid") or values.get("id") or ""
    return Found(start, end, question, answer, kind, tags, "" if deck == "Default" else deck, name)
