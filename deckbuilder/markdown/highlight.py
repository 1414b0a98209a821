"""(code, language) -> HTML with a class for each coloured token. The only user of Pygments."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import _TokenType
from pygments.util import ClassNotFound

from deckbuilder import assets
from deckbuilder.markdown.fence_options import DIAGRAMS

_TABLES = assets.data("languages.toml")
PLAIN = frozenset({"", *_TABLES["plain"].split()})
"""Languages without colours."""
LEXERS: dict[str, str] = {name: known for known, names in _TABLES["lexers"].items() for name in names.split()}
"""For a language that Pygments does not know, or not yet, the name of a lexer that fits."""
CLASSES: dict[str, str] = _TABLES["classes"]
"""The colour class of each kind of token and of the kinds below it, such as ``Name.Tag``."""
_NO_CODE = re.compile(r"[^\n]{1001}|(?:[^\S\n]*+\n){51}")
"""A line or a gap that no person writes in code. Some lexers, C's among them, take quadratic time for it."""
_TAG = re.compile(r"</?span[^>]*>")


@cache
def _class(token: _TokenType) -> str:
    return next((name for kind in reversed(token.split()) if (name := CLASSES.get(".".join(kind)))), "")


@cache
def lexer(language: str) -> Lexer:
    """Return the lexer of ``language``. Raises ClassNotFound if there is none."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return get_lexer_by_name(LEXERS.get(language, language), stripnl=False, ensurenl=False)


def shows(language: str) -> bool:
    """Return whether a card shows code in ``language`` in its own way: with a lexer, without need of one, or drawn."""
    return language in DIAGRAMS or knows(language)


def knows(language: str) -> bool:
    """Return whether ``language``, the first word of a fence, has a lexer or needs none.

    No language, plain text and maths need none.
    """
    if language in PLAIN or language == "math":
        return True
    try:
        lexer(language)
    except ClassNotFound:
        return False
    return True


@cache
def languages() -> frozenset[str]:
    """Return the names of all languages with a lexer or without colours."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers() for alias in aliases) | LEXERS.keys() | PLAIN - {""}


def highlight(
    code: str,
    language: str,
    inserts: Sequence[tuple[int, str]] = (),
    *,
    marked: Container[int] = (),
    numbered: bool = False,
) -> str:
    """Return ``code`` as HTML; without tags and entities, the HTML is ``code`` again, character for character.

    An unknown language is plain text. Code that a lexer changes (some drop a lone carriage return) is plain text, too.
    The same holds for code with a line of more than 1,000 characters, or with 50 blank lines in a row.
    ``inserts`` are (index in ``code``, text to insert unescaped), by index; no tag is open around an insert. The lines
    ``marked`` (from 1) get the class ``hll``. With ``numbered``, each line has the class ``ln``; the style sheet
    counts the lines, so that copied code has no numbers.
    """
    html: list[str] = []
    begin = 0
    following = iter([*inserts, (len(code) + 1, "")])
    place, text = next(following)
    for run, name in [*_runs(code, language), ("", "")]:
        at, end = begin, begin + len(run)
        while place < end or (place == end and not run):
            html += [_span(run[at - begin : place - begin], name), text]
            at = place
            place, text = next(following)
        html.append(_span(run[at - begin :], name))
        begin = end
    whole = "".join(html)
    return _by_line(whole, marked, numbered=numbered) if marked or numbered else whole


def _by_line(html: str, marked: Container[int], *, numbered: bool) -> str:
    """Return ``html`` with a span for each line; a span over several lines is closed and opened again at each line end."""
    lines: list[str] = []
    opened = ""
    for number, line in enumerate(html.split("\n"), 1):
        text = opened + line
        tags = _TAG.findall(text)
        opened = tags[-1] if tags and tags[-1] != "</span>" else ""
        classes = " ".join(name for name, wanted in (("ln", numbered), ("hll", number in marked)) if wanted)
        closed = text + ("</span>" if opened else "")
        lines.append(f'<span class="{classes}">{closed}</span>' if classes else closed)
    return "\n".join(lines)


def _runs(code: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield (text, colour class) of each piece of ``code``."""
    coloured = language not in PLAIN and not _NO_CODE.search(code) and knows(language)
    # Some lexers, such as those of consoles, drop a last line that has no newline.
    # Others, such as Sass's, end with a token without text.
    tokens = [token for token in lexer(language).get_tokens(code + "\n") if token[1]] if coloured else []
    if "".join(text for _, text in tokens) != code + "\n":
        yield code, ""
        return
    run, run_class = "", ""
    for token, text in tokens:
        name = _class(token)
        if name != run_class and not (text.isspace() and not name):
            yield run, run_class
            run, run_class = "", name
        run += text
    yield run.removesuffix("\n"), run_class


def _span(text: str, name: str) -> str:
    html = escape(text, quote=False)
    return f'<span class="{name}">{html}</span>' if name and text else html
