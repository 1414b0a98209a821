"""Orders to ignore a warning or note: ``ignore = ["long-line"]`` in deck.toml, ``<!-- ignore: long-line -->`` in a file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import leaves_of
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.diagnostic_codes import CODES
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span, only_near
from deckbuilder.model.records import Ignore

Order = Ignore | Diagnostic
"""An order, or the reason why nobody can obey."""
_PERHAPS = re.compile(r"<!--\s*ignore", re.IGNORECASE)
_ORDER = re.compile(r"<!--\s*ignore(?:(?P<colon>\s*[:：])|(?=\W))(?P<rest>.*?)-->", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"[:：—–]|\s--?\s")
"""The mark between the codes and the author's reason."""
_WORD = re.compile(r"[^\s,，、;\[\]]+")
_HOW = "; a reason follows a second colon, as in <!-- ignore: long-line: the reason -->"


def of_file(path: str, lines: Sequence[str], found: Iterable[Block], questions: Sequence[tuple[int, int]]) -> list[Order]:
    """Return the orders in the comments of the file ``path``, and a problem for each order that cannot be obeyed.

    ``found`` are the blocks of the file, and ``lines`` its lines. ``questions`` has the numbers of the first and the last
    line of each question. An order in a question counts for the question, any other order counts for the file.
    """
    starts = [first for first, _ in questions]
    orders: list[Order] = []
    for span, text in _comments(path, lines, found) if _PERHAPS.search("\n".join(lines)) else ():
        match = _ORDER.match(text)
        codes = _REASON.split(match["rest"], maxsplit=1)[0] if match else ""
        words = list(_WORD.finditer(codes))
        if match is None or (not match["colon"] and not (words and all(word[0].lower() in CODES for word in words))):
            continue  # a comment for people, such as "ignore the rest"
        at = bisect_right(starts, span.line) - 1
        where = questions[at] if at >= 0 and span.line <= questions[at][1] else (0, 0)
        if not words:
            orders.append(Diagnostic(span, "bad-ignore", "this comment names no code; write <!-- ignore: long-line -->"))
        place, done = span, 0
        for word in words:
            begin = match.start("rest") + word.start()
            place, done = _after(place, text[done:begin]), begin
            orders.append(order(word[0], place, path, where, how=_HOW))
            if isinstance(orders[-1], Diagnostic):
                break  # the next words are probably a reason
    return orders


def of_settings(path: str, text: str, words: Sequence[str]) -> list[Order]:
    """Return the orders in deck.toml, and a problem for each order that cannot be obeyed.

    ``path`` is the path of deck.toml, and ``text`` its content. ``words`` is the value of the key ``ignore``.
    """
    return [order(word, span) for word, span in zip(words, places_of(path, text, "ignore", words), strict=True)]


def places_of(path: str, text: str, key: str, words: Iterable[str]) -> list[Span]:
    """Return the place of each of ``words``, the value of ``key`` in a deck.toml. ``path`` is its path, ``text`` its content.

    A word that is not written as its value has the file's first line.
    """
    begin = re.search(rf"^[^\S\n]*+[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    at = begin.end() if begin else 0
    spans = []
    for word in words:
        found = min((place for quote in "\"'" if (place := text.find(f"{quote}{word}{quote}", at)) >= 0), default=-1)
        spans.append(Span.in_text(path, text, found + 1) if found >= 0 else Span(path))
        at = max(at, found + 1)
    return spans


def order(word: str, span: Span, path: str = "", lines: tuple[int, int] = (0, 0), *, how: str = "") -> Order:
    """Return the order to ignore the code ``word``, which is at ``span``; or the reason why nobody can obey.

    The order counts on the ``lines`` of the file ``path``, as in ``Ignore``. ``how`` ends the message about an unknown
    code without a similar one.
    """
    code = word.lower()
    if code not in CODES:
        near = only_near(code, CODES)
        known = f"; did you mean '{near}'?" if near else how or "; 'deckbuilder explain' lists all"
        return Diagnostic(span, "bad-ignore", f"unknown code '{word}'{known}", mend=Mend.at(span, word, near))
    if why := CODES[code].never_ignored:
        return Diagnostic(span, "bad-ignore", f"'{code}' cannot be ignored, because {why}; remove it here")
    return Ignore(code, span, path, *lines)


def _comments(path: str, lines: Sequence[str], found: Iterable[Block]) -> Iterator[tuple[Span, str]]:
    """Yield (place, text) for each comment of the file ``path``, outside code."""
    for offset, block in leaves_of(found):
        if block.kind not in ("fence", "code"):
            span = Span(path, offset + block.start + 1)
            text = "\n".join(lines[span.line - 1 : offset + block.end])
            for kind, begin, end in pieces(text, "code", "comment"):
                if kind == "comment":
                    yield span, text[begin:end]
                span = _after(span, text[begin:end])


def _after(span: Span, text: str) -> Span:
    """Return the place that follows ``text``, which begins at ``span``."""
    count = text.count("\n")
    return Span(span.path, span.line + count, len(text) - text.rfind("\n") if count else span.column + len(text))
