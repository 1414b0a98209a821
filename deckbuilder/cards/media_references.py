"""The pictures and sounds in rendered HTML: their paths as written, and their names in a package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from deckbuilder.cards.embedded import name_in
from deckbuilder.cards.media_kinds import PLAYED, suffix_of
from deckbuilder.model.control_characters import SOUND_CLOSE, SOUND_OPEN
from deckbuilder.model.note import Note
from deckbuilder.model.records import Media
from deckbuilder.model.references import unescape
from deckbuilder.safety.safe_list import is_local

QUOTED = r"\"[^\"]*+\"|'[^']*+'|[^\s>\"']++"
_MEDIA = re.compile(
    rf"""
    <(?P<tag>img|audio|video|source)(?=\s)
    (?P<before>
        (?:\s++(?!src[\s=])[^\s"'<>/=]++(?:\s*+=\s*+(?:{QUOTED}))?+)*+     # the attributes before src
        \s++src\s*+=\s*+
    )
    (?P<src>{QUOTED})
    (?P<after>[^<>]*+>)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""An element with a picture or sound. The pattern reads each attribute: ``alt="src=x onerror=…"`` contains no address."""
_HAS_MEDIA = re.compile(r"<(?:img|audio|video|source)\b", re.IGNORECASE).search
_START_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_SOUND = re.compile(r"\[sound:(\[\[[^\[\]\n]+\]\]|[^\[\]\n]+)\]")
_CODE_OR_TAG = re.compile(r"<(?:(code|pre)\b|[^<>]*+>)")
_TAG = re.compile(r"<[^<>]*+>")


def with_sounds(html: str) -> tuple[str, list[str]]:
    """Return (``html`` with Anki's sounds, the paths of its pictures and sounds as written).

    An image of a sound or video becomes a sound of Anki, which plays videos, too. So does ``[sound:…]`` in prose.
    An address on the network becomes an empty one.
    """
    paths: list[str] = []

    def found(match: re.Match[str]) -> str:
        path = unescape(match["src"].strip("\"'"))
        if path.startswith("data:"):
            return match[0]
        paths.append(path)
        if match["tag"].lower() == "img" and suffix_of(name_in(path) or path) in PLAYED:
            return f"{SOUND_OPEN}{escape(path, quote=False)}{SOUND_CLOSE}"
        return match[0] if is_local(path) else f'<{match["tag"]}{match["before"]}""{match["after"]}'

    def sound(match: re.Match[str]) -> str:
        paths.append(unescape(match[1]))
        return f"{SOUND_OPEN}{match[1]}{SOUND_CLOSE}"

    if _HAS_MEDIA(html):
        html = _MEDIA.sub(found, html)
    if "[sound:" not in html:
        return html, paths
    parts = split_at_tags(html)
    parts[::2] = [_SOUND.sub(sound, part) for part in parts[::2]]
    return "".join(parts), paths


def without_network(html: str) -> tuple[str, list[str], list[str]]:
    """Return (``html`` without the addresses of pictures and sounds on the network, these addresses, the paths of the others)."""
    removed: list[str] = []
    paths: list[str] = []

    def picture(match: re.Match[str]) -> str:
        path = unescape(match["src"].strip("\"'"))
        if path.startswith("data:"):
            return match[0]
        (paths if is_local(path) else removed).append(path)
        return match[0] if is_local(path) else f'<{match["tag"]}{match["before"]}""{match["after"]}'

    return _MEDIA.sub(picture, html), removed, paths


def shielded(fields: Sequence[str]) -> tuple[str, ...]:
    """Return ``fields``; if one has a picture or sound, with ``src=`` and ``data=`` escaped in the values of all tags.

    Anki's ``escape_media_filenames`` takes ``src=`` in a value for an address, up to the next blank.
    In ``alt="a src=x"`` Anki encodes the closing quotation mark, so that the value does not end there (seen in Anki 26.9).
    """
    if not any(_HAS_MEDIA(text) for text in fields):
        return tuple(fields)
    return tuple(_START_TAG.sub(lambda tag: _VALUE.sub(_escaped, tag[0]), text) for text in fields)


def _escaped(value: re.Match[str]) -> str:
    return re.sub(r"\b(src|data)=", r"\1&#61;", value[0], flags=re.IGNORECASE)


def bind(note: Note, media: Mapping[str, Media]) -> Note:
    """Return ``note`` with the packaged names of its pictures and sounds. ``media`` has the files by their written paths."""
    if not note.media:
        return note
    names = {path: media[path].name for path in note.media if path in media}

    def sound(match: re.Match[str]) -> str:
        return f"[sound:{names.get(unescape(match[1]), match[1])}]"

    fields = tuple(_SOUND.sub(sound, renamed(text, names)) for text in note.fields)
    return note._replace(fields=fields, media=tuple(names.get(path, path) for path in note.media))


def shown_in(html: str) -> Iterator[str]:
    """Yield the addresses of the pictures and sounds in the HTML of a packed field."""
    yield from (unescape(found["src"].strip("\"'")) for found in _MEDIA.finditer(html))
    yield from (unescape(found[1]) for found in _SOUND.finditer(html))


def renamed(html: str, names: Mapping[str, str]) -> str:
    """Return ``html`` with the packaged names of its pictures; ``names`` has them by their written paths."""

    def picture(match: re.Match[str]) -> str:
        path = unescape(match["src"].strip("\"'"))
        return f'<{match["tag"]}{match["before"]}"{escape(names.get(path, path))}"{match["after"]}'

    return _MEDIA.sub(picture, html)


def split_at_tags(html: str) -> list[str]:
    """Return ``html`` in parts: running text and markup in turn. Markup is a tag, or a whole code element."""
    # behind the last end tag, each search would read to the end of the text
    last = {name: html.rfind(f"</{name}>") for name in ("code", "pre")}
    parts, done, at = [], 0, 0
    while found := _CODE_OR_TAG.search(html, at):
        name, begin, at = found[1], found.start(), found.end()
        if name and last[name] >= at:
            at = html.index(f"</{name}>", at) + len(name) + 3
        elif name and (tag := _TAG.match(html, begin)):
            at = tag.end()
        elif name:
            continue
        parts += [html[done:begin], html[begin:at]]
        done = at
    return [*parts, html[done:]]
