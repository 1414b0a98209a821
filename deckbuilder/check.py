"""Deck -> what is wrong with it. ``RULES`` are small functions, each with good and bad examples in tests/cases."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from deckbuilder import cloze
from deckbuilder.blocks import Block, blocks, leaves
from deckbuilder.diagnostics import Diagnostic, Severity, Span, nearest
from deckbuilder.field import plain
from deckbuilder.highlight import knows, nearest_language
from deckbuilder.markup import language_of
from deckbuilder.model import Deck, Kind, Note, Question
from deckbuilder.parse import is_task_list, slug
from deckbuilder.render import typed_answer

Rule = Callable[[Deck], Iterator[Diagnostic]]

COLUMNS = 40
"""What a 360 px wide phone shows of a line of 13 px code; a Han character takes two."""

_LEFT_OVER = re.compile(r"\{:?\s*[#.][^{}]*\}?\s*$")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_CODE_SPAN = re.compile(cloze.CODE_SPAN, re.DOTALL)
_CLOZE = re.compile(r"\{\{c\d+::")
_SOURCE = re.compile(r"\s*(?:source|来源)\s*[:：]", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>|(\{\{c\d+::)|(\}\})")
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_SHOWN = re.compile(r"<(?:img|audio|video|hr|object|svg)\b|\[sound:", re.IGNORECASE)


def check(deck: Deck, rules: tuple[Rule, ...] | None = None) -> list[Diagnostic]:
    """Everything that ``rules`` (all of them by default) find in ``deck``, in the order of the files."""
    return sorted({problem for rule in (RULES if rules is None else rules) for problem in rule(deck)})


def some_questions(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a deck without a heading of the question level.

    Good: ``## What is a blueprint? {#blueprint}`` with an answer below.
    """
    if not deck.cards:
        marks = "#" * deck.settings.question_level
        span = Span(deck.sources[0].path) if deck.sources else deck.settings.span
        yield Diagnostic(
            span, "no-questions", f"no question found: a question is a heading '{marks} …' (question_level in deck.toml)"
        )


def pinned_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``## What is g?``. Good: ``## What is g? {#g-purpose}``: the heading may be reworded, the id may not."""
    for question in _questions(deck):
        if not question.pinned:
            message = f"question has no id; add {{#{question.id}}} to the heading, or run 'deckbuilder ids --write'"
            yield Diagnostic(question.span, "missing-id", message, Severity.NOTE)


