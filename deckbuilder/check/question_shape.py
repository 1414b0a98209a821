"""Rules about the shape of questions: the question, the answer, and where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.cards.render import typed_answer
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.anki_text import plain, without_context
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import Deck, File, Kind
from deckbuilder.source import positions
from deckbuilder.source.parse import SOURCE, task_list

_SHOWN = re.compile(r"<(?:img|audio|video|hr|object|svg)\b|\[sound:", re.IGNORECASE)


def some_questions(deck: Deck) -> Iterator[Diagnostic]:
    """Report a deck without a question. Good: ``## What is a blueprint? {#blueprint}`` with an answer below."""
    if not deck.entries:
        marks = "#" * deck.settings.question_level
        span = Span(deck.sources[0].path) if deck.sources else deck.settings.span
        message = f"no question found; write one as a heading '{marks} …' (question_level in deck.toml)"
        yield Diagnostic(span, "no-questions", message)


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
            yield Diagnostic(question.span, "missing-answer", f"question has no answer; write it below the {below}")


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
        message = "this code fence, comment or tag is never closed, so the rest of the file belongs to it; close it"
        yield Diagnostic(span, "unclosed", message)


def typed_in_one_line(file: File) -> Iterator[Diagnostic]:
    """Report a ``.typed`` question whose answer begins with a list, code or two lines. Good: ``308``, the reason below."""
    for entry in file.entries:
        question = entry.question
        if question.kind is Kind.TYPED:
            typed, _ = typed_answer(question.answer)
            first = next(iter(blocks(question.answer.lines)), None)
            if first is not None and (first.kind != "text" or "\n" in typed):
                message = "the learner must type one line of text; put the rest below, after a blank line"
                yield Diagnostic(Span(question.span.path, question.answer.first + first.start), "bad-typed-answer", message)


def real_choices(file: File) -> Iterator[Diagnostic]:
    """Report a ``.choice`` question without ``- [x] right`` or without ``- [ ] wrong``."""
    for entry in file.entries:
        question = entry.question
        if question.kind is not Kind.CHOICE:
            continue
        options = task_list(blocks(question.body.lines))
        if options is None:
            message = "a .choice question needs its options in the question: a list of '- [x] right' and '- [ ] wrong'"
            yield Diagnostic(question.span, "bad-choice", message)
        elif len({item.lines[0][1] == " " for item in options.items}) < 2:
            message = "a .choice question needs at least one right option, '- [x]', and one wrong option, '- [ ]'"
            yield Diagnostic(Span(question.span.path, question.body.first + options.start), "bad-choice", message)


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
