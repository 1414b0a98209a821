"""Built decks -> the records that the pages show. The HTML is that of the cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from deckbuilder import assets
from deckbuilder.cards import description
from deckbuilder.cards.media_kinds import suffix_of
from deckbuilder.cards.media_references import renamed
from deckbuilder.cards.note_types import is_right_to_left, note_types
from deckbuilder.markdown import to_html
from deckbuilder.model.anki_text import finish, plain
from deckbuilder.model.records import Media, Settings, Source
from deckbuilder.pipeline.build_deck import Packed
from deckbuilder.site.site_questions import MEDIA, Question, folders, site_question
from deckbuilder.site.site_releases import Release, releases
from deckbuilder.source.parse import titles

_OF_LINKS = frozenset({".gif", ".jpeg", ".jpg", ".png", ".webp"})
"""Pictures that chats show beside a link."""


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
    titles = {source.path: _title(source, settings.question_level) for source in deck.sources}
    names = folders(entry.note.id for entry in deck.entries)
    questions = tuple(
        site_question(entry, settings, titles[entry.question.span.path], edit, name)
        for entry, name in zip(deck.entries, names, strict=True)
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
        releases=releases(deck.lock, {question.id for question in questions}),
        media={file.name: file for file in files},
        package=packed.data,
        picture=next((file.name for file in pictures.values() if suffix_of(file.name) in _OF_LINKS), ""),
    )


def _title(source: Source, question_level: int) -> str:
    """Return the title of a file: the text of its first heading of level 1 that is no question, else the name of the file."""
    found = (text for _, text in titles(source.text.split("\n"), min(2, question_level)) if text)
    shown = plain(finish(to_html.inline(next(found, ""), {})))
    return shown or source.path.rpartition("/")[2].removesuffix(".md")
