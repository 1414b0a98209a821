"""Notes -> the questions of a site: the HTML of their pages, their texts and their tags. The HTML is that of the cards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from deckbuilder.cards.media_references import bind
from deckbuilder.files.portable_names import LONGEST, problem_of
from deckbuilder.model.anki_text import plain, without_context
from deckbuilder.model.deck import Entry
from deckbuilder.model.diagrams import without_sources
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind, Media, Settings
from deckbuilder.preview.page import with_players
from deckbuilder.preview.state import first_line_of_code, unicode_text
from deckbuilder.preview.template import clozed
from deckbuilder.publish.stamps import short

MEDIA = "deck.media"
"""The folder of pictures and sounds. An id has no dot, so no question has this address."""
FOLLOW_UP = "follow-up::"
"""A tag that begins so names the question that this question follows."""
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the HTML of its page. Paths of media begin at a page of a question."""

    id: str
    folder: str
    """The name of the page's folder. It is the id, unless Windows refuses a folder of this name."""
    title: str
    """The question as text, on one line."""
    code: str
    """The first line of the code in the question; ``""`` if there is none."""
    html: str
    """The question; its first paragraph is the heading of the page."""
    answer: str
    hint: str
    source: str
    tags: tuple[str, ...]
    """Without the tags that name another question."""
    follows: tuple[str, ...]
    """The ids of the questions that this question follows."""
    topic: str
    """The title of the file."""
    text: str
    """All words of question and answer in small letters, for the search."""
    checked: str
    """The versions that ran the code; ``""`` if none did."""
    report: str
    """The address to report the question; ``""`` for none."""
    edit: str
    """The address to edit the question; ``""`` for none."""
    maths: bool

    @property
    def address(self) -> str:
        """The folder of the page, as a part of an address."""
        return quote(self.folder)


def folders(ids: Iterable[str]) -> list[str]:
    """Return the name of the page's folder for each id: the id, or a longer name if Windows refuses a folder of this name.

    If an id is too long for a folder, the name is its beginning, with a hash of the id.
    """
    names = [_shortened(name) if len(name.encode()) > LONGEST else name for name in ids]
    taken = {name.casefold() for name in names}
    for at, name in enumerate(names):
        while problem_of(names[at]) or (names[at] != name and names[at].casefold() in taken):
            names[at] += "-card"
        taken.add(names[at].casefold())
    return names


def _shortened(name: str) -> str:
    data = name.encode()
    return f"{data[: LONGEST // 2].decode(errors='ignore')}-{hashlib.sha256(data).hexdigest()[:8]}"


def site_question(entry: Entry, settings: Settings, topic: str, edit: str, folder: str) -> Question:
    """Return the question of ``entry``, whose page is in ``folder``.

    ``edit`` is the address to edit a question, with ``{file}`` and ``{line}``; ``""`` for none.
    """
    note = bind(entry.note, {path: Media(f"../{MEDIA}/{quote(file.name)}", b"") for path, file in entry.media.items()})
    cloze = note.schema.anki_kind is AnkiKind.CLOZE
    text, span = note.text("question"), entry.question.span
    title = short(without_context(text).partition("</p>")[0]) or note.id
    shown = _front(clozed(text, None, answer=False) or text if cloze else text, title)
    answer = _answer(note, text) if cloze else _typed(note, entry.question.kind) + with_players(note.text("answer"))
    follows = tuple(tag[len(FOLLOW_UP) :] for tag in note.tags if tag.startswith(FOLLOW_UP))
    words = " ".join(
        plain(re.sub(r"\{\{c\d+::|\}\}", "", without_sources(html)).replace("<", " <")) for html in (text, note.text("answer"))
    )
    return Question(
        id=note.id,
        folder=folder,
        title=title,
        code=first_line_of_code(note),
        html=shown,
        answer=answer,
        hint=with_players(note.text("hint")),
        source=with_players(note.text("source")),
        tags=tuple(tag for tag in note.tags if not tag.startswith(FOLLOW_UP)),
        follows=follows,
        topic=topic,
        text=" ".join(f"{words} {note.id} {' '.join(note.tags)}".lower().split()),  # as JavaScript lowers letters
        checked=settings.badge if note.text("code_ran") else "",
        report=settings.issues.replace("{id}", quote(note.id)),
        edit=edit.replace("{file}", quote(unicode_text(span.path))).replace("{line}", str(span.line)),
        maths=any(mark in html for html in note.fields for mark in (r"\(", r"\[")),
    )


def _front(html: str, title: str) -> str:
    """Return the question with its first paragraph as the heading of the page; without one, readers hear the ``title``."""
    headed, found = _FIRST_PARAGRAPH.subn(r"<h1>\1</h1>", html, count=1)
    return with_players(headed if found else f'<h1 class="unseen">{escape(title)}</h1>{html}')


def _answer(note: Note, text: str) -> str:
    """Return the answer of a cloze: the text with its hidden words marked, and the rest."""
    whole = with_players(clozed(text, None, answer=True) or text)
    extra = with_players(note.text("answer"))
    return f'<div class="question">{whole}</div>' + (f"<hr>{extra}" if extra else "")


def _typed(note: Note, kind: Kind) -> str:
    """Return the answer that a learner types; ``""`` if there is none."""
    return f'<p class="typed"><code>{note.text("typed")}</code></p>' if kind is Kind.TYPED else ""
