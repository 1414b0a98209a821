"""Rules about text that looks like HTML, and about cells that a table has no column for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from deckbuilder.check.prose import prose
from deckbuilder.markdown.html_tags import ELEMENTS, TAG, no_elements
from deckbuilder.markdown.leaf_blocks import cells
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File, Question
from deckbuilder.source import positions
from deckbuilder.source.positions import Text

_ADDRESS = re.compile(r"<https?://")
_TAG_END = re.compile(r"[^<>\n]{0,60}>")


def known_tags(file: File) -> Iterator[Diagnostic]:
    """Report a tag that is no HTML element, once for each question. Bad: ``git checkout <path>``. Good: the same in code marks."""
    for entry in file.entries:
        question, seen = entry.question, set[str]()
        for text, at, tag in itertools.chain(_in_running_text(file, question), _in_html(question)):
            if tag not in seen and len(seen) < positions.MOST:
                seen.add(tag)
                way = (
                    "write '&lt;' for its '<', because code marks are text in HTML"
                    if text.kind == "html"
                    else "put it into code marks"
                )
                message = f"'{' '.join(tag.split())}' is no HTML element, so the card shows it as text; {way}"
                place = positions.in_text(file, question, text, at, tag.partition("\n")[0])
                yield Diagnostic(place, "unknown-tag", message)


def _in_running_text(file: File, question: Question) -> Iterator[tuple[Text, int, str]]:
    """Yield (text, index in the text, tag) for each tag in running text that is no HTML element."""
    for line, source in positions.running_texts(file, question):
        text = Text(line, "text", source)
        for match in TAG.finditer(prose(text)) if "<" in source else ():
            if (match["open"] or match["close"]).lower() not in ELEMENTS:
                yield text, match.start(), match[0]


def _in_html(question: Question) -> Iterator[tuple[Text, int, str]]:
    """Yield (text, index in the text, tag) for each tag in a block of HTML that is no HTML element."""
    for passage in (question.body, question.answer, question.source):
        for text in positions.texts(passage) if "<" in "".join(passage.lines) else ():
            if text.kind == "html":
                shown = prose(text)
                for match in no_elements(shown):
                    if _ADDRESS.match(shown, match.start()):
                        continue  # another rule reports Markdown in HTML
                    end = _TAG_END.match(shown, match.end())
                    yield text, match.start(), match[0] + (end[0] if end else "")


def cells_have_columns(file: File) -> Iterator[Diagnostic]:
    """Report a row with more cells than the header, if text is lost. Bad: ``$|x|$`` in a cell. Good: ``$\\|x\\|$``."""
    for entry in file.entries:
        for line, block in positions.tables(entry.question):
            columns = len(cells(block.lines[0]))
            for number, row in enumerate(block.lines[2:], line + 2):
                found = cells(row)
                if any(found[columns:]):
                    pipes = [match.start() for match in positions.PIPE.finditer(row)]
                    at = pipes[columns - (not row.lstrip().startswith("|"))]
                    place = positions.occurrence(file, entry.question, number, row)
                    message = (
                        f"this row has {len(found)} cells, but the header has {columns}, so text is lost; "
                        "write '\\|' for a pipe inside a cell"
                    )
                    yield Diagnostic(place._replace(column=place.column + at), "lost-cells", message)
