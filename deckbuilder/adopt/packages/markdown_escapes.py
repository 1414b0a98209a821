"""Text -> Markdown that shows this text. Clozes stay clozes."""

from __future__ import annotations

import re

from deckbuilder.markdown.fence_options import DIAGRAMS
from deckbuilder.markdown.pieces import pieces

SOUND = re.compile(r"\[sound:([^\[\]\n]+)\]")

# Only characters that Markdown acts on are escaped, because people read and edit an adopted deck.
_ANYWHERE = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)                                        # a backslash that would escape something
    |[`*]
    |(?<![^\W_])_|_(?![^\W_])                                      # not inside a word
    |~(?=~)|(?<=~)~
    |(?<![a-z0-9_=])=(?==[^\s=])                                    # a mark
    |<(?=[a-z/!?])                                                 # a tag
    |&(?=\#?\w+;)                                                  # an entity
    |\](?=\()|!(?=\[)                                              # a link, a picture
    |\[(?=\^|!|[ xX]\])                                            # a footnote, an alert, a task
    |\[(?=(?:sound|latex|/latex|anki|type):?)                      # a command to Anki
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AT_START = re.compile(
    r"""
    ^(\s*)
    (?:
        (
            [-+](?=[-+\s]|$)              # a list or a rule
            |>                            # a quote
            |\#(?=\#{0,5}(?:\s|$))        # a heading
            |=(?==*\s*$)                  # the line below a heading
            |\|                           # a table
            |\[(?=[^\]]*\]:)              # a definition
        )
        |(\d{1,9})([.)])(?=\s|$)          # a numbered list
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
_URL = re.compile(r"(https?://[^\s<>/_]+(?![^\s<>/])[^\s<>]*)")
"""A bare address, which is a link as it is; none has ``_`` in its host."""
_CLOZE = re.compile(r"(\{\{c\d+::)((?:(?!::|\}\}).)+)(?:::((?:(?!\}\}).)*))?\}\}")


def escaped(text: str) -> str:
    """Return ``text`` with escapes for all that Markdown acts on inside a line."""
    parts = _URL.split(text)
    parts[::2] = [_ANYWHERE.sub(lambda match: "&amp;" if match[0] == "&" else "\\" + match[0], part) for part in parts[::2]]
    found = "".join(parts)
    if "$$" in found or any(piece.kind == "maths" for piece in pieces(found)):
        found = found.replace("$", "\\$")
    return found


def escaped_at_start(text: str) -> str:
    """Return the paragraph ``text`` with escapes, so that no line begins a list, a heading or another block."""

    def mark(match: re.Match[str]) -> str:
        if match[3]:
            return f"{match[1]}{match[3]}\\{match[4]}"
        return f"{match[1]}\\{match[2]}"

    return _AT_START.sub(mark, text)


def code_span(text: str) -> str:
    """Return ``text`` as code in running text. Clozes in the code stay clozes: ``a({{c1::`b`::hint}})``."""
    pieces, end = [], 0
    for match in _CLOZE.finditer(text):
        hint = f"::{escaped(match[3])}" if match[3] else ""
        pieces += [_span(text[end : match.start()]), match[1], _span(match[2]), hint, "}}"]
        end = match.end()
    return "".join([*pieces, _span(text[end:])])


def _span(text: str) -> str:
    if not text.strip():
        return text
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    blank = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def fence(code: str, language: str) -> str:
    """Return ``code`` as a fenced block in ``language``, which may be ``""``. Clozes in the code stay clozes.

    A diagram has no clozes.
    """
    code = code.strip("\n")
    longest = max((len(run) for run in re.findall("`{3,}", code)), default=2)
    ticks = "`" * (longest + 1)
    clozes = " cloze" if language not in DIAGRAMS and re.search(r"\{\{c\d+::", code) else ""
    return f"{ticks}{language or ('text' if clozes else '')}{clozes}\n{code}\n{ticks}"
