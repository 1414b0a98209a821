"""The words after a fence's language: how the author wants the block shown.

````markdown
```python hl_lines="2 4-5" linenums="10" wrap
````

GitHub ignores these words. ``hl_lines`` and ``linenums`` come from Python-Markdown's CodeHilite and from
pymdownx (https://python-markdown.github.io/extensions/fenced_code_blocks/). ``{1,3}`` marks lines in VitePress,
Docusaurus and Gatsby. All other words do nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from deckbuilder.markdown.block import Block, language_of, options_of

FLAGS = ("wrap", "scroll", "cloze", "linenums")
"""The options without a value."""
VALUES = ("hl_lines", "linenums")
"""The options with a value."""
DIAGRAMS = ("mermaid", "dot")
"""The languages of diagrams that become pictures, unless the deck shows their text."""
_NUMBERED = frozenset({"showlinenumbers", "numberlines", "startfrom", "number-lines", "line-numbers"})
"""The names of ``linenums`` in Docusaurus, Pandoc, R Markdown and VitePress, in lower case."""
_WORD = re.compile(
    r"""
    \{[\d\s,-]+\}                            # lines to mark
    |(?P<key>[:.]?[\w-]+)=(?P<value>"[^"]*"|'[^']*'|\{[^{}]*\}|\[[^\[\]]*\]|[^\s"'{},]*)(?=[\s{},]|$)
    |[{},]
    |[^\s{},]+
    """,
    re.VERBOSE,
)
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class Word(NamedTuple):
    """One word of an info string. ``name`` is the option that it gives, ``""`` if it gives none."""

    text: str
    key: str
    value: str | None
    """The text behind an equals sign; None if there is none."""
    name: str
    option: str
    """The value of the option ``name``, without quotes and braces."""


class Fence(NamedTuple):
    """The options in an info string. An option with a wrong value is missing."""

    wrap: bool | None = None
    """True if long lines wrap (``wrap``), false if long lines scroll (``scroll``), ``None`` for the deck's own way."""
    cloze: bool = False
    """True if ``{{c1::…}}`` in the code is a cloze."""
    first: int | None = None
    """The number of the first line; ``None`` if the lines have no numbers."""
    marked: frozenset[int] = frozenset()
    """The lines to mark, from 1."""


def read(block: Block) -> Fence:
    """Return the options of a fence."""
    found = {word.name: word.option for word in words(block)}
    return Fence(
        wrap=True if "wrap" in found else False if "scroll" in found else None,
        cloze="cloze" in found,
        first=number(found.get("linenums", "")),
        marked=lines(found.get("hl_lines", ""), len(block.lines)) or frozenset(),
    )


def is_diagram(block: Block) -> bool:
    """Return whether ``block`` is a fence with a diagram. A fence with an option for code, such as ``linenums``, shows its text."""
    if block.kind != "fence" or language_of(block) not in DIAGRAMS:
        return False
    options = read(block)
    return not (options.cloze or options.marked or options.first is not None)


def words(block: Block) -> list[Word]:
    """Return the words in the info string of a fence, after its language and without VitePress's ``[title]``."""
    return words_in(options_of(block))


def words_in(text: str) -> list[Word]:
    """Return the words in ``text``, which follows a language."""
    begin, end = text.find("["), text.rfind("]") + 1
    if begin >= 0 and end > begin and text[begin - 1] != "=":
        text = text[:begin] + text[end:]
    return [_word(match) for match in _WORD.finditer(text)]


def _word(match: re.Match[str]) -> Word:
    text, key, value = match[0], (match["key"] or match[0]).lstrip(":."), match["value"]
    name = "linenums" if key.lower() in _NUMBERED else key
    if text[0] == "{" and len(text) > 1:
        return Word(text, key, value, "hl_lines", text.strip("{}"))
    if value is None:
        return Word(text, key, value, name if name in FLAGS else "", "1")
    return Word(text, key, value, name if name in VALUES else "", value.strip("{}\"'"))


def number(text: str) -> int | None:
    """Return the number of a first line, or ``None`` if ``text`` is no number."""
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None


def lines(text: str, count: int) -> frozenset[int] | None:
    """Return the lines in ``"2 4-5"``, or ``None`` if ``text`` is no list of lines from 1 to ``count``."""
    found: set[int] = set()
    for part in text.replace(",", " ").split():
        match = _RANGE.fullmatch(part)
        begin = int(match[1]) if match else 0
        end = int(match[2]) if match and match[2] else begin
        if not 1 <= begin <= end <= count:
            return None
        found |= set(range(begin, end + 1))
    return frozenset(found)
