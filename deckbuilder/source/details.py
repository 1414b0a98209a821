"""An answer in ``<details>``: its lines without the tags that fold it. No word of the ``<summary>`` is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckbuilder.markdown.block import Block
from deckbuilder.model.references import unescape
from deckbuilder.source.blanked import prose

_DETAILS = re.compile(r"<details\b[^>]*+(?:>|(?P<open>\Z))|</details>", re.IGNORECASE)
"""``open`` matches a tag without an end, up to the end of the text: the search runs only once."""
_SUMMARY = re.compile(r"\s*<summary\b[^>]*+>", re.IGNORECASE)
_SUMMARY_END = re.compile(r"</summary\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_NO_LETTER = re.compile(r"[\W_]+")
# The words for "answer" are those of translated question lists: https://github.com/lydiahallie/javascript-questions.
_ANSWER = """
    answers? solutions? spoilers? details more reveal expand 答案 参考答案 答案解析 解答 解析 回答 答 详情 答え 回答例 解答例 답 정답
    antwort antworten antwoord lösung risposta soluzione respuestas? soluci[oó]n resposta réponse solution svar svaret
    odpowiedź odpowiedzi odgovor rješenje ответ решение відповідь отговор cevap yanıt jawaban răspuns përgjigja válasz vastaus
    απάντηση đápán คำตอบ الإجابة الاجابة جواب תשובה
"""
_LIKE_ANSWER = re.compile(
    rf"""
    (?:(?:click|tap|press|touch)(?:here|me|on)*(?:to|for)?)?
    (?:show|see|view|reveal|open|expand|toggle|display|check|get|unfold|read)?(?:me|and|or|hide)*
    (?:the|my|your|an|full|correct|right|sample|possible|example|suggested|model|best|our|this)*
    (?:点击|单击|点我|点此|点开)?(?:这里|此处)?(?:展开|显示|查看|看|揭晓)?(?:正确|标准|全部)?
    (?:{"|".join(_ANSWER.split())}|here|below)?
    """,
    re.VERBOSE,
)
"""A summary, only its letters and digits, that has no more to say than that an answer follows."""


def without_details(lines: Sequence[str], content: Sequence[Block], details: Block, heading: str) -> dict[int, str]:
    """Return the ``lines`` that change if ``<details>``, its summary and its end tag are removed: new line by index.

    ``details`` is the block among the question's ``content`` that begins with the tag. A summary like "Answer", or like the
    question's ``heading``, is removed. Any other summary becomes a bold paragraph.
    """
    end = content[-1].end
    text = "\n".join(lines[details.start : end])
    first = len("\n".join(lines[details.start : details.end]))
    tag = _DETAILS.search(text, 0, first)
    if tag and tag["open"] is None:
        text = text[: tag.start()] + _without_summary(text[tag.end() :], heading)
    changed = {at: line for at, line in enumerate(text.split("\n"), details.start) if line != lines[at]}
    depth = 0
    for block in content:
        if block.kind not in ("html", "text") or block.start < details.start:
            continue
        for at in range(block.start, block.end):
            line = changed.get(at, lines[at])
            for tag in _DETAILS.finditer(prose(line) if block.kind == "text" else line):
                if tag["open"] is not None:
                    break
                depth += -1 if tag[0].startswith("</") else 1
                if depth < 0:
                    changed[at] = line[: tag.start()] + line[tag.end() :]
                    return changed
    return changed


def _without_summary(html: str, heading: str) -> str:
    """Return ``html``, with as many lines, without the tags of the summary that it begins with."""
    begin = _SUMMARY.match(html)
    end = _SUMMARY_END.search(html, begin.end()) if begin else None
    if begin is None or end is None:
        return html
    blanks, summary = begin[0].partition("<")[0], html[begin.end() : end.start()]
    letters = _NO_LETTER.sub("", _plain(summary))
    if "<img" not in summary.lower() and (_LIKE_ANSWER.fullmatch(letters) or _plain(summary) == _plain(heading)):
        return blanks + "\n" * html.count("\n", begin.end(), end.end()) + html[end.end() :]
    return f'{blanks}<div class="summary">{summary}</div>{html[end.end() :]}'


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).casefold().split())
