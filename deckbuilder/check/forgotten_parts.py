"""Rules about parts that an author forgot: a separator, another option, the answer itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.markdown.block import language_of
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.model.anki_text import plain
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Kind, Question
from deckbuilder.source import positions
from deckbuilder.source.parse import task_list

_ASKS = re.compile(
    r"""
    what(?:'s|’s|\s+(?:does|do|will|would|is|are))\b.*\b(?:print|prints|printed|output|outputs|logged|result)\b
    |(?:输出|打印|返回|结果)(?:结果)?(?:是|会是|为)?(?:什么|多少|啥)|会(?:输出|打印)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THIS = re.compile(r"\b(?:this|these|following|below|above)\b|下面|以下|下列|这段|output\s*\?|输出(?:是)?什么", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"""
    (?:
        (?P<mark>todo|fixme|tbd)[ \t]*[:：][^\n]{0,60}
        |todo|fixme|tbd|tba|wip|待补充|待完善|待续|未完成?
    )?
    [\s.。:：!！…]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ANSWER = re.compile(
    r"\s*(?:\*\*|__)?(?:answer|solution|答案|解答|(?P<letter>(?-i:A)|答))(?:\*\*|__)?[ \t]*[:：](?!:)", re.IGNORECASE
)
_OTHER_LETTER = re.compile(r"\s*(?:[-+*][ \t]+)?(?:\*\*|__)?B(?:\*\*|__)?[ \t]*[:：.)]")
"""The second of the options that a question offers; "A:" is then the first."""
_SUMMARY = re.compile(
    r"""
    <summary\b[^<>]*>
    (?:<\w+>|[^\w<>]){0,9}+
    (?:(?:show|see|view|the)\s+|查看){0,3}+
    (?:answer|solution|答案|解答)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def separator_below_code(file: File) -> Iterator[Diagnostic]:
    """Report a question about code that is shown only with the answer. Bad: ``What does this print?`` without a ``---`` below."""
    for entry in file.entries:
        question = entry.question
        heading = question.heading.lines[0]
        if question.kind in (Kind.CLOZE, Kind.CHOICE) or any(question.body.lines) or not _asks(heading):
            continue
        first, *rest = [*blocks(question.answer.lines), None]
        is_code = first is not None and (first.kind == "fence" or (first.kind == "code" and rest[0] is not None))
        if first is not None and is_code and language_of(first) != "output":
            message = "the question asks about this code, but shows it only with the answer; write '---' below the code"
            yield Diagnostic(Span(question.span.path, question.answer.first + first.start), "forgotten-separator", message)


def answer_hidden(file: File) -> Iterator[Diagnostic]:
    """Report an answer that the question shows. Bad: ``What does this print?`` with an ``output`` block above the ``---``."""
    for entry in file.entries:
        question = entry.question
        if question.separators and _asks(question.heading.lines[0]):
            for line, block in positions.code(question):
                if block.kind == "fence" and language_of(block) == "output" and line < question.separators[0].line:
                    message = "the question shows the output that it asks for; write this block below the '---'"
                    yield Diagnostic(Span(question.span.path, line), "shown-answer", message)


def options_differ(file: File) -> Iterator[Diagnostic]:
    """Report two equal options of a ``.choice`` question. Bad: ``- [x] 3`` and ``- [ ] 3``."""
    for entry in file.entries:
        question = entry.question
        options = task_list(blocks(question.body.lines)) if question.kind is Kind.CHOICE else None
        seen: dict[str, int] = {}
        for item in options.items if options else ():
            text = " ".join("\n".join(item.lines)[3:].split())
            line = question.body.first + item.start
            if seen.setdefault(text, line) != line:
                message = f"this option is the same as the one in line {seen[text]}; change it, or remove it"
                yield Diagnostic(Span(question.span.path, line), "equal-options", message)


def one_answer(file: File) -> Iterator[Diagnostic]:
    """Report a second answer in one question. Bad: two lines ``Answer: …``, or two ``<details>`` with the summary "Answer"."""
    for entry in file.entries:
        question = entry.question
        first = 0
        for line in _answers(file, question) if question.kind is not Kind.CLOZE else ():
            if first and line != first:
                message = f"a second answer in one question (the first is in line {first}); give it a heading of its own"
                yield Diagnostic(Span(question.span.path, line), "second-answer", message)
            first = first or line


def _answers(file: File, question: Question) -> Iterator[int]:
    """Yield the number of each line that begins an answer: ``Answer: …``, ``A: …``, ``<summary>Answer</summary>``."""
    lines = positions.lines_of(file, question.span.path)[question.span.line : question.end]
    if not any(_ANSWER.match(line.lstrip("#")) or "<summary" in line for line in lines):
        return
    offered = any(map(_OTHER_LETTER.match, lines))
    first = next((at for at, line in enumerate(question.answer.lines, question.answer.first) if line.strip()), 0)
    for offset, block in leaves(lines):
        if block.kind not in ("text", "heading", "html"):
            continue
        for number, line in enumerate(block.lines or (block.text,), question.span.line + 1 + offset + block.start):
            match = _SUMMARY.search(line) if block.kind == "html" else _ANSWER.match(line)
            letter = match and block.kind != "html" and match["letter"]
            if match is None or (letter and offered):
                continue
            if letter and question.separators and number > first > 0:
                yield first
                first = 0
            yield number


def finished(file: File) -> Iterator[Diagnostic]:
    """Report an answer that is not written yet. Bad: ``TODO``, ``...``, ``待补充``."""
    for entry in file.entries:
        question = entry.question
        html = entry.note.text("answer")
        text = plain(html) if "<code" not in html else ""
        match = _UNFINISHED.fullmatch(text) if text else None
        if match and not (match["mark"] and match["mark"].casefold() in question.heading.lines[0].casefold()):
            number = next((at for at, line in enumerate(question.answer.lines) if line.strip()), 0)
            message = f"the answer is only '{text}'; write it"
            yield Diagnostic(Span(question.span.path, question.answer.first + number), "unfinished", message)


def _asks(heading: str) -> bool:
    return _ASKS.search(heading) is not None and _THIS.search(heading) is not None and "`" not in heading
