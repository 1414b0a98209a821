"""A reading of a page -> the reasons to doubt it. A doubt is said before anything is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from deckbuilder.adopt.lists.evidence import Ask, key
from deckbuilder.adopt.lists.listed import contents, known
from deckbuilder.adopt.lists.markdown_page import Found, Page, asks, bare, blocks_of, numbered, protected
from deckbuilder.adopt.lists.mixed import AND
from deckbuilder.adopt.lists.pasted_fences import questions
from deckbuilder.adopt.lists.readings import OFTEN, SERIES, Reading, has_answer, has_label, has_number, is_asking, is_silent
from deckbuilder.model.diagnostics import plural

_CLOSE = 0.8
"""A second form that reaches this share of the best score explains the page nearly as well."""
_LIKE = 0.3
"""The least share of the best score that a form needs to be an advice."""
_MANY = 5
"""Places that ask outside all questions: fewer are chance."""
_SHARE = 0.1
"""Places that ask in answers: a smaller share of the questions is usual in good lists."""
_NUMBERS = 0.9
"""The share of the questions with a number that makes a number necessary."""
_WORDS = 1500
"""The words of a card that may hold a whole chapter."""
_MARKDOWN = re.compile(r"\s*(?:markdown|md)\b", re.IGNORECASE)
"""The language of a fence with Markdown."""
_WORD = re.compile(r"[a-zA-Z\d]+|[\u3040-\u9fff]")


def doubts(page: Page, best: Reading, others: Sequence[Reading], *, shared: bool) -> Iterator[tuple[int, str]]:
    """Yield (line from 0, sentence) for each doubt about ``best``. ``others`` are the other readings, the best one first.

    ``shared`` means that most files of the folder have this form, so that one file needs less evidence.
    """
    yield from _fenced(page, best)
    if not best.answered:
        return
    if best.certain:  # the tool's own marks say what asks, whatever the answers hold
        yield from _repeated(best, others)
        return
    parts = list(_parts(page, best))
    found = [*_close(page, best, others), *_inside(page, best, others), *_outside(best, others), *_repeated(best, others), *parts]
    found += [] if shared else asks_nothing(page, best)
    found += _long(page, best, others)
    found += [] if parts else _marks(page, best, others)  # the parts ask, too
    yield from _agreed(found, parts)


def _agreed(found: Sequence[tuple[int, str]], parts: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the doubts so that they name one form, because only one can be right. The advice about ``parts`` is the surest."""
    advice = [text.rpartition("; ")[2] for _, text in (*parts, *found)]
    one = next((text for text in advice if "--as" in text), "")
    for line, text in found:
        doubt, _, remedy = text.rpartition("; ")
        yield line, f"{doubt}; {one}" if one and (parts or "--as" in remedy) else text


def words(text: str) -> int:
    """Return the number of words in ``text``. Each Han or Kana counts as one."""
    return len(_WORD.findall(text))


def _counted(reading: Reading) -> str:
    return f"{reading.form} ({reading.answered:,})"


