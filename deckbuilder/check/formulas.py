"""Rules about maths: TeX that a card would show as text, and formulas that MathJax cannot set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from deckbuilder.cards.clozes import Token, in_formula
from deckbuilder.check import tex
from deckbuilder.check.prose import shown_words
from deckbuilder.markdown.entities import plain
from deckbuilder.markdown.maths import LETTER
from deckbuilder.markdown.pieces import pieces
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span, excerpt
from deckbuilder.model.records import File, Question
from deckbuilder.model.splice import splice
from deckbuilder.source import positions

_DELIMITER = re.compile(r"(?P<slashes>\\{1,2})(?P<bracket>[()\[\]])")
_PAIRS = {"(": ")", "[": "]"}
_ENVIRONMENT = re.compile(
    r"""
    \\begin
    \{(?:align|alignat|aligned|array|[bpvBV]?matrix|cases|eqnarray|equation|gather|multline|split)\*?\}
    """,
    re.VERBOSE,
)
_ANKI_LATEX = re.compile(r"\[(\$\$?|latex)\]")
_DOLLAR = re.compile(r"(?<!\$)\$(?!\$)")
_TWO_DOLLARS = re.compile(r"(?<!\$)\$\$(?!\$)")
_ALONE = re.compile(r"[ \t]*\$\$[ \t]*(?:\n|$)")
_IS_LETTER = re.compile(LETTER).match
_REFERENCE = re.compile(r"&(?:lt|gt);")
_NEAR = 100
"""The most characters between a dollar and the TeX that shows it to be a dollar of a formula."""
_DEEPEST = 10
"""The most nested clozes that Anki reads."""


class _Found(NamedTuple):
    at: int
    """The index in the text."""
    source: str
    message: str
    new: str = ""
    """The text that mends ``source``, or ``""``."""


def formulas_in_dollars(file: File) -> Iterator[Diagnostic]:
    r"""Report formulas as they are written elsewhere. Bad: ``\(x^2\)``, ``\[x^2\]``, ``\begin{align}``. Good: ``$x^2$``."""
    return _reported(file, "tex-delimiter", ("\\", "[$", "[latex"), _delimited)


def paired_dollars(file: File) -> Iterator[Diagnostic]:
    r"""Report dollars around TeX that are text. Bad: ``$ x $``, ``$n$th``, ``$\alpha``. Good: ``$x$``, ``$5``, ``$HOME``."""
    return _reported(file, "stray-dollar", ("$",), _strays)


def sound_formulas(file: File) -> Iterator[Diagnostic]:
    r"""Report formulas that MathJax does not show whole. Bad: ``$5%$``, ``$\frac{a}{b$``, ``{{c1::\left(}} a \right)``. Good: ``$5\%$``."""
    for entry in file.entries:
        question = entry.question
        if _has(question, ("$", "math")):
            formulas = list(_formulas(file, question))
            yield from _diagnostics(file, question, "tex-comment", _found_in(formulas, _percents))
            yield from _diagnostics(file, question, "broken-cloze", _found_in(formulas, _halved_clozes))
            yield from _diagnostics(file, question, "broken-formula", _found_in(formulas, _lone_half))
            yield from _diagnostics(file, question, "broken-formula", _found_in(formulas, _lone_ampersand))


def _found_in(
    formulas: Iterable[tuple[int, str, int, int]], find: Callable[[str], Iterator[_Found]]
) -> Iterator[tuple[int, str, _Found]]:
    """Yield (line in the file, text from this line on, what ``find`` finds in the text) for each of ``_formulas``."""
    for line, text, begin, end in formulas:
        for found in find(text[begin:end]):
            yield line, text, found._replace(at=begin + found.at)


def _reported(file: File, code: str, marks: Sequence[str], find: Callable[[str], Iterator[_Found]]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each that ``find`` finds in a running text with one of ``marks``."""
    for entry in file.entries:
        if _has(entry.question, marks):
            texts = positions.running_texts(file, entry.question)
            found = ((line, text, fault) for line, text in texts for fault in find(text))
            yield from _diagnostics(file, entry.question, code, found)


def _has(question: Question, marks: Sequence[str]) -> bool:
    passages = (question.heading, question.body, question.answer, question.source)
    texts = chain(
        (line for passage in passages for line in passage.lines), (question.hint,), (text for _, text in question.definitions)
    )
    text = "\n".join(texts)
    return any(mark in text for mark in marks)


def _diagnostics(file: File, question: Question, code: str, faults: Iterable[tuple[int, str, _Found]]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each (line in the file, text from this line on, what is wrong in the text)."""
    for count, (line, text, found) in enumerate(faults, 1):
        if count > positions.MOST:
            yield Diagnostic(question.span, code, found.message)
            continue
        place = _place(file, question, line, text, found)
        written = positions.lines_of(file, place.path)[place.line - 1].startswith(found.source, place.column - 1)
        mend = Mend(place.line, place.column, found.source, found.new) if found.new and written else None
        yield Diagnostic(place, code, found.message, mend=mend)


def _place(file: File, question: Question, line: int, text: str, found: _Found) -> Span:
    """Return the place of ``found``. A line of ``text`` is a part of its line in the file."""
    number = line + text.count("\n", 0, found.at)
    begin, end = text.rfind("\n", 0, found.at) + 1, text.find("\n", found.at)
    place = positions.occurrence(file, question, number, text[begin : end if end >= 0 else len(text)])
    return place._replace(column=place.column + found.at - begin)


def _formulas(file: File, question: Question) -> Iterator[tuple[int, str, int, int]]:
    """Yield (line in the file, text from this line on, begin of the TeX in it, end) for each formula."""
    for line, text in positions.running_texts(file, question):
        read = shown_words(text, "text", "maths") if "$" in text else ""
        for kind, begin, end in pieces(text) if read else ():
            if kind == "maths" and read[begin] == "$":
                size = 2 if text[begin + 1] in "$`" else 1
                yield line, text, begin + size, end - size
    for line, block in positions.displayed(file, question):
        fence = block.kind == "fence"
        text = "\n".join(block.lines) + "\n" * fence
        yield line + fence, text, 0, len(text)


def in_question(file: File, question: Question) -> Iterator[tuple[str, Callable[[int], Span]]]:
    """Yield (TeX, function from an index in the TeX to its place) for each formula of a question."""
    for line, text, begin, end in _formulas(file, question) if _has(question, ("$", "math")) else ():

        def place(at: int, line: int = line, text: str = text, begin: int = begin) -> Span:
            return _place(file, question, line, text, _Found(begin + at, "", ""))

        yield text[begin:end], place


def _percents(formula: str) -> Iterator[_Found]:
    for at in tex.percents(formula):
        lost = _shown(formula[at:].partition("\n")[0])
        message = f"'%' begins a comment of TeX, so the card does not show '{lost}'; write '\\%'"
        yield _Found(at, "%", message, "\\%" if formula[at - 1 : at].isdecimal() else "")


def _halved_clozes(formula: str) -> Iterator[_Found]:
    opened: list[Token] = []
    for part in in_formula(formula) if "{{c" in formula else ():
        if part.kind == "open":
            opened.append(part)
        elif part.kind == "close":
            begin = opened.pop()
            if len(opened) < _DEEPEST and (half := tex.lone_half(formula[begin.end : part.at])):
                message = (
                    f"cloze '{begin.text}' hides '{half[0]}' without its other half, so the formula breaks; hide both or none"
                )
                yield _Found(begin.at, begin.text, message)


def _lone_half(formula: str) -> Iterator[_Found]:
    parts = in_formula(formula) if "{{c" in formula else []
    if any(part.kind == "torn" for part in parts):
        return  # an error of its own
    # blanks in the place of the marks of clozes keep the indices
    if half := tex.lone_half(splice(formula, ((part.at, part.end, " " * len(part.text)) for part in parts))):
        other = f", or '\\{half[0]}' for a brace" if half[0] in "{}" else ""
        message = f"'{half[0]}' has no other half in this formula, so the card shows its source; write both halves{other}"
        yield _Found(half.start(), half[0], message)


def _lone_ampersand(formula: str) -> Iterator[_Found]:
    """Yield the first ``&`` outside all braces and environments, which MathJax calls misplaced."""
    at = tex.ampersand(formula) if "&" in formula else -1
    if at >= 0 and (reference := _REFERENCE.match(formula, at)):
        right = plain(reference[0])
        message = f"'{reference[0]}' is no '{right}' in a formula, so the card does not show the formula; write '{right}'"
        yield _Found(at, reference[0], message, right)
    elif at >= 0:
        message = (
            "'&' works only in an environment such as 'aligned', so the card does not show the formula; write '\\&' for the sign"
        )
        yield _Found(at, "&", message)


def _shown(text: str) -> str:
    """Return ``text`` on one line, as it is in a message."""
    return excerpt(" ".join(text.split()))


def _delimited(text: str) -> Iterator[_Found]:
    """Yield each formula between brackets with backslashes, and each environment outside a formula."""
    outside, done = shown_words(text, "text", "escape"), 0
    for opening, closing in pairwise(_DELIMITER.finditer(outside)):
        inner = text[opening.end() : closing.start()]
        begin, end = opening.start(), closing.end()
        if (
            closing["bracket"] != _PAIRS.get(opening["bracket"])
            or opening["slashes"] != closing["slashes"]
            or inner != outside[opening.end() : closing.start()]
            or not _is_formula(inner.strip(), opening, text[begin - 1 : begin])
        ):
            continue
        dollars = "$" if opening["bracket"] == "(" else "$$"
        source, right = text[begin:end], f"{dollars}{inner.strip()}{dollars}"
        touched = _IS_LETTER(text[begin - 1 : begin]) or _IS_LETTER(text[end : end + 1])
        one_line = "\n" not in source and "$" not in inner and "`" not in inner
        message = f"'{_shown(source)}' is no formula here: the card shows '{_shown(plain(source))}'; write '{_shown(right)}'"
        yield _Found(begin, source, message, right if one_line and not touched else "")
        done = end
    if "$" not in outside and (match := _ENVIRONMENT.search(outside, done)):
        message = f"'{match[0]}' is outside a formula, so the card shows its source; write '$$' above and below"
        yield _Found(match.start(), match[0], message)
    match = _ANKI_LATEX.search(shown_words(text, "text", "escape", "maths"))
    if match and f"[/{match[1]}]" in text:
        message = f"'{match[0]}' is a mark of Anki's own LaTeX, which these cards show as text; write '$…$' or '$$…$$'"
        yield _Found(match.start(), match[0], message)


def _is_formula(inner: str, opening: re.Match[str], before: str) -> bool:
    r"""Return whether ``inner`` is TeX, and not the arguments of ``f\(x\)``, an escaped link or a part of a pattern."""
    single = opening["slashes"] == "\\"
    if single and before.isascii() and (before.isalnum() or before == "_"):
        return tex.has_command(inner)
    if tex.is_sure(inner):
        return True
    return tex.is_simple(inner) and not inner.isdecimal() and opening["bracket"] == "(" and (not single or bool(before))


def _strays(text: str) -> Iterator[_Found]:
    """Yield the dollars that probably belong to a formula, but are text."""
    outside = shown_words(text)
    if "$" not in outside:
        return
    yield from _backticks(text)
    dollars = [match.start() for match in _DOLLAR.finditer(outside)]
    at = 0
    while at < len(dollars):
        found = _pair(text, outside, dollars[at], dollars[at + 1]) if at + 1 < len(dollars) else None
        if found:
            yield found
            at += 2
            continue
        begin, end = dollars[at - 1] + 1 if at else 0, dollars[at + 1] if at + 1 < len(dollars) else len(outside)
        if tex.has_command(outside[dollars[at] : min(end, dollars[at] + _NEAR)].partition("\n")[0]) or tex.has_command(
            outside[max(begin, dollars[at] - _NEAR) : dollars[at]].rpartition("\n")[2]
        ):
            message = "this dollar has no partner in its paragraph, so the card shows the TeX as text; write '$…$', or '\\$' for a dollar"
            yield _Found(dollars[at], "$", message)
        at += 1
    for match in _TWO_DOLLARS.finditer(outside):
        around = outside[max(0, match.start() - 3 * _NEAR) : match.end() + 3 * _NEAR]
        alone = _ALONE.match(outside, outside.rfind("\n", 0, match.start()) + 1)
        if alone or tex.is_sure(around):
            message = "this '$$' has no partner, so the card shows the TeX as text; a formula has no blank line and no '$' inside '$$…$$'"
            yield _Found(match.start(), "$$", message)
            return


def _pair(text: str, outside: str, begin: int, end: int) -> _Found | None:
    """Return the text between two dollars with its reason to be text, or None if it is hardly a formula."""
    inner = outside[begin + 1 : end]
    core, source = inner.strip(), text[begin : end + 1]
    if "`" in source:
        return None
    before, after = text[begin - 1 : begin], text[end + 1 : end + 2]
    touched = _IS_LETTER(before) or _IS_LETTER(after)
    if not core or not (touched or len(core) < len(inner)):
        return None
    if not tex.is_sure(core) and not (tex.is_simple(core) and _may_be_a_formula(inner, before, after)):
        return None
    if touched:
        message = f"'{_shown(source)}' is text, because a letter or digit touches a dollar; put a blank or a hyphen between"
        return _Found(begin, source, message)
    right = f"${text[begin + 1 : end].strip()}$"
    message = f"'{_shown(source)}' is text, because a blank is inside the dollars; write '{_shown(right)}'"
    return _Found(begin, source, message, "" if "\n" in source else right)


def _may_be_a_formula(inner: str, before: str, after: str) -> bool:
    """Return whether letters and numbers between two dollars are a formula: ``$5 + $6``, ``$a $b`` and ``$A$1`` are none."""
    touched = [bool(_IS_LETTER(before)), bool(_IS_LETTER(after))]
    apart = [inner[0].isspace(), inner[-1].isspace()]
    if any(touched):
        return not all(touched) and not any(apart) and not after.isdecimal() and (touched[1] or not inner[0].isdecimal())
    return any(char.isalpha() for char in inner) and (apart[0] or not inner[0].isdecimal())


def _backticks(text: str) -> Iterator[_Found]:
    for kind, begin, end in pieces(text):
        if kind == "code" and begin and text[begin - 1] == text[end : end + 1] == "$":
            message = (
                "the card shows this as code between dollars; write '$`…`$' with one backtick, and no letter or digit beside"
            )
            yield _Found(begin - 1, text[begin - 1 : end + 1], message)
