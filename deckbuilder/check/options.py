"""Rules about options and tasks: the lists of ``- [ ]`` and ``- [x]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from deckbuilder.markdown.block import Block, Item
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import File, Kind, Passage, Question
from deckbuilder.source import positions
from deckbuilder.source.parse import TASK, task_list

_BLANKS = " \t\u00a0\u3000"
_NEAR = re.compile(
    rf"(?:[\[［【](?P<in>[{_BLANKS}]*+[^\[\]{_BLANKS}]?[{_BLANKS}]*+)[\]］】]|\((?P<round>[ xX]?)\))(?![(\[:])[{_BLANKS}]*+(?=\S)"
)
"""A mark of a task with other brackets, other marks or other blanks: ``[]``, ``[ x ]``, ``［ ］``, ``[✓]``, ``( )``, ``[ ]a``."""
_GLUED = re.compile(r" {0,3}(?P<mark>[-*+])(?P<box>\[[ xX]\])[ \t]+\S")
"""A task without a blank after the mark of the list: ``-[ ] a``."""


class _NearTask(NamedTuple):
    """An item that is nearly a task: its line in the file, ``old`` in this line, the ``new`` text, ``""`` if unknown."""

    line: int
    old: str
    new: str


def real_choices(file: File) -> Iterator[Diagnostic]:
    """Report a ``.choice`` question without ``- [x] right`` or without ``- [ ] wrong``. Bad: ``- [] a``, ``-[x] b``."""
    for entry in file.entries:
        question = entry.question
        if question.kind is not Kind.CHOICE:
            continue
        near = list(_near_tasks(question, every=True))
        for item in near:
            yield _near(file, question, item, "bad-choice", "no option")
        if near:
            continue
        options = task_list(blocks(question.body.lines))
        unmarked = next(_unmarked(question), None) if options is None else None
        if unmarked:
            message = "this option has no box; write '[x] ' or '[ ] ' behind the mark of each item of the list"
            yield Diagnostic(Span(question.span.path, unmarked), "bad-choice", message)
        elif options is None:
            message = "a .choice question needs its options in the question: a list of '- [x] right' and '- [ ] wrong'"
            yield Diagnostic(question.span, "bad-choice", message)
        elif len({item.lines[0][1] == " " for item in options.items}) < 2:
            message = "a .choice question needs at least one right option, '- [x]', and one wrong option, '- [ ]'"
            yield Diagnostic(Span(question.span.path, question.body.first + options.start), "bad-choice", message)


def _unmarked(question: Question) -> Iterator[int]:
    """Yield the line in the file of each item without a box in a list of options."""
    for passage in (question.body, question.answer):
        for block in blocks(passage.lines):
            boxes = [bool(TASK.match(item.lines[0])) for item in block.items]
            if any(boxes):
                yield from (passage.first + item.start for item, box in zip(block.items, boxes, strict=True) if not box)


def real_tasks(file: File) -> Iterator[Diagnostic]:
    """Report an item that is no task beside items that are tasks. Bad: ``- [] a`` below ``- [ ] b``. Good: ``- [ ] a``."""
    for entry in file.entries:
        if entry.question.kind is not Kind.CHOICE:
            for item in _near_tasks(entry.question, every=False):
                yield _near(file, entry.question, item, "near-task", "no task")


def _near(file: File, question: Question, item: _NearTask, code: str, what: str) -> Diagnostic:
    """Return the problem with ``item``, which is ``what``."""
    place = positions.occurrence(file, question, item.line, item.old)
    if item.new.endswith("["):
        message = f"'{item.old[:-2]}' begins a new list; write '{item.new[:-2]}' for all options"
        return Diagnostic(place, code, message, mend=Mend(item.line, place.column, item.old, item.new))
    if not item.new:
        return Diagnostic(place, code, f"'{item.old.strip()}' is {what}; write '- [x]' or '- [ ]', with a blank behind it")
    message = f"'{item.old.strip()}' is {what}; write '{item.new.strip()}', with a blank behind it"
    return Diagnostic(place, code, message, mend=Mend(item.line, place.column, item.old, item.new))


def _near_tasks(question: Question, *, every: bool) -> Iterator[_NearTask]:
    """Yield the items that are nearly tasks; unless ``every``, only those in a list with tasks."""
    right = ""
    for passage in (question.body, question.answer):
        yield from _glued(passage)
        for block in blocks(passage.lines):
            if block.kind != "list" or not (every or any(map(_is_task, block.items))):
                right = ""
                continue
            yield from (item for item in _in_list(block, passage.first) if every or item.new)
            if right and all(map(_is_task, block.items)):
                yield from _other_mark(passage, block, right)
            elif every and block.level < 0 and not question.separators:
                right = passage.lines[block.start].split(maxsplit=1)[0]


def _is_task(item: Item) -> bool:
    return TASK.match(item.lines[0]) is not None


def _in_list(block: Block, first: int) -> Iterator[_NearTask]:
    for item in block.items:
        if not _is_task(item) and (match := _NEAR.match(item.lines[0])):
            inner = (match["round"] if match["in"] is None else match["in"]).strip(_BLANKS)
            new = "[ ] " if not inner else "[x] " if inner in "xX✓✔√vV" else ""
            yield _NearTask(first + item.start, match[0], new)


def _other_mark(passage: Passage, block: Block, right: str) -> Iterator[_NearTask]:
    """Yield the items of ``block``, a list of its own because the mark of the list above is ``right``."""
    for item in block.items:
        line = passage.lines[item.start]
        mark = line[: line.index("[")].strip()
        yield _NearTask(passage.first + item.start, f"{mark} [", f"{right} [")


def _glued(passage: Passage) -> Iterator[_NearTask]:
    """Yield the lines of running text, at any depth, that begin like a task without its first blank."""
    for offset, block in leaves(passage.lines) if "[" in "".join(passage.lines) else ():
        for number, line in enumerate(block.lines if block.kind == "text" else (), passage.first + offset + block.start):
            if match := _GLUED.match(line):
                yield _NearTask(number, match["mark"] + match["box"], f"{match['mark']} {match['box']}")
