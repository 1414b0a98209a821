"""Rules about pictures, sounds and videos: their files, their sizes, and the sides of a card that they are on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckbuilder.cards.embedded import name_in
from deckbuilder.cards.media_kinds import PICTURES, suffix_of
from deckbuilder.cards.picture_size import pixels
from deckbuilder.files.reading import MB
from deckbuilder.markdown.pictures import EMBED, SIZE
from deckbuilder.markdown.pieces import without
from deckbuilder.model.deck import Deck
from deckbuilder.model.diagnostics import Diagnostic, Mend
from deckbuilder.model.records import File, MediaProblem
from deckbuilder.model.references import unescape
from deckbuilder.source import positions

HEAVY = MB
"""Bytes of a picture that are more than a phone needs."""
MOST_PIXELS = 12_500_000
"""Pixels of a picture, 50 MB in a phone's memory. A photo of a phone has 12.2 million, a screen at most 4 million."""
_MESSAGES = {
    "ambiguous-media": "'{}' may be {}; write the path from the deck's folder on",
    "missing-media": "file '{}' does not exist; add it, or correct the path, which starts at the folder of this Markdown file",
    "media-outside": "file '{}' is outside the deck's folder; move it into the deck's folder",
    "remote-media": "'{}' is on the network, but cards work offline; save it in the deck's folder",
    "unreadable-media": "file '{}' cannot be read; check its permissions, and that it is not a pipe or device",
    "large-media": "file '{}' is larger than 100 MB, the most that Anki syncs; make it smaller",
    "backslash-media": "'{}' has a backslash, which only Windows understands; write / between folders",
    "unshown-media": "no client shows a file like '{}'; {}",
    "broken-media": "file '{}' is {}",
    "active-media": "file '{}' is {}",
}
_NOT_EMBEDDED = (
    "no file '{}' is in the deck's folder, in the folder of this Markdown file, or in any folder below; add it, or correct it"
)
_BRACES = re.compile(r"<img\b[^<>]*>(?P<blank> ?)(?P<braces>\{:?\s*[#.\w][^{}<>\n]{0,200}\})")
_ATTRIBUTES = re.compile(r"\{:?(?:\s++|[#.][\w-]++|[\w-]++[=:](?:\"[^\"]*+\"|'[^']*+'|[^\s{}\"']*+))++\}")
_LIKE_SIZE = r"""
    (?:｜\s*\d{2,4}(?:[x×*]\d{2,4})?%?|\|\s*
    (?:
        0+|\d{5,9}
        |\d{1,6}\s*(?:px|pt|em|%)
        |\d{1,6}\s*[x×*]\s*\d{0,6}|[x×*]\s*\d{1,6}
        |(?<=\s)\d{2,4}                                 # a blank before the number
        |[０-９]{1,4}
    ))
"""
_IN_ALT = re.compile(rf'<img\b[^<>]*\salt="[^"]*(?P<size>{_LIKE_SIZE})\s*"', re.VERBOSE)
_IN_EMBED = re.compile(rf"[^|]*(?P<size>{_LIKE_SIZE})\s*\]\]", re.VERBOSE)
_EMBEDDED = re.compile(r"!\[\[(?!\s)[^\[\]\n]+\]\]")
_PLAYER = re.compile(r"<(?P<tag>audio|video)\b", re.IGNORECASE)


def media_found(deck: Deck) -> Iterator[Diagnostic]:
    """Report a picture or sound that cannot be packed. Bad: ``![](missing.png)``, ``![](../../outside.png)``, ``![](https://…)``."""
    for entry in deck.entries:
        for at, (path, problem) in enumerate(entry.media_problems.items()):
            place = positions.media(deck, entry.question, path) if at < positions.MOST else entry.question.span
            written = name_in(path) or path
            once = problem.code == "backslash-media" and positions.count_in_question(deck, entry.question, written) == 1
            mend = Mend.at(place, written, written.replace("\\", "/") if once else "")
            yield Diagnostic(place, problem.code, _message(path, problem), mend=mend)
    for path, described in deck.described.items():
        if isinstance(described, MediaProblem):
            problem = described
            message = _message(path, problem).replace("the folder of this Markdown file", "the folder of deck.toml")
            yield Diagnostic(deck.settings.at("description"), problem.code, message)


def _message(path: str, problem: MediaProblem) -> str:
    name = name_in(path)
    text = _NOT_EMBEDDED if name and problem.code == "missing-media" else _MESSAGES[problem.code]
    message = text.format(f"![[{name}]]" if name and problem.code == "ambiguous-media" else name or path, problem.detail)
    return f"{message}; {problem.detail}" if problem.detail and problem.code == "missing-media" else message


