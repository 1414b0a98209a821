"""Rules about the words of a question: the words ask, for more than yes or no, and the answer does not say them again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.check import card_words
from deckbuilder.model.anki_text import without_context
from deckbuilder.model.diagnostics import Diagnostic
from deckbuilder.model.records import File, Kind

_ENDS = re.compile(r"(?<=[?？!！。\n])|(?<=\.)(?=\s)")
_NUMBER = re.compile(r"(?:\W|Q(?=\d)|\d++[.):、])*+", re.IGNORECASE)
_CLOSED = re.compile(
    r"""
    (?:(?:so|and|but|then|also|in\ [\w.+\#]++(?:\ \w++)?)?,?\ )?
    (?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were|will|would)(?:n['’]t)?\b
    |.*(?:吗|是否|能否|可否|是不是|能不能|会不会|可不可以|有没有|要不要|需不需要)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPEN = re.compile(
    r"""
    \b(?:what|why|how|which|explain|describe|discuss|name|give|list|show|reason|examples?|compare|differ\w*|between|or|either|you|your)\b
    |为什么|为何|怎|如何|什么|哪|几|多少|理由|说明|解释|原因|谁|举例|还是|区别|不同|说说|谈谈|介绍|讲|你|您|了解|知道|熟悉
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(
    r"""
    [?？=:：…]|\.\.\.|__|→|->|\A\W*\d++\ [a-z]
    |\b(?:what|why|how|which|when|where|who|whose|whom|vs|versus|differences?|between|compare|explain|describe|define|discuss|you|your|me|of|or|steps|types|kinds|examples?)\b
    |什么|为何|怎|如何|哪|几|多少|谁|吗|呢|是否|区别|不同|异同|对比|比较|差异|优缺点|优点|缺点|特点|作用|原理|步骤|过程|流程|方法|方式|种类|分类|的
    |说|谈|讲|介绍|解释|简述|描述|列举|举例|写|实现|设计|给出|证明|计算|求|请|分析|阐述|概述|定义|有没有
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VERBS = """
add apply argue arrange assign assume build calculate call change check choose cite classify code combine complete compute
configure connect consider construct contrast convert copy count create debug decide declare deduce define delete demonstrate
deploy derive design detect determine develop differentiate disable discuss display distinguish divide draw elaborate enable
enumerate estimate evaluate execute expand explain export expose express factor fill filter find fix flatten force generate get
give group guess handle identify illustrate implement import improve include insert install integrate invert join justify label
limit list load locate log make map match merge mention modify mount move multiply name open optimize order outline parse
perform pick place plot predict print propose prove provide read recall recite remove rename replace restart return reverse
rewrite roll rotate run say search select send set shift show simplify simulate sketch solve sort spell split start state stop
store suggest sum summarise summarize swap switch think trace transform translate traverse try turn type undo update use
validate verify wait walk watch write explain describe compare suppose imagine
"""
_ORDERS = frozenset(_VERBS.split())
"""Verbs that begin an order. Many are nouns, too, so a topic of two words may begin with one."""
_OTHER_LETTER = re.compile(r"[^\W\d_a-zA-Z\u3400-\u9fff]")
_READ = re.compile(r"[\u3400-\u9fff]|\b(?:the|is|are|and|of|to)\b", re.IGNORECASE)
FOREIGN = 2
"""Letters of other languages in a text that is English or Chinese, such as a name."""
TOPIC_WORDS = 30
"""Words of an answer. To a bare term, a shorter answer is its definition or translation."""
REPEATED, REPEATED_HAN = 5, 8
"""Words of the question with which an answer begins, or Chinese characters."""
_MOST_WORDS = 60
"""Words of a question. A longer question is not searched in the answer."""


def questions_ask(file: File) -> Iterator[Diagnostic]:
    """Report a heading that names a topic only, above a long answer. Bad: ``Closures``. Good: ``What does a closure keep?``."""
    for entry in file.entries:
        html = without_context(entry.note.text("question"))
        if entry.question.kind is not Kind.BASIC or "<img" in html or "<pre" in html or "[sound:" in html:
            continue
        shown = card_words.text(html).strip()
        found = card_words.words(shown)
        if not found or _ASKS.search(shown) or _CLOSED.match(shown) or _orders(found):
            continue
        answer = entry.note.text("answer")
        if card_words.size(answer).in_words > TOPIC_WORDS and _is_read(shown + card_words.text(answer)):
            message = "the heading names a topic, but asks for nothing; ask for the one thing to recall, such as 'What … ?' or 'Why … ?'"
            yield Diagnostic(entry.question.span, "bare-topic", message)


def _is_read(answer: str) -> bool:
    """Return whether ``answer`` is English or Chinese: no other language has its words of asking here."""
    return len(_OTHER_LETTER.findall(answer)) <= FOREIGN and _READ.search(answer) is not None


def _orders(words: list[str]) -> bool:
    """Return whether ``words`` begin with a verb, perhaps behind a number."""
    begun = [word for word in words if not word.isdecimal()]
    return len(begun) > 2 and begun[0] in _ORDERS


def open_questions(file: File) -> Iterator[Diagnostic]:
    """Report a question for yes or no. Bad: ``Is Flask a framework?``. Good: ``Why is Flask a framework?``."""
    for entry in file.entries:
        if entry.question.kind not in (Kind.BASIC, Kind.TYPED):
            continue
        shown = card_words.text(without_context(entry.note.text("question")))
        asked = [_NUMBER.sub("", piece, count=1) for piece in _ENDS.split(shown) if piece.endswith(("?", "？"))]
        if asked and all(map(_CLOSED.match, asked)) and not _OPEN.search(shown):
            message = "a learner can guess the answer, yes or no; ask 'why', 'how' or 'when', or for an example"
            yield Diagnostic(entry.question.span, "yes-no-question", message)


def answers_add(file: File) -> Iterator[Diagnostic]:
    """Report an answer that begins with the question. Bad: ``The status that redirects is 308``. Good: ``308``."""
    for entry in file.entries:
        if entry.question.kind not in (Kind.BASIC, Kind.REVERSED):
            continue
        asked = card_words.words(card_words.text(without_context(entry.note.text("question"))))
        answer = card_words.words(card_words.text(entry.note.text("answer")[: _MOST_WORDS * 20]))
        answer = answer[1:] if answer[:1] in (["the"], ["a"], ["an"]) else answer
        if len(asked) <= _MOST_WORDS and (count := _repeated(asked, answer)):
            message = f"the answer begins with words of the question: '{' '.join(answer[:count])}'; begin with the new words"
            yield Diagnostic(entry.question.span, "repeated-question", message)


def _repeated(asked: list[str], answer: list[str]) -> int:
    """Return the number of words at the beginning of ``answer`` that are most of the question; 0 if they are not."""
    longest = 0
    for begin in range(len(asked)):
        same = next((at for at, (one, other) in enumerate(zip(asked[begin:], answer, strict=False)) if one != other), -1)
        longest = max(longest, min(len(asked) - begin, len(answer)) if same < 0 else same)
    han = sum("\u3040" <= word[0] <= "\u9fff" for word in answer[:longest])
    long = longest >= (REPEATED_HAN if han * 2 > longest else REPEATED)
    return longest if long and longest * 5 >= len(asked) * 3 else 0
