"""The features of a line in a list: a line asks, sets an exercise, names a part of an answer, or is about the list itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deckbuilder.adopt.lists import navigation
from deckbuilder.adopt.lists.markdown_page import bare, blocks_of, joined, labelled, numbered, unnumbered
from deckbuilder.adopt.lists.series import perhaps_without
from deckbuilder.markdown.block import Block
from deckbuilder.markdown.block_parser import MAX_DEPTH, blocks

ASKING = 2.5
"""The least ``strength`` of a text that asks."""
_MARK = re.compile(r"[?？](?![\w=&/.-])")
"""A question mark that is no part of an address."""
_WORDS = re.compile(
    r"""
    (?:how|why|what|when|where|which|who|whose|whom)(?:'s|’s|'re|’re)?\b
    |(?:is|are|was|were|do|does|did|can|could|should|would|will|have|has)\ (?:\w|`)  # "Can you …", "Is a …"
    |(?:in|on|at|to|for|from|with|by|of)\ (?:what|which|whom)\b
    |(?:please\ |briefly\ |can\ you\ )?                                              # an exercise
     (?:
        (?:explain|describe|implement|write|compare|define|differentiate|distinguish|discuss|summari[sz]e|illustrate
           |demonstrate|prove|derive|solve|calculate|compute|determine|evaluate|identify|convert|suppose|given|imagine
           |consider|predict)(?![\w:-])
        # these words are names, too: "List comprehension", "Design patterns"
        |(?:list|name|state|design|build|create|show|find|draw|sketch|outline|mention|give|provide|tell|talk|estimate|contrast
           |use|walk|share)
         \ (?:an?|the|all|some|any|every|each|your|me|us|about|how|what|which|why|out|at\ least|\d|two|three|four|five)\b
        |(?:list|name|state|mention|give|provide|tell)
         \ (?:examples?|different|various|common|main|key|several|a\ few|reasons?|steps|types|ways|advantages|benefits)\b
     )
    |(?:the\ |main\ |key\ )*differences?\ between\b
    |(?:was|wie|warum|wann|welche[rsmn]?|wer|erkläre?n?|beschreiben?|nenne?n?)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HAN = re.compile(
    r"""
    什么|如何|怎么|怎样|为什么|为何|哪些|哪个|哪种|是否|能否|多少|几种|区别|吗$|呢$
    |^(?:请|试)?(?:解释|简述|简单|实现|写出|写一|编写|手写|说说|说一|说下|谈谈|谈一|讲讲|讲一|讲述|介绍|描述|列举|比较|阐述|对比|聊聊|分析)
    |とは|ですか|なぜ|説明せよ|について述べ
    """,
    re.VERBOSE,
)
_ABOUT = re.compile(
    r"""
    (?:the[ ]|our[ ]|how[ ]to[ ])?
    (?:
        licen[cs]es?|copyright|contribut(?:e|ing|ors?|ions?)(?:[ ]guide(?:lines)?)?|credits?|acknowledge?ments?|thanks|authors?
        |(?:contributor[ ]covenant[ ])?code[ ]of[ ]conduct|star[ ]history|stargazers|badges?           # who made it
        |support|sponsors?|donat\w+                                                                   # who pays
        |(?:(?:additional|useful|other|more|recommended|external|helpful)[ ])?
         (?:references?|resources?|links?|reading(?:[ ](?:list|material))?)|(?:further|suggested)[ ]reading   # where to read on
        |preface|foreword|about[ ](?:this|the)[ ](?:list|guide|document|repo(?:sitory)?|project|authors?)      # the list itself
        |disclaimer|changelog|todo|faq|installation|usage                                             # the project itself
        |许可证?|版权|贡献(?:者|指南)?|致谢|参考(?:资料|文献|链接)?|关于(?:本文|作者)?|更新日志|行为准则
        |前言|序言|引言|写在(?:前面|最后)|后记|结语|题外话|(?:推荐|扩展|延伸|相关)阅读|往期(?:推荐|回顾|精选)
    )
    (?:[ ]✨)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PARTS = re.compile(
    r"""
    (?:\d+[.)]\s*)?                                                  # a number
    (?:
        answers?|ans|explanations?|examples?|solutions?|notes?|output|hints?|code|syntax|summary|conclusion
        |good[ ]to[ ]hear|additional[ ]links|see[ ]also|pros|cons|advantages|disadvantages
        |答案|解答|(?:源码)?解析|示例|例子|总结|小结|补充|输出|(?:题目)?描述|(?:解题)?思路|(?:代码|参考)?实现|复杂度(?:分析)?
    )
    (?:\s*\d+)?\s*[:：.]?.{0,12}                                     # another number, a colon, a few characters
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FILE = re.compile(
    r"""
    (?:
        [~.]{0,2}/?(?:[\w.@$+-]+[/\\])+[\w.@$+-]+\.     # a path
        |(?![A-Z]\w*\.js$)[\w@$-]+\.                     # a name
    )
    (?:adoc|bat|c|cc|cfg|cpp|cs|css|csv|dart|go|gradle|h|hpp|html?|ini|ipynb|java|jsx?|json|kts?|lock|lua|md|php|pl|properties
       |ps1|py|rb|rs|scala|scss|sh|sql|swift|toml|tsx?|txt|vue|xml|ya?ml)
    """,
    re.VERBOSE,
)
_LATER = re.compile(
    r"""
    \W*(?:
        (?:to[ ]be|will[ ]be|not[ ]yet)[ ](?:complet|done|add|continu|written|fill|answer|updat)\w*(?:[ ](?:soon|later))?
        |(?:(?:write|add|put)[ ])?(?:your|an|the)?[ ]?answer[ ]here|t\.?b\.?[dac]\.?|todo|wip|work[ ]in[ ]progress|coming[ ]soon|(?:no|without)[ ](?:an[ ])?answer(?:[ ]yet)?|n/?a
        |待补充|待完善|待更新|待续|待写|未完待续|略|暂无(?:答案)?|未完成
    )\W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A text in place of an answer that nobody wrote yet."""
_ORIGIN = re.compile(
    r"""
    \W*(?:来自|来源|出处|公司|分类|难度|考察频率|from|source|asked[ ](?:by|at|in)|company|companies|category|difficulty|tags?)
    \s*[:：].{1,60}
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Facts about a question, such as the company that asked it."""
_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(
    r"""
    (?<!!)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?:[^()\s]|\([^()\s]*\))*\)   # in Markdown
    |<?https?://[^\s<>)\]]+>?
    |<a\b[^<>]*>[^<]*</a>
    """,
    re.IGNORECASE | re.VERBOSE,
)
_POINTER = re.compile(
    r"""
    (?:
        \W|_
        |\b(?:see|read|refer|watch|check|click|visit|here|this|the|on|in|at|to|for|and|or|it|out|full|detailed|more|learn
            |answers?|ans|source|src|links?|videos?|articles?|posts?|blog|tutorial|details?|solution|references?|explanation|by|from)\b
        |答案|解答|解析|解法|可?参考|推荐|建议|链接|详见|详情|请看|查看|点击|见|来源|出处|与|和|原文|文章
        |(?:公司|分类|来源|出处|难度|company|category|difficulty|level|topics?|tags?)\s*[:：].*
    )*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A line without its links that points to another page, and says nothing of its own."""


def strength(text: str) -> float:
    """Return how strongly the heading ``text`` asks: 0 for a part of an answer, 1 for a name, ``ASKING`` or more for a question.

    A question mark counts most, then a question word, then a number. The steps are a choice, tried on public lists.
    """
    text = bare(text)
    if (_MARK.search(text) and any(map(str.isalnum, text))) or labelled(text):  # "*?" is a mark of its own
        return 3
    if is_about_list(text) or _PARTS.fullmatch(text):
        return 0
    words = re.sub(r"^\[[^\[\]]{1,16}\]\s*", "", perhaps_without(unnumbered(text)))
    if _WORDS.match(words) or _HAN.search(words):
        return ASKING
    return 2 if numbered(text) else 1


def is_about_list(heading: str) -> bool:
    """Return whether a heading is about the list itself, such as "License", "Contents" or "Code of Conduct"."""
    text = bare(heading)
    plain = re.sub(r"^\W+|(?<!\W)\W+$", "", text)
    return navigation.names_contents(text) or _ABOUT.fullmatch(plain) is not None


def is_part(heading: str) -> bool:
    """Return whether a heading names a part of an answer, such as "Example", or is about the list itself."""
    return is_about_list(heading) or _PARTS.fullmatch(bare(heading)) is not None


def is_file_name(text: str) -> bool:
    """Return whether ``text`` is only the name or path of a source file, such as ``src/Main.java``. ``Node.js`` is a topic."""
    return _FILE.fullmatch(bare(text).strip("`")) is not None


def is_later(answer: str) -> bool:
    """Return whether ``answer`` only says that somebody will write it, such as "To be completed."."""
    return len(answer) < 80 and _LATER.fullmatch(_TAG.sub("", answer)) is not None


def is_origin(answer: str) -> bool:
    """Return whether each line of ``answer`` only says where the question comes from, such as "From: a company"."""
    lines = [line for line in _TAG.sub("", answer).split("\n") if line.strip()]
    return bool(lines) and all(_ORIGIN.fullmatch(line) for line in lines)


def is_only_link(answer: str) -> bool:
    """Return whether ``answer`` only points to another page."""
    if "](" not in answer and "http" not in answer and "<a" not in answer:
        return False
    links = 0
    for line in answer.split("\n"):
        rest, count = _LINK.subn(" ", line)
        links += count
        if not _POINTER.fullmatch(_TAG.sub("", rest)):
            return False
    return links > 0


@dataclass(frozen=True, slots=True)
class Ask:
    """A place that asks: a heading, a bold line, a summary or a list item on line ``line`` (from 0) of a page."""

    line: int
    text: str
    """The text in lower case without number and marks, so that a line of the contents equals its question."""
    level: int = 0
    """The level of a heading; 0 for the other places."""


_SHORT = 5
"""The characters of a text that can ask without a context. "Why?" cannot."""
_SUMMARY = re.compile(r"<summary\b[^>]*>(?P<text>.*?)(?:</summary|$)", re.IGNORECASE)
_BOLD = re.compile(r"\s*[\w .()#-]{0,12}(\*\*|__)(?P<text>(?:(?!\1).)+)\1\s*(?P<rest>[?？]?)")


@lru_cache(maxsize=8)
def asking(lines: tuple[str, ...]) -> tuple[Ask, ...]:
    """Return the places of a page that ask. Questions inside running text are none, because answers have such questions."""
    found = (ask for ask in _asking(blocks_of(lines), 0) if len(ask.text) >= _SHORT)
    return tuple(sorted(found, key=lambda ask: ask.line))


def _asking(found: Iterable[Block], offset: int, depth: int = 0) -> Iterator[Ask]:
    """Yield the places in ``found`` that ask. ``depth`` is the number of lists around."""
    for at, block in enumerate(found):
        line = offset + block.start
        if block.kind == "heading":
            if strength(block.text) >= ASKING:
                yield Ask(line, key(block.text), block.level)
        elif block.kind == "list" and depth < MAX_DEPTH:
            if not navigation.is_contents(block) and not all(is_only_link(" ".join(one.lines)) for one in block.items):
                for one in block.items:
                    yield from _asking(blocks(one.lines), offset + one.start, depth + 1)
        elif block.kind == "html":
            for number, text in enumerate(block.lines):
                if (match := _SUMMARY.search(text)) and _MARK.search(match["text"]):
                    yield Ask(line + number, key(_TAG.sub("", match["text"])))
        elif block.kind == "text":
            whole = joined(block.lines)
            match = _BOLD.match(block.lines[0])
            text = whole if depth and not at else match["text"] + match["rest"] if match else ""
            if text and _MARK.search(text[-60:]):
                yield Ask(line, key(text))


def key(text: str) -> str:
    """Return ``text`` for a comparison of questions: without number, marks and addresses, in lower case."""
    text = re.sub(r"\]\((?:[^()]|\([^()]*+\))*+\)", "]", perhaps_without(unnumbered(bare(text))))
    return re.sub(r"[\W_]+", "", text).casefold()