def light_pictures(deck: Deck) -> Iterator[Diagnostic]:
    """Report a picture of more than 1 MB or 12.5 million pixels. Good: as many pixels as a phone shows, about 1,400 in a row."""
    seen: set[str] = set()
    for entry in deck.entries:
        for path, file in entry.media.items():
            if file.name in seen or suffix_of(file.name) not in PICTURES:
                continue
            seen.add(file.name)
            size = pixels(file.data)
            large = size is not None and size[0] * size[1] > MOST_PIXELS
            if large or len(file.data) > HEAVY:
                counts = [f"{len(file.data) / MB:,.1f} MB"] * (len(file.data) > HEAVY)
                counts += [f"{size[0]:,} × {size[1]:,} pixels"] if size else []
                message = (
                    f"picture '{name_in(path) or path}' has {' and '.join(counts)}, which is slow on a phone; "
                    "make it at most 1,400 pixels wide, or save a photo as JPEG or WebP"
                )
                yield Diagnostic(positions.media(deck, entry.question, path), "huge-picture", message)


def sizes_read(file: File) -> Iterator[Diagnostic]:
    """Report what looks like the size of a picture, but is none. Bad: ``{width=big}``, ``|0``. Good: ``{width=200}``, ``|200``."""
    for entry in file.entries:
        found = [wrong for text in entry.note.fields if "<img" in text for wrong in _no_sizes(text)]
        prose = positions.prose(file, entry.question) if found else ""
        for at, (wrong, message) in enumerate(dict(found).items()):
            place = positions.in_prose(prose, entry.question, wrong) if at < positions.MOST else entry.question.span
            yield Diagnostic(place, "picture-size", message)


def _no_sizes(html: str) -> Iterator[tuple[str, str]]:
    """Yield (the text that is no size, the message about it)."""
    for found in _BRACES.finditer(html):
        braces = unescape(found["braces"])
        if _ATTRIBUTES.fullmatch(braces):
            reason = "is not directly behind the picture" if found["blank"] else "is no size"
            message = (
                f"'{braces}' {reason}, so the card shows it as text; "
                "write '{width=200}', '{width=50%}' or '{width=200 height=100}' directly behind the picture"
            )
            yield braces, message
    for found in _IN_ALT.finditer(html):
        size = unescape(found["size"])
        yield size, _no_size(size)


def _no_size(size: str) -> str:
    """Return the message about ``size``, such as ``|5em``."""
    return f"'{size}' is no size, so it is a part of the picture's text; write '|200' or '|200x100' in pixels, or '|50%'"


def files_embedded(file: File) -> Iterator[Diagnostic]:
    """Report an embedded note, which is on no card, or a wrong size. Bad: ``![[Note]]``, ``![[a.png|0]]``. Good: ``![[a.png|200]]``."""
    for entry in file.entries:
        question, seen = entry.question, set[str]()
        for line, text in positions.running_texts(file, question):
            plain = without(text.replace("\\|", "|"), "code", "escape") if "![[" in text else ""
            for embedded in dict.fromkeys(_EMBEDDED.findall(plain)):
                size = _IN_EMBED.fullmatch(embedded) if EMBED.match(embedded) else None
                wrong = size is not None and not SIZE.search(size["size"])
                if embedded in seen or len(seen) >= positions.MOST or (EMBED.match(embedded) and not wrong):
                    continue
                seen.add(embedded)
                shown = (
                    embedded if embedded in text else embedded.partition("|")[0]
                )  # in a table, the source has a backslash before the pipe
                number = line + next((at for at, part in enumerate(text.split("\n")) if shown in part), 0)
                place = positions.occurrence(file, question, number, shown)
                if size:
                    yield Diagnostic(place, "picture-size", _no_size(size["size"]))
                    continue
                message = (
                    f"'{embedded}' embeds no picture, sound or video, so the card shows these brackets; "
                    "write the text of the note here, or a file, such as '![[picture.png]]'"
                )
                yield Diagnostic(place, "no-embed", message)


def anki_plays(file: File) -> Iterator[Diagnostic]:
    """Report ``<audio>`` and ``<video>``, which not every client plays. Good: ``![](clip.mp4)``."""
    for entry in file.entries:
        tags = dict.fromkeys(tag for text in entry.note.fields if "<" in text for tag in _PLAYER.findall(text))
        prose = positions.prose(file, entry.question) if tags else ""
        for tag in tags:
            place = positions.in_prose(prose, entry.question, f"<{tag}")
            example = "clip.mp4" if tag.lower() == "video" else "word.mp3"
            message = f"not every client plays '<{tag}>'; write '![]({example})', which Anki itself plays on all of them"
            yield Diagnostic(place, "html-player", message)
