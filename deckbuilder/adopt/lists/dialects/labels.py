"""``Q:`` and ``A:`` on lines of their own (AnkiOps, hashcards, exam-cardforge), with ``F:``/``B:``, ``T:``, ``C:``, ``C1:``, ``P:``/``S:``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import dedent

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.answer import folds, split
from deckbuilder.adopt.lists.foreign_clozes import brackets, has
from deckbuilder.adopt.lists.markdown_page import Found, Page, blocks_of, comments, fields, marks
from deckbuilder.model.records import Kind

_LABEL = re.compile(
    r"""
    (?:\d{1,4}[.)、]\s*(?=(?:\*\*|__)?(?:问题|题目)))?                                        # 3. **问题：**
    (?P<bold>\*\*|__)?
    (?:
        (?P<word>(?i:question|answer|ans)|问题|题目|(?:参考)?答案|回答|解答|[QA问答])(?:\s*\d{1,4}\s*[.)、:：-]|\s*[:：]-?|(?<=(?i:ans))(?:\.:?|\s-))
                                                                                         # Q: or Question 3) or Ans.
        |(?P<letter>[EMTFBPS]|C\d{0,2})\s*[:：]                                            # a letter of AnkiOps or hashcards
    )
    (?(bold)(?P=bold))                                                                   # the bold text ends behind the colon
    (?:\s+|(?<=[：、])|$)
    |(?P<mark>\*\*|__)(?P<marked>(?i:question|answer|ans)|[QA问答])\s*\d{0,4}(?P=mark)    # the bold text ends before the colon
    \s*[:：](?:\s+|(?<=：)|$)
    """,
    re.VERBOSE,
)
"""``Q:``, ``Q3)``, ``Question 3:``, ``**Q:**``, ``**Q**:``; the letters of AnkiOps and hashcards."""
_SAME = {
    **dict.fromkeys(("question", "问", "问题", "题目"), "Q"),
    **dict.fromkeys(("answer", "ans", "答", "答案", "参考答案", "回答", "解答"), "A"),
}
"""The letter of each label that is a word."""
_OPENING = frozenset("QTFCP")
"""The letters of the labels that begin a card."""
_WITHIN = {"Q": "AEM", "F": "BEM", "T": "EM", "C": "EM", "P": "S"}
"""The labels that may follow, by the label that begins the card. A ``C`` with a number is an option of a ``Q``."""
_COMMENT = re.compile(
    r"<!--\s*(?P<key>note_key|note_type|tags|id)\s*:\s*(?P<value>(?:(?!-->)\S|\s++(?!-->))*+)\s*-->", re.IGNORECASE
)
_IN_WORDS = re.compile(r"\W*\d*\W*(?:问题|题目)")
_ITEM = re.compile(r"[-*+][ \t]+(?!\[[ xX]\])(?=\S)")
_FENCE = re.compile(r":::(?:\s*card\b(?P<options>.*))?\s*$")
_OPTION = re.compile(r"(tags|deck)=(\"[^\"]*\"|\S+)")


@dataclass(slots=True)
class _Card:
    start: int
    fields: list[tuple[str, int, str]]
    """(label, the number of its line, the text after the label)."""
    end: int = 0


def find(page: Page) -> list[Found] | None:
    """Return the cards of ``page``; None if there is none.

    A card begins at ``Q:``, ``F:``, ``T:``, ``C:`` or ``P:``. The card ends at the next one, at a rule or at a heading.
    """
    lines, labels = fields(page.lines, _LABEL)
    labels = _in_pairs(labels)
    said = {at: match for at, match in comments(lines, _COMMENT) if match["key"] != "ID"}  # this mark is below its card
    fences = dict(marks(lines, _FENCE))
    stops = {block.start for block in blocks_of(lines) if block.kind in ("rule", "heading")} | said.keys() | fences.keys()
    cards: list[_Card] = []
    open_: _Card | None = None
    about: int | None = None
    for at in range(len(page.lines)):
        match = labels.get(at)
        label = _label(match) if match else ""
        if match and open_ and _belongs(label, open_):
            open_.fields.append((label, at, page.lines[at][match.end() :]))
        elif match and label in _OPENING:
            open_ = _Card(at if about is None else about, [(label, at, page.lines[at][match.end() :])])
            cards.append(open_)
            about = None
        elif at in stops:
            open_ = None
            about = (
                (at if about is None else about) if at in said or (at in fences and fences[at]["options"] is not None) else None
            )
        elif page.lines[at].strip() and open_ is None:
            about = None
        if open_:
            open_.end = at + 1
    found = [
        _found(card, page.lines, [said[at] for at in range(card.start, card.end) if at in said], fences.get(card.start))
        for card in cards
    ]
    return [item for item in found if item] or None


def of_tool(page: Page, found: Sequence[Found]) -> bool:
    """Return whether the labels of the questions ``found`` are those of a tool, such as ``Q:``. People write 问题：, too."""
    return sum(bool(_IN_WORDS.match(page.lines[item.start])) for item in found) * 2 <= len(found)


def _in_pairs(labels: dict[int, re.Match[str]]) -> dict[int, re.Match[str]]:
    """Return ``labels`` without each ``P:`` that no ``S:`` follows, and each ``S:`` below no ``P:``. These letters are often text."""
    names = [_label(match) for match in labels.values()]
    around = zip(labels.items(), ["", *names], names, [*names[1:], ""], strict=False)
    return {
        at: match
        for (at, match), before, name, after in around
        if (name != "P" or after == "S") and (name != "S" or before == "P")
    }


def _label(match: re.Match[str]) -> str:
    """Return the letter of a label: ``Q`` for ``Question``."""
    text = match["word"] or match["letter"] or match["marked"]
    return _SAME.get(text.lower(), text)


def _belongs(label: str, card: _Card) -> bool:
    first = card.fields[0][0]
    return label in _WITHIN[first] or (first == "Q" and len(label) > 1 and label[0] == "C")


def _found(card: _Card, lines: Sequence[str], said: Iterable[re.Match[str]], fence: re.Match[str] | None) -> Found | None:
    """Return the question of ``card``; None for a cloze card without a cloze.

    ``said`` are the comments in the card, ``fence`` is the line ``:::card`` above the card.
    """
    texts: list[tuple[str, str]] = []
    for (label, at, rest), following in zip(card.fields, [at for _, at, _ in card.fields[1:]] + [card.end], strict=True):
        texts.append((label, navigation.without("\n".join([rest, *lines[at + 1 : following]]))))
    about = {match["key"].lower(): match["value"] for match in said}
    options = {key: value.strip('"') for key, value in _OPTION.findall(fence["options"] or "")} if fence else {}
    tags = tuple(re.split(r"[\s,]+", f"{about.get('tags', '')} {options.get('tags', '')}".strip()))
    first, question = texts[0][0], _opened(texts[0][1])
    answer = "\n\n".join(text for label, text in texts[1:] if label in "ABEMS" and text)
    kind = {"F": Kind.REVERSED, "T": Kind.CLOZE, "C": Kind.CLOZE}.get(first, Kind.BASIC)
    choices = [text for label, text in texts[1:] if label[0] == "C"]
    if first == "Q" and len(texts) == 1 and any(fold.shows for fold in folds(question)):
        parts = split(question)  # no label: the details below are the answer
        question, answer, kind = parts.body, parts.answer, parts.kind
    if kind is Kind.CLOZE:
        question = question if has(question) or first == "T" else brackets(question)
        if not has(question):
            return None
    elif choices:
        kind, question, answer = _choice(question, choices, texts)
    found_id = about.get("note_key", about.get("id", ""))
    return Found(card.start, card.end, question, answer, kind, tuple(filter(None, tags)), options.get("deck", ""), found_id)


def _opened(question: str) -> str:
    """Return ``question`` without the mark of a list item that begins it. The other items become a list below."""
    lines = dedent(question).strip("\n").split("\n")
    match = _ITEM.match(lines[0])
    if not match:
        return question
    following = [*lines[1:2], ""][0]
    gap = [""] if _ITEM.match(following) else []
    return "\n".join([lines[0][match.end() :], *gap, *lines[1:]])


def _choice(question: str, choices: Sequence[str], texts: Sequence[tuple[str, str]]) -> tuple[Kind, str, str]:
    """Return (kind, question, answer) with the options ``C1:``, ``C2:`` … as a task list. ``A: 1, 3`` marks the right options.

    Without such numbers in ``A:``, no option is known to be right, and the kind is BASIC.
    """
    right = next((text for label, text in texts if label == "A"), "")
    numbers = (
        {int(number) for number in re.findall(r"(?<!\d)\d{1,9}(?!\d)", right)} if re.fullmatch(r"[\d\s,;]+", right) else set()
    )
    options = "\n".join(
        f"- [{'x' if at in numbers else ' '}] " + text.replace("\n", "\n  ") for at, text in enumerate(choices, 1)
    )
    more = "\n\n".join(text for label, text in texts if label in "EM" and text)
    if not numbers:
        return Kind.BASIC, f"{question}\n\n{options}", "\n\n".join(text for text in (right, more) if text)
    return Kind.CHOICE, f"{question}\n\n{options}", more
