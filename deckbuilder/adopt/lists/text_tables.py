"""CSV and TSV files -> questions: the export of Anki as text, of Quizlet, of a spreadsheet.

Anki's marks at the top of a file, such as ``#separator:tab``, are in its manual:
https://docs.ankiweb.net/importing/text-files.html#file-headers. Anki reads them in ``rslib/src/import_export/text/csv/metadata.rs``.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from deckbuilder.adopt.lists import html_fields
from deckbuilder.adopt.lists.columns import Columns, Row, clozed, named, questions, role, unnamed
from deckbuilder.adopt.lists.markdown_page import Found, with_breaks

SUFFIXES = (".csv", ".tsv", ".txt")
NAME = "table"
"""The name of the form in messages."""
_DIRECTIVE = re.compile(
    r"""
    \#\s*
    (?P<key>separator|html|tags|columns|notetype|deck|if[ ]matches|(?:notetype|deck|tags|guid)[ ]column)
    \s*:(?P<value>.*)$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_TAGGED = re.compile(r"<br\s*/?>|</(?:b|i|u|div|p|ul|ol|li|span|code|pre|strong|em|table|a|sub|sup|h[1-6])>", re.IGNORECASE)
_FENCED = re.compile(r"```\w*\\n(?:(?!```).)*\\n```")
"""A block of code on one line, as some programs write it."""
_ESCAPED = re.compile(r"(?<!\\)\\n")
_PAIR = 2
_PREFACE = 20
"""The most rows above the header of a sheet."""
_LARGEST = 64_000_000
"""Characters of the largest cell. The limit of ``csv`` is 131,072, which a picture inside a note exceeds."""


def find(text: str, suffix: str) -> list[Found]:
    """Return the questions in the ``text`` of a file with ``suffix``; ``[]`` if no column has questions.

    Raises ModuleNotFoundError if cells have HTML and the extra ``adopt`` is missing.
    """
    lines = text.split("\n")
    said = _said(lines)
    separator = _separator(said, lines, suffix)
    rows = list(_rows(lines, separator, anki=bool(said)))
    if not separator or not rows:
        return []
    columns, rows = _columns(rows if said else _below_preface(_rejoined(rows, separator)), said)
    if columns is None:
        return []
    html = said["html"].lower() == "true" if "html" in said else any(_TAGGED.search(cell) for row in rows for cell in row.cells)
    convert = html_fields.markdown if html else html_fields.plain if "html" in said else _text
    kind, tags, deck = _common(said)
    return questions([_converted(row, columns, convert) for row in rows], columns, kind=kind, tags=tags, deck=deck)


def _said(lines: Sequence[str]) -> dict[str, str]:
    """Return the values of Anki's marks at the top of the file, by key in lower case."""
    found: dict[str, str] = {}
    for line in lines:
        match = _DIRECTIVE.match(line)
        if not match:
            break
        found[match["key"].lower()] = match["value"].strip(" ") if match["key"].lower() == "separator" else match["value"].strip()
    return found


def _separator(said: Mapping[str, str], lines: Sequence[str], suffix: str) -> str:
    """Return the character between two cells; ``""`` if no character parts the lines into two cells."""
    if "separator" in said:
        return _SEPARATORS.get(said["separator"].strip().lower(), said["separator"][:1] or "\t")
    sample = [line for line in lines[:200] if line.strip()]
    order = "\t,;|" if suffix != ".csv" else ",;\t|"
    return max((mark for mark in order if any(mark in line for line in sample)), key=lambda mark: _fit(sample, mark), default="")


def _fit(sample: Sequence[str], mark: str) -> float:
    """Return how well ``mark`` parts the lines: the share of the lines with the most frequent number of cells, if above one."""
    counts = Counter(len(cells) for cells in csv.reader(sample, delimiter=mark))
    counts.pop(1, None)
    return max(counts.values(), default=0) / max(1, len(sample))


def _rows(lines: Sequence[str], separator: str, *, anki: bool) -> Iterator[Row]:
    """Yield the rows. In a file of Anki, a line that begins with ``#`` is a comment.

    Quizlet writes quotation marks as they are. If each line has as many cells as the first one, no cell spans several lines.
    """
    if not separator:
        return
    csv.field_size_limit(_LARGEST)
    kept = ["" if anki and line.startswith("#") else line for line in lines]
    simple = [(at, line.split(separator)) for at, line in enumerate(kept) if line.strip()]
    if len({len(cells) for _, cells in simple}) == 1 and len(simple[0][1]) > 1:
        for at, cells in simple:
            yield Row(at, at + 1, tuple(_unquoted(cell) for cell in cells))
        return
    spaced = _is_spaced(kept, separator)
    reader, start = csv.reader((f"{line}\n" for line in kept), delimiter=separator, skipinitialspace=spaced), 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(start, reader.line_num, tuple(cells))
        start = reader.line_num