def good_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``{#what is g}``, ``{#g_purpose!}``. Good: ``{#g-purpose}``, ``{#应用上下文}``."""
    for question in _questions(deck):
        if not question.id or any(char != "-" and unicodedata.category(char)[0] not in "LNM" for char in question.id):
            better = f"; write {{#{slug(question.id)}}}" if slug(question.id) else ""
            message = f"id '{question.id}' must be letters, digits and hyphens{better}"
            yield Diagnostic(_attribute(question, "#"), "bad-id", message)


def unique_ids(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: two headings with ``{#g}``, or ``{#g}`` and ``{#G}``: they would be one note."""
    first: dict[str, Question] = {}
    for question in _questions(deck):
        other = first.setdefault(question.id.casefold(), question)
        if other is not question:
            message = (
                f"id '{question.id}' is already used at {other.span.path}:{other.span.line}; give this question an id of its own"
            )
            yield Diagnostic(_attribute(question, "#"), "duplicate-id", message)


def known_attributes(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``{#g .clozed}``, ``{#g tag="x"}``, ``{#g "x"}``. Good: ``{#g .cloze tags="x y" hint="…"}``."""
    kinds = [kind.value for kind in Kind if kind.value]
    for question in _questions(deck):
        classes, keys = 0, set()
        for item in question.attributes:
            if item.key == "." and item.value not in kinds:
                known = nearest(item.value, kinds) or f"; known are .{', .'.join(kinds)}"
                yield Diagnostic(item.span, "bad-attribute", f"unknown kind '.{item.value}'{known}")
            elif item.key not in (".", "#", "tags", "hint"):
                known = nearest(item.key, ("tags", "hint")) or "; known are tags= and hint="
                yield Diagnostic(item.span, "bad-attribute", f"unknown attribute '{item.key}'{known}")
            elif (item.key == "." and classes) or (item.key != "." and item.key in keys):
                yield Diagnostic(item.span, "bad-attribute", f"a second '{item.key}' in one heading; leave one")
            classes += item.key == "."
            keys.add(item.key)
        if match := _LEFT_OVER.search(question.heading.lines[0]):
            message = f'attributes \'{match[0].strip()}\' cannot be read; write {{#id .kind tags="a b" hint="…"}}'
            yield Diagnostic(_find(deck, question, match[0].strip()), "bad-attribute", message)


def asked(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``## {#g}``: Anki shows no card whose front is empty."""
    for card in deck.cards:
        front = card.note.fields[0]
        if not plain(front) and not _SHOWN.search(front):
            yield Diagnostic(card.question.span, "empty-question", "question has no text; write it into the heading")


def answered(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a question with nothing below it, or nothing below its ``---``."""
    for question, note in _cards(deck):
        if question.kind is Kind.CLOZE or (question.kind is Kind.TYPED and plain(note.fields[4])):
            continue
        if question.kind is Kind.CHOICE and not _has_options(question):
            continue
        if not plain(note.fields[1]) and not _SHOWN.search(note.fields[1]):
            below = " below the '---'" if question.separators else " below the heading"
            yield Diagnostic(question.span, "missing-answer", f"question has no answer; write it{below}")


def one_separator(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a second ``---`` in one question. Good: ``***`` for a rule."""
    for question in _questions(deck):
        for span in question.separators[1:]:
            message = (
                f"a second '---' in one question (the first is in line {question.separators[0].line}); write '***' for a rule"
            )
            yield Diagnostic(span, "second-separator", message)


def free_separators(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``---`` right under a line of text, which GitHub takes for a heading. Good: a blank line between."""
    for question in _questions(deck):
        for span in question.separators:
            above = _source_line(deck, question, span.line - 1)
            if above.strip() and question.span.line < span.line - 1 and next(iter(blocks([above]))).kind == "text":
                message = "GitHub shows the text above this '---' as a heading; put a blank line between"
                yield Diagnostic(span, "tight-separator", message, Severity.WARNING)


def closed_blocks(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a fence or comment that is opened and never closed: it swallows all that follows."""
    for question in _questions(deck):
        for span in question.unclosed:
            yield Diagnostic(span, "unclosed", "this code fence or comment is never closed, so it swallows the rest; close it")


def known_languages(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a fence of language ``pyhton``. Good: ``python``, ``text``, or none."""
    for question in _questions(deck):
        for line, block in _code(question):
            language = language_of(block)
            if block.kind == "fence" and not knows(language):
                known = nearest_language(language) or "; use 'text' for none"
                message = f"unknown code language '{language}'{known}"
                column = _source_line(deck, question, line).lower().find(language) + 1
                yield Diagnostic(Span(question.span.path, line, max(1, column)), "unknown-language", message)


def short_lines(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a line of code over 40 columns. Good: one broken in two, or an ``output`` fence, which wraps."""
    for question in _questions(deck):
        for first, block in _code(question):
            if language_of(block) == "output":
                continue
            for number, code in enumerate(block.lines, first + (block.kind == "fence")):
                if len(code) * 2 > COLUMNS and (width := columns(code)) > COLUMNS:
                    column = len(_source_line(deck, question, number)) - len(code) + _fitting(code) + 1
                    message = f"line of code has {width} columns; a phone shows {COLUMNS} without scrolling"
                    yield Diagnostic(Span(question.span.path, number, max(1, column)), "long-line", message, Severity.WARNING)


def good_tags(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``tags="a::::b"``, ``tags="leech"``, a tag with a quotation mark or blank: Anki would change or drop it."""
    for tag in deck.settings.tags:
        if wrong := _wrong_tag(tag):
            yield Diagnostic(deck.settings.span, "bad-tag", wrong)
    for question in _questions(deck):
        for tag in question.tags:
            if wrong := _wrong_tag(tag):
                yield Diagnostic(_find(deck, question, tag, whole_file=True), "bad-tag", wrong)


def good_subdecks(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``deck: A::``, ``deck: '"A"'`` in front matter: Anki would rename it."""
    seen = set()
    for question in _questions(deck):
        name = question.subdeck
        if name and (question.span.path, name) not in seen:
            seen.add((question.span.path, name))
            if '"' in name or any(not part or part != part.strip() for part in name.split("::")):
                message = f"subdeck '{name}' must have no quotation marks, outer blanks or empty parts between '::'"
                yield Diagnostic(_find(deck, question, name, whole_file=True), "bad-subdeck", message)


def sound_clozes(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a ``.cloze`` question without a cloze, or with ``{{c1::open``, ``{{c1::}}``, ``{{c0::x}}``."""
    for question in _questions(deck):
        if question.kind is not Kind.CLOZE:
            continue
        tokens = cloze.tokens([*question.heading.lines, *question.body.lines])
        opened: list[cloze.Token] = []
        for token, following in itertools.zip_longest(tokens, tokens[1:]):
            if token.kind == "open":
                opened.append(token)
                if not 1 <= token.number <= cloze.HIGHEST:
                    message = f"cloze numbers go from 1 to {cloze.HIGHEST}, not {token.number}"
                    yield Diagnostic(_find(deck, question, token.text), "broken-cloze", message)
                if following and following.kind != "open" and _adjacent(question, token, following):
                    message = f"cloze '{token.text}' hides nothing; write the text between '::' and '}}}}'"
                    yield Diagnostic(_find(deck, question, token.text + following.text), "broken-cloze", message)
            elif token.kind == "close":
                opened.pop()
        for token in opened:
            yield Diagnostic(
                _find(deck, question, token.text), "broken-cloze", f"cloze '{token.text}' is never closed; end it with '}}}}'"
            )
        if not any(token.kind == "open" for token in tokens):
            message = "a .cloze question without a cloze; hide a part of it with {{c1::…}} (not in code: there it shows as it is)"
            yield Diagnostic(question.span, "missing-cloze", message)


def whole_clozes(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``**a {{c1::b** c}}``: the cloze begins inside the bold text and ends outside."""
    for card in deck.cards:
        if card.note.cloze and _closed(card.question) and not _balanced(card.note.fields[0]):
            message = "a cloze begins and ends in different pieces of formatting; let it hold whole ones"
            yield Diagnostic(card.question.span, "broken-cloze", message)


def clozes_in_clozes_only(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``{{c1::x}}`` in a question without ``.cloze``, where it shows as it is."""
    for question in _questions(deck):
        if question.kind is not Kind.CLOZE and cloze.numbers([*question.heading.lines, *question.body.lines]):
            message = "{{c1::…}} hides nothing here; add .cloze to the heading's attributes, or put it in code"
            yield Diagnostic(_find(deck, question, "{{c"), "stray-cloze", message, Severity.WARNING)


def typed_in_one_line(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a ``.typed`` question whose answer begins with a list, code or two lines. Good: ``308``, why below."""
    for question in _questions(deck):
        if question.kind is Kind.TYPED:
            typed, _ = typed_answer(question.answer)
            first = next(iter(blocks(question.answer.lines)), None)
            if first is not None and (first.kind != "text" or "\n" in typed):
                message = "what the learner types must be one line of text; put the rest below, after a blank line"
                yield Diagnostic(Span(question.span.path, question.answer.first + first.start), "bad-typed-answer", message)


def real_choices(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a ``.choice`` question without ``- [x] right`` or without ``- [ ] wrong``."""
    for question in _questions(deck):
        if question.kind is not Kind.CHOICE:
            continue
        options = next((block for block in blocks(question.body.lines) if is_task_list(block)), None)
        if options is None:
            message = "a .choice question needs its options in the question: a list of '- [x] right' and '- [ ] wrong'"
            yield Diagnostic(question.span, "bad-choice", message)
        elif len({item.lines[0][1] == " " for item in options.items}) < 2:
            message = "mark at least one option right, '- [x]', and leave at least one wrong, '- [ ]'"
            yield Diagnostic(Span(question.span.path, question.body.first + options.start), "bad-choice", message)


def footnotes_defined(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``[^1]`` without ``[^1]: …`` in the same question."""
    for question in _questions(deck):
        defined = {label for label, _ in question.definitions}
        lines = [*question.heading.lines, *question.body.lines, *question.answer.lines]
        for _, block in leaves(lines):
            if block.kind in ("text", "table", "heading"):
                text = _CODE_SPAN.sub("", "\n".join(block.lines) or block.text)
                for label in _FOOTNOTE.findall(text):
                    if f"^{label}" not in defined:
                        message = f"footnote '[^{label}]' has no text; write '[^{label}]: …' into this question"
                        yield Diagnostic(_find(deck, question, f"[^{label}]"), "missing-footnote", message)


def media_found(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``![](missing.png)``, ``![](../../outside.png)``, ``![](https://…)``: a card works offline."""
    messages = {
        "missing-media": "file '{}' does not exist; paths start at the folder of this Markdown file",
        "media-outside": "file '{}' lies outside the deck's folder; move it into the deck",
        "remote-media": "'{}' is on the network, cards work offline; save it in the deck's folder",
    }
    for card in deck.cards:
        for path, code in card.media_problems.items():
            yield Diagnostic(_find(deck, card.question, path), code, messages[code].format(path))


def no_stray_answers(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: text with code under a ``#`` heading where questions are ``##``: it is on no card."""
    marks = "#" * deck.settings.question_level
    for stray in deck.strays:
        kinds = {block.kind for block in blocks(stray.lines)}
        asks = stray.heading.rstrip().endswith(("?", "？"))
        if asks or kinds & {"fence", "code", "rule"} or any(_SOURCE.match(line) for line in stray.lines):
            message = f"this text is on no card, but looks like an answer; its question must be a heading '{marks} …'"
            yield Diagnostic(stray.span, "stray-text", message, Severity.WARNING)


RULES: tuple[Rule, ...] = (
    some_questions,
    pinned_ids,
    good_ids,
    unique_ids,
    known_attributes,
    asked,
    answered,
    one_separator,
    free_separators,
    closed_blocks,
    known_languages,
    short_lines,
    good_tags,
    good_subdecks,
    sound_clozes,
    whole_clozes,
    clozes_in_clozes_only,
    typed_in_one_line,
    real_choices,
    footnotes_defined,
    media_found,
    no_stray_answers,
)


def columns(text: str) -> int:
    """How many columns ``text`` takes in a monospaced font: a wide (Han, Kana, full-width) character two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 4 if char == "\t" else 1 for char in text)


def _fitting(text: str) -> int:
    """How many characters of ``text`` fit."""
    return next(at for at in range(len(text) + 1) if columns(text[: at + 1]) > COLUMNS)


def _questions(deck: Deck) -> Iterator[Question]:
    return (card.question for card in deck.cards)


def _cards(deck: Deck) -> Iterator[tuple[Question, Note]]:
    return ((card.question, card.note) for card in deck.cards)


def _code(question: Question) -> Iterator[tuple[int, Block]]:
    """(line in the file, block) of each piece of code, at any depth."""
    for passage in (question.body, question.answer):
        for offset, block in leaves(passage.lines):
            if block.kind in ("fence", "code"):
                yield passage.first + offset + block.start, block


def _source_line(deck: Deck, question: Question, number: int) -> str:
    return _lines(deck, question)[number - 1]


def _lines(deck: Deck, question: Question) -> list[str]:
    return _split(next(source.text for source in deck.sources if source.path == question.span.path))


@lru_cache(maxsize=4)
def _split(text: str) -> list[str]:
    return text.split("\n")


def _attribute(question: Question, key: str) -> Span:
    return next((item.span for item in question.attributes if item.key == key), question.span)


def _find(deck: Deck, question: Question, text: str, *, whole_file: bool = False) -> Span:
    """Where ``text`` stands in the question (or from the top of its file), else its heading."""
    lines = _lines(deck, question)
    begin, end = question.span.line - 1, question.end
    for number in [*range(begin, end), *(range(begin) if whole_file else ())]:
        if (column := lines[number].find(text)) >= 0:
            return Span(question.span.path, number + 1, column + 1)
    return question.span


def _wrong_tag(tag: str) -> str:
    if tag.casefold() in ("marked", "leech"):
        return f"tag '{tag}' belongs to Anki; choose another"
    if not tag or any(char.isspace() or char == '"' for char in tag):
        return f"tag '{tag}' has a blank or quotation mark in it; Anki would split or change it"
    if not all(tag.split("::")):
        return f"tag '{tag}' has an empty part beside '::'; Anki would call it 'blank'"
    if tag != unicodedata.normalize("NFC", tag):
        return f"tag '{tag}' is not in Unicode's composed form (NFC); Anki would change it"
    return ""


def _has_options(question: Question) -> bool:
    return any(is_task_list(block) for block in blocks(question.body.lines))


def _closed(question: Question) -> bool:
    """Whether every cloze that is opened is closed, too."""
    kinds = [token.kind for token in cloze.tokens([*question.heading.lines, *question.body.lines])]
    return kinds.count("open") == kinds.count("close")


def _adjacent(question: Question, token: cloze.Token, following: cloze.Token) -> bool:
    """Whether nothing but blanks stands between two tokens."""
    lines = [*question.heading.lines, *question.body.lines]
    text = "\n".join(lines[token.line : following.line + 1])
    return any(
        not between.strip()
        for between in re.findall(rf"{re.escape(token.text)}(.*?){re.escape(following.text)}", text, re.DOTALL)
    )


def _balanced(html: str) -> bool:
    """Whether every cloze in a field ends in the element that it begins in."""
    stack: list[str] = []
    for match in _TAG.finditer(html):
        closing, tag, opens, closes = match[1], (match[2] or "").lower(), match[3], match[4]
        if tag and (_CLOZE.search(match[0]) or "}}" in match[0]):
            return False
        if tag in _VOID or match[0].endswith("/>"):
            continue
        if opens or (tag and not closing):
            stack.append("{{" if opens else tag)
        elif ((closes and "{{" in stack) or (tag and stack)) and stack.pop() != (tag or "{{"):
            return False
    return "{{" not in stack
