"""Rules about Markdown that a card shows as it is written: a mark that is never closed, a link with a blank, Markdown in HTML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from deckbuilder.cards.render import typed_answer
from deckbuilder.check.prose import AS_WRITTEN, prose, shown_words
from deckbuilder.markdown import links, to_html
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.markdown.delimiter_runs import Run, paired
from deckbuilder.markdown.html_tags import TAG
from deckbuilder.markdown.pieces import Ticks, pieces
from deckbuilder.model.anki_text import finish, is_wide, plain
from deckbuilder.model.diagnostics import Diagnostic, Mend, excerpt
from deckbuilder.model.records import File, Kind, Question
from deckbuilder.model.splice import blanks, splice
from deckbuilder.source import positions

_BOLD = re.compile(r"(?<![\w*\\])\*\*(?=\w)[^*`~_\\<$]*+(?<=[\w.:?!])\*\*(?![\w*])")
"""Bold text that is surely closed."""
_MARKS = re.compile(r"\*+|~+|_+")
_TICKS = re.compile(r"\\.|`+", re.DOTALL)
_OPAQUE = re.compile(r"<[^<>]*>|https?://[^\s*~]++")
_NO_MARK = re.compile(r"/|\d+(?![\w.])|(?:\w*kw\w*|options|opts|params|data|config|props|[a-z]+_\w+|(?!a [a-z]{2})[a-z])\b")
"""A pattern ``**/*.py``, a power ``_n_**2``, or a name that often follows two stars: ``**kwargs``."""
_NO_HTML = re.compile(r"\[\^|[~^][\w+-]{1,5}[~^]")
"""Marks of footnotes, and of other tools: ``H~2~O``."""
_SENTENCE = re.compile(r"[A-Z](?:[a-z]+|(?=[ \t][a-z]))(?=[ \t:：,.!?])|[\u3400-\u9fff]")
"""Words that a name such as ``__init__`` or ``__x`` does not begin with."""
_CLAUSE_ENDS = frozenset(".:：!?。，,；;！？")
_SHOWN = 40
_SPACED = re.compile(
    r"""
    (?P<first>^[ \t]*+(?=\*\*[ \t]+[^\W\d_]{2}))?
    (?<![^\s(（])(?P<marks>\*\*[ \t]+(?P<inner>[^*\n\s](?:[^*\n]{0,38}[^*\n\s])?)[ \t]+\*\*)(?!\*)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Bold text with a blank inside both marks; ``first`` if a word at the beginning of a line."""
_LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\](?P<blank>[ \t]*)\(")
_ADDRESS = re.compile(
    r"<?(?: [a-z][a-z0-9+.-]*:(?!\s) | \.{0,2}/ | \#\w | [^\s()]*\.(?:md|html?|pdf|png|jpe?g|gif|svg|webp|mp[34])\b )",
    re.IGNORECASE | re.VERBOSE,
)
_UP_TO_PARENTHESIS = re.compile(r"[^)\n]{0,1000}")
_SIZE = re.compile(r"\s=\d+%?(?:x\d*)?\s*$")
_MARKDOWN = re.compile(
    r"""
    \*\*(?=\S)[^*\n]+(?<=\S)\*\*
    |`[^`\n]+`
    |(?:!\[|\[(?!\]))[^\[\]\n]*\]\([^()\s]+\)
    |!?\[\[(?!\s)[^\[\]\n]+\]\]
    |<https?://[^\s<>]*>
    |%%(?=[^\s%])[^%\n]+%%
    |(?<![\w=])==(?=[^\s=])[^=\n]+(?<!\s)==(?![\w=])
    |~~(?=[^\s~])[^~\n]+(?<!\s)~~
    |(?<![\w$\\])\$(?:[A-Za-z]|(?=[^\s$])[^$\n]*[\\^_={][^$\n]*(?<!\s))\$(?![\w$])
    |\\\((?=[^()\n]*[^\W_])[^\n]{1,200}?\\\)
    |^[ \t]*(?:[-*+]|\d{1,3}[.)]|\#{1,6})[ \t]+\S.*
    |^[ \t]*```.*
    """,
    re.VERBOSE | re.MULTILINE,
)


def marks_closed(file: File) -> Iterator[Diagnostic]:
    """Report a mark that the card would show, because it is never closed: the first hundred in a paragraph. Bad: ``**Note: …``. Good: ``2 ** 3``, ``**kwargs``."""
    for entry in file.entries:
        question = entry.question
        for line, text in positions.running_texts(file, question):
            for at, mark, right in itertools.islice(_open_marks(text), positions.MOST):
                number = line + text.count("\n", 0, at)
                end = text.find("\n", at)
                shown = text[at : min(at + 20, end if end >= 0 else len(text))]
                place = positions.occurrence(file, question, number, shown)
                if right:
                    way = "put no blank inside the marks" if mark[-3].isspace() else "put a blank behind them"
                    message = f"'{mark}' has marks that the card shows; {way}: '{right}'"
                    is_safe = not (mark[-3].isspace() and right[-1].isspace())  # **a **b may be two marks never closed
                    mend = Mend(number, place.column, mark, right) if is_safe else None
                    yield Diagnostic(place, "literal-mark", message, mend=mend)
                else:
                    message = f"'{mark}' is never closed, so the card shows it; close it, or write a backslash before it"
                    yield Diagnostic(place, "literal-mark", message)


def _open_marks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (index, mark, ``""``) of each mark of code, bold or struck text without a partner.

    If the partner is there but closes nothing, yield (index, the text with both marks, this text with working marks).
    """
    if "`" in text and ("``" in text or "\\" in text or text.count("`") % 2):  # else all are in pairs
        yield from ((at, mark, "") for at, mark in _open_ticks(text))
    spaced = list(_spaced(text))
    yield from spaced
    text = splice(text, ((at, at + len(marks), blanks(marks)) for at, marks, _ in spaced))
    if "~~" not in text and "__" not in text and ("**" not in text or "**" not in _BOLD.sub(" ", text)):
        return
    prose = "".join(
        text[part.begin : part.end] if part.kind == "text" else "`" * (part.end - part.begin) for part in pieces(text)
    )
    prose = _OPAQUE.sub(lambda match: "`" * len(match[0]), prose)
    runs = [(match.start(), Run(prose, match.start())) for match in _MARKS.finditer(prose)]
    paired(run for _, run in runs)
    shown = [(begin, run) for begin, run in runs if run.count >= 2 == run.length]
    done = 0
    for (begin, run), (other, partner) in itertools.pairwise([*shown, (0, None)]):
        if run is None or begin < done or _is_name(prose, run):
            continue
        is_pair = partner and partner.char == run.char != "_" and run.opens and not (run.closes or partner.closes)
        if partner and is_pair and (right := _mended(text, begin, other)):
            done = partner.end
            yield begin, text[begin:done], right
        elif run.opens != run.closes or (run.opens and run.char == "*" and _touches_han(prose, begin, run.end)):
            yield begin, run.char * 2, ""


def _spaced(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (index, text with marks, text with working marks) of bold text with a blank inside both marks: ``** 重点 **``."""
    for match in _SPACED.finditer(shown_words(text)) if "** " in text else ():
        after = text[match.end() : match.end() + 1]
        if match["first"] is not None or is_wide(match["inner"][0]) or is_wide(match["inner"][-1]):
            yield match.start("marks"), match["marks"], f"**{match['inner']}**{' ' * _is_word(after)}"


def _touches_han(prose: str, begin: int, end: int) -> bool:
    """Return whether a Han character is beside the mark, so that the mark is no operator as in ``2**3``."""
    return any(char and is_wide(char) and char.isalnum() for char in (prose[begin - 1 : begin], prose[end : end + 1]))


def _open_ticks(text: str) -> Iterator[tuple[int, str]]:
    """Yield (index, mark) of each mark of code that has no partner."""
    ticks, at = Ticks(text), 0
    while found := _TICKS.search(text, at):
        at = found.end()
        if found[0][0] == "`":
            end = ticks.end(*found.span())
            at = max(at, end)
            if end < 0 and not _stands_alone(text, found.start(), found.end()):
                yield found.start(), found[0]


def _is_name(prose: str, run: Run) -> bool:
    """Return whether two characters that close nothing belong to a name: ``**kwargs``, ``__init``, ``init__``."""
    if run.char == "_":
        return not (_SENTENCE.match(prose, run.end) if run.opens else prose[run.end - 3 : run.end - 2] in _CLAUSE_ENDS)
    return _NO_MARK.match(prose, run.end) is not None


def _mended(text: str, begin: int, other: int) -> str:
    """Return the text between the marks at ``begin`` and ``other``, with marks that work, or ``""`` if none is meant."""
    mark, inner = text[begin : begin + 2], text[begin + 2 : other]
    before, after = text[begin - 1 : begin] or " ", text[other + 2 : other + 3] or " "
    if not 0 < len(inner) <= _SHOWN or before.isalnum() or inner[0].isspace() or any(char in "`*~\n" for char in inner):
        return ""
    if inner[-1].isspace():
        return f"{mark}{inner.strip()}{mark}{' ' * _is_word(after)}"
    return f"{mark}{inner}{mark} " if _is_word(after) and not inner[-1].isalnum() else ""


def _is_word(char: str) -> bool:
    return char.isalnum() and not is_wide(char)


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Return whether the characters are a mark to talk about: between blanks or quotation marks."""
    around = (text[begin - 1 : begin], text[end : end + 1])
    return all(not char or char.isspace() or char in "\"'“”‘’()（）「」|" for char in around)


def links_read(file: File) -> Iterator[Diagnostic]:
    """Report a link or picture that is read as text. Bad: ``[a] (https://…)``, ``[a](x://a b)``, ``![a](b.png "c)``."""
    for entry in file.entries:
        for line, text in positions.running_texts(file, entry.question):
            if "](" in text or "] (" in text:
                yield from itertools.islice(_unread_links(file, entry.question, line, text), positions.MOST)


def _unread_links(file: File, question: Question, line: int, text: str) -> Iterator[Diagnostic]:
    for match in _LINK.finditer(shown_words(text, targets=True)):
        begin, is_picture = match.end(), match[0][0] == "!"
        address = _UP_TO_PARENTHESIS.match(text, begin)[0]  # type: ignore[index]
        if not _ADDRESS.match(address.strip()):
            continue
        if match["blank"]:
            if not (is_picture or "://" in address) or match["text"].strip() in ("", "x", "X"):
                continue
            way, old, new = "write no blank between ']' and '('", f"]{match['blank']}(", "]("
        elif links.target(text, begin) or (is_picture and links.path(text, begin)):
            continue
        else:
            way, old, new = _way(address, closed=text.startswith(")", begin + len(address)))
        number = line + text.count("\n", 0, match.start())
        shown = text[match.start() : begin + len(address) + 1].partition("\n")[0]
        place = positions.occurrence(file, question, number, shown)
        column = positions.lines_of(file, place.path)[number - 1].find(old, place.column - 1) + 1
        mend = Mend(number, column, old, new) if new and column else None
        kind = "picture" if is_picture else "link"
        yield Diagnostic(place, "literal-mark", f"'{shown}' is no {kind}, so the card shows it as text; {way}", mend=mend)


def _way(address: str, *, closed: bool) -> tuple[str, str, str]:
    """Return (how to mend an ``address`` that is none, the text to replace, its mend or ``""``)."""
    old = f"]({address}"
    if address.lstrip().startswith("<"):
        return "close '<' with '>'", old, ""
    if not closed or not any(char.isspace() for char in address.strip()):
        return "close its address with ')'", old, ""
    if _SIZE.search(address):
        return "write the size behind it, '(…){width=200}'", old, ""
    if address.count('"') == 1:
        return "close the quotation mark of its title", old, ""
    if '"' in address or "'" in address:
        return "write '%20' for each blank in its address", old, ""
    return "write '%20' for each blank in its address", old, f"]({'%20'.join(address.split())}"


def markdown_outside_html(file: File) -> Iterator[Diagnostic]:
    """Report Markdown in a block of HTML, once for each block. Bad: ``**a**`` right below ``<aside>``. Good: a blank line between."""
    for entry in file.entries:
        question = entry.question
        for passage in (question.body, question.answer):
            if "<" in "".join(passage.lines):
                texts = (text for text in positions.texts(passage) if text.kind == "html")
                found = ((text, match) for text in texts if (match := _MARKDOWN.search(_outside_code(prose(text)))))
                for text, match in itertools.islice(found, positions.MOST):
                    shown = match[0].strip()
                    place = positions.in_text(file, question, text, match.start() + match[0].find(shown[0]), shown)
                    message = f"the card shows '{excerpt(shown)}' as it is written, because it is in HTML; put a blank line above and below it, or write HTML"
                    yield Diagnostic(place, "literal-mark", message)


def typed_without_marks(file: File) -> Iterator[Diagnostic]:
    """Report marks that the learner would have to type. Bad: ``**308**``, ``yes[^1]``. Good: ``308``, ``__init__``, marks in code."""
    for entry in file.entries:
        question = entry.question
        if question.kind is not Kind.TYPED:
            continue
        at = next((at for at, line in enumerate(question.answer.lines) if line.strip()), 0)
        typed, written = typed_answer(question.answer)[0], "".join(question.answer.lines[at : at + 1])
        first = next(iter(blocks(question.answer.lines)), None)
        if not typed or "\n" in typed or first is None or first.kind != "text":
            continue
        shown = plain(finish(to_html.inline(written, {})))
        if _NO_HTML.search(typed) or "".join(shown.replace("_", "").split()) != "".join(typed.replace("_", "").split()):
            message = f"the learner would have to type '{typed}', with its marks; write it without marks, or as code"
            yield Diagnostic(
                positions.occurrence(file, question, question.answer.first + at, written.strip()), "literal-mark", message
            )


def _outside_code(html: str) -> str:
    """Return ``html`` with blanks in the place of its tags, and of code and the like."""
    parts, done, depth = [], 0, 0
    for tag in TAG.finditer(html):
        between = html[done : tag.start()]
        parts.append(blanks(between) if depth else between)
        parts.append(re.sub(r"[^\n]", "<", tag[0]))
        if (tag["open"] or tag["close"]).lower() in AS_WRITTEN:
            depth = depth + 1 if tag["open"] else max(0, depth - 1)
        done = tag.end()
    between = html[done:]
    return "".join([*parts, blanks(between) if depth else between])
