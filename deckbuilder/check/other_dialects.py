"""Rules about syntax of other tools that a card shows as text: alerts that GitHub does not read, and Obsidian's notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from deckbuilder.check.prose import shown_words
from deckbuilder.markdown import alerts
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.links import label_key
from deckbuilder.model.diagnostics import Diagnostic, Mend, nearest
from deckbuilder.model.records import File, Kind, Passage, Question
from deckbuilder.source import positions
from deckbuilder.source.positions import Text

_ALERT = re.compile(r"(?:\*\*|__)?\[\s*+(?P<mark>!?)\s*+(?P<kind>[^\W\d_][\w-]*+)(?:\|[^\[\]\n]*+)?\s*\](?![(\[:])")
_FENCED_ALERT = re.compile(rf"(?:!!!|\?\?\?\+?|:{{3,}})[ \t]*\[?(?P<kind>{'|'.join(alerts.LOOKS)}|details)\b", re.IGNORECASE)
_MAYBE_ALERT = re.compile(r"\[!|> ?\[|!!!|\?\?\?|:::|\[ ").search
_GITHUB = frozenset(alerts.LOOKS.values())
_LINK = re.compile(
    r"""
    (?<![A-Za-z0-9_\]!\[\\])
    \[\[ (?![\s\[\]^\d]) [^\[\]\n|'"$`=]+ (?:\|[^\[\]\n]+)? \]\]
    (?![(\[\]]|[ \t]*\n[ \t]*(?:[\w.-]+[ \t]*=|\[))                 # [[menus.main]] is a table of TOML
    """,
    re.VERBOSE,
)
_COMMENT = re.compile(
    r"""
    (?<![A-Za-z0-9_%'"]) %%
    (?: (?=[^\s%]) (?:(?:[^%]|%(?!%))*+) (?<!\s) | (?<=^%%) (?:(?:[^%]|%(?!%))*+) )
    %% (?![A-Za-z0-9_%'"])
    """,
    re.VERBOSE | re.MULTILINE,
)
_MAYBE_NOTE = re.compile(r"\[\[|%%|\^").search
_BLOCK_ID = re.compile(r"(?:(?<=\s)|^)\^(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]{4,}[ \t]*\Z")
_INLINE_NOTE = re.compile(
    r"""
    (?:
        (?<=[\s.,;!?。，；])
        |(?<=\w)(?=\^\[(?:[^\W\d_]{4,}+\]|[^\[\]\n]*(?:[ ]\w|[\u3400-\u9fff])))    # a word or more, not a^[b]
    )
    \^\[[^\[\]\n]+\]
    """,
    re.VERBOSE,
)
_MAYBE_TAGS = re.compile(r"\s*(?:#[^\s#]|%%\s*$)").match
_TAGS = re.compile(
    r"""
    \s*
    (?: \#
        (?! [0-9a-fA-F]{3,8}\b | (?:include|define|endif|else|if|pragma)\b )     # a colour, a line of C
        (?= [\w/-]*[^\W\d] ) [\w/-]+ [ \t]*                                     # a tag has a letter
    )+ \Z
    """,
    re.VERBOSE,
)


_SCRIPT = re.compile(
    r"""
    (?<=[A-Za-z0-9)\]~]) (?: (?<!~)~(?P<sub>[0-9A-Za-z+−-]{1,5})~(?!~) | \^(?P<sup>[0-9A-Za-z+−-]{1,5})\^(?![\w(^]) )
    |(?<![~\w/])~(?P<del>(?![\s/~])[^~\n]{1,80}(?<![\s(]))~(?![~\w/])
    """,
    re.VERBOSE,
)
"""``H~2~O``, ``x^2^``, and ``~struck~`` of GitHub, but not ``~5%`` and ``~/bin``."""
_MAYBE_ELSEWHERE = re.compile(r"[~^].*[~^]|\{\{[<%]|\{%|\{[:.#]|^\s*(?:===|///|:::|\[TOC)").search
_ELSEWHERE = re.compile(
    r"""
    \{\{[<%][^{}\n]{1,200}[%>]\}\}                                              # Hugo
    |\{%-?[ ][^{}\n]{1,200}%\}                                                 # Jekyll, Liquid
    |^(?:===\+?[ ]"[^"\n]+"|///[ ]\w[\w -]*|:{3,}[ ]*\{[^{}\n]*\}|\[TOC\]|\{:[ ][^{}\n]*\})   # MkDocs, Quarto, kramdown
    |(?<=[^\s\]]\])\{[.\#][\w-]+[^{}\n]*\}                                    # [text]{.class} of Pandoc
    """,
    re.VERBOSE | re.MULTILINE,
)


def alerts_read(file: File) -> Iterator[Diagnostic]:
    """Report a mark of an alert that is shown as text. Bad: ``[!NOTE]`` without ``>``, ``> [!foo]``, ``!!! note``. Good: ``> [!NOTE]``."""
    for entry in file.entries:
        question = entry.question
        for passage in (question.body, question.answer):
            for text in positions.texts(passage) if any(map(_MAYBE_ALERT, passage.lines)) else ():
                if text.kind == "text" and (message := _about_alert(file, question, text)):
                    yield Diagnostic(positions.in_text(file, question, text, 0, text.text[:3]), "unknown-alert", message)


def _about_alert(file: File, question: Question, text: Text) -> str:
    """Return the message about the mark of an alert that ``text``, a paragraph, begins with; ``""`` if it is none."""
    if found := _FENCED_ALERT.match(text.text):
        return f"'{found[0]}' begins an alert in other tools, and the card shows it as text; write a quote that begins with '> [!NOTE]'"
    found = _ALERT.match(text.text)
    if found is None:
        return ""
    kind, lines = found["kind"].lower(), positions.lines_of(file, question.span.path)
    begin = lines[text.line - 1].find("[")
    quoted = lines[text.line - 1][:begin].rstrip().endswith(">")
    above = text.line >= 2 and lines[text.line - 2][:begin].rstrip().endswith(">")
    if not found["mark"] and not (quoted and found[0][1:-1] in {name.upper() for name in _GITHUB}):
        return ""
    if kind not in alerts.LOOKS:
        known = (
            nearest(kind, alerts.LOOKS) or f"; GitHub's kinds are {', '.join(f'[!{name.upper()}]' for name in sorted(_GITHUB))}"
        )
        return f"'{found[0]}' is no kind of alert, so the card shows it as text{known}" if quoted else ""
    alert = alerts.read(text.text.partition("\n")[0])
    if quoted and not above and alert:
        is_empty = not (alert.title or alert.fold or "\n" in text.text) and not "".join(lines[text.line : text.line + 1]).lstrip(
            " \t"
        ).startswith(">")
        return f"the alert '{found[0]}' has no text; begin each line of its text with '> '" if is_empty else ""
    if quoted and not above and found["mark"]:
        return (
            f"the card shows '{found[0]}' as text; write '> [!{kind.upper()}]', with no blank inside, and a blank before a title"
        )
    return f"the card shows '{found[0]}' as text; an alert is a quote of its own, and its first line is '> [!{kind.upper()}]'"


def notes_of_obsidian(file: File) -> Iterator[Diagnostic]:
    """Report Obsidian's links, tags, comments and ids of blocks. Bad: ``[[Note]]``, ``%%private%%``, ``^block-id``, ``#tag``."""
    for entry in file.entries:
        question = entry.question
        texts = _texts(file, question, _MAYBE_NOTE)
        defined = frozenset(label_key(label) for label, _ in question.definitions) if texts else frozenset[str]()
        yield from _diagnostics(file, question, "obsidian-syntax", (found for text in texts for found in _notes(text, defined)))
        yield from _diagnostics(file, question, "obsidian-comment", (found for text in texts for found in _comments(text)))
        yield from _tags(file, question)


def marks_of_other_tools(file: File) -> Iterator[Diagnostic]:
    """Report marks of other tools that the card shows as text. Bad: ``H~2~O``, ``{{< note >}}``. Good: ``H<sub>2</sub>O``."""
    for entry in file.entries:
        question = entry.question
        texts = _texts(file, question, _MAYBE_ELSEWHERE)
        yield from _diagnostics(file, question, "literal-mark", (found for text in texts for found in _elsewhere(question, text)))


class _Found(NamedTuple):
    """A mark at the index ``at`` of ``text``."""

    text: Text
    at: int
    mark: str
    message: str
    new: str = ""
    """The text that mends the mark, or ``""``."""


def _diagnostics(file: File, question: Question, code: str, found: Iterable[_Found]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each of ``found``. The first have their exact places, and mends."""
    for count, item in enumerate(found, 1):
        if count > positions.MOST:
            yield Diagnostic(question.span, code, item.message)
            continue
        place = positions.in_text(file, question, item.text, item.at, item.mark.partition("\n")[0])
        mend = Mend(place.line, place.column, item.mark, item.new) if item.new else None
        yield Diagnostic(place, code, item.message, mend=mend)


def _elsewhere(question: Question, text: Text) -> Iterator[_Found]:
    words = shown_words(text.text)
    # an answer to type has a rule of its own, and no HTML
    is_typed = question.kind is Kind.TYPED and text.line == question.answer.first + _first(question.answer)
    for found in _SCRIPT.finditer("" if is_typed else words):
        tag, part = found.lastgroup or "", found[0]
        right = f"~~{found[tag]}~~" if tag == "del" else f"<{tag}>{found[tag]}</{tag}>"
        if "`" not in part and part == text.text[found.start() : found.end()]:
            message = f"the card shows '{part}' as it is written; write '{right}', or code"
            yield _Found(text, found.start(), part, message, right)
    for found in _ELSEWHERE.finditer(words):
        mark = text.text[found.start() : found.end()]
        message = f"'{mark}' is a mark of another tool, and the card shows it as text; remove it, or write it as code"
        yield _Found(text, found.start(), mark, message)


def _first(passage: Passage) -> int:
    return next((at for at, line in enumerate(passage.lines) if line.strip()), 0)


def _texts(file: File, question: Question, maybe: Callable[[str], object]) -> list[Text]:
    """Return the texts of ``question`` that ``maybe`` accepts: all but HTML. Passages that have no such line are not parsed."""
    found = [Text(question.heading.first, "heading", "\n".join(question.heading.lines))]
    for passage in (question.body, question.answer, question.source):
        if any(map(maybe, passage.lines)):
            found += positions.texts(passage)
    found += [positions.hint(question)] if question.hint else []
    found += positions.footnotes(file, question) if question.definitions else []
    return [text for text in found if text.kind != "html" and maybe(text.text)]


def _notes(text: Text, defined: frozenset[str]) -> Iterator[_Found]:
    """Yield the marks of Obsidian in ``text``; ``defined`` are the keys of the labels that the question defines."""
    words = shown_words(text.text)
    for pattern in (_LINK, _BLOCK_ID, _INLINE_NOTE):
        for found in pattern.finditer(words):
            part = text.text[found.start() : found.end()]
            if pattern is _LINK:
                note, _, word = part[2:-2].replace("\\|", "|").partition("|")
                if label_key(note) in defined or text.text.endswith("\\!", 0, found.start()):
                    continue
                word = word or note
                message = f"the card shows '{part}' as text; for a link write '[{word}](address)', or else '{word}' alone or code"
            elif pattern is _BLOCK_ID:
                message = f"'{part.strip()}' is an id for links in Obsidian, and the card shows it as text; remove it, or write it as code"
            else:
                message = f"the card shows the note '{part}' as text; write '[^1]' here, and '[^1]: …' into this question"
            yield _Found(text, found.start(), part, message)


def _comments(text: Text) -> Iterator[_Found]:
    for found in _COMMENT.finditer(shown_words(text.text)):
        part = text.text[found.start() : found.end()]
        words, first = part[2:-2].strip(), part.partition("\n")[0]
        message = f"'{first}{'…' * (first != part)}' is a comment in Obsidian, but the card shows it; write '<!-- … -->' or code"
        new = f"<!-- {words} -->" if words and first == part and "--" not in words else ""
        yield _Found(text, found.start(), part, message, new)


def _tags(file: File, question: Question) -> Iterator[Diagnostic]:
    """Report paragraphs that are only tags, and lines ``%%`` around a comment of several paragraphs."""
    for passage in (question.body, question.answer):
        for block in blocks(passage.lines) if any(map(_MAYBE_TAGS, passage.lines)) else ():
            if block.kind != "text":
                continue
            text, line = "\n".join(block.lines), passage.first + block.start
            if _TAGS.match(text) and len(block.lines) == 1:
                tags = text.split()
                message = f"the card shows '{text.strip()}' as text; for tags write tags=\"{' '.join(tag[1:] for tag in tags)}\" "
                message += "into the braces of the heading"
                yield Diagnostic(positions.occurrence(file, question, line, tags[0]), "obsidian-syntax", message)
            elif block.lines[0].strip() == "%%" and len(block.lines) == 1:
                message = "'%%' begins or ends a comment in Obsidian, but the card shows it; write '<!-- … -->' or code"
                yield Diagnostic(positions.occurrence(file, question, line, "%%"), "obsidian-comment", message)
