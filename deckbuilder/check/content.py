"""Rules about the content of questions: code, clozes, footnotes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from deckbuilder.cards.clozes import taken_out
from deckbuilder.check.cloze_parts import Part, parts
from deckbuilder.check.misspelt_languages import nearest_language, only_near_language
from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import language_of
from deckbuilder.markdown.block_parser import blocks, leaves
from deckbuilder.markdown.highlight import shows
from deckbuilder.markdown.links import label_key
from deckbuilder.markdown.patterns import FOOTNOTE
from deckbuilder.markdown.pieces import without
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import File, Kind, Passage, Question
from deckbuilder.safety.safe_list import VOID
from deckbuilder.source import positions

COLUMNS = 40
"""Columns of code, in 13 px, that a phone of 360 px shows without scrolling; a Han character takes two."""

HIGHEST = 499
"""The highest number of a cloze. Anki puts every higher number on this number's card."""
_DRAWN = frozenset({"geojson", "topojson", "stl", "plantuml", "goat"})
"""The languages of diagrams that GitHub or another tool draws."""
_CLOZE = re.compile(r"\{\{c\d+::")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>|(\{\{c\d+::)|(\}\})")
_MARK = re.compile(r"()()(\{\{c\d+::)|(\}\})")


def known_languages(file: File) -> Iterator[Diagnostic]:
    """Report an unknown language of a fence. Bad: ``pyhton``. Good: ``python``, ``text``, or none."""
    unknown = 0
    for entry in file.entries:
        question = entry.question
        for line, block in positions.code(question):
            language = language_of(block)
            if block.kind == "fence" and not shows(language):
                unknown += 1
                near = nearest_language(language) if unknown <= positions.MOST else ""  # slow: all languages are compared
                message = f"unknown code language '{language}'" + (near or "; for code without a language, write 'text'")
                if language in _DRAWN:
                    message = "cards do not draw diagrams; use a picture of the diagram, or the language 'text'"
                elif block.text[0] == "{":
                    message = f"cards do not have the directive '{{{language}}}'; write Markdown, or the language 'text'"
                shown = positions.lines_of(file, question.span.path)[line - 1]
                place = Span(question.span.path, line, max(1, shown.lower().find(language) + 1))
                surely = only_near_language(language) if near and shown.count(language) == 1 else ""
                yield Diagnostic(place, "unknown-language", message, mend=Mend.at(place, language, surely))


def short_lines(file: File) -> Iterator[Diagnostic]:
    """Report a line of code that is wider than a phone. Bad: over 40 columns. Good: two lines, or a fence that wraps."""
    for entry in file.entries:
        path = entry.question.span.path
        for first, block in positions.code(entry.question):
            if file.settings.diagrams and fence_options.is_diagram(block):
                continue
            options = fence_options.read(block)
            wraps = file.settings.code == "wrap" or language_of(block) == "output"
            if language_of(block) == "math" or (wraps if options.wrap is None else options.wrap):
                continue
            lines = taken_out("\n".join(block.lines))[0].split("\n") if options.cloze else block.lines
            for number, code in enumerate(lines, first + (block.kind == "fence")):
                if len(code) * 4 > COLUMNS and (width := positions.columns(code)) > COLUMNS:
                    column = len(positions.lines_of(file, path)[number - 1]) - len(code) + positions.fitting(code, COLUMNS) + 1
                    fence = f"'{language_of(block) or 'text'} wrap' on the fence or " if block.kind == "fence" else ""
                    message = (
                        f"line of code has {width} columns, but a phone shows {COLUMNS}; "
                        f'break the line, or let it wrap with {fence}code = "wrap" in deck.toml'
                    )
                    yield Diagnostic(Span(path, number, max(1, column)), "long-line", message)


def sound_clozes(file: File) -> Iterator[Diagnostic]:
    """Report a broken cloze, or a ``.cloze`` question without one. Bad: ``{{c1::open``, ``{{c1::}}``, ``{{c0::x}}``."""
    for entry in file.entries:
        question = entry.question
        if question.kind is not Kind.CLOZE:
            continue
        tokens = _tokens(question)
        places = _places(file, question, tokens)
        opened: list[tuple[Part, Span]] = []
        for token, following, place in itertools.zip_longest(tokens, tokens[1:], places):
            if token.kind == "open":
                opened.append((token, place))
                if not 1 <= token.number <= HIGHEST:
                    message = f"cloze numbers go from 1 to {HIGHEST}, not {token.number}"
                    yield Diagnostic(place, "broken-cloze", message)
                if following and following.kind != "open" and not token.between.strip():
                    message = f"cloze '{token.text}' hides nothing; write the text between '::' and '}}}}'"
                    yield Diagnostic(place, "broken-cloze", message)
            elif token.kind == "close":
                opened.pop()
            elif token.kind == "torn":
                message = f"cloze '{token.text}' does not end in its formula; end it with '}}}}' before the formula ends"
                yield Diagnostic(place, "broken-cloze", message)
        for token, place in opened:
            yield Diagnostic(place, "broken-cloze", f"cloze '{token.text}' is never closed; end it with '}}}}'")
        if not entry.note.ords and _first_cloze(question.answer) is None:
            message = "a .cloze question without a cloze; hide a part of it with {{c1::…}}, outside code"
            yield Diagnostic(question.span, "missing-cloze", message)


