"""Built decks -> the records that the pages show. The HTML is that of the cards."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from urllib.parse import quote

from deckbuilder import assets
from deckbuilder.cards import description
from deckbuilder.cards.media_kinds import suffix_of
from deckbuilder.cards.media_references import bind, renamed
from deckbuilder.cards.note_types import is_right_to_left, note_types
from deckbuilder.files.portable_names import problem_of
from deckbuilder.model.anki_text import plain, without_context
from deckbuilder.model.deck import Entry
from deckbuilder.model.diagrams import without_sources
from deckbuilder.model.lock import LATEST, Lock
from deckbuilder.model.note import Note
from deckbuilder.model.note_schemas import AnkiKind
from deckbuilder.model.records import Kind, Media, Settings, Source
from deckbuilder.pipeline.build_deck import Packed
from deckbuilder.preview.page import with_players
from deckbuilder.preview.state import first_line_of_code, unicode_text
from deckbuilder.preview.template import clozed
from deckbuilder.publish.stamps import short

MEDIA = "deck.media"
"""The folder of pictures and sounds. An id has no dot, so no question has this address."""
FOLLOW_UP = "follow-up::"
"""A tag that begins so names the question that this question follows."""
_TITLE = re.compile(r"(?m)^# ++(\S.*+)")
_FENCE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|<!--.*?-->|\A---\n.*?\n---$")
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_OF_LINKS = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})
"""Pictures that chats show beside a link."""
_RELEASES = 20
"""The releases that a feed has."""


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


@dataclass(frozen=True, slots=True)
class Release:
    """A release, as the lock knows it."""

    time: str
    """UTC, as in RFC 3339."""
    new: tuple[str, ...]
    """The questions that were new then and are still in the deck."""
    changed: tuple[str, ...]
    """The questions that last changed then."""

    @property
    def day(self) -> str:
        """The day of the release."""
        return self.time[:10]


@dataclass(frozen=True, slots=True)
class SiteDeck:
    """A deck with everything that its pages show."""

    folder: str
    """The name of the deck's folder, and of its package."""
    settings: Settings
    version: str
    description: str
    """HTML. Paths of pictures begin at the deck's page."""
    questions: tuple[Question, ...]
    css: str
    releases: tuple[Release, ...]
    """The latest first."""
    media: Mapping[str, Media]
    """Files by name."""
    package: bytes
    picture: str = ""
    """The name of the picture for links to the deck, a file of ``media``; ``""`` if the description has no such picture."""

    @property
    def address(self) -> str:
        """The folder of the deck, as a part of an address."""
        return quote(self.folder)

    @property
    def words(self) -> Mapping[str, str]:
        """The words of the pages in the language of the deck."""
        known = _all_words()
        found: Mapping[str, str] = known.get(self.settings.language.lower().partition("-")[0], known["en"])
        return found

    @property
    def direction(self) -> str:
        """The direction of the text, as in HTML."""
        return "rtl" if is_right_to_left(self.settings.language) else "ltr"

    @property
    def summary(self) -> str:
        """The description as text."""
        return " ".join(plain(self.description).split())

    @property
    def topics(self) -> Mapping[str, Sequence[Question]]:
        """The questions by topic, in the order of the deck."""
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.topic, []).append(question)
        return found

    @property
    def tags(self) -> Mapping[str, int]:
        """The number of questions by tag, without the tags that all questions have."""
        counts: dict[str, int] = defaultdict(int)
        for question in self.questions:
            for tag in question.tags:
                counts[tag] += 1
        return {tag: counts[tag] for tag in sorted(counts) if counts[tag] < len(self.questions)}


@cache
def _all_words() -> Mapping[str, Mapping[str, str]]:
    return assets.data("site/words.toml")


def site_deck(folder: str, packed: Packed, edit: str) -> SiteDeck:
    """Return the deck of the package ``packed``.

    ``edit`` is the address to edit a question, with ``{file}`` and ``{line}``; ``""`` for none.
    """
    deck = packed.deck
    settings = deck.settings
    titles = {source.path: _title(source) for source in deck.sources}
    folders = _folders(entry.note.id for entry in deck.entries)
    questions = tuple(
        _question(entry, settings, titles[entry.question.span.path], edit, folder)
        for entry, folder in zip(deck.entries, folders, strict=True)
    )
    pictures = {path: file for path, file in deck.described.items() if isinstance(file, Media)}
    moved = {path: f"{MEDIA}/{quote(file.name)}" for path, file in pictures.items()}
    files = [*pictures.values(), *(file for entry in deck.entries for file in entry.media.values())]
    return SiteDeck(
        folder=folder,
        settings=settings,
        version=packed.version,
        description=renamed(description.description(settings).html, moved),
        questions=questions,
        css=note_types(settings)[0].css,
        releases=_releases(deck.lock, {question.id for question in questions}),
        media={file.name: file for file in files},
        package=packed.data,
        picture=next((file.name for file in pictures.values() if suffix_of(file.name) in _OF_LINKS), ""),
    )


def _title(source: Source) -> str:
    """Return the title of a file: its heading of the first level, else the name of the file."""
    match = _TITLE.search(_FENCE.sub("", source.text))
    if not match:
        return source.path.rpartition("/")[2].removesuffix(".md")
    title = match[1].rstrip()
    if (text := title.rstrip("#")).endswith(" "):  # "# Title ##"
        title = text.rstrip()
    before, brace, attributes = title.rpartition("{")
    return before.rstrip() if brace and attributes.find("}") == len(attributes) - 1 else title


def _folders(ids: Iterable[str]) -> list[str]:
    """Return the name of the page's folder for each id: the id, or a longer name if Windows refuses a folder of this name."""
    names = list(ids)
    taken = {name.casefold() for name in names}
    for at, name in enumerate(names):
        while problem_of(names[at]) or (names[at] != name and names[at].casefold() in taken):
            names[at] += "-card"
        taken.add(names[at].casefold())
    return names


def _question(entry: Entry, settings: Settings, topic: str, edit: str, folder: str) -> Question:
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


def _releases(lock: Lock | None, here: Iterable[str]) -> tuple[Release, ...]:
    """Return the releases of ``lock``. The questions of a release are those that no later release has changed."""
    ids = set(here)
    notes = [note for note in lock.notes.values() if note.id in ids and not note.retired and note.mod <= LATEST] if lock else []
    times = sorted({note.mod for note in notes})
    before = dict(zip(times, [0, *times], strict=False))
    new: dict[int, list[str]] = defaultdict(list)
    changed: dict[int, list[str]] = defaultdict(list)
    for note in notes:  # the id of a new note is a second shortly before its release
        was_new = note.mod == times[0] or note.note_id // 1000 > before[note.mod]
        (new if was_new else changed)[note.mod].append(note.id)
    last = reversed(times[-_RELEASES:])
    return tuple(Release(_time(time), tuple(sorted(new[time])), tuple(sorted(changed[time]))) for time in last)


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().replace("+00:00", "Z")
