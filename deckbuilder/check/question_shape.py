"""Rules about the shape of questions: the question, the answer, and where each ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from deckbuilder.cards.render import typed_answer
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.anki_text import plain, without_context
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Kind, Question, Source
from deckbuilder.source import front_matter, positions
from deckbuilder.source.parse import SOURCE, task_list

_NO_TEXT = {
    "fence": "a block of code",
    "code": "a block of code",
    "list": "a list",
    "quote": "a quote",
    "table": "a table",
    "html": "HTML",
}
_SHOWN = re.compile(r"<(?:img|audio|video|hr|object|svg)\b|\[sound:", re.IGNORECASE)


def some_questions(deck: Deck) -> Iterator[Diagnostic]:
    """Report a deck without a question. Good: ``## What is a blueprint? {#blueprint}`` with an answer below."""
    if not deck.entries:
        span = Span(deck.sources[0].path) if deck.sources else deck.settings.span
        message = f"no question found; write one as a heading '{'#' * deck.settings.question_level} …'"
        headings = [block for source in deck.sources for block in _headings(source)]
        yield Diagnostic(span, "no-questions", message + (_other_level(headings, deck) or " (question_level in deck.toml)"))


def right_level(deck: Deck) -> Iterator[Diagnostic]:
    """Report a file without a question whose headings ask. Bad: ``### What is g?`` if questions are ``##``."""
    asked_in = {entry.question.span.path for entry in deck.entries}
    for source in deck.sources if asked_in else ():
        if source.path in asked_in:
            continue
        asking = [block for block in _headings(source) if block.text.endswith(("?", "？"))]
        if len(asking) > 1 and (other := _other_level(asking, deck)):
            message = f"this file has no question; write each as a heading '{'#' * deck.settings.question_level} …'{other}"
            yield Diagnostic(Span(source.path, asking[0].start + 1), "stray-text", message)


def _headings(source: Source) -> Iterator[Block]:
    """Yield the headings of a file, with their lines counted from its beginning."""
    lines = source.text.split("\n")
    first = front_matter.end(lines)
    for block in blocks(lines[first:]):
        if block.kind == "heading":
            yield block._replace(start=block.start + first)


def _other_level(headings: Iterable[Block], deck: Deck) -> str:
    """Return the advice to change ``question_level`` to the level of most ``headings``; ``""`` if there are fewer than two."""
    ((level, count),) = Counter(block.level for block in headings).most_common(1) or [(0, 0)]
    if count < 2 or level == deck.settings.question_level:
        return ""
    return f", or add question_level = {level} to deck.toml: {count} headings have this level"


def asked(file: File) -> Iterator[Diagnostic]:
    """Report a question without text: Anki shows no card whose front is empty. Bad: ``## {#g}``."""
    for entry in file.entries:
        if not _shows(without_context(entry.note.text("question"))):
            yield Diagnostic(entry.question.span, "empty-question", "question has no text; write it into the heading")


def answered(file: File) -> Iterator[Diagnostic]:
    """Report a question without an answer. Bad: a heading with nothing below it, or with nothing below its ``---``."""
    for entry in file.entries:
        question = entry.question
        if question.kind is Kind.CLOZE or (question.kind is Kind.TYPED and plain(entry.note.text("typed"))):
            continue
        if question.kind is Kind.CHOICE and task_list(blocks(question.body.lines)) is None:
            continue  # the rule real_choices reports the question
        if not _shows(entry.note.text("answer")):
            below = "'---'" if question.separators else "heading"
            title = f", above line {line}, where a title ends the question" if (line := _title_below(file, question)) else ""
            yield Diagnostic(question.span, "missing-answer", f"question has no answer; write it below the {below}{title}")


