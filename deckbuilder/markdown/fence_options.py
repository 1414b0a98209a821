"""The words after a fence's language: how the author wants the block shown.

````markdown
```python hl_lines="2 4-5" linenums="10" wrap
````

GitHub ignores these words. ``hl_lines`` and ``linenums`` come from Python-Markdown's CodeHilite and from
pymdownx (https://python-markdown.github.io/extensions/fenced_code_blocks/). ``{1,3}`` marks lines in VitePress,
Docusaurus and Gatsby. Words that only other tools need, such as ``title="x"`` and rustdoc's ``compile_fail``, do nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from deckbuilder.markdown.block import Block, options_of
from deckbuilder.model.diagnostics import nearest

FLAGS = ("wrap", "scroll", "cloze", "linenums")
"""The options without a value."""
VALUES = ("hl_lines", "linenums")
"""The options with a value."""
_NUMBERED = frozenset({"showlinenumbers", "numberlines", "number-lines", "line-numbers"})
"""The names of ``linenums`` in Docusaurus, Pandoc, R Markdown and VitePress, in lower case."""
_WORDS = (
    "= active annotate bun compile_fail copy editable file filename harmony hidden ignore live",
    "no-copy no_run noplayground npm pnpm preview runnable should_panic skip test title tsconfig twoslash yarn",
)
_ELSEWHERE = frozenset(" ".join(_WORDS).split())
"""Words of other tools that change nothing on a card."""
_WORD = re.compile(
    r"""
    \{[\d\s,-]+\}                            # lines to mark
    |(?P<key>[:.]?[\w-]+)=(?P<value>"[^"]*"|'[^']*'|\{[^{}]*\}|\[[^\[\]]*\]|[^\s"'{},]*)(?=[\s{},]|$)
    |[{},]
    |[^\s{},]+
    """,
    re.VERBOSE,
)
_FILE = re.compile(r"[\w@.-]*(?:/[\w@.-]+)+|[\w-]++(?:\.[\w-]++)+", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


class Fence(NamedTuple):
    """The options in an info string; ``problems`` are its words that are no option, each with the reason."""

    wrap: bool | None = None
    """True if long lines wrap (``wrap``), false if long lines scroll (``scroll``), ``None`` for the deck's own way."""
    cloze: bool = False
    """True if ``{{c1::…}}`` in the code is a cloze."""
    first: int | None = None
    """The number of the first line; ``None`` if the lines have no numbers."""
    marked: frozenset[int] = frozenset()
    """The lines to mark, from 1."""
    words: frozenset[str] = frozenset()
    """The words for other tools, such as ``compile_fail`` or ``title="x"``."""
    problems: tuple[tuple[str, str], ...] = ()


def read(block: Block) -> Fence:
    """Return the options of a fence."""
    text = _without_title(options_of(block))
    if not text.strip():
        return Fence()
    found: dict[str, str] = {}
    words: set[str] = set()
    problems: list[tuple[str, str]] = []
    depth = 0
    lenient = text[0] == "," or block.text[0] == "{"  # rustdoc, of which each year has more words, and Pandoc
    for match in _WORD.finditer(text):
        word, key = match[0], (match["key"] or match[0]).lstrip(":.")
        depth = max(0, depth + (word == "{") - (word == "}"))
        if word in ("{", "}", ","):
            continue
        if option := _option(word, key, match["value"]):
            found |= option
        elif key in (*FLAGS, *VALUES) or not (_is_elsewhere(match) or ((depth or lenient) and not _is_misspelt(key))):
            problems.append((word, "unknown"))
        else:
            words.add(word)
    if depth and block.text[0] != "{":
        problems.append(("{", "is never closed; end it with '}'"))
    return _checked(found, words, problems, len(block.lines))


def _without_title(text: str) -> str:
    """Return ``text`` without VitePress's ``[title]``."""
    begin, end = text.find("["), text.rfind("]") + 1
    return text[:begin] + text[end:] if begin >= 0 and end > begin and text[begin - 1] != "=" else text


def _option(word: str, key: str, value: str | None) -> dict[str, str]:
    """Return the option that ``word`` is, as {name: value}; empty if ``word`` is no option of ours."""
    if word[0] == "{":
        return {"hl_lines": word.strip("{}"), "braces": word}
    if key.lower() in _NUMBERED:
        key = "linenums"
    if key in VALUES and value is not None:
        return {key: value.strip("{}\"'")}
    return {key: "1"} if key in FLAGS and value is None else {}


def _is_elsewhere(word: re.Match[str]) -> bool:
    """Return whether ``word`` is a title, the name of a file or a word of another tool."""
    if word["key"]:
        return not _is_misspelt(word["key"]) and (word["value"][:1] in tuple("\"'{") or word["key"] in _ELSEWHERE)
    return word[0] in _ELSEWHERE or _FILE.fullmatch(word[0].lstrip(":")) is not None


@lru_cache(maxsize=256)
def _is_misspelt(key: str) -> bool:
    return bool(nearest(key, {*FLAGS, *VALUES}))


def _checked(found: dict[str, str], words: set[str], problems: list[tuple[str, str]], count: int) -> Fence:
    """Return the options ``found`` of a block with ``count`` lines."""
    marked = _lines(found.get("hl_lines", ""), count)
    first = found.get("linenums")
    if marked is None:
        problems.append((found.get("braces", "hl_lines"), f'must be lines of the block, such as "2 4-5", from 1 to {count}'))
    if first is not None and not re.fullmatch(r"\d{1,6}", first):
        problems.append(("linenums", 'must be the number of the first line, such as "10"'))
        first = None
    if {"wrap", "scroll"} <= found.keys():
        problems.append(("scroll", "is the opposite of 'wrap'; use one of the two"))
    return Fence(
        wrap=True if "wrap" in found else False if "scroll" in found else None,
        cloze="cloze" in found,
        first=int(first) if first is not None else None,
        marked=marked or frozenset(),
        words=frozenset(words),
        problems=tuple(problems),
    )


def _lines(text: str, count: int) -> frozenset[int] | None:
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
