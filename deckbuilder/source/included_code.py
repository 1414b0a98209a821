"""Fences whose code is in another file of the deck -> the code. The card follows the file, and so does the note's hash.

````markdown
```python file="examples/app.py" region="login"
```
````

A region is between two comments: ``# region: login`` and ``# endregion``, as editors fold code. ``lines="10-24"`` takes lines.
A fence with text of its own takes nothing: other tools write ``file="app.py"`` as a title.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deckbuilder.files.portable_names import shown
from deckbuilder.model.diagnostics import Diagnostic, Span, nearest
from deckbuilder.model.records import Included, Source
from deckbuilder.source.deck_records import is_there
from deckbuilder.source.read_text import read, unreadable

LARGEST = 1024 * 1024
"""Bytes of a file with code."""
_FENCE = re.compile(
    r"""
    (?P<before>[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t>]*+)?)
    (?P<marks>`{3,}|~{3,})
    (?P<info>(?=[^`\n]*?\bfile=)[^`\n]*+)
    """,
    re.VERBOSE,
)
_HIDDEN = re.compile(
    r"""
    (?P<before>[ \t>]*)<!--+[ \t]*invisible-code(?:-block)?:
    [ \t]*(?P<info>[^\n]*\bfile=(?:[^\n]*[^ \t\n])?)[ \t]*
    """,
    re.VERBOSE,
)
"""The first line of hidden code, whose next line is ``-->``."""
_CLOSED = re.compile(r"[ \t>]*--+>\s*")
_VALUE = re.compile(r"""\b(?P<key>file|region|lines)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s,}"']+))""")
_KEY = re.compile(r"\b([A-Za-z_]+)=")
_KNOWN = {"file", "region", "lines", "linenums", "hl_lines"}
_COMMENT = r"[ \t]*(?:#|//|--|;+|%+|/\*+|<!--|\(\*|\"|'|REM\b)[ \t]*#?"
_BEGIN = re.compile(rf"{_COMMENT}region:?[ \t]+(?P<name>[^\s*]+(?:[ \t]++[^\s*]+)*?)(?:[ \t]*+(?:\*/|-->|\*\)))?[ \t]*+")
_END = re.compile(rf"{_COMMENT}endregion\b.*")
_RANGE = re.compile(r"(\d{1,7})(-)?(\d{1,7})?")


def with_code(source: Source, root: Path, diagnostics: list[Diagnostic]) -> Source:
    """Return ``source`` with the code that its fences take from files in ``root``. Add the mistakes to ``diagnostics``."""
    if "file=" not in source.text:
        return source
    found = {}
    lines = source.text.split("\n")
    for number, match in (*_fences(lines), *_hidden(lines)):
        info = match["info"].strip()
        if info in found:
            continue
        span = Span(source.path, number + 1, match.start("info") + 1)
        values = {item["key"]: item["double"] or item["single"] or item["bare"] or "" for item in _VALUE.finditer(info)}
        included = _included(info, values, root, span, diagnostics)
        if included:
            found[info] = included
    return source._replace(included=tuple(found.values()))


def expanded(lines: Sequence[str], included: Iterable[Included]) -> list[str]:
    """Return ``lines`` with the code in each fence that takes its code from a file."""
    by_info = {one.info: one for one in included}
    result = list(lines)
    for number, match in reversed(list(_fences(lines)) if by_info else []):
        if one := by_info.get(match["info"].strip()):
            prefix = re.sub(r"[^>\s]", " ", match["before"])
            longest = max((len(run) for line in one.lines for run in re.findall(r"^\s*([`~]{3,})", line)), default=0)
            marks = match["marks"][0] * max(len(match["marks"]), longest + 1)
            result[number : number + 2] = [
                f"{match['before']}{marks}{match['info']}",
                *((prefix + line).rstrip() if not line else prefix + line for line in one.lines),
                f"{prefix}{marks}",
            ]
    return result


