"""Columns with options to choose from, and a column with the right option -> a ``.choice`` question.

Sheets name the right option in four ways: by its letter, by its number from 1 or from 0, or by its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from deckbuilder.adopt.lists.markdown_page import bare

LEAST = 2
"""The least number of options."""
_LETTERS = "abcdefghij"
_OPTION = re.compile(
    r"""
    (?:options?|opt|choices?|answers?|alternative|opción|opcion|respuesta|antwort|вариант|选项|答案|選択肢)
    [\s_.-]*\(?(?:[a-j]|\d{1,2}|[一二三四五六])\)?
    |[a-j][.)]?|[a-j][\s_.-]*(?:option|选项)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WRONG = re.compile(
    r"""
    (?:wrong|incorrect|false|distractor)
    (?:[\s_-]*(?:answers?|options?|choices?))?
    [\s_.-]*(?:[a-j]|\d{1,2})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FIRST = re.compile(
    r"""
    (?:\b|_|option|choice|answer|选项|答案)
    \(?[a01一]
    (?:[\s_.-]*(?:option|选项)|[).]*)$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The name of a first option. A sheet with ``Answer``, ``Answer 2`` and ``Answer 3`` has none."""
_RIGHT = re.compile(
    r"""
    (?:correct|right)(?:[\s_-]*(?:answers?|answer\(s\)|options?|choices?|ans|letters?|index|key|keys))?
    |(?:answers?|ans)[\s_-]*(?:key|letter|index)?|answer[\s_-]*(?:correct|right)|key|solutions?
    |正确答案|正确选项|答案|正解|(?:respuesta[ ])?correcta|richtig(?:e[ ]antwort)?|правильный[ ]ответ
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_RIGHT = re.compile("correct|right|key|正|richtig|правильн", re.IGNORECASE)
"""A part of the name of a right column. Such a name goes before a mere ``Answer``."""
_REASON = re.compile(
    r"""
    (?:answer[\s_-]*)?(?:explanations?|rationale|reasons?|justification|feedback)
    |解析|解释|说明|解説|explicación|erklärung|объяснение
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"""
    (?:options?|opt|choices?|answers?|选项)[\s_.-]*
    (?=\(?(?:[a-j]|\d{1,2})\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LETTERED = re.compile(r"\(?(?P<key>[a-j])(?:[.):：、]\s*\S.*|\))?", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"\(?(?P<key>\d{1,2})(?:[.):：、](?!\d)\s*\S.*|\))?", re.DOTALL)
_BETWEEN = re.compile(r"\s*(?:[,;/&|+、，；]|\band\b)\s*|\s+", re.IGNORECASE)
_BLOCK = re.compile(r"[-+*>#]+(?=\s)|\d{1,9}(?=[.)]\s)|\[[ xX]\](?=\s)")
"""The beginning of a text that Markdown would take for a list, a title or a box."""

Place = Callable[[str, Sequence[str]], frozenset[int] | None]
"""Returns the numbers of the right options that a cell names, from 0; None if the cell names none."""


class ChoiceColumns(NamedTuple):
    """The columns of a choice, by index. There are none if fewer than two names mean an option."""

    options: tuple[int, ...] = ()
    right: int | None = None
    """The column that names the right option, or that is the right option beside columns of wrong ones."""
    reason: int | None = None


def columns(names: Sequence[str], taken: int) -> ChoiceColumns:
    """Return the columns of a choice in a sheet with these ``names``. ``taken`` is the column of the question."""
    named = {at: bare(name).strip().rstrip(":：") for at, name in enumerate(names) if at != taken}
    wrong = _fitting(_WRONG, named)
    options = wrong or _fitting(_OPTION, named)
    if not wrong and (len(options) < LEAST or not any(_FIRST.search(named[at]) for at in options)):
        return ChoiceColumns()
    others = {at: named[at] for at in named.keys() - set(options)}
    right = min(_fitting(_RIGHT, others), key=lambda at: (not _SAYS_RIGHT.search(others[at]), at), default=None)
    reason = min(_fitting(_REASON, others), default=None)
    if wrong:
        options = () if right is None else (right, *wrong)
    return ChoiceColumns(options, right, reason)


def _fitting(pattern: re.Pattern[str], named: Mapping[int, str]) -> tuple[int, ...]:
    """Return the columns whose whole name fits ``pattern``."""
    return tuple(at for at, name in named.items() if pattern.fullmatch(name))


def reader(rows: Sequence[tuple[str, Sequence[str]]]) -> Place:
    """Return the way that names the right options of most ``rows``, each as (the cell, the texts of the options)."""
    zero = any(cell.strip() == "0" for cell, _ in rows)
    ways: list[Place] = [_by_text, _by_letter, _from_zero if zero else _from_one]
    return max(ways, key=lambda way: sum(way(cell, texts) is not None for cell, texts in rows))


def _by_text(cell: str, texts: Sequence[str]) -> frozenset[int] | None:
    known = {_same(text): at for at, text in reversed(list(enumerate(texts))) if text.strip()}
    if (at := known.get(_same(cell))) is not None:
        return frozenset({at})
    parts = [known.get(_same(part)) for part in re.split(r"\s*[;|\n]\s*", cell) if part.strip()]
    return frozenset(at for at in parts if at is not None) if len(parts) > 1 and None not in parts else None


def _same(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".。")


def _by_letter(cell: str, texts: Sequence[str]) -> frozenset[int] | None:
    joined = cell.strip()
    parts = list(joined) if re.fullmatch(r"[A-J]{2,10}", joined) else None
    return _keyed(cell, _LETTERED, lambda key: _LETTERS.index(key.lower()), texts, parts)


def _from_one(cell: str, texts: Sequence[str]) -> frozenset[int] | None:
    return _keyed(cell, _NUMBERED, lambda key: int(key) - 1, texts)


def _from_zero(cell: str, texts: Sequence[str]) -> frozenset[int] | None:
    return _keyed(cell, _NUMBERED, int, texts)


def _keyed(
    cell: str, pattern: re.Pattern[str], number: Callable[[str], int], texts: Sequence[str], parts: Sequence[str] | None = None
) -> frozenset[int] | None:
    """Return the numbers of the options whose keys are in ``cell``; None if a part is no key, or the option is empty."""
    whole = pattern.fullmatch(_LABEL.sub("", cell.strip()))
    found = [whole] if whole else [pattern.fullmatch(_LABEL.sub("", part)) for part in parts or _BETWEEN.split(cell.strip())]
    places = [number(match["key"]) for match in found if match]
    fitting = len(places) == len(found) and all(0 <= at < len(texts) and texts[at].strip() for at in places)
    return frozenset(places) if fitting and places else None


def choice(texts: Sequence[str], right: frozenset[int] | None, cell: str, *, in_order: bool) -> tuple[str, str]:
    """Return (the task list, the reason to skip the question). ``cell`` names the numbers ``right`` of the right options.

    Unless ``in_order``, the options are sorted by their texts, because the right one is always the first column.
    """
    filled = [at for at, text in enumerate(texts) if text.strip()]
    if not in_order:
        filled.sort(key=lambda at: texts[at].casefold())
    lines = [f"- [{'x' if at in (right or ()) else ' '}] {_item(texts[at])}" for at in filled]
    if len(filled) < LEAST:
        return "\n".join(lines), "it has fewer than two options"
    if right is None:
        said = f"none of its options is '{cell.strip()}'" if cell.strip() else "nothing says which of its options is right"
        return "\n".join(lines), said
    return "\n".join(lines), "all its options are right" if len(right) == len(filled) else ""


def _item(text: str) -> str:
    """Return the text of an option inside its item: all lines belong to it, and none begins a list."""
    first, *more = text.strip().split("\n")
    match = _BLOCK.match(first)
    if match:
        at = match.end() if first[0].isdigit() else 0
        first = f"{first[:at]}\\{first[at:]}"
    return "\n".join([first, *(f"  {line}" if line.strip() else "" for line in more)])
