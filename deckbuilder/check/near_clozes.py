"""A rule about text that its author probably wrote as a cloze, such as ``{{c2:b}}``. Anki would show it with its braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from deckbuilder.markdown import fence_options
from deckbuilder.markdown.block_parser import leaves
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import File, Kind, Passage, Question
from deckbuilder.source import positions
from deckbuilder.source.blanked import prose

_NEAR = re.compile(
    r"""
    (?<!\\)(?<!\\[{｛])(?:
    (?P<nothing>\{\{c\d{1,9}\}\})
    |(?P<several>\{\{c(?P<first>\d{1,9})(?:[ \t]?[,、，-][ \t]?\d{1,9})+[ \t]?::)
    |(?P<braces>[{｛]{1,2})[ \t]?(?:[cCсСｃ]|cloze)[ \t]?(?P<number>\d{1,9}|[lI])[ \t]?(?:[:：;；][ \t]?[:：;；]?|\|\|)
    |\{\{c(?P<colonless>\d{1,9})[ \t]+(?!(?:and|else|if|in|is|not|or)\b)(?=[^\W\d_][^{}|\n]*+\}\})
    |(?P<letterless>[{｛]{2})[ \t]?(?P<only>\d{1,9})[ \t]?[:：]{2}
    |(?P<numberless>[{｛]{2}[ \t]?[cC]?[ \t]?[:：]{2})
    |(?P<brackets>\[{1,2}|\({1,2}|（{1,2}|【{1,2})c(?P<inside>\d{1,9})::
    )
    """,
    re.VERBOSE,
)
_RIGHT = re.compile(r"\{\{c[0-9]{1,9}::")
_SURE = re.compile(r"\{\{[cC]\d")
"""No formula and no code begins like this."""
_REST = re.compile(r"(?P<text>[^{}｛｝\n]*+)[}｝]{1,2}(?![}｝])")
_BRACKETED = re.compile(r"(?P<text>[^\[\]()（）【】{}\n]*+)(?:\]{1,2}|\){1,2}|）{1,2}|】{1,2})")
_MARKED = re.compile(r"(?<![=\\])==(?![\s=])(?P<text>[^=\n]++)(?<!\s)==(?!=)")


class _Found(NamedTuple):
    at: int
    """The index in the text of the block."""
    shown: str
    message: str
    old: str = ""
    new: str = ""


def near_clozes(file: File) -> Iterator[Diagnostic]:
    """Report text in a ``.cloze`` question that is nearly a cloze. Bad: ``{{c2:b}}``, ``{c2::b}``, ``{{C2::b}}``. Good: ``{{c2::b}}``."""
    for entry in file.entries:
        question = entry.question
        if question.kind is not Kind.CLOZE:
            continue
        for passage in (question.heading, question.body):
            for offset, text, is_code in _texts(passage):
                yield from _reported(file, question, passage.first + offset, text, _near(text, is_code=is_code))
                if not entry.note.ords and not is_code:
                    yield from _reported(file, question, passage.first + offset, text, _marked(text))


def _texts(passage: Passage) -> Iterator[tuple[int, str, bool]]:
    """Yield (index of the line, text, is it code) of each block that may have clozes; code spans and comments are blank."""
    for offset, block in leaves(passage.lines):
        text = "\n".join(block.lines) or block.text
        if block.kind == "fence":
            if fence_options.read(block).cloze:
                yield offset + block.start + 1, text, True
        elif block.kind not in ("code", "comment", "definition", "rule") and any(char in text for char in "{｛[(（【="):
            yield offset + block.start, prose(text, "text", "escape", "maths"), False


def _near(text: str, *, is_code: bool) -> Iterator[_Found]:
    """Yield everything in ``text`` that is nearly a cloze."""
    outside = prose(text, "text", "escape")
    for match in _NEAR.finditer(text):
        in_maths = outside[match.start()] == " "
        if _RIGHT.match(match[0]) or ((is_code or in_maths) and not _SURE.match(match[0])):
            continue
        found, number = match[0], match["number"] or match["only"] or match["inside"] or match["colonless"]
        if match["nothing"]:
            yield _Found(match.start(), found, f"'{found}' hides nothing; write its text: '{found[:-2]}::…}}}}'")
        elif match["several"]:
            right = f"{{{{c{match['first']}::…}}}}"
            yield _Found(match.start(), found, f"'{found}' has several numbers, but a cloze has one; write '{right}'")
        elif match["numberless"]:
            yield _Found(match.start(), found, f"'{found}' has no number, so it is no cloze; write '{{{{c1::…}}}}'")
        else:
            number = str(int(number)) if number.isdecimal() else "1"  # the letters l and I look like 1
            rest = (_BRACKETED if match["brackets"] else _REST).match(text, match.end())
            old = found + rest[0] if rest else ""
            inner = rest["text"].replace("：：", "::").strip() if rest else ""
            new = f"{{{{c{number}::{inner}}}}}" if inner and not in_maths else ""
            message = f"'{found}' begins no cloze, so the card shows it as text; write '{{{{c{number}::…}}}}'"
            yield _Found(match.start(), found, message, old, new)


def _marked(text: str) -> Iterator[_Found]:
    """Yield each ``==text==``, which is a cloze in other tools."""
    matches = list(_MARKED.finditer(text))
    for match in matches:
        right = f"{{{{c1::{match['text']}}}}}"
        message = f"'{match[0]}' is no cloze; write '{right}'"
        yield _Found(match.start(), match[0], message, match[0], right if len(matches) == 1 else "")


def _reported(file: File, question: Question, line: int, text: str, found: Iterator[_Found]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each of ``found`` in ``text``, a block that begins on ``line`` of the file."""
    ends: dict[int, int] = {}
    begin, number = 0, line
    for item in found:
        number += text.count("\n", begin, item.at)
        begin = item.at
        place = positions.occurrence(file, question, number, item.shown, ends.get(number, 0))
        ends[number] = place.column
        yield Diagnostic(place, "broken-cloze", item.message, mend=_mend(file, place, item))


def _mend(file: File, place: Span, item: _Found) -> Mend | None:
    """Return the replacement, if the line has the old text at this place."""
    line = positions.lines_of(file, place.path)[place.line - 1]
    if not item.new or not line.startswith(item.old, place.column - 1):
        return None
    return Mend(place.line, place.column, item.old, item.new)