def _fences(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield (index of the line, match) for each empty fence with ``file=``."""
    for number, line in enumerate(lines[:-1]):
        if "file=" in line and (match := _FENCE.fullmatch(line)) and lines[number + 1].lstrip(" \t>").rstrip() == match["marks"]:
            yield number, match


def _hidden(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield (index of the line, match) for each empty comment of hidden code with ``file=``."""
    for number, line in enumerate(lines[:-1]):
        if "file=" in line and (match := _HIDDEN.fullmatch(line)) and _CLOSED.fullmatch(lines[number + 1]):
            yield number, match


def _included(info: str, values: dict[str, str], root: Path, span: Span, diagnostics: list[Diagnostic]) -> Included | None:
    """Return the code that a fence takes; None after a mistake, which is added to ``diagnostics``."""

    def wrong(message: str) -> Included | None:
        diagnostics.append(Diagnostic(span, "included-code", message))
        return None

    name = values.get("file", "")
    if not name or name.startswith("/") or "\\" in name or ".." in name.split("/"):
        return wrong(f"'{name}' is no path of a file in the deck's folder; write it with '/', from the folder of deck.toml")
    path = root / name
    try:
        there = is_there(path)
    except OSError as error:
        diagnostics.append(unreadable(path, error))
        return None
    if not there:
        return wrong(f"{shown(path)} does not exist; correct the path, which begins in the folder of deck.toml")
    found = read(path, diagnostics, root, LARGEST)
    if found is None:
        return None
    lines = found.text.removesuffix("\n").split("\n")
    place = _part(lines, values, info)
    if isinstance(place, str):
        return wrong(place.replace("FILE", shown(path)))
    first, end = place
    numbers = [at for at in range(first, end) if not _BEGIN.fullmatch(lines[at]) and not _END.fullmatch(lines[at])]
    while numbers and not lines[numbers[-1]].strip():
        numbers.pop()
    while numbers and not lines[numbers[0]].strip():
        del numbers[0]
    if not numbers:
        return wrong(f"there is no code in this part of {shown(path)}; correct region or lines")
    code = textwrap.dedent("\n".join(lines[at] for at in numbers)).split("\n")
    return Included(info, tuple(code), shown(path), numbers[0] + 1)


def _part(lines: Sequence[str], values: dict[str, str], info: str) -> tuple[int, int] | str:
    """Return (first line, end) of the code that a fence asks for; a text that says why there is none, with FILE for the file."""
    for key in _KEY.findall(info):
        if key not in _KNOWN and (known := nearest(key, ("region", "lines"))):
            return f"'{key}' is unknown here{known}"
    if "region" in values and "lines" in values:
        return "this fence has both 'region' and 'lines'; write one of them"
    if "region" in values:
        return _region(lines, values["region"])
    if "lines" not in values:
        return 0, len(lines)
    match = _RANGE.fullmatch(values["lines"])
    first = int(match[1]) - 1 if match else -1
    end = min(len(lines), int(match[3]) if match[3] else len(lines) if match[2] else first + 1) if match else 0
    if 0 <= first < end:
        return first, end
    return f'lines="{values["lines"]}" is no range of lines in FILE, which has {len(lines)}; write it as in "10-24"'


def _region(lines: Sequence[str], name: str) -> tuple[int, int] | str:
    """Return (first line, end) of a region; a text that says why there is none."""
    names = {at: match["name"] for at, line in enumerate(lines) if (match := _BEGIN.fullmatch(line))}
    begins = [at for at, found in names.items() if found == name]
    if not begins:
        return f"FILE has no comment 'region: {name}'{nearest(name, names.values())}"
    if len(begins) > 1:
        return f"FILE has two comments 'region: {name}', in lines {begins[0] + 1} and {begins[1] + 1}; rename one"
    depth = 0
    for at in range(begins[0] + 1, len(lines)):
        if at in names:
            depth += 1
        elif _END.fullmatch(lines[at]):
            if not depth:
                return begins[0] + 1, at
            depth -= 1
    return f"FILE has no comment 'endregion' below 'region: {name}'"