def _title_below(file: File, question: Question) -> int:
    """Return the number of the line directly below the question that is a title with text of its own, or 0."""
    stray = next((stray for stray in file.strays if stray.heading and stray.span.line > question.end), None)
    lines = positions.lines_of(file, question.span.path)
    between = lines[question.end : stray.span.line - 1] if stray else []
    heading = next(iter(blocks(between)), None)
    is_title = heading is not None and heading.kind == "heading" and not any(map(str.strip, between[heading.end :]))
    return question.end + heading.start + 1 if heading and is_title else 0


def one_separator(file: File) -> Iterator[Diagnostic]:
    """Report a second ``---`` in one question. Good: ``***`` for a horizontal line."""
    for entry in file.entries:
        separators = entry.question.separators
        for span in separators[1:]:
            message = (
                f"a second '---' in one question (the first is in line {separators[0].line}); write '***' for a horizontal line"
            )
            yield Diagnostic(span, "second-separator", message)


def free_separators(file: File) -> Iterator[Diagnostic]:
    """Report a ``---`` directly below text, which GitHub shows as a heading. Good: a blank line between them."""
    for entry in file.entries:
        begin = entry.question.body.first - 1
        for span in entry.question.separators:
            above = positions.lines_of(file, span.path)[begin : span.line - 1]
            begin = span.line
            if above and above[-1].strip() and list(blocks(above))[-1].kind == "text":
                message = "GitHub shows the text above this '---' as a heading; put a blank line between them"
                yield Diagnostic(span, "tight-separator", message)


def closed_blocks(file: File) -> Iterator[Diagnostic]:
    """Report a fence, comment or ``<pre>`` that is never closed: the rest of the file would belong to it."""
    for span in file.unclosed:
        message = "this fence, comment or tag is never closed, so the rest of its list, quote or file belongs to it; close it"
        yield Diagnostic(span, "unclosed", message)


def typed_in_one_line(file: File) -> Iterator[Diagnostic]:
    """Report a ``.typed`` question whose answer begins with a list, code or two lines. Good: ``308``, the reason below."""
    for entry in file.entries:
        question = entry.question
        if question.kind is Kind.TYPED:
            typed, _ = typed_answer(question.answer)
            first = next(iter(blocks(question.answer.lines)), None)
            if first is not None and (first.kind != "text" or "\n" in typed):
                found = f", but the answer begins with {_NO_TEXT[first.kind]}" if first.kind in _NO_TEXT else ""
                way = (
                    "write that line as text or in code marks, and the rest below"
                    if found
                    else "put the rest below, after a blank line"
                )
                message = f"the learner must type one line of text{found}; {way}"
                yield Diagnostic(Span(question.span.path, question.answer.first + first.start), "bad-typed-answer", message)


def no_stray_answers(file: File) -> Iterator[Diagnostic]:
    """Report text on no card that looks like an answer. Bad: text with code under ``#``, if questions are ``##``."""
    marks = "#" * file.settings.question_level
    for stray in file.strays:
        kinds = {block.kind for block in blocks(stray.lines)}
        asks = stray.heading.rstrip().endswith(("?", "？"))
        if asks or kinds & {"fence", "code", "rule"} or any(SOURCE.match(line) for line in stray.lines):
            message = f"this text looks like an answer, but is on no card; make its question a heading '{marks} …'"
            yield Diagnostic(stray.span, "stray-text", message)


def sources_last(file: File) -> Iterator[Diagnostic]:
    """Report a source that is read as a part of the answer. Bad: ``Source: …`` directly below text, or with more text below."""
    for entry in file.entries:
        answer = entry.question.answer
        for block in (block for block in blocks(answer.lines) if block.kind == "text"):
            for number in range(block.start, block.end):
                if SOURCE.match(answer.lines[number]):
                    message = "this source is read as a part of the answer; make it the last paragraph, with a blank line above"
                    yield Diagnostic(Span(entry.question.span.path, answer.first + number), "late-source", message)


def _shows(html: str) -> bool:
    return bool(plain(html) or _SHOWN.search(html))