def _close(page: Page, best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    second = next((other for other in others if other.answered), None)
    if second is None or second.score < _CLOSE * best.score:
        return
    ours = {key(item.question): item for item in best.found if has_answer(item)}
    theirs = {key(item.question): item for item in second.found if has_answer(item)}
    added = sum(text not in ours and not _is_part(page, best, item) for text, item in theirs.items())
    missing = sum(text not in theirs and not _is_lost(second, item) for text, item in ours.items())
    if added + missing >= max(SERIES, _SHARE * len(ours)):
        remedy = f"decide with --as {name(second)}"
        if len(second.levels) > 1:
            level = next(one for one in (second.level, *second.levels) if one != best.level)
            remedy = f"accept the first with --yes, or take one level with --as headings:{level}"
        yield best.found[0].start, f"questions are {_counted(best)}, or {_counted(second)}; {remedy}"


def _is_part(page: Page, best: Reading, item: Found) -> bool:
    """Return whether ``item``, in an answer of ``best``, asks nothing, or lacks a number that the question has."""
    around = _around(best, item)
    if around is None or not (is_asking(around) or has_label(page, around.start)):
        return False
    return not is_asking(item) or (has_number(page, around.start) and not has_number(page, item.start))


def _is_lost(second: Reading, item: Found) -> bool:
    """Return whether ``item`` asks, but no question of ``second`` contains it: ``second`` does not explain it otherwise."""
    return is_asking(item) and _around(second, item) is None


def _around(reading: Reading, item: Found) -> Found | None:
    """Return the question of ``reading`` whose answer has the first line of ``item``; None if there is none."""
    at = _owner(reading.found, item.start)
    found = reading.found[at] if at >= 0 else None
    return found if found and found.start < item.start < found.end else None


def name(reading: Reading) -> str:
    """Return the value of ``--as`` that means ``reading``."""
    return f"{reading.name}:{reading.level}" if reading.level else reading.name


def _remedy(best: Reading, others: Sequence[Reading], lines: Iterable[int] = ()) -> str:
    """Return the advice to take the best of ``others``. With ``lines``, its questions begin at most of these lines.

    A form that finds fewer texts that ask than ``best``, or explains far less of the page, is no advice.
    """
    wanted = set(lines)
    least, asked = _LIKE * best.score, _asked(best)
    usable = [one for one in others if one.answered and AND not in one.name and one.score >= least and _asked(one) >= asked]
    counts = [len(wanted.intersection(item.start for item in other.found)) if wanted else 0 for other in usable]
    most = max(counts, default=0)
    if not usable or (wanted and not most):
        return "accept them with --yes"
    return f"decide with --as {name(usable[counts.index(most)])}"


def _asked(reading: Reading) -> int:
    return sum(has_answer(item) and is_asking(item) for item in reading.found)


def _numbered(page: Page, best: Reading) -> tuple[Ask, ...]:
    """Return the places in answers that ask. If nearly all questions have numbers, texts without a number are none.

    The answer to a question in the contents of the page has no others, because the contents name all.
    """
    named, listed = known(page.lines), contents(page.lines).questions
    owners = [(ask, best.found[_owner(best.found, ask.line)].start) for ask in best.swallowed]
    found = tuple(ask for ask, start in owners if start not in listed and not (ask.level and start in named))
    if sum(has_number(page, item.start) for item in best.found) < _NUMBERS * len(best.found):
        return found
    return tuple(ask for ask in found if has_number(page, ask.line))


def _inside(page: Page, best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    """Report questions in the answers."""
    found = _numbered(page, best)
    counts = Counter(_owner(best.found, ask.line) for ask in found)
    many = [at for at, count in counts.items() if count >= SERIES]
    if many and len(found) > _SHARE * best.answered:
        levels = Counter(ask.level for ask in found)
        level = levels.most_common(1)[0][0]
        more = f"{len(found):,} deeper headings ask" if level else f"{len(found):,} places in answers ask"
        same = [other for other in others if not level or other.level == level]
        remedy = _remedy(best, same, (ask.line for ask in found))
        yield found[0].line, f"questions are {_counted(best)}; {more}, too; {remedy}"


def _parts(page: Page, best: Reading) -> Iterator[tuple[int, str]]:
    """Report a heading with a number that is no question, unlike the other headings with numbers: its parts are questions."""
    headings = [block for block in blocks_of(page.lines) if block.kind == "heading"]
    items = sorted(best.found, key=lambda item: item.start)
    starts = [item.start for item in items]
    own = set(starts)
    for level in best.levels[:-1]:
        above = [block for block in headings if block.level <= level]
        ends = dict(zip((block.start for block in above), [*(block.start for block in above[1:]), len(page.lines)], strict=True))
        others = [block for block in above if block.level == level and numbered(block.text)]
        odd = [block for block in others if block.start not in own]
        usual = len(others) - len(odd) >= max(SERIES, len(odd))
        for block in odd:
            below = items[bisect_left(starts, block.start) : bisect_left(starts, ends[block.start])]
            count, asking_ = len(below), sum(map(is_asking, below))
            if count and (usual or asking_ * 2 < count):
                yield (
                    block.start,
                    (
                        f"'{bare(block.text)}' has a number like the questions, but asks nothing, and {count} headings below it "
                        f"became questions; decide with --as headings:{level}"
                    ),
                )


def _fenced(page: Page, best: Reading) -> Iterator[tuple[int, str]]:
    """Report questions in a fence of Markdown, as chats put whole files into one. In an answer, such a fence may be an example."""
    for block in blocks_of(page.lines):
        if block.kind != "fence" or not _MARKDOWN.match(block.text):
            continue
        found = questions(block.lines)
        at = _owner(best.found, block.start)
        inside = at >= 0 and block.start < best.found[at].end and is_asking(best.found[at])
        if found >= (SERIES if inside or not best.answered else 1):
            count = plural(found, "question")
            yield (
                block.start,
                f"a fence of Markdown holds {count}; remove its first line and its last, or accept the rest with --yes",
            )


def _owner(found: Sequence[Found], line: int) -> int:
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if found[middle].start <= line else (low, middle)
    return low - 1


def _outside(best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    found: Sequence[Ask] = best.lost
    remedy = _remedy(best, others, (ask.line for ask in found))
    if len(found) >= _MANY and len(found) > _SHARE * best.answered:
        yield found[0].line, f"questions are {_counted(best)}; {len(found):,} places outside them ask, too; {remedy}"
    elif found and len(found) * 2 >= best.answered and not any(is_asking(item) for item in best.found if has_answer(item)):
        where = "a place outside them does" if len(found) == 1 else f"{len(found):,} places outside them do"
        yield found[0].line, f"questions are {_counted(best)}, which ask nothing, but {where}; {remedy}"


def _repeated(best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    """Report a question that is asked again and again. A label such as "Front" is the usual cause."""
    counts = Counter(item.question.casefold() for item in best.found if has_answer(item))
    firsts = {item.question.casefold(): item for item in reversed(best.found)}
    for text, count in counts.items():
        if count >= OFTEN and "\n\n" not in text:
            first = firsts[text]
            yield first.start, f"'{first.question}' is asked {count:,} times; {_remedy(best, others)}"


def asks_nothing(page: Page, best: Reading) -> Iterator[tuple[int, str]]:
    """Report a page of headings that ask nothing and have no numbers: it may be an article."""
    if is_silent(page, best):
        first = next(item for item in best.found if has_answer(item))
        yield first.start, f"questions are {_counted(best)}, but most of them ask nothing; accept them with --yes"


def _long(page: Page, best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    """Report long answers that hold several places that ask."""
    counts = Counter(_owner(best.found, ask.line) for ask in _numbered(page, best))
    for at, count in counts.items():
        if count >= SERIES and words(best.found[at].answer) > _WORDS:
            yield best.found[at].start, f"one answer has {count:,} more questions; {_remedy(best, others)}"
            return


def _marks(page: Page, best: Reading, others: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    """Report far fewer questions than lines that end in a question mark."""
    closed = protected(page.lines)
    lines = [at for at, line in enumerate(page.lines) if at not in closed and "](#" not in line and asks(line)]
    often = Counter(page.lines[at] for at in lines if page.lines[at].startswith("#"))
    first = min(contents(page.lines).questions, default=0)
    lines = [at for at in lines if at >= first and often[page.lines[at]] < OFTEN]  # without contents, and headings of a template
    if len(lines) > 2 * len(best.found) + 2 * _MANY:
        yield lines[0], f"questions are {_counted(best)}, but {len(lines):,} lines end in '?'; {_remedy(best, others, lines)}"
