"""The words after a fence's language that are no option of ours: words for other tools, and mistakes."""

from __future__ import annotations

import re
from functools import lru_cache

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, options_of
from deckbuilder.markdown.fence_options import FLAGS, VALUES, Word
from deckbuilder.model.diagnostics import nearest

_WORDS = (
    "= active annotate bun compile-fail compile_fail copy editable edition exit file filename harmony hidden ignore lines live",
    "no-copy no-run no_run noplayground npm panics pnpm preview region runnable should-panic should_panic",
    "skip test title tsconfig twoslash yarn",
)
_ELSEWHERE = frozenset(" ".join(_WORDS).split())
"""Words of other tools, and of ``deckbuilder test``, that change nothing on a card."""
_FILE = re.compile(r"[\w@.-]*(?:/[\w@.-]+)+|[\w-]++(?:\.[\w-]++)+", re.IGNORECASE)
_NESTED = {"{": 1, "}": -1}


def read(block: Block) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Return (the words for other tools, the words that are no option, each with the reason)."""
    given = fence_options.words(block)
    braced = block.text.startswith("{")
    lenient = braced or options_of(block).startswith(",")  # Pandoc, and rustdoc, of which each year has more words
    words: set[str] = set()
    problems: list[tuple[str, str]] = []
    depth = 0
    for word in given:
        depth = max(0, depth + _NESTED.get(word.text, 0))
        if word.name or word.text in ("{", "}", ","):
            continue
        if word.key not in (*FLAGS, *VALUES) and (_is_elsewhere(word) or ((depth or lenient) and not _is_misspelt(word.key))):
            words.add(word.text)
        else:
            problems.append((word.text, "unknown"))
    if depth and not braced:
        problems.append(("{", "is never closed; end it with '}'"))
    return frozenset(words), (*problems, *_wrong_values(given, len(block.lines)))


def _wrong_values(words: list[Word], count: int) -> list[tuple[str, str]]:
    """Return the options with wrong values, each with the reason. ``count`` is the number of lines of the block."""
    found = {word.name: word for word in words}
    problems = []
    if (marked := found.get("hl_lines")) and fence_options.lines(marked.option, count) is None:
        braces = next((word.text for word in reversed(words) if word.name == "hl_lines" and word.text[0] == "{"), "hl_lines")
        problems.append((braces, f'must be lines of the block, such as "2 4-5", from 1 to {count}'))
    if (first := found.get("linenums")) and fence_options.number(first.option) is None:
        problems.append(("linenums", 'must be the number of the first line, such as "10"'))
    if {"wrap", "scroll"} <= found.keys():
        problems.append(("scroll", "is the opposite of 'wrap'; use one of the two"))
    return problems


def _is_elsewhere(word: Word) -> bool:
    """Return whether ``word`` is a title, the name of a file or a word of another tool."""
    if word.value is not None:
        written = word.text.partition("=")[0]
        return written in _ELSEWHERE or (word.value[:1] in tuple("\"'{") and not _is_misspelt(written))
    return word.text in _ELSEWHERE or _FILE.fullmatch(word.text.lstrip(":")) is not None


@lru_cache(maxsize=256)
def _is_misspelt(key: str) -> bool:
    return bool(nearest(key, {*FLAGS, *VALUES}))