def whole_clozes(file: File) -> Iterator[Diagnostic]:
    """Report a cloze that begins inside an element and ends outside, or the other way round. Bad: ``**a {{c1::b** c}}``."""
    for entry in file.entries:
        if entry.note.schema.anki_kind is not AnkiKind.CLOZE:
            continue
        kinds = [token.kind for token in _tokens(entry.question)]
        if kinds.count("open") == kinds.count("close") and (mark := _torn(entry.note.text("question"))):
            message = f"cloze '{mark}' begins in one part (bold text, a paragraph, an item, a cell) and ends in another"
            yield Diagnostic(
                positions.in_question(file, entry.question.outline(), mark), "broken-cloze", f"{message}; move one end"
            )


def clozes_in_clozes_only(file: File) -> Iterator[Diagnostic]:
    """Report a cloze mark that hides nothing. Bad: ``{{c1::x}}`` without ``.cloze``, or in the answer of a ``.cloze`` question."""
    for entry in file.entries:
        question = entry.question
        passages = [question.answer] if question.kind is Kind.CLOZE else [question.heading, question.body, question.answer]
        passages += [question.source, *(_passage(text) for text in _side_texts(file, question))]
        found = next(((passage, token) for passage in passages if (token := _first_cloze(passage)) is not None), None)
        if found is None:
            continue
        passage, token = found
        place = positions.occurrence(file, question, passage.first + token.line, token.text)
        if question.kind is not Kind.CLOZE:
            message = "a cloze works only in a question with .cloze in its heading; move it, or put it in code"
        elif passage is not question.answer:
            message = "a cloze works only in the heading and above a '---'; move it, or put it in code"
        elif question.separators:
            message = f"a cloze works only above the '---'; move the '---' below line {_last_cloze_line(passage)}"
        else:
            below = f"below line {_last_cloze_line(passage)}, with a blank line above it"
            message = f"a cloze works only in the heading and above a '---'; write a line '---' {below}"
        code = "missing-cloze" if question.kind is Kind.CLOZE and not entry.note.ords else "stray-cloze"
        yield Diagnostic(place, code, f"'{token.text}…' hides nothing here; {message}")


def footnotes_defined(file: File) -> Iterator[Diagnostic]:
    """Report a footnote without a text, and a text that no footnote shows. Bad: ``[^1]`` without ``[^1]: …`` in the same question."""
    missing: set[str] = set()
    for entry in file.entries:
        defined, found = {label_key(label) for label, _ in entry.question.definitions}, 0
        for passage, start, label in _footnotes(entry.question):
            if (key := label_key(f"^{label}")) not in defined:
                missing.add(key)
                message = f"footnote '[^{label}]' has no text; write '[^{label}]: …' into this question"
                found += 1
                exact = found <= positions.MOST
                place = _in_block(file, entry.question, passage, start, f"[^{label}]") if exact else entry.question.span
                yield Diagnostic(place, "missing-footnote", message)
        for text in _side_texts(file, entry.question):
            for label in re.findall(FOOTNOTE, without(text.text, "code", "escape")) if "[^" in text.text else ():
                if label_key(f"^{label}") not in defined and (found := found + 1) <= positions.MOST:
                    message = f"footnote '[^{label}]' has no text; write '[^{label}]: …' into this question"
                    place = positions.in_text(file, entry.question, text, text.text.find(f"[^{label}]"), f"[^{label}]")
                    yield Diagnostic(place, "missing-footnote", message)
    for entry in file.entries:
        notes = {label: text for label, text in entry.question.definitions if label.startswith("^") and text.strip()}
        if not notes:
            continue
        shown = [label for _, _, label in _footnotes(entry.question)] + re.findall(FOOTNOTE, entry.question.hint)
        shown += [label for text in notes.values() for label in re.findall(FOOTNOTE, text)]
        # a note that another question of the file needs has its error there
        known = missing | {label_key(f"^{label}") for label in shown}
        for label in [label for label in notes if label_key(label) not in known][: positions.MOST]:
            message = f"no '[{label}]' in this question leads to this footnote, so its text is on no card; write '[{label}]' into the question"
            yield Diagnostic(positions.in_question(file, entry.question.outline(), f"[{label}]:"), "missing-footnote", message)


