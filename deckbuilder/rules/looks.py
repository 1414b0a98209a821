"""Rules about how cards look: options of code blocks, the author's own style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder import fence, find
from deckbuilder.diagnostics import Diagnostic, Severity, Span, nearest
from deckbuilder.model import Deck

_DEAD = (
    (
        re.compile(r"\.(?:nightMode|night_mode)(?:\.[\w-]+)*\s+(?:body)?\.card\b"),
        "matches nothing: Anki puts .nightMode and .card on the same element; write '.card.nightMode'",
    ),
    (
        re.compile(r"prefers-color-scheme"),
        "follows the system, not Anki's own night mode; write '.card.nightMode { … }' or '.nightMode .answer { … }'",
    ),
    (
        re.compile(r"""url\(\s*["']?\s*(?:[a-z][a-z0-9+.-]*:)?//|@import""", re.IGNORECASE),
        "is on the network, cards work offline; leave it out",
    ),
    (
        re.compile(r"""url\((?!\s*["']?\s*(?:data:|(?:[a-z][a-z0-9+.-]*:)?//))""", re.IGNORECASE),
        "names a file that no package holds; write it as a data: address, or leave it out",
    ),
    (
        re.compile(r"</?style|<!--", re.IGNORECASE),
        "would end the style sheet in the middle; leave it out",
    ),
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


def known_fence_options(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: a fence ``python hl_lines="9"`` of five lines, ``python wrp``. Good: ``python hl_lines="2 4-5" wrap``."""
    for card in deck.cards:
        path = card.question.span.path
        for line, block in find.code(card.question):
            if block.kind != "fence" or " " not in block.text:
                continue
            for word, problem in fence.read(block).problems:
                known = nearest(word.partition("=")[0], {*fence.FLAGS, *fence.VALUES})
                message = f"'{word}' {problem}"
                if problem == "unknown":
                    message = f"'{word}' behind the language is no option" + (
                        known or f"; there are {', '.join(sorted({*fence.FLAGS, *fence.VALUES}))}"
                    )
                column = find.lines_of(deck, path)[line - 1].find(word) + 1
                yield Diagnostic(Span(path, line, max(1, column)), "fence-option", message, Severity.WARNING)


def working_style(deck: Deck) -> Iterator[Diagnostic]:
    """Bad: ``.nightMode .card``, ``prefers-color-scheme``, ``url(https://…)`` in ``style.css``. Good: ``.card.nightMode``."""
    style = deck.settings.style
    if style is None:
        return
    text = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), style.text)
    for pattern, message in _DEAD:
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            yield Diagnostic(Span(style.path, line, column), "dead-style", f"'{match[0]}' {message}", Severity.WARNING)
    if text.count("{") != text.count("}"):
        message = f"{text.count('{')} '{{' and {text.count('}')} '}}': the rules after the odd one are lost"
        yield Diagnostic(Span(style.path), "dead-style", message, Severity.WARNING)
