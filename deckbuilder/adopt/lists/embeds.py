"""HTML that shows a page or plays a file, and links that only their author can open -> text that a card can have."""

from __future__ import annotations

import re
from collections.abc import Callable

from deckbuilder.adopt.lists.markdown_page import replaced
from deckbuilder.safety.safe_list import BLANK, may_link

Play = Callable[[str], str | None]
"""Returns the path in the deck of a file; ``""`` if the file is on the network, None if no card can have it."""
Gap = Callable[[str], str]
"""Returns the mark for a file that a card lacks."""

_PLAYER = re.compile(
    r"""
    (?P<whole>
        <(?P<name>audio|video)\b(?P<own>[^<>]*+)>
        (?P<inner>(?:[^<]|<(?!/?(?:audio|video)\b))*+)                # up to the next player
        (?P<end></(?:audio|video)\s*>)?
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FRAME = re.compile(r"<(?P<name>iframe|embed)\b(?P<own>[^<>]*+)>(?:[^<]*+</(?:iframe|embed)\s*>)?", re.IGNORECASE)
_SOURCE = re.compile(r"(?<![\w-])src\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_LINK = re.compile(
    r"""
    (?P<whole>
        (?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*+)\]
        \(\s*+(?:<(?P<angle>[^<>\n]*+)>|(?P<bare>[^\s()<>]++(?:\([^\s()]*+\)[^\s()]*+)*+))
        (?:\s++(?:"[^"]*+"|'[^']*+'))?\s*+\)
    )
    """,
    re.VERBOSE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def framed(text: str, gap: Gap) -> str:
    """Return ``text`` with a link for each page in a frame, because cards work offline. A frame without an address leaves ``gap``."""

    def frame(group: Callable[[str], str]) -> str:
        path = next(iter(_sources(group("own"))), "")
        return _link("page", path) if path.lower().startswith(("http:", "https:", "//")) else gap(path or "page")

    return replaced(_FRAME, text, frame)


def played(text: str, play: Play, gap: Gap) -> str:
    """Return ``text`` with ``[sound:…]`` for each player of a file that can be packed.

    A file on the network becomes a link, and a missing file leaves the mark ``gap``.
    """

    def player(group: Callable[[str], str]) -> str:
        path = next(iter(_sources(f"{group('own')} {group('inner') if group('end') else ''}")), "")
        if not path:
            return group("whole")
        packed = play(path)
        shown = _link(group("name").lower(), path) if packed == "" else f"[sound:{packed}]" if packed else gap(path)
        return shown + ("" if group("end") else group("inner"))

    return replaced(_PLAYER, text, player)


def _sources(text: str) -> list[str]:
    return [path for match in _SOURCE.finditer(text) if (path := next(filter(None, match.groups()), "").strip())]


def _link(shown: str, path: str) -> str:
    return f"[{shown}](<{'https:' if path.startswith('//') else ''}{path}>)"


def followed(text: str, lost: Callable[[str], None]) -> str:
    """Return ``text`` without links that no card may have, such as ``file:///C:/a``. Their text stays; ``lost`` gets the address."""

    def link(group: Callable[[str], str]) -> str:
        address = group("angle") or group("bare")
        if not _SCHEME.match(address) or may_link(BLANK.sub("", address).lower()):
            return group("whole")
        lost(address)
        return group("text")

    return replaced(_LINK, text, link)