def _footnotes(question: Question) -> Iterator[tuple[Passage, int, str]]:
    """Yield (passage, first line of the block in it, label) for each mark of a footnote in ``question``."""
    for passage in (question.heading, question.body, question.answer, question.source):
        typed = question.kind is Kind.TYPED and passage is question.answer  # its first paragraph shows no footnotes
        for offset, block in leaves(passage.lines) if "[^" in "\n".join(passage.lines) else ():
            if typed and offset + block.start <= _first_line(passage):
                continue
            if block.kind in ("text", "table", "heading"):
                text = without("\n".join(block.lines) or block.text, "code", "escape")
                yield from ((passage, offset + block.start, label) for label in re.findall(FOOTNOTE, text))


def _side_texts(file: File, question: Question) -> Iterator[positions.Text]:
    """Yield the hint of ``question`` and the texts in its footnotes."""
    if question.hint:
        yield positions.hint(question)
    if question.definitions:
        yield from (text for text in positions.footnotes(file, question) if text.kind != "html")


def _passage(text: positions.Text) -> Passage:
    return Passage(text.line, tuple(text.text.split("\n")))


def _first_line(passage: Passage) -> int:
    return next((at for at, line in enumerate(passage.lines) if line.strip()), 0)


def _tokens(question: Question) -> list[Part]:
    return parts([*question.heading.lines, *question.body.lines])


def _first_cloze(passage: Passage) -> Part | None:
    """Return the first cloze of ``passage``; None if it has none."""
    if "{{c" not in "\n".join(passage.lines):
        return None
    return next((token for token in parts(passage.lines) if token.kind in ("open", "torn")), None)


def _last_cloze_line(passage: Passage) -> int:
    """Return the number of the last line of the last block that has a cloze."""
    last = [token.line for token in parts(passage.lines) if token.kind in ("open", "torn")][-1]
    block = next(block for block in blocks(passage.lines) if last < block.end)
    return passage.first + max(at for at in range(block.start, block.end) if passage.lines[at].strip())


def _places(file: File, question: Question, tokens: list[Part]) -> list[Span]:
    """Return the place of each token in the file. The tokens of one line have their places from left to right."""
    ends: dict[int, int] = {}
    places = []
    for token in tokens:
        line = question.span.line if token.line == 0 else question.body.first + token.line - 1
        place = positions.occurrence(file, question, line, token.text, ends.get(line, 0))
        ends[line] = place.column
        places.append(place)
    return places


def _in_block(file: File, question: Question, passage: Passage, start: int, text: str) -> Span:
    """Return the first place of ``text`` in the passage, from its line ``start`` (from 0) on; else that of the question."""
    lines = positions.lines_of(file, question.span.path)
    for number in range(passage.first + start, passage.first + len(passage.lines)):
        if (column := lines[number - 1].find(text)) >= 0:
            return Span(question.span.path, number, column + 1)
    return question.span


def _torn(html: str) -> str:
    """Return the mark of a cloze that begins in one element of a field and ends in another. Return ``""`` if there is none.

    A mark ``{{c`` means that the cloze is not known.
    """
    stack: list[str] = []
    clozes = 0  # in the stack
    end = html.rfind(">") + 1  # no tag ends after this, and a search for an end at every "<" would be slow
    for match in (*_TAG.finditer(html, 0, end), *_MARK.finditer(html, end)):
        closing, tag, opens, closes = match[1], (match[2] or "").lower(), match[3], match[4]
        if tag and ((mark := _CLOZE.search(match[0])) or "}}" in match[0]):
            return mark[0] if mark else _innermost(stack)
        if tag in VOID or match[0].endswith("/>"):
            continue
        if opens or (tag and not closing):
            stack.append(opens or tag)
            clozes += bool(opens)
        elif (closes and clozes) or (tag and stack):
            if not (stack[-1].startswith("{{") if closes else stack[-1] == tag):
                return _innermost(stack)
            stack.pop()
            clozes -= bool(closes)
    return _innermost(stack) if clozes else ""


def _innermost(stack: list[str]) -> str:
    return next((mark for mark in reversed(stack) if mark.startswith("{{")), "{{c")
