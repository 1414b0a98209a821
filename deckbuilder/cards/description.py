"""The ``description`` of ``deck.toml`` -> the HTML of the deck's page in Anki, with its pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

from deckbuilder import assets
from deckbuilder.cards import media_references
from deckbuilder.cards.embedded import Names, name_in
from deckbuilder.cards.media import read_media, shown
from deckbuilder.cards.media_kinds import PLAYED, suffix_of
from deckbuilder.markdown import to_html
from deckbuilder.model.anki_text import finish
from deckbuilder.model.note import Removed
from deckbuilder.model.records import Media, MediaProblem, Settings
from deckbuilder.safety import sanitise

_RAW = re.compile(r"</?[a-zA-Z]").search


class Description(NamedTuple):
    """The HTML of the deck's page. ``media`` are the paths of its pictures as written, from the deck's folder on."""

    html: str
    removed: tuple[Removed, ...]
    """The parts that may not be on the page. Pictures from the network are among these."""
    media: tuple[str, ...]


def description(settings: Settings) -> Description:
    """Return the description in ``settings``. Its pictures still have the paths that the author wrote."""
    text = settings.description
    written = to_html.html(text, assets.words(settings.language))
    html, removed = sanitise.clean(written, settings.html, frozenset(settings.tex), raw=bool(_RAW(text)))
    html, loaded, paths = media_references.without_network(html)
    lost = (Removed(path, active=True, tag="", at=path) for path in loaded)
    return Description(finish(html), (*removed, *lost), tuple(dict.fromkeys(paths)))


def read_pictures(root: Path, settings: Settings) -> dict[str, Media | MediaProblem]:
    """Return the pictures of the description in ``root``, the deck's folder, or their problems, by their written paths.

    The packaged names begin with ``_``: Anki imports such a file though no note shows it, and never counts it as unused.
    """
    names, found = Names(root), dict[str, Media | MediaProblem]()
    for path in description(settings).media if settings.description else ():
        media = shown(read_media(root, root, path, names))
        if suffix_of(name_in(path) or path) in PLAYED:
            media = MediaProblem("unshown-media", "the page of a deck plays no sounds and no videos; remove it")
        found[path] = Media(f"_{media.name}", media.data) if isinstance(media, Media) else media
    return found


def packed(settings: Settings, media: Mapping[str, Media], version: str) -> str:
    """Return the HTML of the description with the packaged names of its pictures, and ``version`` below it.

    A deck without a description shows only a version of the author: Anki keeps the learner's own description if ours is empty.
    """
    html = media_references.renamed(description(settings).html, {path: file.name for path, file in media.items()})
    if not (html or settings.version):
        return ""
    line = escape(assets.words(settings.language)["version"] + version)
    return html + assets.text("version.html").strip().replace("VERSION", line)