def _is_spaced(lines: Sequence[str], separator: str) -> bool:
    """Return whether cells have a blank before their quotation marks, as in ``a, "b, c"``. Each such cell ends with a mark."""
    mark = re.escape(separator)
    text = "\n".join(lines)
    begun = len(re.findall(rf'{mark}[ ]+"', text))
    return begun > 0 and len(re.findall(rf'{mark}[ ]+"(?:[^"\n]|"")*+"[ ]*(?={mark}|$)', text, re.MULTILINE)) == begun


def _unquoted(cell: str) -> str:
    inner = cell.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1].replace('""', ""):
        return inner[1:-1].replace('""', '"')
    return cell


def _rejoined(rows: Sequence[Row], separator: str) -> list[Row]:
    """Return ``rows`` with the cells behind the second one as a part of it: an answer has the separator, too, as in ``||x||``.

    Nearly all rows have two cells. The others have an empty cell inside, or different numbers of cells.
    """
    widths = Counter(len(row.cells) for row in rows)
    wide = [row for row in rows if len(row.cells) > _PAIR and any(cell.strip() for cell in row.cells[_PAIR:])]
    inner = any(not cell.strip() for row in wide for cell in row.cells[1 : _last(row)])
    if not wide or widths[_PAIR] * 3 < len(rows) * 2 or not (inner or len({len(row.cells) for row in wide}) > 1):
        return list(rows)
    return [replace(row, cells=(row.cells[0], separator.join(row.cells[1:]))) if len(row.cells) > _PAIR else row for row in rows]


def _last(row: Row) -> int:
    """Return the number of the last cell of ``row`` with text."""
    return max(at for at, cell in enumerate(row.cells) if cell.strip())


def _below_preface(rows: list[Row]) -> list[Row]:
    """Return ``rows`` without those above a header with options. Sheets for quizzes have a preface of a few cells there."""
    for at, row in enumerate(rows[:_PREFACE]):
        columns = named(row.cells)
        if columns is not None and columns.options:
            filled = sum(bool(cell.strip()) for cell in row.cells)
            above = [sum(bool(cell.strip()) for cell in other.cells) for other in rows[:at]]
            return rows[at:] if all(count * 2 <= filled for count in above) else rows
    return rows


def _columns(rows: Sequence[Row], said: Mapping[str, str]) -> tuple[Columns | None, list[Row]]:
    """Return (the columns, the rows without the header); the columns are None if no header names a question and its answer."""
    taken = {
        key.removesuffix(" column"): int(value) - 1 for key, value in said.items() if key.endswith(" column") and value.isdigit()
    }
    if said and "columns" not in said:
        width = max(len(row.cells) for row in rows)
        fields = [at for at in range(width) if at not in taken.values()]
        keep = {key: at for key, at in taken.items() if key != "guid"}
        roles = dict(zip(("question", "answer"), fields, strict=False))
        return (Columns({**keep, **roles}, dict.fromkeys(fields[2:], "")) if fields else None), list(rows)
    header, body = rows[0], rows[1:]
    if said.get("columns"):
        return named(re.split(r"[\t,;|]", said["columns"])) or unnamed(rows), list(rows)
    if columns := named(header.cells) or clozed(header.cells, body):
        return columns, list(body)
    if any(len(cell) > 1 and role(cell) for cell in header.cells) and len(header.cells) == 2:
        return unnamed(body), list(body)
    widths = Counter(len(row.cells) for row in rows)
    usual = widths.most_common(1)[0][0]
    columns = unnamed(rows)
    return (columns if usual == 2 or (usual == 3 and "tags" in columns.roles) else None), list(rows)


def _converted(row: Row, columns: Columns, convert: Callable[[str], str]) -> Row:
    """Return ``row`` with the texts of its question and answer in Markdown."""
    texts = {columns.roles.get("question"), columns.roles.get("answer"), *columns.others, *columns.options, columns.right}
    return replace(row, cells=tuple(convert(cell) if at in texts else cell for at, cell in enumerate(row.cells)))


def _text(cell: str) -> str:
    """Return a cell as Markdown. A cell without line ends, whose code has ``\\n`` for them, gets line ends."""
    text = _ESCAPED.sub("\n", cell) if "\n" not in cell and _FENCED.search(cell) else cell
    return with_breaks(text) if "\n" in text else text  # most cells are one line, which needs no break


def _common(said: Mapping[str, str]) -> tuple[str, tuple[str, ...], str]:
    """Return (the note type, the tags, the deck) of all rows."""
    return said.get("notetype", ""), tuple(said.get("tags", "").split()), said.get("deck", "")
