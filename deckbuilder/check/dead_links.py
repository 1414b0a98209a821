"""A rule about links that lead nowhere: a card has no files, no headings and no folders beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from deckbuilder.cards.media_references import QUOTED
from deckbuilder.model.diagnostics import Diagnostic, Mend, Span
from deckbuilder.model.records import File, Question
from deckbuilder.model.references import unescape
from deckbuilder.model.same import Same
from deckbuilder.safety.safe_list import BLANK, SCHEME
from deckbuilder.source import positions

_LINK = re.compile(
    rf"""
    <a(?=\s)
    (?:\s++(?!href[\s=])[^\s"'<>/=]++(?:\s*+=\s*+(?:{QUOTED}))?+)*+    # the attributes before href
    \s++href\s*+=\s*+(?P<href>{QUOTED})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HOST = re.compile(
    r"(?:www\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|io|dev|edu|gov))(?::\d+)?(?:[/?#].*)?", re.IGNORECASE
)
_WITH_PORT = re.compile(r"(?:localhost|(?:[\w-]+\.)+[\w-]+):\d+(?:[/?#].*)?", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NO_COLON = re.compile(r"(https?)(?:;/*|/+|:/{3,})", re.IGNORECASE)
_MISSPELLED = re.compile(r"(?!https?:)(?=[hps]*t)(?=[hts]*p)[htps]{3,7}://", re.IGNORECASE)
_DEFINITION = re.compile(r"\]:[ \t]+<?([^\s<>]+)")
_INVALID = re.compile(r"<a(?:\s(?![^<>]*\bhref\b)[^<>]*)?>", re.IGNORECASE)
"""A link whose address no browser would read, so that the sanitiser has removed the address."""


_NO_HOST = [
    f"{begin}{scheme}://{end}" for begin in ("](", "](<", '"') for scheme in ("http", "https") for end in (")", ">", '"', "[")
]


def links_lead_somewhere(file: File) -> Iterator[Diagnostic]:
    """Report a link that leads nowhere, once for each question. Bad: ``[x](other.md)``, ``[x](#top)``, ``[x]()``. Good: ``https://…``."""
    for entry in file.entries:
        if not any("<a" in text for text in entry.note.fields):
            continue
        addresses = dict.fromkeys(
            unescape(match["href"].strip("\"'")) for text in entry.note.fields for match in _LINK.finditer(text)
        )
        dead = [(address, advice) for address in addresses if (advice := _advice(address))]
        prose = positions.prose(file, entry.question) if dead else ""
        for at, (address, (message, whole)) in enumerate(dead):
            place = _place(file, entry.question, prose, address) if at < positions.MOST else entry.question.span
            yield Diagnostic(place, "dead-link", message, mend=_mend(file, place, address, whole))
        if not entry.note.removed and any(map(_INVALID.search, entry.note.fields)):
            place = positions.in_prose(positions.prose(file, entry.question), entry.question, *_NO_HOST)
            yield Diagnostic(place, "dead-link", "the address of this link is no address that a browser knows; correct it")


def _advice(address: str) -> tuple[str, str] | None:
    """Return (the message about ``address``, the one address to write, or ``""``); None if ``address`` leads somewhere."""
    bare = BLANK.sub("", address)
    if not bare:
        return "a link without an address leads nowhere; write the address, https://…, between the parentheses", ""
    if whole := _whole(bare):
        return f"link '{address}' leads nowhere, because its beginning is missing or wrong; write '{whole}'", whole
    if bare.startswith("#"):
        return f"link '{address}' leads nowhere: a card has no headings to go to; write the full address of a page, https://…", ""
    if SCHEME.match(bare.lower()):
        return None
    return f"link '{address}' leads nowhere: a card has no files to open; write the full address of a page, https://…", ""


def _whole(address: str) -> str:
    """Return the address that ``address`` means with another beginning, such as ``www.example.org``; ``""`` if it means none."""
    if address.startswith("//"):
        return f"https:{address}"
    if wrong := _NO_COLON.match(address):
        return f"{wrong[1].lower()}://{address[wrong.end() :]}"
    if wrong := _MISSPELLED.match(address):
        return f"http{'s' * ('s' in wrong[0].lower())}://{address[wrong.end() :]}"
    if _WITH_PORT.fullmatch(address):
        return f"http://{address}"
    if _HOST.fullmatch(address):
        return f"https://{address}"
    return f"mailto:{address}" if _MAIL.fullmatch(address) else ""


def _place(file: File, question: Question, prose: str, address: str) -> Span:
    """Return the place of the link to ``address`` in the question, else of its definition, else of the question."""
    forms = (
        ["]()", "](<>", "](#)", '""', "''"]
        if not address
        else [f"]({address}", f"](<{address}", f'"{address}"', f"'{address}'", f"={address}", f"]: {address}", f"]:{address}"]
    )
    place = positions.in_prose(prose, question, *forms)
    lines = positions.lines_of(file, place.path)
    if place == question.span:
        place = Span(place.path, _defined(Same(file.source.text)).get(address, place.line))
    column = lines[place.line - 1].find(address, place.column - 1)
    return Span(place.path, place.line, max(column, place.column - 1) + 1) if address else place


@lru_cache(maxsize=1)
def _defined(text: Same[str]) -> dict[str, int]:
    """Return the number of the line of each address that a link definition in ``text`` begins with."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.whole.split("\n"), 1):
        if match := _DEFINITION.search(line):
            found.setdefault(match[1], number)
    return found


def _mend(file: File, place: Span, address: str, whole: str) -> Mend | None:
    line = positions.lines_of(file, place.path)[place.line - 1]
    if not whole or not line.startswith(address, place.column - 1):
        return None
    return Mend(place.line, place.column, address, whole)
