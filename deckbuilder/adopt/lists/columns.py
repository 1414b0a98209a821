"""The rows of a table, in Markdown or in a CSV file -> questions. The names of the columns decide, or else the first two columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from deckbuilder.adopt.lists import choice_columns
from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import Found, bare
from deckbuilder.model.records import Kind

_NAMES: Mapping[str, str] = {
    "question": r"questions? question[\s_-]?text stem q front prompt term concept word expression keyword text acronyms? abbreviations? abbr\.? 缩写 术语 名词 概念 问题 题目 正面 单词 frage vorderseite pregunta anverso вопрос 質問",
    "answer": r"answers? a back definition meaning full[\s_-]?(?:form|name) expansion stands[\s_]for translation response solution 答案 回答 背面 解释 释义 antwort rückseite respuesta ответ 回答",
    "tags": "tags? labels? categor(?:y|ies) 标签 分类 schlagwörter etiquetas теги",
    "deck": "decks? subdeck 牌组",
    "notetype": "notetype note_type card_type model",
    "id": "nid note_id external_id",
    "skip": r"id guid \# no\.? nr\.? number 编号 序号 time[\s_-]limit time seconds",
}
_LANGUAGE = re.compile(
    r"""
    \W*(?:
        english|german|deutsch|french|français|spanish|español|italian|italiano|portuguese|português|russian|русский|latin
        |japanese|kanji|chinese|mandarin|hanzi|korean|arabic|hebrew|greek|hindi|dutch|polish|polski|turkish|swedish|vietnamese
        |日本語|漢字|単語|英語|中文|汉字|漢字|英文|英语|한국어|영어
    )\W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The name of a column that has words of a language."""
_ROLES = {role: re.compile("|".join(names.split()), re.IGNORECASE) for role, names in _NAMES.items()}
_EXTRA = re.compile(r"(?:back\s)?extra|more|notes?|comments?|explanation|remarks?|补充|备注", re.IGNORECASE)
"""The name of a column with the text below a cloze."""
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?=[^\s*_])(?P<text>(?:(?!\*\*|__|\n).)+)(?<=[^\s*_])(?P=mark)")
_REMARK = re.compile(
    r"""
    (?<=\S)(?:\s+[-–—]\s|\s*\()\s*
    (?:max\b|at[ ]most\b|at[ ]least\b|choose\b|optional\b|required\b|sec(?:onds)?\b|\d).*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A remark behind the name of a column, such as "- max 120 characters" in Kahoot's sheets."""
_EMPTY = re.compile(r"[-–—ー/.]?|n/?a", re.IGNORECASE)
"""A cell that says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and its lines ``start`` to ``end`` (exclusive, from 0)."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The number of the column for each role (``question``, ``answer``, ``tags``, …), and the names of all other columns."""

    roles: Mapping[str, int]
    others: Mapping[int, str]
    options: tuple[int, ...] = ()
    """The columns with the options of a choice."""
    right: int | None = None
    """The column that names the right option."""


def role(name: str) -> str:
    """Return the role of the column ``name``: ``question``, ``answer``, ``tags``, …; ``""`` if the name says nothing."""
    name = bare(name).strip().rstrip(":：")
    return next((key for key, pattern in _ROLES.items() if pattern.fullmatch(name)), "")


def named(names: Sequence[str]) -> Columns | None:
    """Return the columns of a table with the header ``names``; None if no name means a question, or none means an answer."""
    names = [_REMARK.sub("", name.strip()) for name in names]
    roles: dict[str, int] = {}
    for at, name in enumerate(names):
        roles.setdefault(role(name) or f"other {at}", at)
    languages = [at for at, name in enumerate(names) if _LANGUAGE.fullmatch(bare(name))]
    if not {"question", "answer"} & roles.keys() and languages[:1] == [0] and len(languages) > 1:
        roles = {key: at for key, at in roles.items() if at not in languages[:2]} | {"question": 0, "answer": languages[1]}
    if "question" in roles and (choice := _choice(names, roles)):
        return choice
    if not {"question", "answer"} <= roles.keys():
        return None
    known = {key: at for key, at in roles.items() if not key.startswith("other ")}
    return Columns(known, {at: bare(name) for at, name in enumerate(names) if at not in known.values()})


def _choice(names: Sequence[str], roles: Mapping[str, int]) -> Columns | None:
    """Return the columns of a table of choices, one option a column; None if no two columns are options."""
    found, right, reason = choice_columns.columns(names, roles["question"])
    if not found or (right is None and "answer" in roles and roles["answer"] not in found):
        return None
    taken = {*found, right}
    known = {key: at for key, at in roles.items() if not key.startswith("other ") and at not in taken}
    known |= {"answer": reason} if reason is not None else {}
    taken.update(known.values())
    others = {at: bare(name) for at, name in enumerate(names) if at not in taken}
    return Columns(known, others, found, right)


def clozed(names: Sequence[str], rows: Sequence[Row]) -> Columns | None:
    """Return the columns of a table with the header ``names`` that hides text in Anki's syntax; None if most rows hide nothing."""
    hiding = Counter(at for row in rows for at, text in enumerate(row.cells) if has(text))
    at = next((at for at in range(len(names)) if hiding[at] * 2 > len(rows)), -1)
    if at < 0 or has(names[at]):
        return None
    roles = {name: place for place, text in reversed(list(enumerate(names))) if (name := role(text)) and name != "question"}
    extra = next((place for place, text in enumerate(names) if _EXTRA.fullmatch(bare(text).strip())), roles.get("answer"))
    known = {**roles, "question": at, **({"answer": extra} if extra is not None else {})}
    return Columns(known, {place: bare(text) for place, text in enumerate(names) if place not in known.values()})


def unnamed(rows: Sequence[Row]) -> Columns:
    """Return the columns of a table without a header: question and answer, and tags if the third column has few short words."""
    third = [row.cells[2].strip() for row in rows if len(row.cells) > 2 and row.cells[2].strip()]
    tagged = third and all(len(text) <= 40 and len(text.split()) <= 4 for text in third) and len(set(third)) * 2 <= len(rows)
    others = range(3 if tagged else 2, max((len(row.cells) for row in rows), default=0))
    return Columns({"question": 0, "answer": 1} | ({"tags": 2} if tagged else {}), dict.fromkeys(others, ""))


def questions(rows: Sequence[Row], columns: Columns, *, kind: str = "", tags: Sequence[str] = (), deck: str = "") -> list[Found]:
    """Return the questions of ``rows``. ``kind``, the name of a note type, ``tags`` and ``deck`` are said for the whole file."""
    found = [_question(row, columns, kind=kind, tags=tags, deck=deck) for row in rows]
    if not columns.options:
        return found
    said = [(_cell(row, columns.right), [_cell(row, at) for at in columns.options]) for row in rows]
    place = choice_columns.reader(said)
    in_order = columns.right not in columns.options
    lists = [choice_columns.choice(texts, place(cell, texts), cell, in_order=in_order) for cell, texts in said]
    return [_with_options(one, text, reason) for one, (text, reason) in zip(found, lists, strict=True)]


def _cell(row: Row, at: int | None) -> str:
    return row.cells[at].strip() if at is not None and at < len(row.cells) else ""


def _with_options(one: Found, listed: str, reason: str) -> Found:
    """Return ``one`` as a choice with the task list ``listed``, and with the ``reason`` to skip it."""
    return replace(one, question=f"{one.question}\n\n{listed}" if one.question else "", kind=Kind.CHOICE, unfit=reason)


def _question(row: Row, columns: Columns, *, kind: str = "", tags: Sequence[str] = (), deck: str = "") -> Found:
    cells = {key: row.cells[at].strip() for key, at in columns.roles.items() if at < len(row.cells)}
    first = columns.roles.get("question", 0)
    others = [(at, columns.others[at], text.strip()) for at, text in enumerate(row.cells) if at in columns.others]
    more = [(name, text) for at, name, text in others if name or at > first or not text.isdecimal()]
    said = (f"{name}: {text}" if name else text for name, text in more if not _EMPTY.fullmatch(text))
    own_answer = cells.get("answer", "")
    answer = "\n\n".join([own_answer if own_answer != "." else "", *said]).strip()
    front, model = _plain(cells.get("question", "")), (cells.get("notetype") or kind).lower()
    own = tuple(word for word in re.split(r"[\s,;]+", cells.get("tags", "")) if word)
    found = Found(row.start, row.end, front, answer, tags=(*tags, *own), deck=cells.get("deck") or deck, id=cells.get("id", ""))
    return of_type(found, model)


def _plain(front: str) -> str:
    """Return ``front`` without bold marks around all its text, which say nothing."""
    match = _BOLD.fullmatch(front)
    return match["text"] if match else front


def of_type(note: Found, model: str) -> Found:
    """Return ``note`` with the kind that ``model``, the name of its note type in lower case, means."""
    clozed = note.question if has(note.question) else curly(note.question)
    if has(clozed) and (has(note.question) or "cloze" in model):
        return replace(note, kind=Kind.CLOZE, question=clozed)
    kind = Kind.TYPED if "type" in model and "in" in model else Kind.BASIC
    return replace(note, kind=Kind.REVERSED if "reversed" in model and "optional" not in model else kind)
