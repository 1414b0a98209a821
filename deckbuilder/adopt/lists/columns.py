"""The rows of a table, in Markdown or in a CSV file -> questions. The names of the columns decide, or else the first two columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deckbuilder.adopt.lists import choice_columns
from deckbuilder.adopt.lists.foreign_clozes import curly, has
from deckbuilder.adopt.lists.markdown_page import Found, bare
from deckbuilder.model.records import Kind

_NAMES: Mapping[str, str] = {
    "question": "questions? q front prompt term acronym abbreviation concept word expression keyword text 术语 缩写 名词 概念 问题 题目 正面 单词 frage vorderseite pregunta anverso вопрос 質問",
    "answer": "answers? a back definition meaning translation response solution 答案 回答 背面 解释 释义 antwort rückseite respuesta ответ 回答",
    "tags": "tags? labels? categor(?:y|ies) 标签 分类 schlagwörter etiquetas теги",
    "deck": "decks? subdeck 牌组",
    "notetype": "notetype note_type card_type model",
    "id": "nid note_id external_id",
    "skip": r"id guid \# no\.? nr\.? number 编号 序号",
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
_BOLD = re.compile(r"\*\*(?=\S)((?:(?!\*\*).)+)(?<=\S)\*\*")
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
    options: Mapping[str, int] = field(default_factory=dict)
    """The column of each option of a choice, by the name of the option."""
    right: int = -1
    """The column that names the right options."""


def role(name: str) -> str:
    """Return the role of the column ``name``: ``question``, ``answer``, ``tags``, …; ``""`` if the name says nothing."""
    name = bare(name).strip().rstrip(":：")
    return next((key for key, pattern in _ROLES.items() if pattern.fullmatch(name)), "")


def named(names: Sequence[str]) -> Columns | None:
    """Return the columns of a table with the header ``names``; None if no name means a question, or none means an answer."""
    roles: dict[str, int] = {}
    for at, name in enumerate(names):
        roles.setdefault(role(name) or f"other {at}", at)
    if (choice := choice_columns.columns(names)) and "question" in roles:
        return _with_options(names, roles, *choice)
    languages = [at for at, name in enumerate(names) if _LANGUAGE.fullmatch(bare(name))]
    if not {"question", "answer"} & roles.keys() and languages[:1] == [0] and len(languages) > 1:
        roles = {key: at for key, at in roles.items() if at not in languages[:2]} | {"question": 0, "answer": languages[1]}
    if not {"question", "answer"} <= roles.keys():
        return None
    known = {key: at for key, at in roles.items() if not key.startswith("other ")}
    return Columns(known, {at: bare(name) for at, name in enumerate(names) if at not in known.values()})


def _with_options(names: Sequence[str], roles: Mapping[str, int], options: Mapping[str, int], right: int) -> Columns:
    """Return the columns of a table whose questions are choices. All other columns, such as an explanation, are the answer."""
    taken = {*options.values(), right}
    known = {key: at for key, at in roles.items() if not key.startswith("other ") and at not in taken}
    others = {at: bare(name) for at, name in enumerate(names) if at not in taken and at not in known.values()}
    others = {at: "" if _EXTRA.fullmatch(name.strip()) else name for at, name in others.items()}
    return Columns(known, others, options, right)


def clozed(names: Sequence[str], rows: Sequence[Row]) -> Columns | None:
    """Return the columns of a table with the header ``names`` that hides text in Anki's syntax; None if most rows hide nothing."""
    at = next(
        (at for at in range(len(names)) if sum(at < len(row.cells) and has(row.cells[at]) for row in rows) * 2 > len(rows)), -1
    )
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


def question(row: Row, columns: Columns, *, kind: str = "", tags: Sequence[str] = (), deck: str = "") -> Found:
    """Return the question of ``row``. ``kind``, the name of a note type, ``tags`` and ``deck`` are said for the whole file."""
    cells = {key: row.cells[at].strip() for key, at in columns.roles.items() if at < len(row.cells)}
    more = [(name, row.cells[at].strip()) for at, name in columns.others.items() if at < len(row.cells)]
    said = (f"{name}: {text}" if name else text for name, text in more if not _EMPTY.fullmatch(text))
    own_answer, listed = cells.get("answer", ""), choice_columns.task_list(row.cells, columns.options, columns.right)
    if columns.options and not listed:
        own_answer = "\n\n".join(row.cells[at] for at in (columns.right, *columns.options.values()) if at < len(row.cells))
    answer = "\n\n".join([own_answer if own_answer != "." else "", *said]).strip()
    front, model = _plain(cells.get("question", "")), (cells.get("notetype") or kind).lower()
    own = tuple(word for word in re.split(r"[\s,;]+", cells.get("tags", "")) if word)
    found = Found(row.start, row.end, front, answer, tags=(*tags, *own), deck=cells.get("deck") or deck, id=cells.get("id", ""))
    return replace(found, question=f"{front}\n\n{listed}", kind=Kind.CHOICE) if listed else of_type(found, model)


def _plain(cell: str) -> str:
    """Return ``cell`` without bold marks around its whole text: they mark the column, not the question."""
    match = _BOLD.fullmatch(cell)
    return match[1] if match else cell


def of_type(note: Found, model: str) -> Found:
    """Return ``note`` with the kind that ``model``, the name of its note type in lower case, means."""
    clozed = note.question if has(note.question) else curly(note.question)
    if has(clozed) and (has(note.question) or "cloze" in model):
        return replace(note, kind=Kind.CLOZE, question=clozed)
    kind = Kind.TYPED if "type" in model and "in" in model else Kind.BASIC
    return replace(note, kind=Kind.REVERSED if "reversed" in model and "optional" not in model else kind)
