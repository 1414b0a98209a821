"""The records of decks -> the files of a site, by path. The only user of Jinja."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, FunctionLoader, StrictUndefined

from deckbuilder import assets
from deckbuilder.site.picture import picture
from deckbuilder.site.question_lists import Topic, topics
from deckbuilder.site.site_decks import SiteDeck
from deckbuilder.site.site_questions import MEDIA, Question

_MOST_NEW = 40
"""Questions of a release that the start page names."""
_NIGHT = re.compile(r"[^{}]*nightMode[^{}]*\{[^{}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Other:
    """The same question, or the same deck, in another language."""

    name: str
    """The name of the other deck."""
    language: str
    direction: str
    href: str
    html: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class _Site:
    """All decks, and the address of the site with ``/`` at the end, or ``""``."""

    decks: Sequence[SiteDeck]
    base: str
    questions: Sequence[Mapping[str, Question]]
    """For each deck, its questions by case-folded id."""

    def folder(self, deck: SiteDeck) -> str:
        """Return the folder of ``deck`` with ``/`` at the end. A lone deck has no folder: its page is the start page."""
        return f"{deck.address}/" if len(self.decks) > 1 else ""


def files(decks: Sequence[SiteDeck], base: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path, content) of each file of the site, with ``/`` between the parts of a path.

    ``base`` is the address of the site, with ``/`` at its end; with ``""`` there is no feed and no map of the site.
    """
    by_id = [{question.id.casefold(): question for question in deck.questions} for deck in decks]
    site = _Site(decks, base, by_id)
    for name in ("site.css", "site.js"):
        yield name, assets.text(f"site/{name}").encode()
    if len(decks) > 1:
        yield "index.html", _rendered("start.html", site, decks[0], "", decks=decks, root="", maths=False)
    pages = ["", *(site.folder(deck) for deck in decks if len(decks) > 1)]
    for deck in decks:
        found = topics(deck)
        yield from _deck_files(site, deck, found)
        pages += [f"{site.folder(deck)}{part.path}" for topic in found for part in topic.parts]
        pages += [f"{site.folder(deck)}{question.address}/" for question in deck.questions]
    if base:
        yield from ((_picture(site, deck), picture(deck.settings.id)) for deck in decks if not deck.picture)
        yield "sitemap.xml", _template("sitemap.xml").render(base=base, paths=pages).encode()


def _picture(site: _Site, deck: SiteDeck) -> str:
    """Return the path of the picture for links to ``deck``."""
    folder = f"{deck.folder}/" if len(site.decks) > 1 else ""
    return f"{folder}{MEDIA}/{deck.picture}" if deck.picture else f"{folder}link.png"


def _deck_files(site: _Site, deck: SiteDeck, found: Sequence[Topic]) -> Iterator[tuple[str, bytes]]:
    folder = f"{deck.folder}/" if len(site.decks) > 1 else ""
    css = _COMMENT.sub("", deck.css)
    yield f"{folder}card.css", css.encode()
    yield f"{folder}night.css", "".join(_NIGHT.findall(css)).replace("nightMode", "card").encode()
    yield f"{folder}{deck.folder}.apkg", deck.package
    for name, file in deck.media.items():
        yield f"{folder}{MEDIA}/{name}", file.data
    index = [
        [one.id, " ".join(one.tags), one.text, *([one.title, one.code, one.address] if topic.parts else [])]
        for topic in found
        for one in topic.questions
    ]
    yield f"{folder}search.js", f"self.deckSearch = {json.dumps(index, ensure_ascii=False)}\n".encode()
    yield from _deck_pages(site, deck, folder, found)
    yield from _question_pages(site, deck, folder, found)


def _question_pages(site: _Site, deck: SiteDeck, folder: str, found: Sequence[Topic]) -> Iterator[tuple[str, bytes]]:
    """Yield the page of each question of ``deck``, with the questions around it, above it and below it."""
    listed = {question.id: part.path for topic in found for part in topic.parts for question in part.questions}
    by_id = site.questions[site.decks.index(deck)]
    followed: dict[str, list[Question]] = {}
    for question in deck.questions:
        for parent in question.follows:
            followed.setdefault(parent.casefold(), []).append(question)
    around = [None, *deck.questions, None]
    for number, question in enumerate(deck.questions):
        neighbours = {"before": around[number], "after": around[number + 2]}
        yield (
            f"{folder}{question.folder}/index.html",
            _rendered(
                "question.html",
                site,
                deck,
                f"{site.folder(deck)}{question.address}/",
                question=question,
                up="../",
                part=listed.get(question.id, ""),
                maths=question.maths,
                others=list(_translated(site, deck, question)),
                parents=[by_id[name.casefold()] for name in question.follows if name.casefold() in by_id],
                children=followed.get(question.id.casefold(), []),
                **neighbours,
            ),
        )


def _deck_pages(site: _Site, deck: SiteDeck, folder: str, found: Sequence[Topic]) -> Iterator[tuple[str, bytes]]:
    """Yield the start page of ``deck``, its lists and the page to print. A site with an address has a feed."""
    about = {
        "up": "",
        "questions": {question.id: question for question in deck.questions},
        "others": [
            Other(other.settings.name, other.settings.language, other.direction, f"../{other.address}/index.html")
            for other in site.decks
            if other is not deck
        ],
        "size": f"{len(deck.package) / 1000:,.0f} kB",
    }
    here = site.folder(deck)
    yield f"{folder}index.html", _rendered("deck.html", site, deck, here, maths=False, topics=found, most=_MOST_NEW, **about)
    around = [None, *(part for topic in found for part in topic.parts), None]
    for before, part, after in zip(around, around[1:], around[2:], strict=False):
        if part:
            neighbours = {"before": before, "after": after}
            page = _rendered("list.html", site, deck, f"{here}{part.path}", maths=False, part=part, **neighbours)
            yield f"{folder}{part.path}", page
    maths = any(question.maths for question in deck.questions)
    yield f"{folder}sheet.html", _rendered("sheet.html", site, deck, f"{here}sheet.html", maths=maths, **about)
    if site.base:
        yield f"{folder}feed.xml", _rendered("feed.xml", site, deck, here, here=f"{site.base}{here}", maths=False, **about)


def _translated(site: _Site, deck: SiteDeck, question: Question) -> Iterator[Other]:
    """Yield the question of the same id in each other language."""
    for other, questions in zip(site.decks, site.questions, strict=True):
        found = questions.get(question.id.casefold())
        if found is not None and other.settings.language != deck.settings.language:
            media = f'="../../{other.address}/{MEDIA}/'
            html, answer = (text.replace(f'="../{MEDIA}/', media) for text in (found.html, found.answer))
            html = html.replace("<h1>", "<p>").replace("</h1>", "</p>")
            href = f"../../{other.address}/{found.address}/index.html"
            yield Other(other.settings.name, other.settings.language, other.direction, href, html, answer)


def _rendered(template: str, site: _Site, deck: SiteDeck, path: str, **values: Any) -> bytes:
    """Return a page of ``deck`` at ``path``."""
    defaults = {"root": "../" * unquote(path).count("/"), "others": (), "up": ""}
    common = {"words": deck.words, "language": deck.settings.language, "direction": deck.direction}
    html: str = _template(template).render(
        defaults | common | {"deck": deck, "base": site.base, "path": path, "picture": quote(_picture(site, deck))} | values
    )
    return html.encode()


@cache
def _environment() -> Environment:
    loader = FunctionLoader(assets.text)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _template(name: str) -> Any:
    return _environment().get_template(f"site/{name}")
