"""(code, language) -> HTML with a class for each coloured token. The only user of Pygments."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Operator, _TokenType
from pygments.util import ClassNotFound

from deckbuilder.model.diagnostics import nearest

_WITHOUT = (
    "csv gitignore hosts ignore log none output plain plaintext pip-requirements pseudocode regex regexp requirements snapshot "
    "text tree tsv txt txtar"
)
PLAIN = frozenset({"", *_WITHOUT.split()})
"""Languages without colours."""
_LEXERS = {
    "bash": "envrc shell-script",
    "batch": "batchfile cmd",
    "docker": "containerfile",
    "diff": "patch",
    "go": "cgo go.mod",
    "groovy": "gradle",
    "html": "astro blade cshtml ejs go-html-template gotmpl markup razor svelte vue vue-html xhtml",
    "ini": "conf dotenv editorconfig env gitconfig npmrc sshconfig",
    "javascript": "cjs gjs mjs node",
    "json": "csl-json ipynb json-with-comments jsonc jsonl",
    "kotlin": "kt kts",
    "markdown": "mdx pandoc",
    "nasm": "assembly",
    "pycon": "doctest",
    "python": "ipython ipython3",
    "s": "rscript",
    "solidity": "sol",
    "sql": "hiveql plsql sqlpl",
    "typescript": "gts",
    "vb.net": "vb vba",
    "wast": "wasm webassembly",
    "xml": "maven-pom plist rss svg wsdl xsd",
    "yaml": "yml",
}
_LEXER = {name: lexer for lexer, names in _LEXERS.items() for name in names.split()}
"""For a language that Pygments does not know, or not yet, the name of a lexer that fits.

Most names are those of GitHub Linguist: https://github.com/github-linguist/linguist/blob/main/lib/linguist/languages.yml.
"""

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
"""The colour class of each kind of token and of the kinds below it; card.css has a colour for day and one for night.

Tokens without a class get no ``<span>``, which means less HTML on the learner's phone.
"""


_NO_CODE = re.compile(r"[^\n]{1001}|(?:[^\S\n]*+\n){51}")
"""A line or a gap that no person writes in code. Some lexers, C's among them, take quadratic time for it."""
_NAMES = (
    "bash c++ console cpp csharp css dart diff dockerfile elixir golang haskell html ini java javascript json kotlin lua",
    "makefile markdown perl php powershell python python3 ruby rust scala scss shell sql swift toml typescript xml yaml",
)
_COMMON = frozenset(" ".join(_NAMES).split())
"""Languages that a misspelt language may mean."""
_SHORTEST, _SURELY = 4, 0.15
"""Letters of a word that can surely mean a language, and the difference in likeness that excludes another language."""
_TAG = re.compile(r"</?span[^>]*>")


@cache
def _class(token: _TokenType) -> str:
    return next((CLASSES[kind] for kind in reversed(token.split()) if kind in CLASSES), "")


@cache
def _lexer(language: str) -> Lexer:
    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name(_LEXER.get(language, language), stripnl=False, ensurenl=False)
    return lexer


def knows(language: str) -> bool:
    """Return whether ``language``, the first word of a fence, has a lexer or needs none.

    No language, plain text and maths need none.
    """
    if language in PLAIN or language == "math":
        return True
    try:
        _lexer(language)
    except ClassNotFound:
        return False
    return True


def nearest_language(language: str) -> str:
    """Return ``"; did you mean 'python'?"`` for a misspelt language, or ``""``."""
    return nearest(language, _aliases())


def only_near_language(language: str) -> str:
    """Return the common language that a misspelt one surely means; ``""`` if there is a doubt."""
    nearest_one = difflib.get_close_matches(language, sorted(_aliases()), n=1)
    if len(language) < _SHORTEST or not nearest_one or nearest_one[0] not in _COMMON:
        return ""
    likeness = {name: difflib.SequenceMatcher(None, name, language).ratio() for name in _COMMON}
    near = {_lexer(name).name for name in _COMMON if likeness[name] > likeness[nearest_one[0]] - _SURELY}
    return nearest_one[0] if len(near) == 1 else ""


@cache
def _aliases() -> frozenset[str]:
    return frozenset(alias for _, aliases, _, _ in get_all_lexers() for alias in aliases) | _LEXER.keys() | PLAIN - {""}


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
    tokens = list(_lexer(language).get_tokens(code + "\n")) if coloured else []
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
