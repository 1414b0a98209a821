"""The words after a fence's language that are no option of ours: words for other tools, and mistakes."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block import Block, options_of
from deckbuilder.markdown.fence_options import FLAGS, VALUES, Word

_WORDS = (
    "= active annotate bun compile-fail compile_fail copy editable edition exit file filename harmony hidden ignore lines live",
    "no-copy no-run no_run noplayground npm panics pnpm preview region runnable should-panic should_panic",
    "skip test title tsconfig twoslash yarn",
)
_ELSEWHERE = frozenset(" ".join(_WORDS).split())
"""Words of other tools, and of ``deckbuilder test``, that change nothing on a card."""
_OF_RUNS = ("compile-fail", "ignore", "no-run", "panics", "should-panic", "skip")
_VALUES_OF_RUNS = ("compile-fail", "edition", "exit", "file", "lines", "region", "skip")
"""Words of ``deckbuilder test``, without and with a value, that an author may misspell."""
_CLOSE, _CLOSE_OF_RUNS = 0.6, 0.8
"""The likeness, from 0 to 1, of a misspelt word. Many words of other tools are a bit like those of ``deckbuilder test``."""
KNOWN = (
    f"; the options are {', '.join(sorted({*FLAGS, *VALUES}))}, "
    "and for code that runs compile-fail, edition, exit, ignore, no-run, panics, skip"
)
"""The end of a message about a word that is like none of ours."""
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
def similar(key: str, *, valued: bool | None = None) -> tuple[str, ...]:
    """Return our words that an author may mean by the unknown word ``key``, the most similar one first.

    With ``valued``, only words that may have a value, or only words that need none.
    """
    flags = (*((name, _CLOSE) for name in FLAGS), *((name, _CLOSE_OF_RUNS) for name in _OF_RUNS))
    values = (*((name, _CLOSE) for name in VALUES), *((name, _CLOSE_OF_RUNS) for name in _VALUES_OF_RUNS))
    known = {*(() if valued else flags), *(() if valued is False else values)}
    found = ((_likeness(key.lower().replace("_", "-"), name.replace("_", "-")), name, least) for name, least in known)
    return tuple(name for likeness, name, least in sorted(found, reverse=True) if likeness >= least)


def _likeness(word: str, known: str) -> float:
    """Return a number from 0 to 1, which is 1 for two words with the same letters and the same first one: ``exti`` and ``exit``."""
    return 1 if word[:1] == known[:1] and sorted(word) == sorted(known) else difflib.SequenceMatcher(None, word, known).ratio()


def _is_misspelt(key: str) -> bool:
    return bool(similar(key))
