"""(code, language) -> HTML with a class for each coloured token. The only user of Pygments."""

from __future__ import annotations

from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Operator, _TokenType
from pygments.util import ClassNotFound

from deckbuilder.diagnostics import nearest

PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none", "output"})
"""Languages without colours."""

CLASSES: dict[_TokenType, str] = {
    Comment: "c",
    Comment.Preproc: "k",
    Generic.Deleted: "gd",
    Generic.Emph: "ge",
    Generic.Error: "k",
    Generic.Heading: "gh",
    Generic.Inserted: "gi",
    Generic.Output: "c",
    Generic.Prompt: "c",
    Generic.Strong: "gs",
    Generic.Subheading: "gh",
    Generic.Traceback: "k",
    Keyword: "k",
    Keyword.Constant: "m",
    Literal.Date: "m",
    Literal.Number: "m",
    Literal.String: "s",
    Name.Attribute: "m",
    Name.Builtin: "m",
    Name.Class: "n",
    Name.Constant: "m",
    Name.Decorator: "f",
    Name.Exception: "n",
    Name.Function: "f",
    Name.Label: "t",
    Name.Property: "n",
    Name.Tag: "t",
    Name.Variable: "n",
    Operator.Word: "k",
}
"""Our few colour classes, each for a kind of token and those below it; card.css gives each a colour by day and by night.

Tokens of no class get no ``<span>``: a quarter less HTML on the learner's phone.
"""


@cache
def _class(token: _TokenType) -> str:
    return next((CLASSES[kind] for kind in reversed(token.split()) if kind in CLASSES), "")


@cache
def _lexer(language: str) -> Lexer:
    lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return lexer


def knows(language: str) -> bool:
    """Whether ``language``, the first word of a fence, has a lexer; no language, plain text and maths need none."""
    if language in PLAIN or language == "math":
        return True
    try:
        _lexer(language)
    except ClassNotFound:
        return False
    return True


def nearest_language(language: str) -> str:
    """``"; did you mean 'python'?"`` for a misspelt language, or ``""``."""
    return nearest(language, {alias for _, aliases, _, _ in get_all_lexers() for alias in aliases})


def highlight(code: str, language: str) -> str:
    """``code`` as HTML; without its tags and entities it is ``code`` again, character for character.

    An unknown language is plain text; so is what a lexer would not give back whole (some drop a lone carriage return).
    """
    if language in PLAIN or not knows(language):
        return escape(code, quote=False)
    # some lexers, those of consoles among them, drop a last line without a newline
    tokens = list(_lexer(language).get_tokens(code + "\n"))
    if "".join(text for _, text in tokens) != code + "\n":
        return escape(code, quote=False)
    pieces: list[str] = []
    run, run_class = "", ""
    for token, text in tokens:
        name = _class(token)
        if name != run_class and not (text.isspace() and not name):
            pieces.append(_span(run, run_class))
            run, run_class = "", name
        run += text
    pieces.append(_span(run.removesuffix("\n"), run_class))
    return "".join(pieces)


def _span(text: str, name: str) -> str:
    html = escape(text, quote=False)
    return f'<span class="{name}">{html}</span>' if name and text else html
