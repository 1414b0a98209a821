"""Questions of any form, each with ``Answer:`` or ``<details>`` below: ``12. Q``, ``Easy: Q``, a paragraph that asks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists.answer import DOTTED, LATER, fold_spans
from deckbuilder.adopt.lists.dialects.headings import of_parts
from deckbuilder.adopt.lists.markdown_page import Found, Page, asks, bare, blocks_of, joined, protected
from deckbuilder.adopt.lists.readings import NO_ANSWER

_NUMBER = re.compile(
    r"""
    [ ]{0,3}(?:\*\*|__)?
    (?:(?:Q|Question|问题?|第)\s*)?(?P<number>\d{1,4})\s*+题?\s*+
    (?:
        [.):、：](?:\*\*|__)?\s+     # 3. Q
        |[、：]\s*                    # 3、Q
        |[.)](?=\S)                  # 3.Q
    )
    (?=\S)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(r"(?:[-*+] )?(?:\*\*|__)?(?P<label>[^\W\d_][\w ]{0,14}?)\s*+\d{0,4}\s*[:：](?:\*\*|__)?\s*(?=\S)")
_BOLD = re.compile(r"\*\*(?P<label>[^*:：]{1,15}[:：])\*\*")
_NO_QUESTION = re.compile(
    r"""
    (?:the[ ])?(?:correct[ ])?answers?|ans|explanations?|notes?|hints?|examples?|output|input|solution|references?|sources?|tips?
    |warning|antwort|lösung|erklärung
    |答案|参考答案|解析|解释|解答|回答|注|注意|例|例如|提示|来源|难度|考点|知识点
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ITS_OWN = frozenset({"q", "question", "问", "问题"})
"""Labels of another form."""
_BREAK = re.compile(r"\s*$|\s*(?:```|~~~|[-*+] |\d{1,9}[.)] |[A-Ha-h][.)、] |\||>|<)")
"""A line that does not continue the first paragraph of a question."""
_LEAST = 3
"""The least number of answers with a mark."""
_MOST = 0.8
"""The share of the answers that have a question of one form above."""


@dataclass(frozen=True, slots=True)
class _Opener:
    """The line of a question, the number of characters in its mark, and the line of the answer's mark."""

    line: int
    cut: int
    mark: int
    tag: str = ""


Span = tuple[int, int]
"""(the first line below the last answer's mark or heading, the line of the next mark)."""


def find(page: Page) -> list[Found] | None:
    """Return the questions between the marks of answers; None if no form of question explains most answers.

    The forms are: a number, a label that comes again and again, and a paragraph that asks.
    """
    marks = _marks(page)
    headings = [block.start for block in blocks_of(page.lines) if block.kind == "heading"]
    spans = list(_spans(marks, headings))
    below = len({start - 1 for start, _ in spans} & set(headings))
    if len(marks) < _LEAST or below * 2 > len(marks):
        return None
    for openers in (_numbers(page.lines, spans), _labels(page.lines, spans), _asking(page, spans)):
        if len(openers) >= _MOST * len(marks):
            return list(_questions(page, [*openers, *_unanswered(page, openers)], headings))
    return None


def _marks(page: Page) -> list[int]:
    """Return the lines that begin an answer: a label, or a ``<details>`` to open."""
    closed = protected(page.lines) - _indented(page)
    folds = fold_spans(page.lines)
    inside = {at for start, end, _ in folds for at in range(start, end)}
    labels = {at for at, line in enumerate(page.lines) if at not in closed and at not in inside and LATER.match(line)}
    dotted = {at for at in labels if DOTTED.match(page.lines[at])}
    labels -= dotted if len(dotted) * 2 < len(labels) else set()
    return sorted(labels | {start for start, _, fold in folds if fold.shows})


def _indented(page: Page) -> set[int]:
    """Return the first lines of the texts that only look like code, because an author indents each answer: ``    Answer:``."""
    found = (block.start for block in blocks_of(page.lines) if block.kind == "code")
    return {at for at in found if LATER.match(page.lines[at])}


def _spans(marks: Sequence[int], headings: Sequence[int]) -> Iterator[Span]:
    for before, mark in zip([-1, *marks], marks, strict=False):
        at = bisect_left(headings, mark) - 1
        yield max(before + 1, headings[at] + 1 if at >= 0 else 0), mark


def _open(lines: Sequence[str], spans: Sequence[Span], pattern: re.Pattern[str]) -> Iterator[list[tuple[int, re.Match[str]]]]:
    """Yield (number, match) of the lines outside code that ``pattern`` matches, for each of ``spans``."""
    closed = protected(lines)
    for span in spans:
        yield [(at, match) for at in range(*span) if at not in closed and (match := pattern.match(lines[at]))]


def _numbers(lines: Sequence[str], spans: Sequence[Span]) -> list[_Opener]:
    """Return the questions with a number. The number follows the last one, or begins again at 1."""
    found: list[_Opener] = []
    last = 0
    for span, matches in zip(spans, _open(lines, spans, _NUMBER), strict=True):
        seen = [(int(match["number"]), at, match.end()) for at, match in matches]
        for wanted in (last + 1, 1, None):
            fitting = [one for one in seen if wanted in (one[0], None)]
            if fitting:
                last, line, cut = fitting[0 if wanted is None and found else -1]
                found.append(_Opener(line, cut, span[1]))
                break
    return found


def _labels(lines: Sequence[str], spans: Sequence[Span]) -> list[_Opener]:
    """Return the questions with a label that most answers have above: ``Easy: Q``. Several labels become tags."""
    seen = [[(match["label"].casefold(), at, match.end()) for at, match in found] for found in _open(lines, spans, _LABEL)]
    counts = Counter(label for one in seen for label in {label for label, _, _ in one if not _NO_QUESTION.fullmatch(label)})
    often = {label for label, count in counts.most_common(5) if count > 1}
    if often & _ITS_OWN:
        return []
    every = sum(label in often for one in seen for label, _, _ in one)
    found = []
    for span, one in zip(spans, seen, strict=True):
        first = next((entry for entry in one if entry[0] in often), None)
        if first is not None:
            found.append(_Opener(first[1], first[2], span[1], first[0] if len(often) > 1 else ""))
    return found if every * 2 <= len(found) * 3 else []


def _asking(page: Page, spans: Sequence[Span]) -> list[_Opener]:
    """Return the last paragraph that asks above each answer."""
    texts = [block for block in blocks_of(page.lines) if block.kind == "text"]
    starts = [block.start for block in texts]
    found = []
    for start, mark in spans:
        between = texts[bisect_left(starts, start) : bisect_right(starts, mark)]
        fitting = [one for one in between if one.start < mark and _asks(page.lines[one.start : min(one.end, mark)])]
        if fitting:
            found.append(_Opener(fitting[-1].start, 0, mark))
    return found


def _asks(lines: Sequence[str]) -> bool:
    return asks(joined(lines)) or any(map(asks, lines))


def _unanswered(page: Page, openers: Sequence[_Opener]) -> list[_Opener]:
    """Return the lines in answers that begin like the questions, with a number and a bold label: ``7. **Easy:** Q``.

    They are questions without an answer. Their mark is in their own line.
    """
    labels = Counter(match["label"] for one in openers if (match := _BOLD.match(page.lines[one.line], one.cut)))
    label, count = next(iter(labels.most_common(1)), ("", 0))
    if count * 2 <= len(openers):
        return []
    taken = {one.line for one in openers}
    closed = protected(page.lines)
    found = []
    for at, line in enumerate(page.lines):
        match = _NUMBER.match(line) if at not in closed and at not in taken else None
        own = _BOLD.match(line, match.end()) if match else None
        if match and own and own["label"] == label:
            found.append(_Opener(at, match.end(), at))
    return found


def _questions(page: Page, openers: Sequence[_Opener], headings: Sequence[int]) -> Iterator[Found]:
    openers = sorted(openers, key=lambda one: one.line)
    for opener, following in zip(openers, [*(one.line for one in openers[1:]), len(page.lines)], strict=True):
        at = bisect_right(headings, opener.mark)
        end = min([following, *headings[at : at + 1]])
        first = next((at for at in range(opener.line + 1, opener.mark) if _BREAK.match(page.lines[at])), opener.mark)
        head = joined([page.lines[opener.line][opener.cut :], *page.lines[opener.line + 1 : first]])
        opened = "**" in page.lines[opener.line][: opener.cut]
        text = head.removesuffix("**") if opened else bare(head)
        found = of_parts(opener.line, end, text, _outdented(page.lines[first:end]))
        if opener.mark == opener.line:
            whole = "\n\n".join(part for part in (found.question, found.answer) if part)
            yield replace(found, question=whole, answer="", unfit=NO_ANSWER)
        else:
            yield replace(found, tags=(opener.tag.replace(" ", "-"),)) if opener.tag else found


def _outdented(lines: Sequence[str]) -> str:
    """Return ``lines`` without the indentation of the first text: a numbered item indents its options and its answer."""
    first = next((line for line in lines if line.strip()), "")
    indent = len(first) - len(first.lstrip(" "))
    blank = " " * indent
    return "\n".join(line[indent:] if line.startswith(blank) else line.lstrip(" ") for line in lines)
