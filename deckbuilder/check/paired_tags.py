"""Rules about HTML elements that running text only talks about: a browser takes their tags for markup, and words are lost."""

from __future__ import annotations

import itertools
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deckbuilder.check.prose import prose
from deckbuilder.markdown.html_tags import ELEMENTS, TAG
from deckbuilder.model.diagnostics import Diagnostic, Span
from deckbuilder.model.records import File, Question
from deckbuilder.safety.safe_list import ACTIVE, VOID
from deckbuilder.source import positions
from deckbuilder.source.positions import Text

_OPTIONAL_END = frozenset(
    {"li", "p", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "dt", "dd", "rt", "rp", "rb", "rtc"}
)
"""Elements whose end tag may be missing in their parent, https://html.spec.whatwg.org/multipage/syntax.html#optional-tags."""
_NAMES = """
address article aside blockquote center details div dl fieldset figcaption figure footer form header main nav ol section summary
table ul
"""
_BLOCKS = _OPTIONAL_END | frozenset(_NAMES.split())
"""Elements that hold blocks. One that stays open in a block of HTML holds the rest of the card, and no word is lost."""
_TAGS_ONLY = re.compile(
    rf"^(?:[ \t]|{TAG.pattern.replace('?P<open>', '?:').replace('?P<close>', '?:')})++$", TAG.flags | re.MULTILINE
)
"""A line of tags is meant as HTML; the rule ``safe_html`` reports a stray end tag in it."""
_FORMATTING = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
"""Elements that a browser closes wherever it finds their end tags, https://html.spec.whatwg.org/multipage/parsing.html#formatting."""
_OPEN, _UNOPENED, _UNSEEN = "is never closed", "is never opened", "shows no text on the card"
_ELSEWHERE = "is closed inside another paragraph, so a browser does not close it"
_LINE_BREAKS = frozenset({"br", "hr", "wbr"})
_NAMED_BEFORE = re.compile(r"(?:^|[\s(])(?:the|an?|each|every|this|these|no|of|use|using|of|like|called|named)\s$", re.IGNORECASE)
_NAMED_AFTER = re.compile(r"\s?(?:tags?|elements?|标签|元素|标记)(?![a-z])", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;。！？：；]\s*$")
"""The end of a sentence. Behind it, and with a slash as in ``<br/>``, an author means the break itself."""
_ALONE_BEFORE, _ALONE_AFTER = re.compile(r"(?:^|\s)$"), re.compile(r"\s|[?.,:;)？。，：；）]|$")


class _Start(NamedTuple):
    name: str
    number: int
    at: int
    end: int
    text: Text


class Finding(NamedTuple):
    """A ``tag`` at the index ``at`` of ``text``, which a card would lose. ``is_unseen`` if the tag shows nothing."""

    is_unseen: bool
    message: str
    text: Text
    at: int
    tag: str


def tags_have_partners(file: File) -> Iterator[Diagnostic]:
    """Report a tag in running text that has no partner, or shows nothing. Bad: ``When <b>?``, ``<p></p>``. Good: ``<b>`` in code."""
    for entry in file.entries:
        for place, found in findings(file, entry.question):
            yield Diagnostic(place, "unseen-tag" if found.is_unseen else "unclosed", found.message)


def findings(file: File, question: Question) -> Iterator[tuple[Span, Finding]]:
    """Yield the tags of ``question`` that have no partner or show nothing, with their places."""
    for number, found in enumerate(_findings(file, question)):
        first = found.tag.partition("\n")[0]
        exact = number < positions.MOST
        yield positions.in_text(file, question, found.text, found.at, first) if exact else question.span, found


def _findings(file: File, question: Question) -> Iterator[Finding]:
    if not any("<" in line for line in positions.lines_of(file, question.span.path)[question.span.line - 1 : question.end]):
        return
    fields = [[Text(question.heading.first, "heading", "\n".join(question.heading.lines))]]
    fields += [list(positions.texts(passage)) for passage in (question.body, question.answer, question.source)]
    fields += [[positions.hint(question)]]
    fields += [[note] for note in positions.footnotes(file, question)]
    for texts in fields:
        if any("<" in text.text for text in texts):
            yield from _of_field(texts)


