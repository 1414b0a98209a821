"""Rules about the look of cards: options of code blocks, the author's style sheet."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from deckbuilder.check import fence_words
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import File
from deckbuilder.model.splice import blanks
from deckbuilder.source import positions

_DEAD = (
    (
        re.compile(r"\.(?:nightMode|night_mode)(?:\.[\w-]++){0,9}+\s++(?:body)?\.card\b"),
        "matches nothing: Anki puts .nightMode and .card on the same element; write '.card.nightMode'",
    ),
    (
        re.compile(r"prefers-color-scheme"),
        "follows the system, not Anki's own night mode; write '.card.nightMode { … }' or '.nightMode .answer { … }'",
    ),
    (
        re.compile(r"""url\((?!\s*+["']?+\s*+(?:data:|(?:[a-z][a-z0-9+.-]*+:)?//))""", re.IGNORECASE),
        "names a file, but files named in CSS are not in the package; write it as a data: address, or remove it",
    ),
    (
        re.compile(r"position\s*+:\s*+(?:fixed|sticky)", re.IGNORECASE),
        "covers Anki's own buttons; remove it",
    ),
)
_NIGHT = (".nightMode .card", ".night_mode .card")
_ACTIVE = (
    (
        re.compile(
            r"""
            url\(\s*+["']?+\s*+(?:(?!data:)[a-z][a-z0-9+.-]*+:|[/\\]{2})   # a scheme but data:, or a host
            |["']\s*+(?:[a-z][a-z0-9+.-]*+:)?[/\\]{2}                      # the same in quotation marks
            |@import
            """,
            re.IGNORECASE | re.VERBOSE,
        ),
        "is on the network, but cards work offline; use a data: address, or remove it",
    ),
    (re.compile(r"expression\(|behaviou?r\s*:|-moz-binding", re.IGNORECASE), "is a script; remove it"),
)
_END = re.compile(r"</?style", re.IGNORECASE)
_PIECE = re.compile(
    r"\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?|url\([^)\"']*+\)?|(?P<comment>/\*.*?(?:\*/|\Z))", re.DOTALL | re.IGNORECASE
)
"""A string or address, in which ``/*`` begins no comment; or a comment."""
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|([^0-9a-fA-F\n]))")


def known_fence_options(file: File) -> Iterator[Diagnostic]:
    """Report an unknown option of a fence, or a wrong value. Bad: ``python wrp``. Good: ``python hl_lines="2 4-5" wrap``."""
    for entry in file.entries:
        path = entry.question.span.path
        for line, block in positions.code(entry.question):
            if block.kind != "fence" or not block.text:
                continue
            for word, problem in itertools.islice(dict.fromkeys(fence_words.read(block)[1]), positions.MOST):
                message = f"'{word}' {problem}"
                shown = positions.lines_of(file, path)[line - 1]
                place = Span(path, line, max(1, shown.find(word) + 1))
                near, name = "", word.partition("=")[0]
                if problem == "unknown":
                    similar = fence_words.similar(name)
                    only = fence_words.similar(name, valued="=" in word)
                    near = only[0] if len(only) == 1 else ""
                    message = f"'{word}' after the language is no option" + (
                        f"; did you mean '{similar[0]}'?" if similar else fence_words.KNOWN
                    )
                mend = Mend.at(place, name, near) if shown.count(name) == 1 and near not in shown else None
                yield Diagnostic(place, "fence-option", message, mend=mend)


def working_style(deck: Deck) -> Iterator[Diagnostic]:
    """Report CSS that does nothing on a card. Bad: ``.nightMode .card``, ``prefers-color-scheme``. Good: ``.card.nightMode``."""
    text = _without_comments(deck)
    for pattern, message in _DEAD:
        for place, found in _found(deck, text, pattern):
            mend = Mend.at(place, found, ".card.nightMode" if found in _NIGHT else "")
            yield Diagnostic(place, "dead-style", f"'{found}' {message}", mend=mend)
    if text.count("{") != text.count("}"):
        message = f"{text.count('{')} '{{' but {text.count('}')} '}}': some rules are lost; close each '{{' with one '}}'"
        yield Diagnostic(_span(deck), "dead-style", message)


def active(css: str) -> bool:
    """Return True if the style sheet ``css`` runs or loads something, in plain text or in escapes."""
    text = _PIECE.sub(_blank, css)
    return bool(_END.search(css)) or any(pattern.search(text) or pattern.search(_unescaped(text)) for pattern, _ in _ACTIVE)


def inert_style(deck: Deck) -> Iterator[Diagnostic]:
    """Report CSS that runs or loads something. Bad: ``@import``, ``url(https://…)``, ``</style>``. Good: ``url("data:…")``."""
    yield from (Diagnostic(place, "active-style", message) for place, message in _activities(deck))


def _activities(deck: Deck) -> Iterator[tuple[Span, str]]:
    """Yield each place of the author's style that runs or loads something, and the message about it."""
    text = _without_comments(deck)
    escaped = next(_ESCAPE.finditer(text), None)
    plain = _unescaped(text)
    if deck.settings.style:  # a browser also looks for the end of the style sheet in comments
        for place, found in _found(deck, deck.settings.style.text, _END):
            yield place, f"'{found}' would end the style sheet too early; remove it"
    for pattern, message in _ACTIVE:
        yield from ((place, f"'{found}' {message}") for place, found in _found(deck, text, pattern))
        if escaped and len(pattern.findall(plain)) > len(pattern.findall(text)):
            for place, found in _found(deck, text, re.compile(re.escape(escaped[0]))):
                yield place, f"'{found}' hides text that {message}"


def _found(deck: Deck, text: str, pattern: re.Pattern[str]) -> Iterator[tuple[Span, str]]:
    """Yield the place and the text of each match of ``pattern`` in ``text``, the author's style."""
    span = _span(deck)
    for at, match in enumerate(pattern.finditer(text)):
        yield Span.in_text(span.path, text, match.start()) if at < positions.MOST else Span(span.path), match[0]


def _without_comments(deck: Deck) -> str:
    """Return the author's style sheet, with blanks in place of comments; ``""`` if there is none."""
    style = deck.settings.style
    return _PIECE.sub(_blank, style.text) if style else ""


def _blank(match: re.Match[str]) -> str:
    return blanks(match[0]) if match["comment"] else match[0]


def _span(deck: Deck) -> Span:
    return Span(deck.settings.style.path) if deck.settings.style else deck.settings.span


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _char(match[1]) if match[1] else match[2], text)


def _char(code: str) -> str:
    number = int(code, 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
