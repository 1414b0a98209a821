"""Columns with the options of a question, and a column that names the right ones: ``Question,OptionA,OptionB,CorrectAnswer``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_OPTION = re.compile(r"(?:(?:option|choice|answer|选项)[\s_-]*)?\(?(?P<name>[a-h]|[1-8])\)?", re.IGNORECASE)
_RIGHT = re.compile(
    r"""
    (?:correct|right)[\s_-]*(?:answers?|options?|choices?)?
    |answers?(?:[\s_-]*key)?|solution|正确(?:答案|选项)|答案
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEAST = 2
"""The least number of options."""


def columns(names: Sequence[str]) -> tuple[dict[str, int], int] | None:
    """Return (the column of each option by its name in lower case, the column of the right answer); None if there are none.

    ``names`` are the names of all columns.
    """
    found = {match["name"].lower(): at for at, name in enumerate(names) if (match := _OPTION.fullmatch(name.strip()))}
    right = next((at for at, name in enumerate(names) if _RIGHT.fullmatch(name.strip())), -1)
    series = [*found] in (sorted("abcdefgh"[: len(found)]), sorted("12345678"[: len(found)]))
    return (found, right) if len(found) >= _LEAST and series and right >= 0 else None


def task_list(cells: Sequence[str], options: Mapping[str, int], right: int) -> str:
    """Return the options of a row as a task list with the right ones ticked; ``""`` if ``cells`` names no right one."""
    texts = {name: cells[at].strip() for name, at in options.items() if at < len(cells) and cells[at].strip()}
    said = cells[right].strip() if right < len(cells) else ""
    names = {name.lower() for name in re.findall(r"(?<!\w)(?i:[a-h]|[1-8])(?!\w)", said)} & texts.keys()
    same = {name for name, text in texts.items() if text.casefold() == said.casefold()}
    is_names = re.fullmatch(r"(?:\W|_|(?i:option|choice|and|选项|和)|(?<!\w)(?i:[a-h]|[1-8])(?!\w))+", said) is not None
    ticked = same or (names if is_names else set())
    if not ticked or len(texts) < _LEAST:
        return ""
    return "\n".join(f"- [{'x' if name in ticked else ' '}] {' '.join(text.split())}" for name, text in texts.items())