def _of_field(texts: Iterable[Text]) -> Iterator[Finding]:
    whole = _Open()
    for text in texts:
        if "<" not in text.text:
            continue
        alone = text.kind in ("heading", "cell")
        opened = _Open() if alone else whole
        yield from opened.read(text)
        if alone:
            yield from opened.left_open()
    yield from whole.left_open()


class _Open:
    """The elements that are open, by their names. A list item, a cell or a paragraph ends with its parent."""

    def __init__(self) -> None:
        self.starts: dict[str, list[_Start]] = {}
        self.count = 0

    def read(self, text: Text) -> Iterator[Finding]:
        """Yield the tags of ``text`` that close nothing or show nothing."""
        read, is_html = prose(text), text.kind == "html"
        tags_only = [line.span() for line in _TAGS_ONLY.finditer(read)]
        for match in TAG.finditer(read):
            name = (match["open"] or match["close"]).lower()
            if name not in ELEMENTS:
                continue
            if name in VOID:
                if not is_html and match["open"] and _is_talk(text, read, match, name):
                    yield _finding(text, match.start(), match.end(), _UNSEEN)
            elif match["open"]:
                self.count += 1
                self.starts.setdefault(name, []).append(_Start(name, self.count, match.start(), match.end(), text))
            elif (blocked := self._blocked(name, text)) is not None:
                yield _finding(blocked.text, blocked.at, blocked.end, _ELSEWHERE)
            elif (start := self._close(name)) is None:
                if not is_html and not _in_one(tags_only, match.start()):
                    yield _finding(text, match.start(), match.end(), _UNOPENED)
            elif not is_html and start.text is text and start.end == match.start() and start.end - start.at == len(name) + 2:
                yield _finding(text, start.at, match.end(), _UNSEEN)

    def left_open(self) -> Iterator[Finding]:
        """Yield the elements that are still open."""
        for start in sorted(itertools.chain(*self.starts.values()), key=lambda start: start.number):
            in_html = start.text.kind == "html"
            if start.name in ACTIVE or (in_html and start.name in _BLOCKS):
                continue  # the rule about active HTML reports it, or no word is lost
            yield _finding(start.text, start.at, start.end, _OPEN)

    def _blocked(self, name: str, text: Text) -> _Start | None:
        """Remove and return the innermost open element ``name`` if a paragraph or the like in it hides its end tag."""
        if name in _FORMATTING or name in _BLOCKS or not self.starts.get(name):
            return None
        start = self.starts[name][-1]
        inner = any(self.starts.get(block) and self.starts[block][-1].number > start.number for block in _BLOCKS)
        return self.starts[name].pop() if inner or (start.text.kind == "html" != text.kind) else None

    def _close(self, name: str) -> _Start | None:
        """Remove the innermost open element ``name``, and all in it whose end tag may be missing."""
        if not self.starts.get(name):
            return None
        start = self.starts[name].pop()
        for inner in _OPTIONAL_END:
            while (others := self.starts.get(inner)) and others[-1].number > start.number:
                others.pop()
        return start


def _in_one(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Return whether the index ``at`` is in one of ``spans``, which are in their order."""
    following = bisect_right(spans, (at, sys.maxsize))
    return following > 0 and at < spans[following - 1][1]


def _is_talk(text: Text, read: str, match: re.Match[str], name: str) -> bool:
    """Return whether the text only talks about the element without content ``name``: it shows nothing, or a line break."""
    if name in ACTIVE:
        return False
    if name not in _LINE_BREAKS:
        return "src" not in match[0].lower()
    before, after = read[max(0, match.start() - 12) : match.start()], read[match.end() : match.end() + 12]
    alone = _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(after)
    if text.kind == "heading" and alone and "/" not in match[0] and not _ENDS.search(before):
        return True
    return bool(_NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after))


def _finding(text: Text, begin: int, end: int, problem: str) -> Finding:
    tag = text.text[begin:end]
    shown = " ".join(tag.split())
    way = "put both tags into one paragraph" if problem == _ELSEWHERE else "remove it"
    way = f"close it with '</{shown[1:].split('>')[0].split()[0]}>'" if problem == _OPEN else way
    return Finding(problem == _UNSEEN, f"'{shown}' {problem}; write it in code marks, `{shown}`, or {way}", text, begin, tag)
