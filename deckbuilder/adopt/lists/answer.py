"""The text below a question -> the rest of the question, and the answer."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.markdown_page import bare, masked
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import blocks
from deckbuilder.model.records import Kind
from deckbuilder.source.parse import task_list

_WORD = r"(?i:(?:the )?(?:correct )?answers?|ans|solution|lösung|antwort|参考答案|答案|解答|回答)"
_ANS = r"(?i:ans(?:wer)?)\s*+(?:\.[:-]?|\s-|-(?=\s)|–)"
"""A label without a colon, such as ``Ans.`` or ``Ans -``."""
_END = r"[:：]-?"
LABEL = re.compile(
    rf"\s*(?:(\*\*|__)(?:(?:{_WORD}|A|答)(?:\s*{_END}\1|\1\s*(?:{_END}|\.)?)|{_ANS}\1)"  # in bold
    rf"|(?:{_WORD}|A|答)\s*{_END}|{_ANS})"
    r"(?:\s+|(?<=[：*_])|$)"
)
"""The label of an answer at the beginning of a paragraph, such as ``Answer:`` or ``**A:**``."""
DOTTED = re.compile(rf"\s*(?:\*\*|__)?{_ANS}(?:\*\*|__)?(?:\s|$)")
"""A label without a colon. In a list of answers with colons, it is prose."""
LATER = re.compile(
    rf"\s*(?:(\*\*|__)(?:{_WORD}(?:\s*{_END}\1|\1\s*(?:{_END}|\.)?)|{_ANS}\1)|{_WORD}\s*{_END}|{_ANS})"
    r"(?:\s+|(?<=[：*_])|$)"
)
"""The label of an answer in a line that does not begin a paragraph. ``A:`` is missing here, because it may be prose."""
_HEADING = re.compile(rf"{_WORD}\s*(?:[:：.]\s*(?P<rest>.*))?")
_TAGS = re.compile(r"(?P<open><details\b[^<>]*>)|</details(?:\s*>|[ \t]*$)", re.IGNORECASE | re.MULTILINE)
"""A tag of ``<details>``. Authors forget the last character of ``</details>``: else the whole rest of the page is one answer."""
_SUMMARY = re.compile(r"\s*<summary\b[^>]*>(?P<text>.*?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_HINT = re.compile(
    r"""
    (?:
        show|see|view|click|reveal|expand|toggle|spoiler|hint|code|example|output  # an invitation to open the details
        |(?:the[ ])?(?:correct[ ])?answers?|solution|explanation                   # a name of the content
        |答案|解答|解析|点击|查看|展开|提示
    )\b.*
    |.*(?:答案|解答|解析)                                                            # Chinese puts the name last
    |(?:请?点击|查看|展开|显示)+\W*                                                   # 点击查看
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ANSWER_LINK = re.compile(
    r"""
    \s*
    (?:
        \[(?:(?:参考)?(?:答案|解析|解答|题解)[\s&、和与/]*)+\]      # [答案&解析](address)
        |(?:参考)?(?:答案|解析|解答|题解)\s*[:：]\s*\[[^\[\]]*\]   # 解析：[第 3 题](address)
        |\[(?P<latin>(?:the\s)?(?:answers?|solutions?))\]
    )
    \([^()]*(?:\([^()]*\)[^()]*)*\)\s*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FACT = re.compile(r"\s*(?:公司|分类|来源|出处|难度)\s*[:：]")
"""A paragraph about a question, not of its answer."""
_ABOUT_CODE = re.compile(
    r"""
    \b(?:output|result|value)s?\ (?:of|here|below|printed|logged)
    |(?<!`)\b(?:this|these|following|below)\b(?!`).{0,40}\b(?:print|log|output|return|display|evaluate|code|snippet|program)s?\b
    |(?<!`)\b(?:this|these|following|below)\b(?!`)\ (?:code|snippet|program|function|expression|line|statement|query|command)s?\b
    |\bwhat(?:'s|’s|\ is|\ are|\ will|\ would|\ gets)?\b.{0,60}\b(?:print|log|output)(?:s|ed|ged)?\b
    |\bwhat\ (?:happens|does\ it\ do|is\ wrong)|\b(?:code|snippet|program)\ below|\bbelow\ (?:code|snippet|program)
    |(?:下面|以下|下列|这段|如下).{0,20}(?:代码|输出|打印|结果|程序|语句)|(?:输出|打印|执行结果|运行结果|返回)(?:的?是?什么|多少|结果)|写出.{0,12}结果|看.{0,4}代码
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A question about code that it shows. "What does `map` do?" is none: it names its code."""
_TAG = re.compile(r"</?\w[^<>]*>")
_BREAKS = re.compile(r"(?:\s*<br\s*/?>)+", re.IGNORECASE)
_WRAPPED = re.compile(r"\s*<(?P<tag>p|b|strong|div|blockquote)\b[^>]*>(?P<text>.*)</(?P=tag)>\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """The two sides of a question."""

    body: str
    answer: str
    kind: Kind = Kind.BASIC


@dataclass(frozen=True, slots=True)
class Folded:
    """A ``<details>`` from ``start`` to ``end`` (exclusive), in characters of the text around it."""

    start: int
    end: int
    summary: str
    """The first paragraph of ``<summary>`` without tags."""
    more: str
    """The rest of ``<summary>``, such as code."""
    text: str
    closed: bool = True

    @property
    def shows(self) -> bool:
        """True if the summary is only a label to tap, such as "Answer" or "Show"."""
        return not self.summary or bool(_HINT.fullmatch(self.summary))


def split(text: str, question: str = "") -> Parts:
    """Cut ``text`` at ``<details>``, at ``Answer:``, or below the options of a choice. Else the whole text is the answer.

    If ``question`` asks about code, as "What does this print?" does, the code on top of ``text`` belongs to the question.
    """
    text = navigation.without(text)
    fold = next((fold for fold in folds(text) if not text[: fold.start].rpartition("\n")[2].strip()), None)
    if fold is not None and (fold.shows or not _says(text[: fold.start])):
        rest = navigation.without(text[fold.end :])
        return _parts(text[: fold.start], "\n\n".join(part for part in (unlabelled(fold.text), rest) if part))
    lines = text.split("\n")
    found = list(blocks(lines))
    at = next((at for block in found if (at := _label(block, lines)) >= 0), -1)
    if at >= 0:
        return _parts("\n".join(lines[:at]), unlabelled("\n".join(lines[at:])))
    options = task_list(found)
    if options is not None and (_is_choice(options) or not _right(options)):
        # Options without a mark are no answer.
        body, answer = "\n".join(lines[: options.end]), navigation.without("\n".join(lines[options.end :]))
        return Parts(body, answer, Kind.CHOICE if _right(options) else Kind.BASIC)
    at = _linked(found) or _shown(question, found)
    return Parts("\n".join(lines[:at]), unlabelled("\n".join(lines[at:])))


def _linked(found: Sequence[Block]) -> int:
    """Return the number of lines above a last paragraph that is only a link to the answer, or 0.

    Below an English answer, such a link may lead to a longer one, so a text above is an answer. 答案 and 解析 are the answer.
    """
    texts = [block for block in found if not (block.kind == "text" and _FACT.match(block.lines[0]))]
    last = texts[-1] if len(texts) > 1 and texts[-1].kind == "text" else None
    match = _ANSWER_LINK.fullmatch(" ".join(last.lines)) if last else None
    if last is None or match is None or (match["latin"] and any(block.kind == "text" for block in found[:-1])):
        return 0
    return last.start


def _shown(question: str, found: Sequence[Block]) -> int:
    """Return the number of lines on top of an answer that belong to ``question``: code, or what follows a colon."""
    about = _ABOUT_CODE.search(question)
    if len(found) > 1 and (about or question.rstrip("*_ ").endswith((":", "："))):
        kinds = ("fence", "code") if about else ("fence", "code", "list", "quote", "table", "math")
        first = 1 if about and found[0].kind == "text" and found[0].lines[-1].rstrip().endswith((":", "：")) else 0
        if found[first].kind in kinds and len(found) > first + 1:
            return found[first].end
    return 0


def _says(text: str) -> bool:
    """Return whether ``text`` has sentences, not only code, options and pictures."""
    return any(block.kind == "text" and not block.lines[0].startswith("!") for block in blocks(text.split("\n")))


def _parts(body: str, answer: str) -> Parts:
    body = navigation.without(body)
    found = list(blocks(body.split("\n")))
    options = task_list(found)
    choice = options is not None and _is_choice(options) and options is found[-1]
    return Parts(body, answer, Kind.CHOICE if choice else Kind.BASIC)


def _right(options: Block) -> list[bool]:
    """Return for each option whether it is marked as right; ``[]`` if no option is."""
    marked = [item.lines[0][1] != " " for item in options.items]
    return marked if any(marked) else []


def _is_choice(options: Block) -> bool:
    return len(set(_right(options))) == 2


def _label(block: Block, lines: Sequence[str]) -> int:
    """Return the number of the line in ``block`` that begins with a label such as ``Answer:``, or -1."""
    if block.kind == "heading":
        return block.start if _HEADING.fullmatch(bare(block.text)) else -1
    if block.kind != "text":
        return -1
    if LABEL.match(lines[block.start]):
        return block.start
    return next((at for at in range(block.start + 1, block.end) if LATER.match(lines[at])), -1)


def unlabelled(text: str) -> str:
    """Return ``text`` without a label such as ``Answer:`` at its beginning, and without navigation."""
    lines = navigation.without(text).split("\n")
    first = next(iter(blocks(lines)), None)
    if first is None:
        return ""
    if first.kind == "heading" and (match := _HEADING.fullmatch(bare(first.text))) and not match["rest"]:
        del lines[first.start : first.end]
    elif first.kind == "list" and len(first.items) == 1 and LABEL.match(first.items[0].lines[0]):
        return unlabelled("\n".join([*first.items[0].lines, *lines[first.end :]]))
    elif first.kind == "text" and (match := LABEL.match(lines[first.start])):
        lines[first.start] = lines[first.start][match.end() :]
        if not lines[first.start].strip():
            lines = _outdented(lines, first.start + 1)
    return navigation.without("\n".join(lines))


def _outdented(lines: Sequence[str], start: int) -> list[str]:
    """Return ``lines`` without the indentation of line ``start``, which continues a label such as ``Answer:``, and is no code."""
    indent = len(lines[start]) - len(lines[start].lstrip(" ")) if start < len(lines) else 0
    end = next(
        (at for at in range(start, len(lines)) if lines[at].strip() and not lines[at].startswith(" " * indent)), len(lines)
    )
    return [*lines[:start], *(line[indent:] for line in lines[start:end]), *lines[end:]]


def folds(text: str) -> Iterator[Folded]:
    """Yield each outermost ``<details>`` of ``text`` outside code. A ``<details>`` without an end tag ends with ``text``."""
    depth = start = inner = 0
    shape = masked(text)
    for tag in _TAGS.finditer(shape):
        if tag["open"]:
            if depth == 0:
                start, inner = tag.span()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield _folded(text, shape, (start, inner, tag.start(), tag.end()))
    if depth:
        yield replace(_folded(text, shape, (start, inner, len(text), len(text))), closed=False)


@lru_cache(maxsize=8)
def folded_lines(lines: tuple[str, ...]) -> frozenset[int]:
    """Return the numbers of the lines inside each ``<details>`` that has an end tag."""
    return frozenset(at for start, end, fold in fold_spans(lines) if fold.closed for at in range(start, end))


@lru_cache(maxsize=8)
def fold_spans(lines: tuple[str, ...]) -> tuple[tuple[int, int, Folded], ...]:
    """Return (the first line, the line after the last one, the ``<details>``) for each outermost ``<details>``."""
    text = "\n".join(lines)
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    return tuple((bisect_right(starts, fold.start) - 1, bisect_right(starts, fold.end), fold) for fold in folds(text))


def _folded(text: str, shape: str, places: tuple[int, int, int, int]) -> Folded:
    """Return the ``<details>`` at ``places``: its begin, the end of its tag, the begin of its end tag, its end.

    ``shape`` is ``text`` without code, which may have tags, too.
    """
    start, inner, close, end = places
    summary = _SUMMARY.match(shape, inner, close)
    content = text[summary.end() if summary else inner : close]
    first, more = _summary(text[slice(*summary.span("text"))]) if summary else ("", "")
    return Folded(start, end, first, more, unwrapped(content))


def _summary(text: str) -> tuple[str, str]:
    """Return (the first paragraph of a summary without tags, the rest)."""
    lines = text.strip().split("\n")
    found = list(blocks(lines))
    end = found[0].end if len(found) > 1 and found[0].kind in ("text", "html") else len(lines)
    return " ".join(_TAG.sub("", "\n".join(lines[:end])).split()), "\n".join(lines[end:]).strip("\n")


def unbroken(text: str) -> str:
    """Return ``text`` without ``<br>`` at its beginning. The tag would begin an HTML block, and the Markdown below would stay as it is."""
    breaks = _BREAKS.match(text)
    return text[breaks.end() :] if breaks else text


def unwrapped(text: str) -> str:
    """Return ``text`` without ``<br>`` at its beginning and without ``<p>``, ``<b>`` or the like around the whole text."""
    while True:
        shorter = unbroken(text)
        if (match := _WRAPPED.fullmatch(shorter)) and f"<{match['tag'].lower()}" not in match["text"].lower():
            shorter = match["text"]
        if shorter == text:
            return text.strip("\n")
        text = shorter
